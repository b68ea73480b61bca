"""The chance of a target: each rule, with numbers worked out by hand or by another computation."""

from collections import Counter
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom, binomtest, chisquare
from shipped import THRESHOLDS, realistic
from statsmodels.stats.proportion import proportion_confint
from target_worlds import Frames, named

from yardstick.conditions.chances import Measure, Outlook, wilson
from yardstick.conditions.records import Grid, Plan, Record
from yardstick.conditions.resampling import joint_outlook, own_outlook, spans, urn

SALES = Measure("bookings", "up", "sum")
WIN_RATE = Measure("win_rate", "up", "ratio", decimals=4)
CYCLE = Measure("sales_cycle", "down", "typical")
JULY = 2026 * 12 + 6
#: Twelve months: 10, 20, …, 120.
TENS = np.arange(10.0, 130, 10)[None]
RANDOM = np.random.default_rng


def record_of(measure: Measure, frames: Frames) -> Record:
    history = frames.history()
    people = pd.Index(named(len(frames.values)))
    return Record.of(measure, Grid(history, people), THRESHOLDS.realistic.least_capacity)


def july(measure: Measure, frames: Frames, *, growth: float = 1.0, **plan: float) -> Outlook:
    record = record_of(measure, frames)
    loads = Plan.of(measure, frames.plan(**plan), record.people, JULY, 1).of_people()
    return own_outlook(record, loads, growth, 100, RANDOM(1))


def chance(outlook: Outlook, target: float) -> float:
    return float(outlook.chances(np.full(len(outlook.outcomes), target))[0])


