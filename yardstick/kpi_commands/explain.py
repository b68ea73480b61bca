"""`yardstick kpi explain`: where one published number comes from, down to the rows that it counts."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from psycopg import Connection
from rich.console import Console
from rich.text import Text

from yardstick.company import Company, Period, period_of
from yardstick.company.periods import period_name
from yardstick.definitions.formulas import DAYS, Formula
from yardstick.errors import UsageError
from yardstick.kpi_commands.published import Published, PublishedNumber, Verdict
from yardstick.kpi_commands.rows_sql import Number, inputs_query, rows_query
from yardstick.kpi_commands.show import grid
from yardstick.kpi_commands.targets import exact, target_lines
from yardstick.server.embedded import Role
from yardstick.warehouse import connect


def explain_number(
    company: Company, kpi_id: str, node_id: str, period_text: str, language: str, console: Console
) -> None:
    """Print definition, parts, target, status, verdict and SQL of a number of the published scorecards.

    Raises UsageError for a period that is none, and where nothing is published of that KPI, node and period.
    """
    period = _period(company, period_text)
    name = period_name(period, company.settings.fiscal_year_start)
    with connect(company, Role.READER) as connection:
        published = Published(connection, company, language)
        as_of = published.as_of()
        number = published.number(kpi_id, node_id, period)
        query = rows_sql(number, period, as_of, company, connection)
        lines = [
            *_definition_lines(number),
            *_value_lines(number, period, as_of, connection, query),
            *_number_lines(number, company),
            *target_lines(number, period, company, published, as_of),
            *_verdict_lines(published.verdicts(number, period)),
        ]
    console.print(Text(f"{number.title} ({kpi_id}): {number.node_name}, {name}", style="bold"))
    console.print(grid(lines))
    console.print(Text("What it is made of, by yardstick sql:", style="dim"))
    console.print(query, markup=False, highlight=False, soft_wrap=True)


def rows_sql(
    number: PublishedNumber, period: Period, as_of: date, company: Company, connection: Connection
) -> str:
    """The SELECT on schema kpi that returns what the number is made of: rows, or the values of other KPIs."""
    if number.expression is not None:
        before = period_of(period.start - timedelta(days=1), period.kind, company.settings.fiscal_year_start)
        kpis = [str(value.kpi_id) for value in Formula(number.expression).inputs]
        return inputs_query(kpis, number.node_id, period.kind, (before.start, period.start), connection)
    counted = Number(
        kpi_id=number.kpi_id,
        aggregation=number.aggregation,
        over_time=number.over_time,
        node_kind=number.node_kind,
        node_id=number.node_id,
        first_on=period.start,
        last_on=min(period.end, as_of),
    )
    return rows_query(counted, connection)


def _period(company: Company, text: str) -> Period:
    try:
        return company.period(text)
    except ValueError as error:
        raise UsageError(f"--period: found {text!r}; expected {error}") from None


def _definition_lines(number: PublishedNumber) -> Iterator[tuple[str, str]]:
    yield "Meaning", number.meaning
    yield "Formula", number.formula
    if number.expression is not None:
        yield "Expression", number.expression
    if number.band_from is not None:
        yield "Band", f"{exact(number.band_from)} to {exact(number.band_to)}"


def _value_lines(
    number: PublishedNumber, period: Period, as_of: date, connection: Connection, query: str
) -> Iterator[tuple[str, str]]:
    """What each value of a composite's expression was."""
    if number.expression is None:
        return
    with connection.cursor() as cursor:
        rows = cursor.execute(query.encode()).fetchall()
        columns = [column.name for column in cursor.description or ()]
    values = [dict(zip(columns, row, strict=True)) for row in rows]
    known = {(row["kpi_id"], row["period_start"] < period.start): row for row in values}
    days = Decimal((min(period.end, as_of) - period.start).days + 1)
    for value in Formula(number.expression).values:
        row = known.get((value.kpi_id, value.is_opening), {})
        yield f"  {value.name}", exact(days if value == DAYS else row.get(value.attribute))


def _number_lines(number: PublishedNumber, company: Company) -> Iterator[tuple[str, str]]:
    yield "Rows counted", f"{number.rows_counted:,}"
    if number.expression is None:
        yield "Numerator", exact(number.numerator)
        yield "Denominator", exact(number.denominator)
    yield "Actual", _in_unit(number, company)
    if number.withheld_reason is not None:
        yield "Not shown", number.withheld_reason


def _in_unit(number: PublishedNumber, company: Company) -> str:
    told = exact(number.actual)
    if number.actual is None or number.unit == "count":
        return told
    if number.unit == "share":
        return f"{told}, that is {number.actual:.1%}"
    return f"{told} {company.settings.currency if number.unit == 'money' else number.unit}"


def _verdict_lines(verdicts: Sequence[Verdict]) -> Iterator[tuple[str, str]]:
    if not verdicts:
        yield "Verdicts", "none: no night has tested this period"
        return
    yield "Verdicts", f"of the night of {verdicts[0].as_of}"
    for condition, of_condition in groupby(verdicts, key=lambda verdict: verdict.condition):
        yield f"  {condition}", ""
        for verdict in of_condition:
            yield f"    {verdict.dimension}", f"{verdict.verdict}: {verdict.reason}"
