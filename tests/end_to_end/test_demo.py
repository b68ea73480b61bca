"""The demo company: what its scorecards show against the truth that the simulator wrote beside its files."""

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from commands import Commands, Done
from warehouse_reading import SHOWN, Key, actuals, query


@dataclass
class Month:
    """What the truth says of one node in one month."""

    won: int = 0
    won_amount: Decimal = Decimal()
    won_without_amount: int = 0
    lost: int = 0
    leads_due: int = 0
    leads_converted: int = 0
    open_amount: Decimal = Decimal()
    cycle_days: list[int] = field(default_factory=list)

    def add(self, row: dict[str, Any]) -> None:
        for name in ("won", "won_without_amount", "lost", "leads_due", "leads_converted"):
            setattr(self, name, getattr(self, name) + row[name])
        self.won_amount += Decimal(row["won_amount"])
        self.cycle_days += row["cycle_days"]


#: KPI → what a month comes to; None where there is nothing to divide by.
KPIS: dict[str, Callable[[Month], Decimal | float | None]] = {
    "bookings": lambda month: month.won_amount,
    "deals_won": lambda month: month.won,
    "win_rate": lambda month: _share(month.won, month.won + month.lost),
    "average_deal_size": lambda month: _share(month.won_amount, month.won - month.won_without_amount),
    "sales_cycle": lambda month: median(month.cycle_days) if month.cycle_days else None,
    "open_pipeline": lambda month: month.open_amount,
    "lead_to_deal_conversion": lambda month: _share(month.leads_converted, month.leads_due),
}


def _share(numerator: Decimal | int, denominator: int) -> Decimal | None:
    return Decimal(numerator) / denominator if denominator else None


Node = tuple[str, str]
Truth = dict[tuple[Node, str], Month]


@pytest.fixture(scope="module")
def truth(demo_company: Path) -> Truth:
    """The truth by node and month: people and, by the team that they were in on the day, all above them."""
    regions = regions_of_teams(demo_company)
    told = json.loads((demo_company / "crm" / "truth.json").read_text())
    months: Truth = defaultdict(Month)
    for row in told["months"]:
        for node in nodes_of(row, regions):
            months[node, row["month"]].add(row)
    for row in told["open_pipeline"]:
        for node in nodes_of(row, regions):
            months[node, row["day"][:7]].open_amount += Decimal(row["amount"])
    return months


def regions_of_teams(company: Path) -> dict[str, str]:
    with (company / "org.csv").open() as file:
        return {row["node"]: row["parent"] for row in csv.DictReader(file) if row["kind"] == "team"}


def nodes_of(row: dict[str, Any], regions: dict[str, str]) -> Iterator[Node]:
    """Where a row counts."""
    yield "person", row["person"] or "unassigned"
    yield "team", row["team"] or "unassigned-team"
    yield "region", regions[row["team"]] if row["team"] else "unassigned-region"
    yield "company", "demo"


@pytest.fixture(scope="module")
def shown(commands: Commands, demo_company: Path, demo: Done) -> dict[Key, Decimal | None]:
    """Every month's number in kpi.scorecards that is not withheld."""
    assert demo.exit_code == 0, demo.said
    return actuals(commands, demo_company, ["month"])


@pytest.mark.parametrize("kpi", KPIS)
def test_every_number_of_every_month_and_node_is_the_truth(
    shown: dict[Key, Decimal | None], truth: Truth, kpi: str
) -> None:
    compared = {
        (node_kind, node, start): (actual, KPIS[kpi](truth.get(((node_kind, node), start[:7]), Month())))
        for (of_kpi, node_kind, node, _, start), actual in shown.items()
        if of_kpi == kpi
    }
    assert {node_kind for node_kind, _, _ in compared} == {"person", "team", "region", "company"}
    assert len(compared) > 48 * 40
    assert [key for key, (actual, true) in compared.items() if not is_same(actual, true)] == []


def is_same(actual: Decimal | None, true: Decimal | float | None) -> bool:
    if actual is None or true is None:
        return actual is None and true is None
    return actual == true or abs(float(actual) - float(true)) < 1e-9 * max(1.0, abs(float(true)))


def test_amounts_and_counts_are_the_truth_to_the_cent(shown: dict[Key, Decimal | None], truth: Truth) -> None:
    for (kpi, node_kind, node, _, start), actual in shown.items():
        if kpi in ("bookings", "deals_won", "open_pipeline"):
            assert actual == KPIS[kpi](truth.get(((node_kind, node), start[:7]), Month()))


def test_no_month_in_which_something_happened_is_missing(
    commands: Commands, demo_company: Path, demo: Done, truth: Truth
) -> None:
    rows = query(
        commands,
        demo_company,
        "select kpi_id, node_kind, node_id, to_char(period_start, 'YYYY-MM') as month from kpi.scorecards "
        "where period_kind = 'month'",
    )
    there = {(row["kpi_id"], (row["node_kind"], row["node_id"]), row["month"]) for row in rows}
    happened = {(kpi, *key) for kpi in KPIS for key, month in truth.items() if KPIS[kpi](month)}
    assert len(happened) > 7 * 48 * 40
    assert happened - there == set()


# ---- what is withheld

#: The periods that the night of 2026-06-30 tests: open, or the last closed of their kind, and of June.
TESTED = {
    ("month", "2026-06-01"),
    ("quarter", "2026-04-01"),
    ("week", "2026-06-22"),
    ("week", "2026-06-29"),
    ("year", "2026-01-01"),
}


def test_what_is_withheld_is_just_what_a_failing_verdict_withholds(
    commands: Commands, demo_company: Path, demo: Done
) -> None:
    failed = query(
        commands,
        demo_company,
        "select distinct kpi_id, node_kind, node_id from kpi.kpi_verdicts where verdict = 'fail'",
    )
    withheld = query(
        commands,
        demo_company,
        "select kpi_id, node_kind, node_id, period_kind, period_start from kpi.scorecards "
        f"where status = 'withheld' and not {SHOWN}",
    )
    there = query(
        commands,
        demo_company,
        "select kpi_id, node_kind, node_id, period_kind, period_start from kpi.scorecards "
        "where period_end >= '2026-06-01'",
    )
    failing = {tuple(row.values()) for row in failed}
    assert failing
    assert {tuple(row.values()) for row in withheld} == {
        (*key, period_kind, start)
        for *key, period_kind, start in (tuple(row.values()) for row in there)
        if tuple(key) in failing and (period_kind, start) in TESTED
    }


# ---- golden numbers

YEAR_2025 = {
    "average_deal_size": "29797.119582664526",
    "bookings": "37127211.00",
    "deals_won": "1253",
    "lead_to_deal_conversion": "0.292781133161",
    "open_pipeline": "16405872.00",
    "pipeline_coverage": "0.426797226667",
    "quota_attainment": "0.990058960000",
    "sales_cycle": "40.000000000000",
    "sales_velocity": "156912.236790473181",
    "win_rate": "0.417110519308",
}


def test_the_companys_year_2025_is_what_it_has_always_been(
    commands: Commands, demo_company: Path, demo: Done
) -> None:
    rows = query(
        commands,
        demo_company,
        "select kpi_id, actual from kpi.scorecards where node_kind = 'company' "
        "and period_kind = 'year' and period_start = '2025-01-01'",
    )
    assert {row["kpi_id"]: row["actual"] for row in rows} == YEAR_2025
