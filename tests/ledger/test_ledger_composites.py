"""Formulas over the values of other KPIs, by hand."""

from decimal import Decimal

from ledger.books import Books
from ledger.catalogue import BASE_KPIS
from ledger.composites import (
    Board,
    Spot,
    days_sales_outstanding,
    pipeline_coverage,
    quota_attainment,
    sales_velocity,
)
from ledger.hand_made import at, books, deal, invoice, lost, won
from ledger.roll_up import roll_up
from yardstick.company.periods import parse_period

ANNA, JUNE = ("person", "anna"), parse_period("2026-06", 1)


def spot(known: Books, target: str | None) -> Spot:
    values = {kpi_id: roll_up(known, kpi) for kpi_id, kpi in BASE_KPIS.items()}
    return Spot(Board(known, values, {(ANNA, JUNE): None if target is None else Decimal(target)}), ANNA, JUNE)


def test_a_quota_is_what_was_sold_over_the_target() -> None:
    known = books(won("2026-06-01", amount="50.00"))
    assert quota_attainment(spot(known, "75")) == Decimal("0.666666666667")
    assert quota_attainment(spot(known, "0")) is None
    assert quota_attainment(spot(known, None)) is None


def test_a_plan_is_covered_by_what_was_open_when_the_period_began() -> None:
    """Won on 1 June, the deal was still open at the end of May."""
    known = books(won("2026-06-01", amount="60.00"), deal(amount="9.00", created_at=at("2026-06-01")))
    assert pipeline_coverage(spot(known, "20")) == 3
    assert pipeline_coverage(spot(books(), "20")) == 0


def test_a_velocity_is_made_of_published_values() -> None:
    """2 open × 1/3 won, as published 0.333333333333, × 90 ÷ 2 days."""
    known = books(
        deal(),
        deal(),
        won("2026-06-01", amount="90.00", created_at=at("2026-05-30")),
        lost("2026-06-02"),
        lost("2026-06-03"),
    )
    assert sales_velocity(spot(known, None)) == Decimal("29.99999999997")
    assert sales_velocity(spot(books(deal()), None)) is None


def test_receivables_are_outstanding_for_as_many_days_as_it_takes_to_invoice_them() -> None:
    """100 at the start of June, 160 at its end, 130 between; 60 are invoiced in 30 days: 65 days."""
    sold = won("2026-05-01")
    known = books(
        sold,
        invoice(sold, "100.00", "2026-05-02", "2026-06-01"),
        invoice(sold, "60.00", "2026-06-02", "2026-07-01"),
    )
    assert days_sales_outstanding(spot(known, None)) == 65
    assert days_sales_outstanding(spot(books(sold), None)) is None
