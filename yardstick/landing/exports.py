"""Lands the exports of a source, two at a time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial

from psycopg import Connection, connect

from yardstick.company import Company, CsvSource
from yardstick.errors import SourceError
from yardstick.extract.csv_files import read_entity
from yardstick.landing.entity import LandingReport, land_entity, refuse_within_a_transaction, silent

_AT_A_TIME = 2


def land_source(
    connection: Connection,
    company: Company,
    source: CsvSource,
    as_of: date,
    run_id: str,
    progress: Callable[[str, int], None] = silent,
) -> dict[str, LandingReport]:
    """Land every entity of a source, each in its own transaction; `progress` hears entity and rows.

    Two land at a time, the largest first, in sessions like that of the connection: while PostgreSQL is
    busy with what came of one, the other is read. Raises SourceError naming every export that could not
    be read, after the others have landed.
    """
    refuse_within_a_transaction(connection)
    extractions = {
        entity: read_entity(source, entity, company.folder, company.zone) for entity in source.entities
    }

    def land(entity: str) -> LandingReport:
        with connect(connection.info.dsn, password=connection.info.password, autocommit=True) as session:
            heard = partial(progress, entity)
            return land_entity(session, source.name, entity, extractions[entity], as_of, run_id, heard)

    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        largest_first = sorted(extractions, key=lambda entity: extractions[entity].size(), reverse=True)
        landings = {entity: pool.submit(land, entity) for entity in largest_first}
    reports: dict[str, LandingReport] = {}
    unread: list[str] = []
    for entity in source.entities:
        try:
            reports[entity] = landings[entity].result()
        except SourceError as error:
            unread.append(str(error))
    if unread:
        raise SourceError("\n".join(unread))
    return reports
