"""The demo company's night: what is withheld, and a year of golden numbers.

Every number is compared with the truth in test_demo_ledger.
"""

from pathlib import Path

from commands import Commands, Done
from warehouse_reading import SHOWN, query

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