class TestOneMonth:
    """(1 + months that would have reached the target) ÷ (months + 2)."""

    def test_more_is_better(self) -> None:
        assert chance(july(SALES, Frames(TENS)), 90) == pytest.approx(5 / 14)

    def test_less_is_better(self) -> None:
        assert chance(july(replace(SALES, direction="down"), Frames(TENS)), 40) == pytest.approx(5 / 14)

    def test_inside_of_the_band_is_better(self) -> None:
        coverage = replace(SALES, direction="band", band=(30, 70))
        assert chance(july(coverage, Frames(TENS)), 0) == pytest.approx(6 / 14)

    @pytest.mark.parametrize(
        ("plan", "target"),
        [({"capacity": 10}, 45), ({"season": 2}, 180), ({"capacity": 5, "season": 2}, 45)],
    )
    def test_the_month_to_come_has_its_own_capacity_and_season(
        self, plan: dict[str, float], target: float
    ) -> None:
        outlook = july(SALES, Frames(TENS), **plan)
        assert chance(outlook, target) == pytest.approx(5 / 14)
        assert chance(outlook, target + 0.5) == pytest.approx(4 / 14)

    def test_a_month_of_the_past_counts_by_its_capacity_and_season(self) -> None:
        """A twelfth of what a full December brought, in half a February, is twice as much per day."""
        capacity, season = np.full(TENS.shape, 20.0), np.ones(TENS.shape)
        capacity[0, 0], season[0, 1] = 10, 0.25
        outlook = july(SALES, Frames(TENS, capacity=capacity, season=season))
        assert sorted(outlook.outcomes[0]) == [20, 30, 40, 50, 60, 70, 80, 80, 90, 100, 110, 120]

    def test_growth_that_was_agreed_on_counts(self) -> None:
        assert chance(july(SALES, Frames(TENS), growth=1.5), 90) == pytest.approx(8 / 14)

    def test_a_month_with_less_than_a_quarter_of_the_usual_capacity_says_nothing(self) -> None:
        capacity = np.full(TENS.shape, 20.0)
        capacity[0, :3] = 5, 4.9, 0
        outlook = july(SALES, Frames(TENS, capacity=capacity))
        assert outlook.months[0] == 10

    def test_a_month_in_which_the_season_has_nothing_says_nothing(self) -> None:
        season = np.ones(TENS.shape)
        season[0, 3] = 0
        assert july(SALES, Frames(TENS, season=season)).months[0] == 11

    def test_deals_stay_whole_when_a_month_has_a_day_less(self) -> None:
        """3 deals in 22 days are 2.86 in 21: that is 3 deals, not a target of 3 missed."""
        wins = np.array([[3.0] * 12])
        outlook = july(SALES, Frames(wins, capacity=np.full(wins.shape, 22.0)), capacity=21)
        assert chance(outlook, 3) == pytest.approx(13 / 14)
        assert chance(outlook, 3.1) == pytest.approx(1 / 14)

    def test_what_is_no_whole_number_is_not_rounded(self) -> None:
        halves = np.array([[3.0] * 11 + [3.5]])
        outlook = july(SALES, Frames(halves, capacity=np.full(halves.shape, 22.0)), capacity=21)
        assert chance(outlook, 3) == pytest.approx(2 / 14)

    def test_a_target_equal_to_a_month_is_reached_by_it(self) -> None:
        """Whatever the arithmetic: 0.1 × 3 is a trifle more than 0.3."""
        months = np.array([[0.1] * 12])
        outlook = july(SALES, Frames(months, capacity=np.full(months.shape, 7.0)), capacity=21)
        assert chance(outlook, 0.1 * 3) == chance(outlook, 0.3) == pytest.approx(13 / 14)

    def test_a_rate_is_counted_as_it_was(self) -> None:
        """Neither capacity nor the number of cases makes it higher; a month without cases says nothing."""
        won, decided = np.array([[0.0, 1, 2, 3, 4, 0]]), np.array([[4.0, 4, 4, 4, 4, 0]])
        rates = np.array([[0.0, 0.25, 0.5, 0.75, 1, 0]])
        outlook = july(WIN_RATE, Frames(rates, numerators=won, denominators=decided), capacity=5)
        assert outlook.months[0] == 5
        assert chance(outlook, 0.75) == pytest.approx(3 / 7)

    def test_a_median_is_counted_as_it_was(self) -> None:
        assert chance(july(CYCLE, Frames(TENS), capacity=3), 40) == pytest.approx(5 / 14)

    def test_without_history_there_is_no_chance(self) -> None:
        outlook = july(SALES, Frames(np.full((1, 3), np.nan)))
        assert np.isnan(chance(outlook, 1))

    @given(
        st.lists(st.integers(0, 50), min_size=1, max_size=36),
        st.integers(0, 50),
        st.sampled_from(["up", "down"]),
    )
    def test_is_what_counting_gives(self, months: list[int], target: int, direction: str) -> None:
        measure = Measure("deals_won", "up" if direction == "up" else "down", "sum")
        hits = sum(m >= target if direction == "up" else m <= target for m in months)
        outlook = july(measure, Frames(np.array([months], dtype=float)))
        assert chance(outlook, target) == pytest.approx((1 + hits) / (len(months) + 2))


class TestInterval:
    @given(st.integers(1, 60), st.data())
    def test_of_a_share_is_wilsons(self, n: int, data: st.DataObject) -> None:
        hits = data.draw(st.integers(0, n))
        lower, upper = wilson(np.array(hits / n), np.array(float(n)), 0.90)
        expected = proportion_confint(hits, n, alpha=0.10, method="wilson")
        assert (float(lower), float(upper)) == pytest.approx(expected, abs=1e-12)

    def test_of_one_month_is_wilsons(self) -> None:
        """4 of 12 months."""
        lower, upper = july(SALES, Frames(TENS)).bounds(np.array([90.0]), 0.90)
        assert (lower[0], upper[0]) == pytest.approx(proportion_confint(4, 12, alpha=0.10, method="wilson"))

    @given(st.floats(5, 400), st.sampled_from([1, 2, 3, 12]))
    def test_holds_the_chance(self, target: float, length: int) -> None:
        record = record_of(SALES, Frames(TENS))
        outlook = own_outlook(record, np.full((1, length), 20.0), 1.0, 400, RANDOM(1))
        [found] = outlook.judge(np.array([target]), 0.90)
        assert 0 <= found.lower <= found.estimate + 0.01
        assert found.estimate - 0.01 <= found.upper <= 1

    def test_a_longer_period_is_known_less_well(self) -> None:
        """In its middle, the interval of a sum of k out of n months reaches t × √(k ÷ n) deviations."""
        record = record_of(SALES, Frames(np.tile(TENS, 3)))
        widths = []
        for length in (3, 12):
            outlook = own_outlook(record, np.full((1, length), 20.0), 1.0, 2000, RANDOM(1))
            lower, upper = outlook.bounds(outlook.targets_at(0.5), 0.90)
            widths.append(float(upper[0] - lower[0]))
        assert widths == pytest.approx([0.374, 0.671], abs=0.01)


