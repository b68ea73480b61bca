"""The company's scorecard on a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from psycopg.rows import class_row
from rich.console import Console
from rich.table import Table
from rich.text import Text

from yardstick.company import Company
from yardstick.company.periods import PeriodKind, period_name, period_of
from yardstick.server import Role
from yardstick.warehouse import connect

_STYLES = {"ahead": "green", "reached": "green", "behind": "red", "missed": "red", "withheld": "yellow"}

_QUERY = """
    select
        kpis.title_en as title,
        kpis.unit,
        scorecards.period_kind,
        scorecards.period_start,
        scorecards.actual,
        scorecards.target,
        scorecards.plan_to_date,
        scorecards.attainment,
        scorecards.status,
        scorecards.withheld_reason
    from kpi.scorecards
    inner join kpi.dim_kpis as kpis on scorecards.kpi_id = kpis.kpi_id
    where
        scorecards.node_kind = 'company'
        and scorecards.period_kind in ('month', 'quarter', 'year')
        and %s between scorecards.period_start and scorecards.period_end
    order by kpis.title_en, array_position(array['month', 'quarter', 'year'], scorecards.period_kind)
"""


@dataclass(frozen=True)
class _Line:
    title: str
    unit: str
    period_kind: PeriodKind
    period_start: date
    actual: Decimal | None
    target: Decimal | None
    plan_to_date: Decimal | None
    attainment: Decimal | None
    status: str
    withheld_reason: str | None


def show_scorecard(company: Company, console: Console) -> None:
    """Print what is published for the whole company: each KPI's month, quarter and year of the as-of."""
    with connect(company, Role.READER) as connection:
        published = connection.execute(
            "select as_of from kpi.refreshes where state = 'published' order by ended_at desc limit 1"
        ).fetchone()
        lines = connection.cursor(row_factory=class_row(_Line)).execute(_QUERY, published).fetchall()
    console.print(_table(company, lines))
    withheld = (f"{line.title}: {line.withheld_reason}" for line in lines if line.withheld_reason)
    for reason in dict.fromkeys(withheld):
        console.print(reason, markup=False)


def _table(company: Company, lines: Sequence[_Line]) -> Table:
    table = Table(
        title=f"{company.settings.name} (money in {company.settings.currency})",
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    table.add_column("KPI", min_width=23)
    table.add_column("Period", no_wrap=True)
    for heading in ("Actual", "Target", "To date", "Att."):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Status", no_wrap=True)
    start = company.settings.fiscal_year_start
    previous = ""
    for line in lines:
        table.add_row(
            line.title if line.title != previous else "",
            period_name(period_of(line.period_start, line.period_kind, start), start),
            *(_value(value, line.unit) for value in (line.actual, line.target, line.plan_to_date)),
            "" if line.attainment is None else f"{line.attainment:.0%}",
            Text(line.status, style=_STYLES.get(line.status, "")),
        )
        previous = line.title
    return table


def _value(value: Decimal | None, unit: str) -> str:
    if value is None:
        return "–"
    if unit == "money":
        return f"{value:,.0f}"
    if unit == "share":
        return f"{value:.1%}"
    number = f"{value:,.1f}".removesuffix(".0")
    return number if unit == "count" else f"{number} {unit}"
