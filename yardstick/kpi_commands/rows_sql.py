"""The SQL that returns, from schema kpi, the rows behind one number of the scorecards."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from psycopg import Connection, sql

#: Where org.csv and the exports have no place for a person, the core puts the person here.
UNASSIGNED = {"person": "unassigned", "team": "unassigned-team", "region": "unassigned-region"}


@dataclass(frozen=True)
class Number:
    """One number: whose, of which KPI, from the first to the last day that counts."""

    kpi_id: str
    aggregation: str
    over_time: str
    node_kind: str
    node_id: str
    first_on: date
    last_on: date


def rows_query(number: Number, connection: Connection) -> str:
    """A SELECT with a row per row that the number counts.

    Its numerators and denominators are as they are counted: a row of a ratio that lacks one side counts on
    neither.
    """
    statement = _SELECT.format(
        sides=_SIDES_OF_RATIO if number.aggregation == "ratio" else _SIDES,
        kpi_id=sql.Literal(number.kpi_id),
        during=(_DURING_BALANCE if number.over_time == "balance" else _DURING_FLOW).format(
            first_on=sql.Literal(number.first_on.isoformat()), last_on=sql.Literal(number.last_on.isoformat())
        ),
        whose=_whose(number),
    )
    return statement.as_string(connection)


_SIDES = sql.SQL("rows.numerator,\n    rows.denominator")
_SIDES_OF_RATIO = sql.SQL("""\
case when rows.denominator is not null then rows.numerator end as numerator,
    case when rows.numerator is not null then rows.denominator end as denominator""")

_SELECT = sql.SQL("""\
select
    rows.event_id,
    rows.record_kind,
    rows.record_id,
    rows.person_id,
    rows.event_on,
    rows.until_on,
    {sides}
from kpi.kpi_rows as rows
where
    rows.kpi_id = {kpi_id}
    and rows.event_on >= (select min(dates.date_on) from kpi.dim_dates as dates)
    and {during}{whose}
order by rows.event_on, rows.event_id""")

_DURING_FLOW = sql.SQL("rows.event_on between {first_on} and {last_on}")
_DURING_BALANCE = sql.SQL(
    "rows.event_on <= {last_on}\n    and (rows.until_on is null or rows.until_on > {last_on})"
)

_PERSON = sql.SQL("\n    and coalesce(rows.person_id, {unassigned}) = {node_id}")
_PLACE = sql.SQL("""
    and {is_there} (
        select
        from kpi.dim_nodes as people
        inner join kpi.dim_nodes as teams on people.parent_id = teams.node_id
        inner join kpi.dim_nodes as regions on teams.parent_id = regions.node_id
        where
            people.node_kind = 'person'
            and people.node_id = rows.person_id
            and {day} >= greatest(people.valid_from, teams.valid_from, regions.valid_from)
            and ({day} < least(people.valid_to, teams.valid_to, regions.valid_to)) is not false{node}
    )""")


def _whose(number: Number) -> sql.Composable:
    if number.node_kind == "company":
        return sql.SQL("")
    if number.node_kind == "person":
        return _PERSON.format(
            unassigned=sql.Literal(UNASSIGNED["person"]), node_id=sql.Literal(number.node_id)
        )
    is_unassigned = number.node_id == UNASSIGNED[number.node_kind]
    column = sql.SQL("regions.node_id" if number.node_kind == "region" else "teams.node_id")
    node = sql.SQL("\n            and {} = {}").format(column, sql.Literal(number.node_id))
    day = sql.Literal(number.last_on.isoformat()) if number.over_time == "balance" else None
    return _PLACE.format(
        is_there=sql.SQL("not exists" if is_unassigned else "exists"),
        day=sql.SQL("rows.event_on") if day is None else sql.SQL("{}::date").format(day),
        node=sql.SQL("") if is_unassigned else node,
    )


def inputs_query(
    kpis: Iterable[str], node_id: str, period_kind: str, starts: Iterable[date], connection: Connection
) -> str:
    """A SELECT with the values of some KPIs at one node, in the periods that begin on some days."""
    statement = _INPUTS.format(
        kpis=_literals(dict.fromkeys(kpis)),
        node_id=sql.Literal(node_id),
        period_kind=sql.Literal(period_kind),
        starts=_literals(start.isoformat() for start in starts),
    )
    return statement.as_string(connection)


_INPUTS = sql.SQL("""\
select kpi_id, period_start, actual, numerator, denominator, rows_counted, target
from kpi.scorecards
where
    kpi_id in ({kpis})
    and node_id = {node_id}
    and period_kind = {period_kind}
    and period_start in ({starts})
order by kpi_id, period_start""")


def _literals(values: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Literal, values))
