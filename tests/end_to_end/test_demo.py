"""The demo company's night: what is withheld, and a year of golden numbers.

Every number is compared with the truth in test_demo_ledger.
"""

import csv
from decimal import Decimal
from pathlib import Path

from commands import Commands, Done
from warehouse_reading import SHOWN, query

from yardstick.paths import DBT_PROJECT

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
        "select distinct kpi_id, node_kind, node_id from kpi.kpi_verdicts "
        "where condition = 'measurable' and verdict = 'fail' "
        f"and dimension not in ({', '.join(map(repr, shown_though_failing()))})",
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


def shown_though_failing() -> list[str]:
    """The dimensions of "measurable" that withhold nothing."""
    with (DBT_PROJECT / "seeds" / "measurable_thresholds.csv").open() as seed:
        return [row["dimension"] for row in csv.DictReader(seed) if row["withholds"] == "false"]


# ---- golden numbers

YEAR_2025 = {
    "average_deal_size": "30831.067897196262",
    "average_discount": "0.071843638324",
    "bookings": "39587091.18",
    "connect_rate": "0.618441371264",
    "crm_completeness": "0.989672977625",
    "customer_retention": "0.972943722944",
    "days_sales_outstanding": "51.324743385915",
    "deals_without_next_step_share": "0.628336755647",
    "deals_won": "1289",
    "first_response_time": "35.000000000000",
    "forecast_accuracy": "0.285075675772",
    "gross_margin": "0.470552021835",
    "gross_profit": "18673161.92",
    "invoiced_sales": "39403815.32",
    "lead_to_deal_conversion": "0.294168342430",
    "leads_answered_in_sla": "0.299129702414",
    "leads_worked_share": "0.812869614193",
    "meetings_held": "7281",
    "net_promoter_score": "0.155388471178",
    "net_revenue_retention": "0.217963361414",
    "new_customers": "149",
    "open_pipeline": "15092624.31",
    "outbound_calls": "22748",
    "overdue_receivables": "1508073.08",
    "overdue_share": "0.272516235000",
    "overdue_tasks_share": "0.276320331377",
    "pipeline_coverage": "0.442169138400",
    "pipeline_created": "103064316.56",
    "proposal_to_payment_conversion": "0.570045558087",
    "proposals_sent": "1744",
    "quota_attainment": "1.055655764800",
    "repeat_sales_share": "0.895159965881",
    "revenue_collected": "39458126.39",
    "sales_cycle": "39.000000000000",
    "sales_velocity": "165308.487119624650",
    "slippage_rate": "0.058561897702",
    "stage_conversion": "0.714381047714",
    "stalled_deals_share": "0.462012320329",
    "upsell_amount": "16169930.46",
    "weighted_pipeline": "8452472.93",
    "win_rate": "0.429380413058",
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
    said = {row["kpi_id"]: Decimal(row["actual"]) for row in rows}
    assert said == {kpi: Decimal(value) for kpi, value in YEAR_2025.items()}
