"""The hand check: whose KPI is recomputed, what each aggregation makes of the rows, when the two agree."""

import ast
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from said import said
from shipped import THRESHOLDS

from yardstick.company.periods import Period
from yardstick.conditions.finding import Finding
from yardstick.conditions.hand_check import (
    Exported,
    Row,
    check_by_hand,
    choose_person,
    nobody_to_check,
    recomputed,
)
from yardstick.definitions.cards import Composite, Counted, Definition
from yardstick.definitions.files import load_definitions
from yardstick.definitions.formulas import Formula

APRIL = Period(date(2026, 4, 1), date(2026, 4, 30), "month")
MAY = Period(date(2026, 5, 1), date(2026, 5, 31), "month")
SHIPPED = load_definitions()
BY_HAND = THRESHOLDS.easy.hand_check
NBSP = "\u00a0"


def row(
    kpi_id: str,
    event_on: date,
    numerator: str | None = "1",
    denominator: str | None = None,
    *,
    until_on: date | None = None,
    record: str = "crm:1",
) -> Row:
    above, below = (None if value is None else Decimal(value) for value in (numerator, denominator))
    return Row(kpi_id, record, event_on, until_on, above, below)


def in_may(day: int) -> date:
    return date(2026, 5, day)


def exported(*rows: Row, **targets: str) -> Exported:
    known = {kpi_id: Decimal(target) for kpi_id, target in targets.items()}
    return Exported("Anna", rows, known, MAY, APRIL)


def by_hand(kpi_id: str, *rows: Row, **targets: str) -> Decimal | None:
    return recomputed(kpi_id, SHIPPED, exported(*rows, **targets))


class TestWho:
    people: dict[str, int] = {"anna": 40, "boris": 200, "cleo": 201, "dora": 0}  # noqa: RUF012

    def test_only_who_has_one_to_200_rows_can_be_checked_by_hand(self) -> None:
        chosen = {choose_person("bookings", self.people, date(2026, 6, day), BY_HAND) for day in range(1, 31)}
        assert chosen == {"anna", "boris"}

    def test_the_night_and_the_kpi_choose_and_nothing_else(self) -> None:
        reversed_people = dict(reversed(self.people.items()))
        for kpi_id in ("bookings", "win_rate"):
            choices = [choose_person(kpi_id, of, MAY.end, BY_HAND) for of in (self.people, reversed_people)]
            assert choices[0] == choices[1]
        nights = [date(2026, 6, day) for day in range(1, 31)]
        first, second = (
            [choose_person(kpi, self.people, night, BY_HAND) for night in nights] for kpi in ("a", "b")
        )
        assert first != second

    def test_where_nobody_can_be_checked_nobody_is(self) -> None:
        assert choose_person("bookings", {"cleo": 201, "dora": 0}, MAY.end, BY_HAND) is None
        finding = nobody_to_check("2026-05", BY_HAND)
        assert (finding.verdict, finding.n) == ("not enough data", 0)
        assert said("easy", finding) == (
            "Nobody has a value made of 1 to 200 rows (2026-05), which could be computed by hand."
        )


