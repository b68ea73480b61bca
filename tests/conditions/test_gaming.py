"""Signs that a KPI is bent: each with a month that shows it, and one that does not."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from said import said, texts
from scipy.stats import t as student
from shipped import THRESHOLDS
from target_worlds import NO_CLOSINGS, WORKING_DAYS, Array, days_of, shapes_of

from yardstick.conditions.chances import Measure
from yardstick.conditions.finding import Finding
from yardstick.conditions.gaming import CounterKpi, Limits, judge_gaming
from yardstick.reading.strict import Bilingual

SALES = Measure("bookings", "up", "sum")
CALLS = Measure("outbound_calls", "up", "sum")
CONNECTS = Measure("connect_rate", "up", "ratio")
DISCOUNT = Measure("average_discount", "down", "ratio")
TITLE = Bilingual(en="Average discount %", ru="Средняя скидка, %")
DEFAULTS = THRESHOLDS.realistic.gaming


def signs(
    days: pd.DataFrame,
    measure: Measure = SALES,
    closings: pd.DataFrame = NO_CLOSINGS,
    counter: Measure | None = None,
    is_share: bool = True,
) -> dict[str, Finding]:
    against = CounterKpi(counter, TITLE, is_share) if counter else None
    found = list(judge_gaming(measure, shapes_of(days), closings, DEFAULTS, against))
    for node, finding in found:
        assert node == ("company", "acme")
        assert finding.verdict != "fail"
        assert said("realistic", finding)
        assert said("realistic", finding, "ru")
        assert finding.dimension in texts("realistic")["mend"]
    assert len({finding.dimension for _, finding in found}) == len(found)
    return {finding.dimension: finding for _, finding in found}


def even(months: int = 13, wobble: float = 0.02) -> Array:
    """A little more or less on the last two days of every other month."""
    values = np.ones((months, WORKING_DAYS))
    values[::2, -2:] += wobble * 10
    return values


def test_limits_are_those_of_an_individuals_and_moving_range_chart() -> None:
    """Mean 3.25; moving ranges 2, 1 and 3, their mean 2."""
    limits = Limits.of(np.array([2.0, 4, 5, 2]), 2.66)
    assert (limits.lower, limits.mean, limits.upper) == pytest.approx((3.25 - 5.32, 3.25, 3.25 + 5.32))


def test_of_nothing_nothing_is_found() -> None:
    """As on a first night, and of a KPI that counted nothing in two years."""
    nothing = shapes_of(days_of("bookings", even()))[:0]
    counter = CounterKpi(CONNECTS, TITLE, True)
    for months in (nothing, nothing.astype(object), shapes_of(days_of("average_discount", even()))):
        assert list(judge_gaming(SALES, months, NO_CLOSINGS, DEFAULTS, counter)) == []


class TestRush:
    def test_a_month_made_on_its_last_days_is_one(self) -> None:
        values = even()
        values[-1] = [0.5] * 18 + [5.5] * 2
        finding = signs(days_of("bookings", values))["rush"]
        assert (finding.verdict, finding.reason, finding.n) == ("warn", "rush_seen", 13)
        assert finding.estimate == pytest.approx(11 / 20)
        assert said("realistic", finding).endswith("55\u00a0% of it fell on the last days.")

    def test_what_is_usual_is_none(self) -> None:
        """Who always makes half of the month on its last days is not unusual."""
        values = even()
        values[:, -2:] += 9
        assert signs(days_of("bookings", values))["rush"].verdict == "pass"

    @pytest.mark.parametrize(("months", "verdict"), [(12, "not enough data"), (13, "pass")])
    def test_twelve_months_before_are_needed(self, months: int, verdict: str) -> None:
        assert signs(days_of("bookings", even(months)))["rush"].verdict == verdict

    def test_a_month_in_which_nothing_happened_says_nothing(self) -> None:
        values = even(14)
        values[-1] = 0
        assert signs(days_of("bookings", values))["rush"].verdict == "not enough data"

    def test_a_month_that_a_node_lacks_is_not_outdone_by_the_one_before(self) -> None:
        """Team b was not there in June: nothing is said of what May was like."""
        days = pd.concat([days_of("bookings", even()), days_of("bookings", even(), node="b")])
        days = days[(days["node_id"] == "acme") | (days["month"] < "2026-06-01")]
        found = dict(judge_gaming(SALES, shapes_of(days), NO_CLOSINGS, DEFAULTS))
        assert found["company", "b"].verdict == "not enough data"

    def test_neither_a_balance_nor_a_rate_has_one(self) -> None:
        pipeline = Measure("open_pipeline", "up", "sum", is_balance=True)
        assert "rush" not in signs(days_of("open_pipeline", even()), pipeline)
        assert "rush" not in signs(days_of("connect_rate", even(), 2.0), CONNECTS)


class TestPullForward:
    def test_a_rush_followed_by_a_lull_is_one(self) -> None:
        values = even(14)
        values[-2, -2:], values[-1, :2] = 6, 0
        finding = signs(days_of("bookings", values))["pull_forward"]
        assert (finding.verdict, finding.reason) == ("warn", "pull_forward_seen")
        assert finding.estimate == pytest.approx(12 / 30)

    def test_a_rush_that_is_followed_by_a_usual_start_is_none(self) -> None:
        values = even(14)
        values[-2, -2:], values[-1, :2] = 6, 1.5
        assert signs(days_of("bookings", values))["pull_forward"].verdict == "pass"

    def test_twelve_pairs_of_months_before_are_needed(self) -> None:
        assert signs(days_of("bookings", even(13)))["pull_forward"].verdict == "not enough data"
        assert signs(days_of("bookings", even(14)))["pull_forward"].verdict == "pass"


class TestSpike:
    def spike(self, calls: float, connects: float, **more: Any) -> Finding:
        """So many times as many calls in the last month, of which so many per cent reach anybody."""
        values = even()
        values[-1] *= calls
        rates = np.full(values.shape, 0.30)
        rates[-1] = connects
        days = pd.concat([days_of("outbound_calls", values), days_of("connect_rate", rates * values, values)])
        return signs(days, CALLS, counter=CONNECTS)["spike"]

    def test_a_leap_of_calls_that_reach_nobody_is_one(self) -> None:
        finding = self.spike(2, 0.15)
        assert (finding.verdict, finding.reason) == ("warn", "spike_seen")

    def test_a_leap_of_calls_that_reach_people_is_none(self) -> None:
        assert self.spike(2, 0.31).verdict == "pass"

    def test_a_usual_month_is_none_whomever_it_reaches(self) -> None:
        assert self.spike(1, 0.15).verdict == "pass"

    def test_more_working_days_are_no_leap(self) -> None:
        values = even()
        days = pd.concat([days_of("outbound_calls", values), days_of("connect_rate", 0.3 * values, values)])
        june = days["month"] == "2026-06-01"
        longer = days.assign(
            numerator=days["numerator"].where(
                ~june | (days["kpi_id"] == "connect_rate"), days["numerator"] * 2
            ),
            working_days=days["working_days"].where(~june, WORKING_DAYS * 2),
        )
        assert signs(longer, CALLS, counter=CONNECTS)["spike"].verdict == "pass"

    def test_less_may_be_better_on_either_side(self) -> None:
        """The faster the answer, the worse the conversion: minutes fall to a half, and wins with them."""
        minutes, wins = even() * 100, even() * 0 + 0.3
        minutes[-1] /= 3
        wins[-1] = 0.1
        days = pd.concat([days_of("answer", minutes, 1.0), days_of("conversion", wins, 1.0)])
        answer = Measure("answer", "down", "ratio")
        assert signs(days, answer, counter=Measure("conversion", "up", "ratio"))["spike"].verdict == "warn"
        assert signs(days, answer, counter=Measure("conversion", "down", "ratio"))["spike"].verdict == "pass"

    @pytest.mark.parametrize(
        "counter",
        [
            Measure("sales_cycle", "down", "typical"),
            Measure("overdue_share", "down", "ratio", is_balance=True),
            Measure("discount", "down", "ratio"),
        ],
    )
    def test_neither_a_median_nor_a_balance_nor_what_is_not_counted_judges_it(self, counter: Measure) -> None:
        assert {*signs(days_of("bookings", even()), SALES, counter=counter)} == {"rush", "pull_forward"}

    def test_a_month_without_the_counter_kpi_says_nothing(self) -> None:
        values = even()
        days = pd.concat([days_of("outbound_calls", values), days_of("connect_rate", 0.3 * values, values)])
        untold = days[(days["kpi_id"] == "outbound_calls") | (days["month"] < "2026-06-01")]
        assert signs(untold, CALLS, counter=CONNECTS)["spike"].verdict == "not enough data"


class TestLateCounter:
    """Discounts at the end of the month, as the counter-KPI of sales."""

    def discounts(self, more: Sequence[float]) -> Finding:
        """List prices of 100 a day; on the last five days of each month, so much more than 10 %."""
        given = np.full((len(more), WORKING_DAYS), 10.0)
        given[:, -5:] += 100 * np.array(more)[:, None]
        days = [days_of("bookings", even(len(more))), days_of("average_discount", given, 100.0)]
        return signs(pd.concat(days), counter=DISCOUNT)["late_counter"]

    def test_is_the_mean_difference_with_its_interval(self) -> None:
        more = [0.01, 0.03, 0.02, 0.05, 0.02, 0.04]
        finding = self.discounts(more)
        margin = student.ppf(0.95, 5) * np.std(more, ddof=1) / np.sqrt(6)
        assert finding.estimate == pytest.approx(np.mean(more), abs=1e-6)
        assert (finding.lower, finding.upper) == pytest.approx(
            (np.mean(more) - margin, np.mean(more) + margin), abs=1e-6
        )
        assert (finding.verdict, finding.reason, finding.n) == ("warn", "late_counter_seen", 6)

    def test_what_is_better_upward_is_worse_below(self) -> None:
        """Of 100 calls a day 30 are answered, on the last five days 26."""
        reached = np.full((12, WORKING_DAYS), 30.0)
        reached[:, -5:] -= 4
        days = pd.concat([days_of("outbound_calls", even(12)), days_of("connect_rate", reached, 100.0)])
        finding = signs(days, CALLS, counter=CONNECTS)["late_counter"]
        assert (finding.verdict, finding.estimate) == ("warn", pytest.approx(0.04))
        assert "worse on the last 5 working days of a month than before, by 4 percentage points" in said(
            "realistic", finding
        )

    def test_only_a_share_differs_by_points(self) -> None:
        size = Measure("average_deal_size", "up", "ratio")
        days = pd.concat([days_of("bookings", even()), days_of("average_deal_size", even() * 900, 1.0)])
        assert "late_counter" not in signs(days, counter=size, is_share=False)

    def test_a_difference_below_one_point_is_none(self) -> None:
        assert self.discounts([0.009] * 12).verdict == "pass"

    def test_a_difference_that_comes_and_goes_is_none(self) -> None:
        assert self.discounts([0.08, -0.06] * 6).verdict == "pass"

    def test_only_the_last_twelve_months_count(self) -> None:
        finding = self.discounts([0.20] * 6 + [0.0] * 12)
        assert (finding.verdict, finding.estimate, finding.n) == ("pass", 0, 12)

    @pytest.mark.parametrize(("months", "verdict"), [(5, "not enough data"), (6, "pass")])
    def test_six_months_are_needed(self, months: int, verdict: str) -> None:
        assert self.discounts([0.0] * months).verdict == verdict


class TestTakenBack:
    def taken_back(self, shares: Sequence[float]) -> Finding:
        months = pd.date_range(end="2026-06-01", periods=len(shares), freq="MS")
        closings = pd.DataFrame(
            {
                "node_kind": "company",
                "node_id": "acme",
                "month": months,
                "reported": 100.0,
                "known": 100 * (1 - np.array(shares)),
            }
        )
        return signs(days_of("bookings", even(2)), closings=closings)["taken_back"]

    def test_an_unusual_share_taken_back_after_the_close_is_one(self) -> None:
        finding = self.taken_back([0.01, 0.0] * 6 + [0.10])
        assert (finding.verdict, finding.estimate) == ("warn", 0.1)

    def test_up_to_two_per_cent_is_none(self) -> None:
        assert self.taken_back([0.0] * 12 + [0.02]).verdict == "pass"

    def test_what_is_usual_is_none(self) -> None:
        assert self.taken_back([0.12, 0.04] * 6 + [0.10]).verdict == "pass"

    def test_twelve_months_before_are_needed(self) -> None:
        assert self.taken_back([0.0] * 11 + [0.5]).verdict == "not enough data"
