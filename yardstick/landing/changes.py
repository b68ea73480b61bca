"""Lands what changed in a CRM that is asked by its API: an entity in portions, each with its cursor.

A portion lands in one transaction, and the cursor that covers it is written in the same one. So a run that is
killed leaves whole portions, and the next one goes on behind them.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np
from psycopg import Connection
from psycopg.sql import SQL

from yardstick.company import ApiSource
from yardstick.errors import SourceError
from yardstick.extract.changes import NO_IDS, PORTION_RECORDS, Cursor, Entity, Ids, Meter, Portion
from yardstick.extract.sessions import sign_in
from yardstick.landing.entity import LandingReport, land_entity
from yardstick.landing.tables import landing_table

_CURSOR = """
select as_of, changed_until, reading_until, read_to_id from ops.cursors where source = %s and entity = %s
"""
_KEEP_CURSOR = """
insert into ops.cursors (source, entity, as_of, changed_until, reading_until, read_to_id)
values (%s, %s, %s, %s, %s, %s)
on conflict (source, entity) do update set
    as_of = excluded.as_of,
    changed_until = excluded.changed_until,
    reading_until = excluded.reading_until,
    read_to_id = excluded.read_to_id,
    noted_at = now()
"""
_KNOWN_IDS = """
select coalesce(string_agg(int8send(id::bigint), ''), '')
from (
    select distinct on (id) id, is_deleted
    from {table}
    where as_of <= %s
    order by id, as_of desc, version_id desc
) as known
where not is_deleted
"""


def land_changes(
    connection: Connection,
    source: ApiSource,
    as_of: date,
    run_id: str,
    progress: Callable[[str, int], None],
    *,
    is_full: bool,
) -> dict[str, LandingReport]:
    """Land every entity of the source, one after the other; `progress` hears entity and rows.

    `is_full` reads all anew. Raises SourceError where the CRM cannot be read: what has landed until then
    stays, and the next run goes on behind it.
    """
    with closing(sign_in(source)) as session:
        reports = {}
        for entity in session.entities():
            heard = partial(progress, entity.name)
            reports[entity.name] = land_changes_of(
                connection, source.name, entity, session.client, as_of, run_id, heard, is_full=is_full
            )
        return reports


def land_changes_of(
    connection: Connection,
    source_name: str,
    entity: Entity,
    meter: Meter,
    as_of: date,
    run_id: str,
    progress: Callable[[int], None],
    *,
    is_full: bool = False,
    portion_records: int = PORTION_RECORDS,
) -> LandingReport:
    """Land one entity; what a stopped reading left to be done comes first, and then what changed since.

    For a night before the one that landed last all is read, and the cursor stays: it is the later night's.
    """
    landed_for, cursor = _cursor(connection, source_name, entity.name)
    is_history = landed_for is not None and as_of < landed_for
    if is_history or (is_full and cursor.changed_until is not None):
        cursor = Cursor()
    was_stopped = cursor.is_unfinished
    before: LandingReport | None = None
    while True:
        portion = Portion(
            source_name,
            entity,
            meter,
            cursor,
            NO_IDS if entity.is_small else _known_ids(connection, source_name, entity.name, as_of),
            portion_records,
        )
        report = land_entity(
            connection,
            source_name,
            entity.name,
            portion,
            as_of,
            run_id,
            _counting_on(progress, before),
            goes_on=before is not None,
            beside=_nothing if is_history else partial(_keep, source_name, entity.name, as_of, portion),
        )
        if portion.cursor is None:
            raise SourceError(f"{source_name}/{entity.name}: the reading ended without a cursor.")
        cursor, before = portion.cursor, _together(before, report)
        if not cursor.is_unfinished:
            if not was_stopped:
                return before
            was_stopped = False


def _counting_on(progress: Callable[[int], None], before: LandingReport | None) -> Callable[[int], None]:
    """Progress that counts on from the rows of the portions before."""
    rows_before = before.rows_read if before else 0
    return lambda rows: progress(rows_before + rows)


def _together(before: LandingReport | None, last: LandingReport) -> LandingReport:
    """What several portions took in and changed, as ops.landings tells it."""
    if before is None:
        return last
    added = ("rows_read", "rows_repeated", "characters_cleaned", "versions_added", "bytes_read", "calls")
    return replace(last, **{name: getattr(before, name) + getattr(last, name) for name in added})


def _cursor(connection: Connection, source_name: str, entity: str) -> tuple[date | None, Cursor]:
    """The night that landed last, and up to where."""
    row = connection.execute(_CURSOR, [source_name, entity]).fetchone()
    return (row[0], Cursor(*row[1:])) if row else (None, Cursor())


def _keep(source_name: str, entity: str, as_of: date, portion: Portion, connection: Connection) -> None:
    cursor = portion.cursor or Cursor()
    values = [source_name, entity, as_of, cursor.changed_until, cursor.reading_until, cursor.read_to_id]
    connection.execute(_KEEP_CURSOR, values)


def _nothing(_: Connection) -> None:
    """History has no cursor to keep."""


def _known_ids(connection: Connection, source_name: str, entity: str, as_of: date) -> Ids:
    query = SQL(_KNOWN_IDS).format(table=landing_table(source_name, entity))
    row = connection.execute(query, [as_of]).fetchone()
    return np.frombuffer(row[0] if row else b"", ">i8").astype(np.int64)