class TestCountedKpis:
    def test_a_flow_sums_the_rows_of_the_periods_days(self) -> None:
        rows = [
            row("bookings", date(2026, 4, 30), "1000"),
            row("bookings", in_may(1), "100.25"),
            row("bookings", in_may(31), "200.50"),
            row("bookings", in_may(9), None),  # an amount that nobody knows
            row("bookings", date(2026, 6, 1), "1000"),
        ]
        assert by_hand("bookings", *rows) == Decimal("300.75")

    def test_a_sum_over_no_rows_is_nothing(self) -> None:
        assert by_hand("bookings") == 0

    def test_a_balance_has_what_began_and_still_lasts_on_the_last_day(self) -> None:
        rows = [
            row("open_pipeline", date(2026, 2, 1), "1"),
            row("open_pipeline", date(2026, 2, 1), "20", until_on=in_may(31)),  # gone on the last day
            row("open_pipeline", date(2026, 2, 1), "300", until_on=date(2026, 6, 1)),
            row("open_pipeline", in_may(31), "4000"),
            row("open_pipeline", date(2026, 6, 1), "50000"),
        ]
        assert by_hand("open_pipeline", *rows) == 4301

    def test_a_ratio_divides_the_sums_of_rows_that_have_both_sides(self) -> None:
        rows = [
            row("average_discount", in_may(1), "10", "100"),
            row("average_discount", in_may(2), "40", "300"),
            row("average_discount", in_may(3), None, "600"),
            row("average_discount", in_may(4), "70", None),
        ]
        assert by_hand("average_discount", *rows) == Decimal("0.125")

    def test_a_ratio_over_nothing_has_no_value(self) -> None:
        assert by_hand("win_rate") is None
        assert by_hand("average_discount", row("average_discount", in_may(1), "0", "0")) is None

    @pytest.mark.parametrize(
        ("minutes", "expected"), [((5, 60, 10), "10"), ((5, 60, 10, 20), "15"), ((7,), "7"), ((), None)]
    )
    def test_a_median_lies_in_the_middle(self, minutes: Sequence[int], expected: str | None) -> None:
        rows = [row("first_response_time", in_may(2), str(of)) for of in minutes]
        unanswered = row("first_response_time", in_may(2), None)
        found = by_hand("first_response_time", *rows, unanswered)
        assert found == (None if expected is None else Decimal(expected))

    def test_distinct_counts_each_record_once(self) -> None:
        definition = SHIPPED["outbound_calls"].model_copy(update={"aggregation": "distinct"})
        rows = [row("outbound_calls", in_may(day), record=f"crm:{day % 2}") for day in (1, 2, 3)]
        assert recomputed("outbound_calls", {"outbound_calls": definition}, exported(*rows)) == 2

    def test_rows_of_other_kpis_do_not_count(self) -> None:
        rows = [row("deals_won", in_may(2)), row("bookings", in_may(2), "500")]
        assert by_hand("deals_won", *rows) == 1

    @given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 10**9)), min_size=1, max_size=30))
    def test_it_is_exact_to_more_digits_than_anything_has(self, parts: list[tuple[int, int]]) -> None:
        rows = [row("average_discount", in_may(3), f"{a}E-2", f"{b}E-2") for a, b in parts]
        true = Fraction(sum(a for a, _ in parts), sum(b for _, b in parts))
        found = by_hand("average_discount", *rows)
        assert found is not None
        assert abs(Fraction(found) - true) <= Fraction(1, 10**30) * max(1, true)


class TestComposites:
    """The worked examples of the cards."""

    def test_quota_attainment_is_40_000_of_50_000(self) -> None:
        rows = [row("bookings", in_may(4), "15000"), row("bookings", in_may(20), "25000")]
        assert by_hand("quota_attainment", *rows, bookings="50000") == Decimal("0.8")

    def test_sales_velocity_is_12_deals_at_a_quarter_30_000_and_45_days(self) -> None:
        rows = [
            *(row("open_pipeline", date(2026, 3, 1), None) for _ in range(12)),  # counted without an amount
            *(row("win_rate", in_may(2), str(int(won)), "1") for won in (True, False, False, False)),
            row("average_deal_size", in_may(2), "30000", "1"),
            row("sales_cycle", in_may(2), "45"),
        ]
        assert by_hand("sales_velocity", *rows) == 2000

    def test_days_sales_outstanding_rests_on_the_period_before_too(self) -> None:
        rows = [
            row("overdue_share", date(2026, 2, 1), "0", "90000", until_on=in_may(7)),
            row("overdue_share", in_may(9), "0", "110000"),
            row("invoiced_sales", in_may(9), "62000"),
        ]
        assert by_hand("days_sales_outstanding", *rows) == 50

    def test_pipeline_coverage_is_160_000_open_at_the_start_over_40_000(self) -> None:
        rows = [
            row("open_pipeline", date(2026, 2, 1), "160000", until_on=in_may(2)),
            row("open_pipeline", in_may(3), "999"),
        ]
        assert by_hand("pipeline_coverage", *rows, bookings="40000") == 4
        assert by_hand("pipeline_coverage", *rows, bookings="-5") is None  # max(target, 0) divides by nothing
        assert by_hand("pipeline_coverage", *rows) is None

    def test_a_formula_of_formulas(self) -> None:
        definitions: dict[str, Definition] = {
            **SHIPPED,
            "twice": made_of("twice", "quota_attainment.actual * 2 - -min(1.5, deals_won.actual, 7)"),
        }
        rows = [row("bookings", in_may(4), "100"), row("deals_won", in_may(4)), row("deals_won", in_may(5))]
        assert recomputed("twice", definitions, exported(*rows, bookings="50")) == Decimal("5.5")

    @given(
        st.recursive(
            st.integers(0, 9).map(str),
            lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(
                "({0[0]} {0[1]} {0[2]})".format
            ),
            max_leaves=8,
        )
    )
    def test_arithmetic_is_that_of_fractions(self, text: str) -> None:
        """Python's own arithmetic, over fractions, says what comes out; nothing where it divides by 0."""
        definitions: dict[str, Definition] = {**SHIPPED, "x": made_of("x", f"{text} + 0 * deals_won.actual")}
        found = recomputed("x", definitions, exported())
        try:
            true = fraction(ast.parse(text, mode="eval").body)
        except ZeroDivisionError:
            assert found is None
        else:
            assert found is not None
            assert abs(Fraction(found) - true) <= Fraction(1, 10**25) * max(1, abs(true))


