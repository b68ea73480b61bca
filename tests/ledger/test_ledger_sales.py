"""Deals won and lost, by hand."""

from ledger.hand_made import at, books, deal, line, lost, split, told, won
from ledger.sales import (
    average_deal_size,
    average_discount,
    bookings,
    deals_won,
    gross_margin,
    gross_profit,
    new_customers,
    repeat_sales_share,
    sales_cycle,
    upsell_amount,
    win_rate,
)


def test_a_won_deal_is_booked_on_its_closing_at_the_plan_rate_of_that_day() -> None:
    """10.01 dollars are 9.009 euros at 0.9 and 8.008 at 0.8; of francs no rate is planned."""
    known = books(
        won("2025-12-31", amount="10.01", currency="USD"),
        won("2026-01-01", amount="10.01", currency="USD"),
        won("2026-01-02", amount="10.01", currency="CHF"),
        won("2026-01-03", amount=None),
        lost("2026-01-04"),
        deal(),
    )
    assert told(bookings(known)) == [
        ("anna", "2025-12-31", "9.01"),
        ("anna", "2026-01-01", "8.01"),
        ("anna", "2026-01-02", None),
        ("anna", "2026-01-03", None),
    ]


def test_splits_share_the_amount_to_the_cent_and_the_deal_exactly() -> None:
    """Anna gets the cent that three equal shares of a euro leave, being the first by name."""
    known = books(won("2026-06-01", "boris", "1.00", splits=split(cleo="0.25", boris="0.25", anna="0.5")))
    assert told(bookings(known)) == [
        ("cleo", "2026-06-01", "0.25"),
        ("boris", "2026-06-01", "0.25"),
        ("anna", "2026-06-01", "0.50"),
    ]
    thirds = books(won("2026-06-01", splits=split(cleo="0.333333", boris="0.333333", anna="0.333333")))
    assert told(average_deal_size(thirds)) == [
        ("cleo", "2026-06-01", "33.33", "1/3"),
        ("boris", "2026-06-01", "33.33", "1/3"),
        ("anna", "2026-06-01", "33.34", "1/3"),
    ]


def test_splits_that_do_not_sum_to_one_leave_the_deal_to_its_owner() -> None:
    known = books(
        won("2026-06-01", "anna", splits=split(boris="0.6", cleo="0.6")),
        won("2026-06-02", "anna", splits=split(boris="1.2", cleo="-0.2")),
    )
    assert told(deals_won(known)) == [("anna", "2026-06-01", "1"), ("anna", "2026-06-02", "1")]


def test_a_share_of_nothing_credits_no_one_and_someone_unknown_is_credited_as_no_one() -> None:
    known = books(won("2026-06-01", splits=split(anna="0.7", boris="0", nobody="0.3")))
    assert told(deals_won(known)) == [("anna", "2026-06-01", "7/10"), (None, "2026-06-01", "3/10")]


def test_the_win_rate_is_the_owners_whatever_the_splits() -> None:
    known = books(won("2026-06-01", splits=split(boris="0.5", cleo="0.5")), lost("2026-06-02"), deal())
    assert told(win_rate(known)) == [("anna", "2026-06-01", 1, 1), ("anna", "2026-06-02", 0, 1)]


def test_a_cycle_lasts_from_creation_to_winning() -> None:
    assert told(sales_cycle(books(won("2026-06-01", created_at=at("2026-05-30 23:59"))))) == [
        ("anna", "2026-06-01", 2)
    ]


def test_an_account_is_new_once_to_the_owner_of_its_first_win() -> None:
    """Of two deals won on one day the first by id is the first; without an account nobody can tell."""
    known = books(
        won("2026-06-02", "anna", id="crm:1"),
        won("2026-06-01", "cleo", id="crm:3", splits=split(anna="1")),
        won("2026-06-01", "boris", id="crm:2"),
        won("2026-05-01", "anna", account=None),
        lost("2026-05-01", "anna"),
    )
    assert told(new_customers(known)) == [("boris", "2026-06-01", 1)]


def test_a_sale_is_repeated_where_its_account_has_bought_before() -> None:
    known = books(
        won("2026-06-01", amount="10.00"),
        won("2026-06-02", "boris", "20.00", splits=split(boris="0.5", cleo="0.5")),
        won("2026-06-03", amount="30.00", account=None),
    )
    assert told(repeat_sales_share(known)) == [
        ("anna", "2026-06-01", "0", "10.00"),
        ("boris", "2026-06-02", "10.00", "10.00"),
        ("cleo", "2026-06-02", "10.00", "10.00"),
        ("anna", "2026-06-03", None, "30.00"),
    ]


def test_upsell_is_what_is_booked_on_expansions() -> None:
    known = books(won("2026-06-01", kind="expansion"), won("2026-06-01", kind="renewal"))
    assert told(upsell_amount(known)) == [("anna", "2026-06-01", "100.00")]


def test_net_and_cost_of_a_line_are_rounded_then_shared_each_for_itself() -> None:
    """3 × 9.99 × 0.8 = 23.976, so 23.98, of which halves are 11.99; 3 × 5.57 × 0.8 = 13.368, so 13.37, of
    which halves are 6.685: the cent goes to Anna, the first by name."""
    sold = line("3", "10.01", "9.99", "5.57")
    known = books(won("2026-06-01", lines=(sold,), currency="USD", splits=split(boris="0.5", anna="0.5")))
    assert told(gross_margin(known)) == [
        ("boris", "2026-06-01", "5.31", "11.99"),
        ("anna", "2026-06-01", "5.30", "11.99"),
    ]
    assert told(gross_profit(known)) == [("boris", "2026-06-01", "5.31"), ("anna", "2026-06-01", "5.30")]


def test_a_discount_is_what_the_list_says_above_the_price() -> None:
    lines = (line("2", "10.00", "9.00", "5.00"), line("1", None, "9.00", "5.00"))
    assert told(average_discount(books(won("2026-06-01", lines=lines), deal(lines=lines)))) == [
        ("anna", "2026-06-01", "2.00", "20.00"),
        ("anna", "2026-06-01", None),
    ]
