"""What targets, rates and absences must agree with: KPIs, nodes, people, currencies, periods."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from yardstick.company.periods import PERIOD_KINDS, fiscal_year, parse_period
from yardstick.company.settings import CompanySettings
from yardstick.company.tables import Absence, NodeKind, Rate, Target
from yardstick.definitions.cards import Definition
from yardstick.errors import Problem
from yardstick.reading.csv_tables import Model, Row, Table
from yardstick.reading.explain import Loc
from yardstick.reading.wording import quoted, unknown
from yardstick.reading.yaml_files import Parsed

_ORG = "org.csv or of an export (who has left an export needs a row in org.csv)"
_RATE_PERIODS = {
    "plan": ("year", "a fiscal year such as 2026"),
    "actual": ("month", "a month such as 2026-03"),
}


def check_versions(table: Table[Target]) -> Iterator[Problem]:
    """Targets of which a version is there twice."""
    lines: dict[object, int] = {}
    for row in table.rows:
        target = row.value
        key = (target.kpi, target.node, target.period, target.level, target.version)
        first = lines.setdefault(key, row.line)
        if first != row.line:
            found = (
                f"version {target.version}, which line {first} has for the same KPI, node, period and level"
            )
            yield table.problem(row, "version", found, "a version of its own: rows are added, never changed")


def check_target_nodes(table: Table[Target], nodes: Collection[str]) -> Iterator[Problem]:
    """Targets of nodes that neither org.csv nor an export names."""
    for row in table.rows:
        if row.value.node not in nodes:
            yield table.problem(row, "node", *unknown_node(row.value.node, nodes))


def unknown_node(node: str, nodes: Collection[str]) -> tuple[str, str]:
    """What was found, and what is expected, of a node that is not there."""
    return unknown("node", node, nodes, f"the company's id, or a region, team or person of {_ORG}")


def check_target_kpis(table: Table[Target], kpis: Mapping[str, Definition]) -> Iterator[Problem]:
    """Targets of unknown KPIs, with a currency for what is no money, or for too short a period."""
    for row in table.rows:
        definition = kpis.get(row.value.kpi)
        if definition is None:
            found = unknown("KPI", row.value.kpi, kpis, "a KPI that has a definition")
            yield table.problem(row, "kpi", *found)
            continue
        if definition.direction == "band":
            expected = f"another KPI: {definition.kpi_id} is measured by the band of its definition"
            yield table.problem(row, "kpi", quoted(definition.kpi_id), expected)
        if definition.unit == "money" and row.value.currency is None:
            yield table.problem(row, "currency", "nothing", f"a currency: {definition.kpi_id} is money")
        if definition.unit != "money" and row.value.currency is not None:
            expected = f"a blank cell: {definition.kpi_id} is no money"
            yield table.problem(row, "currency", quoted(row.value.currency), expected)
        yield from check_period_length(table, row, row.value.period, definition)


def check_period_length(
    table: Table[Model], row: Row[Model], period: str, definition: Definition
) -> Iterator[Problem]:
    """A period that is shorter than the KPI is shown for."""
    shortest = PERIOD_KINDS.index(definition.shortest_period)
    if PERIOD_KINDS.index(parse_period(period, fiscal_year_start=1).kind) < shortest:
        expected = f"a {definition.shortest_period} or longer, the shortest period of {definition.kpi_id}"
        yield table.problem(row, "period", quoted(period), expected)


def check_target_rates(
    table: Table[Target], rates: Table[Rate], settings: CompanySettings
) -> Iterator[Problem]:
    """Targets in a currency that has no plan rate for the fiscal year in which the period starts."""
    planned = _planned(rates, settings)
    for row in table.rows:
        currency = row.value.currency
        year = _fiscal_year(row.value.period, settings)
        if currency not in (None, settings.currency) and (currency, year) not in planned:
            expected = f"{settings.currency}, or a currency with a plan rate for {year} in rates.csv"
            yield table.problem(row, "currency", quoted(str(currency)), expected)


def check_decisions(table: Table[Target], settings: CompanySettings) -> Iterator[Problem]:
    """Targets that are said to have been decided on a day that is yet to come where the company is."""
    today = datetime.now(ZoneInfo(settings.time_zone)).date()
    for row in table.rows:
        if row.value.decided_on > today:
            found = f"{row.value.decided_on}, which is yet to come"
            yield table.problem(row, "decided_on", found, "the day of the decision, today at the latest")


def check_planned_currencies(
    rates: Table[Rate], targets: Table[Target], settings: CompanySettings
) -> Iterator[Problem]:
    """Currencies of rates.csv that lack the plan rate of a fiscal year which has targets."""
    planned = _planned(rates, settings)
    targeted = {(row.value.currency, _fiscal_year(row.value.period, settings)) for row in targets.rows}
    first_rows = {row.value.currency: row for row in reversed(rates.rows)}
    for currency, row in first_rows.items():
        for year in sorted({year for _, year in targeted}):
            # A target in the currency itself is told at its own line.
            if (currency, year) not in planned | targeted and currency != settings.currency:
                found = f"no plan rate of {currency} for {year}, a fiscal year that has targets"
                yield rates.problem(row, "currency", found, f"a row {currency},plan,{year} and the rate")


def check_rates(table: Table[Rate], settings: CompanySettings) -> Iterator[Problem]:
    """Rates given twice, of the company's own currency, or for the wrong kind of period."""
    lines: dict[object, int] = {}
    for row in table.rows:
        rate = row.value
        first = lines.setdefault((rate.currency, rate.kind, rate.period), row.line)
        if first != row.line:
            found = f"the {rate.kind} rate of {rate.currency} for {rate.period}, which line {first} has too"
            yield table.problem(row, "rate", found, "each rate once")
        if rate.currency == settings.currency:
            expected = "other currencies only: the company's own is always 1"
            yield table.problem(row, "currency", quoted(rate.currency), expected)
        kind, expected = _RATE_PERIODS[rate.kind]
        if parse_period(rate.period, settings.fiscal_year_start).kind != kind:
            yield table.problem(
                row, "period", quoted(rate.period), f"{expected} for a rate of kind {rate.kind}"
            )