def made_of(kpi_id: str, expression: str) -> Composite:
    Formula(expression)
    card = SHIPPED["quota_attainment"]
    assert isinstance(card, Composite)
    return card.model_copy(update={"kpi_id": kpi_id, "expression": expression})


def fraction(node: ast.expr) -> Fraction:
    if isinstance(node, ast.Constant):
        return Fraction(str(node.value))
    assert isinstance(node, ast.BinOp)
    left, right = fraction(node.left), fraction(node.right)
    match node.op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
    return left / right


def check(actual: str | None, *amounts: str, kpi_id: str = "bookings") -> Finding:
    rows = exported(*(row(kpi_id, in_may(2), amount) for amount in amounts))
    published = None if actual is None else Decimal(actual)
    return check_by_hand(kpi_id, SHIPPED, rows, published, "2026-05", BY_HAND)


class TestAgreement:
    @pytest.mark.parametrize(
        ("actual", "verdict"),
        [
            ("1000", "pass"),
            ("995.03", "pass"),  # 4.97 of 995.03 is half a per cent less a bit
            ("995.02", "fail"),
            ("1005.02", "pass"),
            ("1005.03", "fail"),
        ],
    )
    def test_half_a_per_cent_of_what_is_published_is_tolerated(self, actual: str, verdict: str) -> None:
        assert check(actual, "400", "600").verdict == verdict

    def test_person_rows_and_both_numbers_are_told(self) -> None:
        finding = check("41900", "41230.5", "0")
        assert (finding.verdict, finding.n, finding.threshold) == ("fail", 2, 0.005)
        assert finding.estimate == pytest.approx(669.5 / 41900, abs=1e-6)
        assert said("easy", finding) == (
            f"Anna, 2026-05, computed by hand (rows: 2): 41{NBSP}230.5. The warehouse has 41{NBSP}900."
        )
        assert said("easy", check("41230.5", "41230.5"), "ru") == (
            f"Anna, 2026-05, ручной расчёт (строк: 1): 41{NBSP}230.5 — как и в хранилище."
        )

    def test_nothing_agrees_with_nothing_alone(self) -> None:
        assert check("0", "0").verdict == "pass"
        assert check("0", "0.01").verdict == "fail"
        assert check("0.01", "0").verdict == "fail"
        assert check("-50", "-50").verdict == "pass"

    def test_no_value_agrees_with_no_value_alone(self) -> None:
        assert check(None, kpi_id="win_rate").verdict == "pass"
        assert check("0.5", kpi_id="win_rate").verdict == "fail"
        assert check(None, "5").verdict == "fail"
        assert said("easy", check(None, "5")).endswith("The warehouse has –.")

    def test_what_twelve_decimals_round_away_is_no_difference(self) -> None:
        assert check("0", "0.0000000004").verdict == "pass"


def test_every_kpi_that_ships_can_be_recomputed() -> None:
    for kpi_id, definition in SHIPPED.items():
        assert isinstance(definition, Counted | Composite)
        value = recomputed(kpi_id, SHIPPED, exported(bookings="100"))
        assert value is None or value == 0
