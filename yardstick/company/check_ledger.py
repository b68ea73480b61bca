"""What ledger.csv must agree with: KPIs, nodes, periods that are over."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from yardstick.company.check_plans import check_period_length, unknown_node
from yardstick.company.periods import parse_period
from yardstick.company.settings import CompanySettings
from yardstick.company.tables import LedgerEntry
from yardstick.definitions.cards import Composite, Definition
from yardstick.errors import Problem
from yardstick.reading.csv_tables import Table
from yardstick.reading.wording import quoted, unknown


def check_entries(table: Table[LedgerEntry]) -> Iterator[Problem]:
    """Entries of which one is there twice."""
    lines: dict[object, int] = {}
    for row in table.rows:
        entry = row.value
        first = lines.setdefault((entry.kpi, entry.node, entry.period), row.line)
        if first != row.line:
            found = f"{entry.period}, which line {first} has for the same KPI and node"
            yield table.problem(row, "period", found, "each period once: correct the line that is there")


def check_nodes(table: Table[LedgerEntry], nodes: Collection[str]) -> Iterator[Problem]:
    """Entries of nodes that neither org.csv nor an export names."""
    for row in table.rows:
        if row.value.node not in nodes:
            yield table.problem(row, "node", *unknown_node(row.value.node, nodes))


def check_kpis(table: Table[LedgerEntry], kpis: Mapping[str, Definition]) -> Iterator[Problem]:
    """Entries of KPIs that are unknown or made of others, or for too short a period."""
    counted = {kpi_id: card for kpi_id, card in kpis.items() if not isinstance(card, Composite)}
    for row in table.rows:
        entry = row.value
        definition = counted.get(entry.kpi)
        if entry.kpi in kpis and definition is None:
            expected = "a KPI that counts rows: one made of others is as right as these"
            yield table.problem(row, "kpi", quoted(entry.kpi), expected)
        elif definition is None:
            found = unknown("KPI", entry.kpi, counted, "a KPI that has a definition")
            yield table.problem(row, "kpi", *found)
        else:
            yield from check_period_length(table, row, entry.period, definition)


def check_periods(table: Table[LedgerEntry], settings: CompanySettings) -> Iterator[Problem]:
    """Entries of periods that are not over where the company is."""
    today = datetime.now(ZoneInfo(settings.time_zone)).date()
    for row in table.rows:
        period = parse_period(row.value.period, settings.fiscal_year_start)
        if period.end >= today:
            found = f"{row.value.period}, which ends on {period.end}"
            yield table.problem(row, "period", found, "a period that is over")
