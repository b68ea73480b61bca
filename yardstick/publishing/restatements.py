"""What a night changes of periods that had closed, and the records that made it.

Written in the transaction that publishes the night. Work grows with what changed.
"""

from collections.abc import Collection, Iterable
from datetime import date

from psycopg import Connection, sql

from yardstick.publishing.publish import PublishedTable
from yardstick.publishing.restatement_statements import (
    FIND_RECOUNTED,
    FIND_RESTATED,
    FORGET_RECORDS,
    KPIS_WITH_NUMBERS,
    NAME_CAUSES,
    NAME_RECORDS,
    RESTATE,
    STAGES,
)

#: What the facts hold of the night's rates: amounts that move with no change of the record.
_AT_A_RATE = ["amount_at_plan_rate", "amount_at_actual_rate"]


def watched_tables(tables: Iterable[PublishedTable]) -> list[str]:
    """The published tables whose changes tell what is restated, and why."""
    return ["scorecards", "kpi_rows", "dim_kpis", *(fact.name for fact in _valued_facts(tables))]


def kpis_with_numbers(connection: Connection) -> set[str]:
    """The KPIs of which people see at least one number."""
    return {kpi_id for (kpi_id,) in connection.execute(KPIS_WITH_NUMBERS)}


def write_restatements(
    connection: Connection,
    tables: Iterable[PublishedTable],
    as_of: date,
    shown: date,
    kpi_ids: Collection[str],
) -> None:
    """Write what the night that has just been published restates of the given KPIs, within its transaction.

    `shown` is the night that people saw until now: periods that had ended by then were closed.
    """
    night = {"as_of": as_of, "shown": shown, "kpi_ids": sorted(kpi_ids)}
    connection.execute(STAGES)
    if connection.execute(FIND_RESTATED, night).rowcount == 0:
        return
    connection.execute("analyze pg_temp.restated")
    connection.execute(RESTATE, night)
    connection.execute(sql.SQL(FIND_RECOUNTED).format(revalued=_revalued(tables)), night)
    connection.execute("analyze pg_temp.recounted")
    connection.execute(NAME_RECORDS, night)
    connection.execute(FORGET_RECORDS, night)
    connection.execute(NAME_CAUSES, night)


def _valued_facts(tables: Iterable[PublishedTable]) -> list[PublishedTable]:
    return [table for table in tables if set(_AT_A_RATE) & set(table.columns)]


def _revalued(tables: Iterable[PublishedTable]) -> sql.Composed:
    """Kind and id of each record of which only amounts at a rate changed; the kind names a fact's key."""
    return sql.SQL(" union all ").join(
        sql.SQL(
            """
            select {kind} as record_kind, (new).{key} as record_id
            from {changed}
            where to_jsonb(old) - {at_a_rate}::text[] = to_jsonb(new) - {at_a_rate}::text[]
            """
        ).format(
            kind=sql.Literal(fact.key[0].removesuffix("_id")),
            key=sql.Identifier(fact.key[0]),
            changed=sql.Identifier("pg_temp", f"changed_{fact.name}"),
            at_a_rate=sql.Literal(_AT_A_RATE),
        )
        for fact in _valued_facts(tables)
    )
