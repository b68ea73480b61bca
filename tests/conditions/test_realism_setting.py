"""How targets came about: ratchets, copies and unlike chances, worked by hand and against statsmodels."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from said import said
from scipy.stats import chi2, norm
from shipped import THRESHOLDS
from target_worlds import Array, Frames, months_of, named, realism_of, targets_of

from yardstick.conditions.chances import Chance, Measure, wilson
from yardstick.conditions.finding import Finding
from yardstick.conditions.records import Grid
from yardstick.conditions.target_setting import judge_likeness, judge_ratchet, slope_of

SALES = Measure("bookings", "up", "sum")
DEFAULTS = THRESHOLDS.realistic
RANDOM = np.random.default_rng


def ratcheting(values: Array, above: float, below: float, *, every: int = 1, harder: float = 1.0) -> Array:
    """Targets that begin at 1 and take up so much of each gap, every so many months."""
    targets = np.ones(values.shape)
    for month in range(1, values.shape[1]):
        targets[:, month] = targets[:, month - 1]
        if month % every == 0:
            gap = values[:, month - every : month].mean(axis=1) - targets[:, month - 1]
            targets[:, month] += gap * np.where(gap * harder > 0, above, below)
    return targets


def ratchet(
    values: Array, targets: Array, measure: Measure = SALES, year_begins: int = 6, **frames: Array
) -> Finding:
    history = Frames(values, targets=targets, **frames).history()
    return judge_ratchet(measure, Grid(history, pd.Index(named(len(values)))), year_begins, DEFAULTS)


class TestRatchet:
    values = months_of(RANDOM(1), 8, 36)

    def test_what_is_beaten_is_put_on_the_next_target(self) -> None:
        finding = ratchet(self.values, ratcheting(self.values, 0.8, 0.1))
        assert (finding.verdict, finding.reason) == ("warn", "ratchet_seen")
        assert finding.estimate == pytest.approx(0.8, abs=0.1)
        assert "Success is punished" in said("realistic", finding)

    def test_targets_that_follow_results_both_ways_are_no_ratchet(self) -> None:
        finding = ratchet(self.values, ratcheting(self.values, 0.8, 0.8))
        assert (finding.verdict, finding.reason) == ("pass", "ratchet_none")

    def test_less_than_half_is_tolerated(self) -> None:
        assert ratchet(self.values, ratcheting(self.values, 0.4, 0.0)).verdict == "pass"

    def test_targets_that_stand_are_none(self) -> None:
        finding = ratchet(self.values, np.ones(self.values.shape))
        assert (finding.verdict, finding.estimate) == ("pass", 0)

    def test_targets_of_a_year_are_asked_by_the_year(self) -> None:
        """Within the year they stand, so that months show nothing; the year begins with July."""
        values = months_of(RANDOM(2), 40, 36) * RANDOM(3).uniform(0.6, 1.6, (40, 3)).repeat(12, axis=1)
        targets = ratcheting(values, 0.9, 0.0, every=12)
        finding = ratchet(values, targets)
        assert (finding.verdict, finding.n) == ("warn", 80)
        assert ratchet(values, ratcheting(values, 0.9, 0.9, every=12)).verdict == "pass"

    def test_where_less_is_better_the_ratchet_turns_down(self) -> None:
        overdue = replace(SALES, direction="down")
        targets = ratcheting(self.values, 0.8, 0.1, harder=-1)
        assert ratchet(self.values, targets, overdue).verdict == "warn"
        assert ratchet(self.values, ratcheting(self.values, 0.8, 0.1), overdue).verdict == "pass"

    def test_season_and_leave_are_no_change_of_target(self) -> None:
        """December asks for three times as much, and half of it of one who is there for half of it."""
        season = np.tile([1.0, 1, 1, 1, 1, 3, 1, 1, 1, 1, 1, 0.5], 3)[None].repeat(8, axis=0)
        capacity = RANDOM(4).uniform(5, 20, season.shape)
        load = season * capacity
        finding = ratchet(self.values * load, load, season=season, capacity=capacity)
        assert finding.verdict == "pass"
        assert finding.estimate == pytest.approx(0, abs=1e-9)

    def test_rates_are_asked_too(self) -> None:
        won_rate = Measure("win_rate", "up", "ratio")
        targets = ratcheting(self.values, 0.8, 0.1)
        cases = np.full(targets.shape, 20.0)
        finding = ratchet(self.values, targets, won_rate, numerators=self.values * cases, denominators=cases)
        assert finding.verdict == "warn"

    def test_with_fewer_than_twelve_beaten_or_missed_nothing_is_said(self) -> None:
        """25 changes, of which 12 after a target was beaten, and 24 of which 11 were."""
        beaten, missed = 1.5 + 0.1 * np.arange(13) % 0.4, 0.5 + 0.1 * np.arange(13) % 0.4
        values = np.concatenate([beaten[:12], missed[:13]])[None]
        finding = ratchet(values, np.ones(values.shape))
        assert finding.verdict == "pass"
        fewer = ratchet(values[:, 1:], np.ones((1, 24)))
        assert (fewer.verdict, fewer.reason) == ("not enough data", "ratchet_few")
        assert said("realistic", fewer).startswith(
            "Targets that were exceeded, or missed, and followed by another: 11"
        )

    @given(st.integers(0, 500))
    def test_the_slope_is_that_of_least_squares_with_a_robust_error(self, seed: int) -> None:
        gaps = RANDOM(seed).gamma(2, size=20)
        changes = 0.3 * gaps + RANDOM(seed + 1).standard_normal(20) * gaps
        fit = sm.OLS(changes, sm.add_constant(gaps)).fit(cov_type="HC1")
        slope = slope_of(gaps, changes)
        assert (slope.n, slope.estimate, slope.error) == pytest.approx((20, fit.params[1], fit.bse[1]))


def copied(values: Array, targets: list[float], measure: Measure = SALES, **period: str) -> Finding:
    frames = Frames(values)
    found = realism_of(measure, frames.history(), targets_of(targets, **period), frames.plan())
    [finding] = [f for fs in found.findings.values() for f in fs if f.dimension == "copied"]
    return finding


class TestCopies:
    #: Five people; June 2026 is the last month, July 2025 the twelfth before July 2026.
    values = np.round(months_of(RANDOM(5), 5, 24) * 1000)

    def test_the_last_result_as_target_is_a_copy(self) -> None:
        june = self.values[:, -1]
        finding = copied(self.values, [*june[:3], 1, 2])
        assert (finding.verdict, finding.estimate, finding.n) == ("warn", 0.6, 5)
        assert "copied from the past: for 3 of 5 people" in said("realistic", finding)

    def test_half_of_the_people_are_not_more_than_half(self) -> None:
        values = np.concatenate([self.values, self.values[:1]])
        assert copied(values, [*values[:3, -1], 1, 2, 3]).verdict == "pass"

    def test_the_same_month_of_last_year_is_a_copy_too(self) -> None:
        assert copied(self.values, list(self.values[:, -12])).verdict == "warn"

    def test_a_copy_may_be_rounded(self) -> None:
        assert copied(self.values, list(self.values[:, -1] * 1.004)).verdict == "warn"
        assert copied(self.values, list(self.values[:, -1] * 1.006)).verdict == "pass"

    def test_a_month_that_is_not_next_is_compared_with_the_last_that_is_over(self) -> None:
        june = list(self.values[:, -1])
        assert copied(self.values, june, start="2026-09-01", period="2026-09").verdict == "warn"

    def test_a_quarter_is_compared_with_quarters(self) -> None:
        quarter = {"kind": "quarter", "start": "2026-07-01", "period": "2026-Q3"}
        assert copied(self.values, list(self.values[:, -3:].sum(axis=1)), **quarter).verdict == "warn"
        assert copied(self.values, list(self.values[:, -12:-9].sum(axis=1)), **quarter).verdict == "warn"
        assert copied(self.values, list(self.values[:, -1] * 3), **quarter).verdict == "pass"

    def test_rates_and_balances_are_compared_as_they_are(self) -> None:
        quarter = {"kind": "quarter", "start": "2026-07-01", "period": "2026-Q3"}
        balance = replace(SALES, is_balance=True)
        assert copied(self.values, list(self.values[:, -1]), balance, **quarter).verdict == "warn"

    @pytest.mark.parametrize(("people", "verdict"), [(4, "not enough data"), (5, "warn")])
    def test_five_people_are_needed(self, people: int, verdict: str) -> None:
        values = self.values[:people]
        assert copied(values, list(values[:, -1])).verdict == verdict

    def test_a_target_of_nothing_after_nothing_is_no_copy(self) -> None:
        values = self.values.copy()
        values[0, -1] = 0
        finding = copied(values, [0, *self.values[1:, -1]])
        assert (finding.verdict, finding.n) == ("not enough data", 4)


def chances_of(hits: list[int], months: int) -> list[Chance]:
    lower, upper = wilson(np.array(hits) / months, np.full(len(hits), float(months)), 0.90)
    return [
        Chance((1 + of) / (months + 2), low, high, months)
        for of, low, high in zip(hits, lower.tolist(), upper.tolist(), strict=True)
    ]


class TestLikeness:
    def test_is_the_spread_beyond_what_so_few_months_make(self) -> None:
        chances = chances_of([5, 10, 20, 30, 35], 36)
        estimates = np.array([chance.estimate for chance in chances])
        by_chance = np.mean([((c.upper - c.lower) / 2 / norm.ppf(0.95)) ** 2 for c in chances])
        finding = judge_likeness(chances, "2026-07", DEFAULTS)
        assert finding.estimate == pytest.approx(
            np.sqrt(estimates.var(ddof=1) - by_chance) / estimates.mean(), abs=1e-6
        )
        least = np.sqrt(estimates.var(ddof=1) * 4 / chi2.ppf(0.95, 4) - by_chance) / estimates.mean()
        assert finding.lower == pytest.approx(least, abs=1e-6)
        assert (finding.verdict, finding.reason, finding.n) == ("warn", "likeness_wrong", 5)
        assert said("realistic", finding).endswith("from 16\u00a0% to 95\u00a0%.")

    def test_what_chance_makes_of_equal_chances_is_alike(self) -> None:
        """Half of 12 months each, give or take: the spread ÷ mean is 0.27, and says nothing."""
        finding = judge_likeness(chances_of([4, 4, 6, 7, 9, 5], 12), "2026-07", DEFAULTS)
        estimates = np.array([5, 5, 7, 8, 10, 6]) / 14
        assert estimates.std(ddof=1) / estimates.mean() > 0.25
        assert (finding.verdict, finding.reason) == ("pass", "likeness_right")

    @pytest.mark.parametrize(("people", "verdict"), [(4, "not enough data"), (5, "warn")])
    def test_five_people_are_needed(self, people: int, verdict: str) -> None:
        finding = judge_likeness(chances_of([2, 34, 2, 34, 2][:people], 36), "2026-07", DEFAULTS)
        assert finding.verdict == verdict