class TestUrn:
    def test_draws_as_often_as_a_beta_binomial_does(self) -> None:
        """Of 5 months, 2 are good: how many good ones are among 3."""
        drawn = urn(np.array([5]), 20_000, 3, RANDOM(1))[:, 0]
        seen = np.bincount((drawn < 2).sum(axis=0), minlength=4)
        assert chisquare(seen, 20_000 * betabinom(3, 2, 3).pmf(range(4))).pvalue > 0.01

    def test_each_draw_by_itself_is_any_month(self) -> None:
        for drawn in urn(np.array([4]), 20_000, 3, RANDOM(2))[:, 0]:
            assert chisquare(np.bincount(drawn)).pvalue > 0.01

    @given(st.lists(st.integers(1, 36), min_size=1, max_size=5), st.integers(1, 12))
    def test_draws_no_month_that_a_row_does_not_have(self, months: list[int], length: int) -> None:
        drawn = urn(np.array(months), 50, length, RANDOM(3))
        assert drawn.shape == (length, len(months), 50)
        assert (drawn >= 0).all()
        assert (drawn < np.array(months)[:, None]).all()


class TestLongerPeriods:
    def test_the_chance_of_a_quarter_is_that_of_three_months_drawn(self) -> None:
        """Of 12 months 5 were good: two of three are good in a share that a beta-binomial gives."""
        months = np.array([[1.0] * 5 + [0.0] * 7])
        outlook = own_outlook(record_of(SALES, Frames(months)), np.full((1, 3), 20.0), 1.0, 20_000, RANDOM(1))
        expected = betabinom(3, 5, 7).sf(1)
        assert chance(outlook, 2) == pytest.approx(expected, abs=0.01)

    def test_each_month_of_the_quarter_has_its_own_capacity_and_season(self) -> None:
        months = np.array([[20.0] * 12])
        outlook = own_outlook(record_of(SALES, Frames(months)), np.array([[20.0, 5, 0]]), 1.0, 50, RANDOM(1))
        assert set(outlook.outcomes[0]) == {25.0}

    def test_a_rate_is_the_sum_of_numerators_by_that_of_denominators(self) -> None:
        won, decided = np.array([[1.0, 3] * 6]), np.array([[1.0, 9] * 6])
        frames = Frames(won / decided, numerators=won, denominators=decided)
        outlook = own_outlook(record_of(WIN_RATE, frames), np.full((1, 2), 20.0), 1.0, 500, RANDOM(1))
        assert set(np.round(outlook.outcomes[0], 6)) == {1.0, 0.4, round(1 / 3, 6)}

    def test_a_median_is_about_the_mean_of_those_of_its_months(self) -> None:
        days = np.array([[30.0, 60] * 6])
        outlook = own_outlook(record_of(CYCLE, Frames(days)), np.ones((1, 2)), 1.0, 500, RANDOM(1))
        assert set(outlook.outcomes[0]) == {30.0, 45.0, 60.0}

    def test_of_a_balance_the_last_month_counts(self) -> None:
        pipeline = replace(SALES, is_balance=True)
        frames = Frames(TENS)
        plan = Plan.of(pipeline, frames.plan(season=np.arange(24.0)[None]), pd.Index(["p000"]), JULY, 3)
        assert plan.of_people().tolist() == [[8 * 20]]

    def test_months_count_by_their_load(self) -> None:
        """Two months of the same load, and one of nothing, vary as two; one that outweighs all, as one."""
        loads = np.array([[20.0, 20, 0], [1000, 1, 1], [0, 0, 0]])
        assert spans(loads) == pytest.approx([2, 1.004, 1], abs=1e-3)

    def test_all_people_use_the_same_random_numbers(self) -> None:
        """So that a person's chance does not change because a colleague came."""
        months = RANDOM(5).gamma(4, size=(3, 14))
        months[1, :2] = np.nan
        three = own_outlook(record_of(SALES, Frames(months)), np.full((3, 3), 20.0), 1.0, 50, RANDOM(1))
        one = own_outlook(record_of(SALES, Frames(months[2:])), np.full((1, 3), 20.0), 1.0, 50, RANDOM(1))
        np.testing.assert_array_equal(three.outcomes[2], one.outcomes[0])


