"""How rows become the values of nodes and periods."""

from decimal import Decimal
from fractions import Fraction

import pytest

from ledger.books import Books, Row
from ledger.exact import percentile, rounded, share_out
from ledger.hand_made import books, deal, lost, on, person, won
from ledger.pipeline import open_pipeline
from ledger.roll_up import Balance, Flow, Value, Values, roll_up
from ledger.sales import bookings, sales_cycle, win_rate
from yardstick.company.periods import parse_period
from yardstick.demo.ledger import TeamStay

THIRD = Fraction(1, 3)
#: Dora moves from Nord to Alps on 15 June.
DORA = person("dora", TeamStay("nord", None, on("2026-06-15")), TeamStay("alps", on("2026-06-15"), None))


def at(values: Values, kind: str, node: str, period: str) -> Value:
    return values[(kind, node), parse_period(period, 1)]


def test_a_mover_counts_for_the_team_of_the_day() -> None:
    known = books(won("2026-06-14", "dora", "10.00"), won("2026-06-15", "dora", "5.00"), people=[DORA])
    values = roll_up(known, Flow("sum", bookings))
    assert at(values, "person", "dora", "2026-06").actual == 15
    assert at(values, "team", "nord", "2026-06").actual == 10
    assert at(values, "team", "alps", "2026-06").actual == 5
    assert at(values, "region", "hills", "2026-06").actual == 5
    assert at(values, "company", "demo", "2026-Q2").actual == 15


def test_a_mover_takes_a_balance_along() -> None:
    values = roll_up(books(deal("dora", "10.00"), people=[DORA]), Balance("sum", open_pipeline))
    assert at(values, "team", "nord", "2026-W24").actual == 10
    assert at(values, "team", "alps", "2026-W25").actual == 10
    assert (("team", "nord"), parse_period("2026-W25", 1)) not in values


def test_a_balance_is_that_of_the_last_day() -> None:
    """The quarter ends with what is open on 30 June, whatever was open in between."""
    known = books(deal(amount="10.00"), won("2026-06-30", amount="7.00"), won("2026-07-01", amount="3.00"))
    values = roll_up(known, Balance("sum", open_pipeline))
    assert at(values, "company", "demo", "2026-05").actual == 20
    assert at(values, "company", "demo", "2026-Q2").actual == 13


def test_no_one_and_who_has_left_count_under_names_of_their_own() -> None:
    gone = person("emil", TeamStay("nord", None, on("2026-06-01")))
    known = books(won("2026-06-02", None, "1.00"), won("2026-06-02", "emil", "2.00"), people=[gone])
    values = roll_up(known, Flow("sum", bookings), ["month"])
    assert {node: value.actual for (node, _), value in values.items()} == {
        ("person", "unassigned"): 1,
        ("person", "emil"): 2,
        ("team", "unassigned-team"): 3,
        ("region", "unassigned-region"): 3,
        ("company", "demo"): 3,
    }


def test_only_periods_that_are_over_have_values() -> None:
    values = roll_up(books(won("2026-06-30")), Flow("sum", bookings))
    assert {period.kind for _, period in values} == {"month", "quarter"}


def test_a_ratio_is_the_sum_above_over_the_sum_below() -> None:
    """Anna wins 1 of 3, Cleo 1 of 1: together 2 of 4, not the mean of a third and one."""
    known = books(won("2026-06-01"), lost("2026-06-02"), lost("2026-06-03"), won("2026-06-04", "cleo"))
    values = roll_up(known, Flow("ratio", win_rate))
    assert at(values, "person", "anna", "2026-06") == Value(Decimal("0.333333333333"), 1, 3, 3)
    assert at(values, "company", "demo", "2026-06").actual == Decimal("0.5")


def test_a_row_of_a_ratio_that_lacks_a_side_is_counted_and_adds_nothing() -> None:
    def rows(_: Books) -> list[Row]:
        day = on("2026-06-01")
        return [Row("1", "anna", day, 1, 2), Row("2", "anna", day, None, 2), Row("3", "anna", None, 1, 1)]

    assert at(roll_up(books(), Flow("ratio", rows)), "team", "nord", "2026-06") == Value(
        Decimal("0.5"), 1, 2, 2
    )


def test_a_median_is_taken_of_the_rows_at_every_level() -> None:
    """Anna's cycles are 2 and 5 days, Cleo's 31: the company's middle is 5."""
    known = books(won("2026-05-03"), won("2026-05-06"), won("2026-05-31", "cleo"), won("2026-06-01", "cleo"))
    values = roll_up(known, Flow("median", sales_cycle))
    assert at(values, "person", "anna", "2026-05") == Value(Decimal("3.5"), None, None, 2)
    assert at(values, "company", "demo", "2026-05").actual == 5


@pytest.mark.parametrize(
    ("amount", "shares", "parts"),
    [
        ("100.00", {"anna": THIRD, "boris": THIRD, "cleo": THIRD}, ["33.34", "33.33", "33.33"]),
        ("-100.00", {"anna": THIRD, "boris": THIRD, "cleo": THIRD}, ["-33.34", "-33.33", "-33.33"]),
        ("0.01", {"anna": Fraction("0.4"), "boris": Fraction("0.6")}, ["0.00", "0.01"]),
        (
            "0.05",
            {"a": Fraction("0.2"), "b": Fraction("0.3"), "c": Fraction("0.5")},
            ["0.01", "0.01", "0.03"],
        ),
    ],
)
def test_the_cents_left_over_go_to_who_lost_most_then_to_the_larger_share_then_by_name(
    amount: str, shares: dict[str, Fraction], parts: list[str]
) -> None:
    assert [str(part) for part in share_out(Decimal(amount), list(shares.items()))] == parts


def test_a_percentile_may_lie_between_two_values() -> None:
    """Of 1, 2, 4, 8 the place of three quarters is a quarter of the way from 4 to 8."""
    assert percentile([1, 2, 4, 8], Fraction(3, 4)) == 5


def test_half_is_rounded_away_from_zero() -> None:
    assert [str(rounded(Decimal(value), 2)) for value in ("0.005", "-0.005", "0.0149")] == [
        "0.01",
        "-0.01",
        "0.01",
    ]
