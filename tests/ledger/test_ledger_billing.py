"""Invoices, payments, and the customers who pay, by hand."""

from datetime import date

from ledger.billing import invoiced_sales, overdue_receivables, overdue_share, revenue_collected
from ledger.books import Row
from ledger.customers import customer_retention, net_revenue_retention
from ledger.hand_made import books, deal, invoice, on, payment, split, told, won

SOLD = won("2026-05-01", "anna", id="crm:1", splits=split(anna="0.5", cleo="0.5"))


def test_payments_are_shared_like_the_deal_on_the_day_they_come_in() -> None:
    """0.8 × 0.05 dollars are 4 cents; the odd cent of 3 that go back is Anna's."""
    billed = invoice(SOLD, "10.00", "2026-05-02", "2026-06-01")
    known = books(
        SOLD,
        billed,
        payment(billed, "0.05", "2026-06-03", "USD"),
        payment(SOLD, "-0.03", "2026-06-04"),
        payment(None, "7.00", "2026-06-05"),
    )
    assert told(revenue_collected(known)) == [
        ("anna", "2026-06-03", "0.02"),
        ("cleo", "2026-06-03", "0.02"),
        ("anna", "2026-06-04", "-0.02"),
        ("cleo", "2026-06-04", "-0.01"),
        (None, "2026-06-05", "7.00"),
    ]


def test_an_invoice_is_its_deals_owners_alone() -> None:
    known = books(SOLD, invoice(SOLD, "10.00", "2026-05-02", "2026-06-01"))
    assert told(invoiced_sales(known)) == [("anna", "2026-05-02", "10.00")]


def test_a_balance_falls_with_each_payment_and_is_overdue_from_the_day_after_it_was_due() -> None:
    billed = invoice(SOLD, "10.00", "2026-05-02", "2026-06-01")
    known = books(SOLD, billed, payment(billed, "4.00", "2026-06-10"), payment(billed, "6.00", "2026-06-20"))

    def overdue(day: str) -> list[tuple[object, ...]]:
        return [row[2:] for row in told(overdue_share(known, on(day)))]

    assert overdue("2026-05-01") == []
    assert overdue("2026-05-02") == overdue("2026-06-01") == [("0.00", "10.00")]
    assert overdue("2026-06-02") == [("10.00", "10.00")]
    assert overdue("2026-06-10") == [("6.00", "6.00")]
    assert overdue("2026-06-20") == []
    assert told(overdue_receivables(known, on("2026-06-01"))) == []
    assert told(overdue_receivables(known, on("2026-06-19"))) == [("anna", "2026-06-19", "6.00")]


def test_what_is_owed_is_worth_what_it_was_when_it_was_invoiced() -> None:
    """1,000.00 dollars at 0.9. Of them 333.33 are paid when a dollar is planned at 0.8; 666.67 are left."""
    billed = invoice(SOLD, "1000.00", "2025-12-01", "2026-02-28", "USD")
    known = books(
        SOLD,
        billed,
        payment(billed, "333.33", "2026-01-10", "USD"),
        payment(billed, "666.67", "2026-01-20", "USD"),
    )
    assert [row[3] for row in told(overdue_share(known, on("2026-01-09")))] == ["900.00"]
    assert [row[3] for row in told(overdue_share(known, on("2026-01-10")))] == ["600.00"]
    assert told(overdue_share(known, on("2026-01-20"))) == []


def test_what_is_paid_too_much_is_no_debt_of_ours() -> None:
    billed = invoice(SOLD, "10.00", "2026-05-02", "2026-06-01")
    known = books(SOLD, billed, payment(billed, "11.00", "2026-04-30"))
    assert told(overdue_share(known, on("2026-05-02"))) == []


def of_month(rows: list[Row], month_end: date) -> list[tuple[object, ...]]:
    return told(row for row in rows if row.on == month_end)


def test_a_customer_is_retained_while_the_last_payment_is_in_the_twelve_months() -> None:
    """Paid in May 2025, it is active up to the end of April 2026: lost in May, and forgotten in June."""
    known = books(SOLD, payment(SOLD, "5.00", "2025-05-20"))
    rows = list(customer_retention(known))
    assert of_month(rows, on("2025-05-31")) == []
    assert of_month(rows, on("2025-06-30")) == [("anna", "2025-06-30", 1, 1)]
    assert of_month(rows, on("2026-04-30")) == [("anna", "2026-04-30", 1, 1)]
    assert of_month(rows, on("2026-05-31")) == [("anna", "2026-05-31", 0, 1)]
    assert of_month(rows, on("2026-06-30")) == []


def test_revenue_is_retained_against_the_same_month_a_year_before() -> None:
    """The second account did not pay in June 2025, so it is not in June 2026's cohort."""
    other = deal("cleo", account="crm:A2", id="crm:2")
    known = books(
        SOLD,
        other,
        payment(SOLD, "10.00", "2025-06-01", "USD"),
        payment(SOLD, "4.00", "2026-06-30"),
        payment(SOLD, "4.50", "2026-06-30"),
        payment(other, "99.00", "2026-06-15"),
    )
    assert told(net_revenue_retention(known)) == [("anna", "2026-06-30", "8.50", "9.00")]


def test_money_that_goes_back_is_no_payment_but_lessens_what_was_paid() -> None:
    """The second account was only paid back in June 2025."""
    other = deal("cleo", account="crm:A2", id="crm:2")
    known = books(
        SOLD,
        other,
        payment(SOLD, "10.00", "2025-06-01"),
        payment(SOLD, "-4.00", "2025-06-20"),
        payment(other, "-4.00", "2025-06-20"),
    )
    assert told(net_revenue_retention(known)) == [("anna", "2026-06-30", "0", "6.00")]
    assert of_month(list(customer_retention(known)), on("2026-06-30")) == [("anna", "2026-06-30", 0, 1)]


def test_an_account_is_kept_by_the_owner_of_the_deal_that_it_paid_last() -> None:
    """Of two payments of one day the last by id counts; one for no deal is no one's."""
    later = deal("cleo", id="crm:2")
    known = books(SOLD, later, payment(SOLD, "1.00", "2025-06-30"), payment(later, "1.00", "2025-06-30"))
    assert of_month(list(customer_retention(known)), on("2025-07-31")) == [("cleo", "2025-07-31", 1, 1)]