def together(
    measure: Measure, frames: Frames, length: int = 1, *, draws: int = 800, growth: float = 1.0
) -> tuple[Outlook, Outlook]:
    """The company's."""
    record = record_of(measure, frames)
    plan = Plan.of(measure, frames.plan(), record.people, JULY, length)
    names, loads = plan.of_nodes(["company"])
    assert names == [("company", "acme")]
    return joint_outlook(record, loads, growth, realistic(draws=draws), RANDOM(1))


class TestTogether:
    def test_people_have_their_good_and_bad_months_together(self) -> None:
        good_and_bad = np.tile(np.array([1.0, 3] * 6), (2, 1))
        joint, apart = together(SALES, Frames(good_and_bad))
        assert set(joint.outcomes[0]) == {2.0, 6.0}
        assert set(apart.outcomes[0]) == {2.0, 4.0, 6.0}

    def test_the_chance_of_a_month_is_that_of_the_months_as_they_were(self) -> None:
        months = RANDOM(2).gamma(4, size=(6, 24))
        target = 25.0
        hits = (months.sum(axis=0) >= target).sum()
        joint, _ = together(SALES, Frames(months), draws=20_000)
        assert chance(joint, target) == pytest.approx((1 + hits) / 26, abs=0.012)

    def test_as_if_apart_every_combination_of_months_may_come(self) -> None:
        months = np.array([[1.0, 2, 3], [10, 20, 30]])
        _, apart = together(SALES, Frames(months), draws=9_000)
        seen = Counter(apart.outcomes[0].tolist())
        assert set(seen) == {a + b for a, b in product([1, 2, 3], [10, 20, 30])}
        assert chisquare(list(seen.values())).pvalue > 0.01

    def test_rates_are_summed_over_people_too(self) -> None:
        won, decided = np.array([[1.0] * 12, [6.0] * 12]), np.array([[2.0] * 12, [8.0] * 12])
        frames = Frames(won / decided, numerators=won, denominators=decided)
        joint, apart = together(WIN_RATE, frames, 3)
        np.testing.assert_allclose([joint.outcomes, apart.outcomes], 0.7)

    def test_a_mover_counts_where_the_person_is_that_month(self) -> None:
        frames = Frames(np.full((1, 12), 20.0))
        plan = frames.plan()
        plan.loc[plan["month"] >= "2026-08-01", "team_id"] = "south"
        names, loads = Plan.of(SALES, plan, pd.Index(["p000"]), JULY, 3).of_nodes(["team", "company"])
        assert names == [("team", "south"), ("team", "team"), ("company", "acme")]
        joint, _ = joint_outlook(
            record_of(SALES, frames),
            loads,
            1.0,
            realistic(draws=10),
            RANDOM(1),
        )
        assert joint.outcomes[:, 0].tolist() == [40, 20, 60]

    def test_who_came_later_is_drawn_at_the_own_level_in_the_months_before(self) -> None:
        """All had doubly good months in the first year, in which one was not there yet."""
        shocks = np.repeat([2.0, 1.0], 12)
        months = np.outer([10.0, 20, 5], shocks)
        months[2, :12] = np.nan
        joint, _ = together(SALES, Frames(months))
        assert set(np.round(joint.outcomes[0], 6)) == {35.0, 70.0}

    def test_who_is_new_is_drawn_as_a_colleague(self) -> None:
        shocks = np.repeat([2.0, 1.0], 12)
        months = np.outer([10.0, 10, 3], shocks)
        months[2, :21] = np.nan
        joint, _ = together(SALES, Frames(months))
        assert set(np.round(joint.outcomes[0], 6)) == {60.0, 30.0, 23.0}
        assert joint.months[0] == pytest.approx((24 + 24 + 3) / 3)

    def test_who_has_no_colleague_is_drawn_at_the_own_mean(self) -> None:
        months = np.array([[4.0] * 12 + [np.nan] * 12, [np.nan] * 12 + [6.0] * 12])
        joint, _ = together(SALES, Frames(months))
        assert set(np.round(joint.outcomes[0], 6)) == {10.0}

    def test_months_that_few_lived_through_are_not_everybodys(self) -> None:
        months = np.ones((10, 24))
        months[1:, :12] = np.nan
        months[0, :12] = 100
        joint, _ = together(SALES, Frames(months))
        assert set(np.round(joint.outcomes[0], 6)) == {10.0}

    def test_as_if_apart_sums_vary_as_independent_ones_do(self) -> None:
        """Ten people with the same months: together their sum varies ten times as much as apart."""
        months = np.tile(RANDOM(3).gamma(4, size=36), (10, 1))
        joint, apart = together(SALES, Frames(months), draws=8_000)
        assert joint.outcomes.var() / apart.outcomes.var() == pytest.approx(10, rel=0.1)

    def test_nobody_at_all_is_no_chance(self) -> None:
        joint, apart = together(SALES, Frames(np.full((2, 12), np.nan)))
        assert np.isnan([chance(joint, 1), chance(apart, 1)]).all()