def check_absences(table: Table[Absence]) -> Iterator[Problem]:
    """Absences that end before they begin."""
    for row in table.rows:
        if row.value.last_day < row.value.first_day:
            expected = f"the first day, {row.value.first_day}, or a later one"
            yield table.problem(row, "last_day", str(row.value.last_day), expected)


def check_absent_people(table: Table[Absence], kinds: Mapping[str, NodeKind]) -> Iterator[Problem]:
    """Absences of people whom neither org.csv nor an export names."""
    people = [node for node, kind in kinds.items() if kind == "person"]
    for row in table.rows:
        if row.value.person not in people:
            expected = f"the id of a person of {_ORG}"
            yield table.problem(row, "person", *unknown("person", row.value.person, people, expected))


def check_policies(settings: Parsed[CompanySettings], kpis: Mapping[str, Definition]) -> Iterator[Problem]:
    """Policies of unknown KPIs, and of those whose targets are not shared; a ramp that leads to nothing."""
    plan, document = settings.value.plan, settings.document
    for kpi_id in plan.policies:
        loc: Loc = ("plan", "policies", kpi_id)
        if kpi_id not in kpis:
            expected = "a KPI that has a definition"
            yield document.problem(loc, *unknown("KPI", kpi_id, kpis, expected))
        elif kpis[kpi_id].aggregation not in ("sum", "distinct"):
            found = f"{quoted(kpi_id)}, whose target is the same for children and parent"
            yield document.problem(loc, found, "a KPI that adds up over people")
    if plan.ramp[-1] == 0:
        expected = "more than 0: it stays for good"
        yield document.problem(("plan", "ramp", len(plan.ramp) - 1), quoted("0"), expected)


def _planned(rates: Table[Rate], settings: CompanySettings) -> set[tuple[str, int]]:
    """Currencies and fiscal years that have a plan rate."""
    plans = [row.value for row in rates.rows if row.value.kind == "plan"]
    return {(rate.currency, _fiscal_year(rate.period, settings)) for rate in plans}


def _fiscal_year(period: str, settings: CompanySettings) -> int:
    return fiscal_year(parse_period(period, settings.fiscal_year_start).start, settings.fiscal_year_start)
