"""What was reported: kpi.scorecard_history, written in the transaction that publishes a night.

A scorecard has a version for each night that reported something else than the nights before it: what was
reported on a day is the latest version up to that day. Work grows with the scorecards that changed.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import LiteralString

from psycopg import Connection, sql

from yardstick.publishing.publish import Change, PublishedTable, ensure_table, publish
from yardstick.publishing.restatements import kpis_with_numbers, watched_tables, write_restatements
from yardstick.sql_fragments import assignments, either, equal, fields, identifiers, qualified
from yardstick.warehouse import is_there

#: Columns that tell which scorecard it is: a change of them alone is no news.
_DESCRIPTION = ("node_name", "node_kind", "period_end")


def publish_reported(
    connection: Connection,
    tables: Sequence[PublishedTable],
    history: Mapping[str, PublishedTable],
    as_of: date,
    published: Sequence[date],
) -> list[Change]:
    """Publish a night, what it reports and what it restates, within the caller's transaction.

    `published` are the nights that people have seen, in that order. A night published anew replaces its own
    history; one that moves back restates nothing, and leaves to later nights what they reported.

    Raises YardstickError as `publish` does.
    """
    shown = published[-1] if published else as_of
    is_onward = bool(published) and as_of >= shown
    numbered = kpis_with_numbers(connection) if is_onward else set()
    changes = publish(connection, tables, watched_tables(tables) if is_onward else ["scorecards"])
    ensure_history_tables(connection, history)
    if is_onward:
        write_restatements(connection, tables, as_of, shown, numbered & kpis_with_numbers(connection))
    scorecards = next(table for table in tables if table.name == "scorecards")
    days = {"as_of": as_of, "from_day": min(as_of, shown), "to_day": max(as_of, shown)}
    if as_of < max(published, default=as_of):
        connection.execute(_keep_later_reports(scorecards), {**days, "next_day": as_of + timedelta(days=1)})
    connection.execute(_write_versions(scorecards), days)
    return changes


def ensure_history_tables(connection: Connection, history: Mapping[str, PublishedTable]) -> None:
    """Create what is missing of the tables that keep what was reported."""
    for table in history.values():
        ensure_table(connection, table)
    if not is_there(connection, "kpi.scorecard_history_nights"):
        connection.execute("create index scorecard_history_nights on kpi.scorecard_history (reported_as_of)")


def _description(scorecards: PublishedTable) -> list[str]:
    return [column for column in scorecards.columns if column in _DESCRIPTION]


def _values(scorecards: PublishedTable) -> list[str]:
    return [column for column in scorecards.columns if column not in (*scorecards.key, *_DESCRIPTION)]


def _write_versions(scorecards: PublishedTable) -> sql.Composed:
    """Give the night a version of each scorecard that it reports otherwise than the nights before it."""
    columns = [*_description(scorecards), *_values(scorecards), "is_gone"]
    return sql.SQL(
        """
        with {compared},
        versions as (
            select {key}, {description}, {values}, reported is null as is_gone, is_news
            from compared
        )
        merge into kpi.scorecard_history as history
        using versions
        on {same_scorecard} and history.reported_as_of = %(as_of)s
        when matched and not is_news then delete
        when matched then update set {assignments}
        when not matched and is_news then
            insert ({columns}, reported_as_of) values ({version}, %(as_of)s)
        """
    ).format(
        compared=_compared(scorecards, "<"),
        key=identifiers(scorecards.key),
        description=either("reported", "known", _description(scorecards)),
        values=fields("reported", _values(scorecards)),
        same_scorecard=equal("history", "versions", scorecards.key),
        assignments=assignments("versions", columns),
        columns=identifiers([*scorecards.key, *columns]),
        version=qualified("versions", [*scorecards.key, *columns]),
    )


def _keep_later_reports(scorecards: PublishedTable) -> sql.Composed:
    """Let the nights after one that moves back go on reporting what they took over from before it."""
    return sql.SQL(
        """
        with {compared}
        insert into kpi.scorecard_history ({columns}, is_gone, reported_as_of)
        select {key}, {description}, {values}, coalesce((known).is_gone, true), %(next_day)s
        from compared
        where is_news
        on conflict do nothing
        """
    ).format(
        compared=_compared(scorecards, "<="),
        columns=identifiers([*scorecards.key, *_description(scorecards), *_values(scorecards)]),
        key=identifiers(scorecards.key),
        description=either("known", "reported", _description(scorecards)),
        values=fields("known", _values(scorecards)),
    )


def _compared(scorecards: PublishedTable, before: LiteralString) -> sql.Composed:
    """Each scorecard that may be news: as it is reported now, and as it was known before (or on) the night.

    Those are the scorecards that changed; after a night that moved back also those of which the nights in
    between told; and all, in a warehouse that has kept no history so far.
    """
    return sql.SQL(
        """
        touched as (
            select {changed_key} from pg_temp.changed_scorecards
            union
            select {key} from kpi.scorecard_history
            where reported_as_of > %(from_day)s and reported_as_of <= %(to_day)s
            union
            select {key} from kpi.scorecards where not exists (select from kpi.scorecard_history)
        ),
        pairs as (
            select {touched_key}, scorecards as reported, earlier.version as known
            from touched
            left join kpi.scorecards as scorecards on {same_scorecard}
            left join lateral (
                select history as version
                from kpi.scorecard_history as history
                where {same_history} and reported_as_of {before} %(as_of)s
                order by reported_as_of desc
                limit 1
            ) as earlier on true
        ),
        compared as (
            select
                *,
                ({reported}, reported is null)
                is distinct from ({known}, coalesce((known).is_gone, true)) as is_news
            from pairs
        )
        """
    ).format(
        changed_key=either("new", "old", scorecards.key),
        key=identifiers(scorecards.key),
        touched_key=qualified("touched", scorecards.key),
        same_scorecard=equal("scorecards", "touched", scorecards.key),
        same_history=equal("history", "touched", scorecards.key),
        before=sql.SQL(before),
        reported=fields("reported", _values(scorecards)),
        known=fields("known", _values(scorecards)),
    )