class TestTargetWithAChance:
    def test_is_the_month_that_is_reached_so_often(self) -> None:
        """60 % of 14 are 8.4: between the 7th and the 8th best of 12 months, 60 and 50."""
        assert july(SALES, Frames(TENS)).targets_at(0.6) == pytest.approx([56])

    def test_mirrors_where_less_is_better(self) -> None:
        less = july(replace(SALES, direction="down"), Frames(TENS))
        assert less.targets_at(0.6) == pytest.approx([130 - 56])

    @given(st.lists(st.integers(1, 1000), min_size=12, max_size=36, unique=True), st.floats(0.2, 0.8))
    def test_has_the_chance_up_to_a_month(self, months: list[int], wanted: float) -> None:
        outlook = july(SALES, Frames(np.array([months]) + 0.5))
        target = float(outlook.targets_at(wanted)[0])
        assert abs(chance(outlook, target) - wanted) <= 1 / (len(months) + 2) + 1e-9

    def test_is_nothing_without_history(self) -> None:
        assert np.isnan(july(SALES, Frames(np.full((1, 3), np.nan))).targets_at(0.6)).all()


def test_the_bootstrap_of_people_apart_agrees_with_their_exact_distribution() -> None:
    """Two people, one month each: all 12 × 12 pairs of months, enumerated."""
    months = RANDOM(7).gamma(4, size=(2, 12))
    _, apart = together(SALES, Frames(months), draws=20_000)
    exact = np.add.outer(months[0], months[1]).ravel()
    target = float(np.quantile(exact, 0.4))
    hits = int((apart.outcomes[0] >= target).sum())
    assert binomtest(hits, 20_000, float((exact >= target).mean())).pvalue > 0.01
