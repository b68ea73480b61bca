"""The company's scorecard on a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from psycopg.rows import class_row
from rich.console import Console
from rich.table import Table
from rich.text import Text

from yardstick.company import Company
from yardstick.company.periods import PeriodKind, period_name, period_of
from yardstick.server.embedded import Role
from yardstick.warehouse import connect

_SHOWN: tuple[PeriodKind, ...] = ("month", "quarter", "year")
_STYLES = {"ahead": "green", "reached": "green", "behind": "red", "missed": "red", "withheld": "yellow"}
_MARKS = {"ahead": "+", "reached": "+", "behind": "-", "missed": "-"}
_LEGEND = (
    "Per cent of the target; while a period runs, of the plan to date.\n"
    "+ reached or ahead, - missed or behind."
)

#: Goals come in the order of their tree, so that a KPI stands below what it serves.
_QUERY = """
    with goals as (
        select kpi_id, min(position) as position from kpi.dim_goals group by kpi_id
    ),
    unavailable as (
        select kpi_id from kpi.kpi_verdicts
        where as_of = %(as_of)s and node_kind = 'company' and dimension = 'availability' and verdict = 'fail'
    )
    select
        kpis.title_en as title,
        kpis.unit,
        scorecards.period_kind,
        scorecards.period_start,
        scorecards.actual,
        case
            when scorecards.period_end <= %(as_of)s or kpis.direction = 'band' then scorecards.attainment
            when kpis.direction = 'up' then scorecards.actual / nullif(scorecards.plan_to_date, 0)
            else 2 - scorecards.actual / nullif(scorecards.plan_to_date, 0)
        end as share_of_plan,
        scorecards.status,
        scorecards.withheld_reason,
        scorecards.kpi_id not in (select kpi_id from unavailable) as is_available
    from kpi.scorecards
    inner join kpi.dim_kpis as kpis on scorecards.kpi_id = kpis.kpi_id
    left join goals on scorecards.kpi_id = goals.kpi_id
    where
        scorecards.node_kind = 'company'
        and scorecards.period_kind = any(%(shown)s)
        and %(as_of)s between scorecards.period_start and scorecards.period_end
    order by goals.position, kpis.title_en, scorecards.kpi_id
"""


@dataclass(frozen=True)
class _Cell:
    title: str
    unit: str
    period_kind: PeriodKind
    period_start: date
    actual: Decimal | None
    share_of_plan: Decimal | None
    status: str
    withheld_reason: str | None
    is_available: bool


def show_scorecard(company: Company, console: Console) -> None:
    """Print what is published for the whole company: each KPI's month, quarter and year of the as-of."""
    with connect(company, Role.READER) as connection:
        (as_of,) = connection.execute(
            "select as_of from kpi.refreshes where state = 'published' order by ended_at desc limit 1"
        ).fetchone() or (company.default_as_of(),)
        parameters = {"as_of": as_of, "shown": list(_SHOWN)}
        cells = connection.cursor(row_factory=class_row(_Cell)).execute(_QUERY, parameters).fetchall()
    shown = [cell for cell in cells if cell.is_available]
    console.print(_table(company, shown, as_of))
    console.print(_LEGEND, style="dim")
    for reason, titles in _withheld(shown):
        console.print(f"{', '.join(titles)}: {reason}", markup=False)
    missing = dict.fromkeys(cell.title for cell in cells if not cell.is_available)
    if missing:
        console.print(
            f"Not shown, since no source gives what they need (see yardstick status): {', '.join(missing)}."
        )


def _table(company: Company, cells: Sequence[_Cell], as_of: date) -> Table:
    table = Table(
        title=f"{company.settings.name} (money in {company.settings.currency})",
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    table.add_column("KPI", min_width=23)
    start = company.settings.fiscal_year_start
    for period_kind in _SHOWN:
        table.add_column(
            period_name(period_of(as_of, period_kind, start), start), justify="right", no_wrap=True
        )
        table.add_column("", justify="right", no_wrap=True)
    for title, row in groupby(cells, key=attrgetter("title")):
        shown = {cell.period_kind: cell for cell in row}
        texts = (_texts(shown.get(period_kind)) for period_kind in _SHOWN)
        table.add_row(title, *(text for pair in texts for text in pair))
    return table


def _texts(cell: _Cell | None) -> tuple[Text, Text]:
    """The value, and how far it has come to its plan."""
    if cell is None:
        return Text(), Text()
    style = _STYLES.get(cell.status, "")
    if cell.actual is None:
        return Text("withheld", style=style), Text()
    share = "" if cell.share_of_plan is None else f"{max(cell.share_of_plan, Decimal(0)):.0%}"
    return Text(_value(cell.actual, cell.unit)), Text(share + _MARKS.get(cell.status, " "), style=style)


def _withheld(cells: Iterable[_Cell]) -> Iterator[tuple[str, list[str]]]:
    """Each reason for which a number is withheld, with the KPIs that it concerns."""
    titles: dict[str, list[str]] = {}
    for cell in cells:
        if cell.withheld_reason and cell.title not in titles.setdefault(cell.withheld_reason, []):
            titles[cell.withheld_reason].append(cell.title)
    return iter(titles.items())


def _value(value: Decimal, unit: str) -> str:
    if unit == "money":
        return f"{value:,.0f}"
    if unit == "share":
        return f"{value:.1%}"
    number = f"{value:,.1f}".removesuffix(".0")
    return number if unit == "count" else f"{number} {unit}"
