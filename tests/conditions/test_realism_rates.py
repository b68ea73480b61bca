"""How often targets are misjudged, in simulated companies where every target's chance is known.

Each rate is asserted with its exact 95 % interval, which must hold the stated rate or lie on its better side.
People have levels, seasons, capacity and leave of their own.
"""

from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from scipy.stats import t as student
from shipped import THRESHOLDS, realistic
from target_worlds import (
    SPREAD,
    Array,
    Frames,
    months_of,
    named,
    realism_of,
    target_of,
    targets_of,
)

from yardstick.conditions.calibration import growth_expected
from yardstick.conditions.chances import Chance, Measure, wilson
from yardstick.conditions.finding import Finding
from yardstick.conditions.records import Grid, Record
from yardstick.conditions.resampling import joint_outlook
from yardstick.conditions.target_setting import judge_likeness, judge_ratchet
from yardstick.conditions.team_shares import judge_share, likeness_within_months

SALES = Measure("bookings", "up", "sum")
DEFAULTS = THRESHOLDS.realistic
PEOPLE = 2000
#: Of nine in ten companies with ten people at a chance of 60 %, and of those in which a tenth more was
#: assigned than is needed: how alike people's months are, and the chance that they reach it together.
COMPANY = {
    (0.0, 1.0): 0.90,
    (0.2, 1.0): 0.76,
    (0.5, 1.0): 0.68,
    (0.0, 1.1): 0.98,
    (0.2, 1.1): 0.89,
    (0.5, 1.1): 0.79,
}


def at_most(hits: Iterable[bool], stated: float) -> None:
    seen = list(hits)
    interval = binomtest(sum(seen), len(seen)).proportion_ci(0.95)
    assert interval.low <= stated, f"{sum(seen)} of {len(seen)}"


def at_least(hits: Iterable[bool], stated: float) -> None:
    at_most((not hit for hit in hits), 1 - stated)


@cache
def sums(months: int) -> Array:
    """What so many months of a person come to, many times, in order."""
    return np.sort(months_of(np.random.default_rng(9), months, 200_000).sum(axis=0))


@cache
def chances(months: int, true: float, kind: str = "month", people: int = PEOPLE) -> list[Finding]:
    """The findings of people with so many months of history and this chance."""
    random = np.random.default_rng([months, round(true * 100)])
    season = np.broadcast_to(1 + 0.5 * np.sin(np.arange(months) * np.pi / 6), (people, months))
    capacity = random.choice([6.0, 12, 18, 19, 20, 21, 22], (people, months))
    level = random.uniform(0.5, 5, (people, 1)) * 1000
    values = months_of(random, people, months) * level * season * capacity
    length = {"month": 1, "quarter": 3, "year": 12}[kind]
    target = float(np.quantile(sums(length), 1 - true)) * level[:, 0] * 1.3 * 17
    frames = Frames(values, capacity=capacity, season=season)
    asked = targets_of(list(target), kind=kind, period="2026-07")
    thresholds = realistic(draws=400)
    found = realism_of(SALES, frames.history(), asked, frames.plan(17, 1.3), thresholds)
    return [f for fs in found.findings.values() for f in fs if f.dimension == "chance"]


def share_of(findings: Iterable[Finding], reason: str) -> list[bool]:
    return [finding.verdict == "fail" and finding.reason == reason for finding in findings]


class TestTargetsOfPeople:
    @pytest.mark.parametrize(
        ("months", "true", "stated"), [(12, 0.1, 0.97), (12, 0.2, 0.79), (12, 0.3, 0.49), (24, 0.3, 0.72)]
    )
    def test_those_too_high_are_found(self, months: int, true: float, stated: float) -> None:
        at_least(share_of(chances(months, true), "target_high"), stated)

    @pytest.mark.parametrize(
        ("months", "true", "stated"), [(12, 0.9, 0.66), (12, 0.95, 0.88), (24, 0.9, 0.57)]
    )
    def test_those_too_low_are_found(self, months: int, true: float, stated: float) -> None:
        at_least(share_of(chances(months, true), "target_low"), stated)

    def test_those_that_are_right_are_seldom_called_too_high(self) -> None:
        """At most 3 of 12 months at 60 %: 1.5 %, which is stated as 1 %."""
        at_most(share_of(chances(12, 0.6), "target_high"), 0.0153)
        at_most(share_of(chances(24, 0.6), "target_high"), 0.01)

    def test_those_at_eight_of_ten_are_called_too_low_as_often_as_stated(self) -> None:
        at_most(share_of(chances(12, 0.8), "target_low"), 0.27)

    def test_a_point_estimate_has_the_stated_standard_deviation(self) -> None:
        for months, stated in ((12, 0.12), (24, 0.09)):
            estimates = [finding.estimate for finding in chances(months, 0.6)]
            assert np.std(np.array(estimates, dtype=float)) == pytest.approx(stated, abs=0.006)

    @pytest.mark.parametrize("true", [0.2, 0.4, 0.6, 0.8])
    def test_the_interval_holds_the_chance_nine_times_in_ten(self, true: float) -> None:
        """Of 24 months; the interval of a share, which jumps, holds it in 88 % to 94 %."""
        held = ((f.lower or 0) <= true <= (f.upper or 0) for f in chances(24, true))
        at_least(held, 0.88)


class TestQuartersAndYears:
    """From months drawn again: history has no twelve quarters. Two years of months, but where said."""

    @pytest.mark.parametrize(
        ("kind", "true", "stated"), [("quarter", 0.1, 0.97), ("quarter", 0.2, 0.88), ("year", 0.1, 0.65)]
    )
    def test_those_too_high_are_found(self, kind: str, true: float, stated: float) -> None:
        at_least(share_of(chances(24, true, kind, 800), "target_high"), stated)

    @pytest.mark.parametrize(("kind", "true", "stated"), [("quarter", 0.95, 0.90), ("year", 0.95, 0.55)])
    def test_those_too_low_are_found(self, kind: str, true: float, stated: float) -> None:
        at_least(share_of(chances(24, true, kind, 800), "target_low"), stated)

    @pytest.mark.parametrize("months", [12, 24, 36])
    @pytest.mark.parametrize("kind", ["quarter", "year"])
    def test_those_that_are_right_are_seldom_called_wrong(self, kind: str, months: int) -> None:
        found = chances(months, 0.6, kind, 800)
        at_most(share_of(found, "target_high"), 0.08)
        at_most(share_of(found, "target_low"), 0.05)

    @pytest.mark.parametrize("true", [0.2, 0.6, 0.9])
    @pytest.mark.parametrize("kind", ["quarter", "year"])
    def test_the_interval_holds_the_chance_nearly_nine_times_in_ten(self, kind: str, true: float) -> None:
        found = chances(24, true, kind, 800)
        at_least(((f.lower or 0) <= true <= (f.upper or 0) for f in found), 0.88)


class TestCompany:
    """Ten people, each at 60 %; the company's target is the sum of theirs, or a tenth less."""

    @staticmethod
    @cache
    def found(alike: float, over: float, companies: int = 200) -> list[tuple[Chance, float]]:
        """The chance together, and as if people had nothing in common, from three years of months."""
        found = []
        for seed in range(companies):
            random = np.random.default_rng([seed, round(alike * 10)])
            months = months_of(random, 10, 36, alike)
            record = Record(SALES, pd.Index(named(10)), 0, months[None], False)
            thresholds = realistic(draws=400)
            joint, apart = joint_outlook(record, np.ones((1, 1, 10)), 1.0, thresholds, random)
            target = np.array([10 * target_of(0.6) / over])
            found.append((joint.judge(target, 0.90)[0], float(apart.chances(target)[0])))
        return found

    @pytest.mark.parametrize(("alike", "over"), COMPANY)
    def test_the_stated_chances_are_true_of_such_people(self, alike: float, over: float) -> None:
        months = months_of(np.random.default_rng(1), 10, 100_000, alike)
        reached = months.sum(axis=0) >= 10 * target_of(0.6) / over
        assert reached.mean() == pytest.approx(COMPANY[alike, over], abs=0.01)

    @pytest.mark.parametrize(("alike", "over"), COMPANY)
    def test_together_the_chance_is_found_on_average(self, alike: float, over: float) -> None:
        """(1 + 36 × share) ÷ 38 draws every chance to the middle, by a fiftieth of its distance."""
        estimates = np.array([chance.estimate for chance, _ in self.found(alike, over)])
        margin = student.ppf(0.975, len(estimates) - 1) * estimates.std(ddof=1) / np.sqrt(len(estimates))
        stated = (1 + 36 * COMPANY[alike, over]) / 38
        assert abs(estimates.mean() - stated) <= margin + 0.01

    @pytest.mark.parametrize("alike", [0.2, 0.5])
    def test_as_if_apart_it_is_as_if_they_were(self, alike: float) -> None:
        """So both are shown: what they differ by is due to good and bad months that all have together."""
        apart = np.mean([apart for _, apart in self.found(alike, 1.0)])
        assert apart == pytest.approx((1 + 36 * 0.90) / 38, abs=0.02)

    @pytest.mark.parametrize("alike", [0.0, 0.2, 0.5])
    def test_the_interval_holds_the_chance_nine_times_in_ten(self, alike: float) -> None:
        held = (chance.lower <= COMPANY[alike, 1.0] <= chance.upper for chance, _ in self.found(alike, 1.0))
        at_least(held, 0.88)

    def test_it_fails_falsely_in_no_more_than_one_of_a_hundred(self) -> None:
        """Even if all have their months half in common: 68 % are not called less than 35 %."""
        at_most((chance.estimate < 0.35 for chance, _ in self.found(0.5, 1.0)), 0.01)


class TestShares:
    @staticmethod
    def worlds(alike: float, people: int, months: int, worlds: int = 500) -> list[tuple[Finding, float]]:
        """Teams in a company of twenty with two years of history, every target at 60 %."""
        found = []
        for seed in range(worlds):
            reached = months_of(np.random.default_rng([seed, people, months]), 20, 24, alike) >= target_of(
                0.6
            )
            at = np.broadcast_to(np.arange(24), reached.shape)
            likeness = likeness_within_months(reached.ravel(), at.ravel())
            team = reached[:people, -months:].ravel(), at[:people, -months:].ravel()
            found.append((judge_share(*team, likeness, DEFAULTS), float(team[0].mean())))
        return found

    def test_nine_of_ten_shares_of_ten_people_in_three_months_lie_in_the_tolerated(self) -> None:
        """Stated for a true 60 %, and so if a fifth of people's months is common."""
        found = self.worlds(0.2, 10, 3)
        at_least((0.40 <= round(share, 9) <= 0.80 for _, share in found), 0.90)

    @pytest.mark.parametrize(
        ("alike", "people", "months"), [(0.0, 10, 3), (0.2, 10, 3), (0.2, 10, 6), (0.2, 4, 6), (0.0, 3, 3)]
    )
    def test_right_targets_fail_in_no_more_than_one_of_ten_teams(
        self, alike: float, people: int, months: int
    ) -> None:
        at_most((finding.verdict == "fail" for finding, _ in self.worlds(alike, people, months)), 0.10)

    def test_a_small_teams_share_would_fail_twice_as_often_by_itself(self) -> None:
        found = self.worlds(0.0, 3, 3)
        assert sum(finding.verdict == "fail" for finding, _ in found) < 0.7 * sum(
            not 0.40 <= share <= 0.80 for _, share in found
        )


class TestLikeness:
    @staticmethod
    def unlike(true: list[float], months: int) -> list[bool]:
        seen = []
        for seed in range(600):
            hits = np.random.default_rng([seed, months]).binomial(months, true)
            lower, upper = wilson(hits / months, np.full(len(true), float(months)), 0.90)
            estimates = (1 + hits) / (months + 2)
            columns = estimates.tolist(), lower.tolist(), upper.tolist()
            people = [Chance(*row, months) for row in zip(*columns, strict=True)]
            seen.append(judge_likeness(people, "2026-07", DEFAULTS).verdict == "warn")
        return seen

    @pytest.mark.parametrize(
        ("true", "months"),
        [([0.6] * 10, 12), ([0.5] * 10, 12), ([0.6] * 5, 12), ([0.6] * 40, 12), ([0.5] * 10, 36)],
    )
    def test_equal_chances_are_seldom_called_unlike(self, true: list[float], months: int) -> None:
        at_most(self.unlike(true, months), 0.05)

    def test_chances_far_apart_are_found(self) -> None:
        at_least(self.unlike([0.35] * 5 + [0.85] * 5, 12), 0.95)


class TestCalibration:
    @staticmethod
    def off(alike: float, months: int, factor: float = 1.0) -> list[bool]:
        seen = []
        for seed in range(150):
            values = months_of(np.random.default_rng([seed, months]), 10, months, alike)
            values[:, 12:] *= factor
            targets = np.full(values.shape, target_of(0.6))
            frames = Frames(values, targets=targets, attained=(values >= targets).astype(float))
            grid = Grid(frames.history(), pd.Index(named(10)))
            _, finding, _ = growth_expected(Record.of(SALES, grid, 0.25), grid, DEFAULTS)
            seen.append(finding.verdict == "warn")
        return seen

    @pytest.mark.parametrize(("alike", "months"), [(0.0, 18), (0.2, 18), (0.2, 36)])
    def test_right_chances_are_called_misjudged_in_no_more_than_one_of_ten(
        self, alike: float, months: int
    ) -> None:
        at_most(self.off(alike, months), 0.10)

    def test_people_who_sell_two_fifths_more_are_noticed(self) -> None:
        at_least(self.off(0.2, 30, 1.4), 0.80)


class TestRatchet:
    @staticmethod
    def seen(above: float, below: float, noise: float) -> list[bool]:
        """Ten people in three years, whose targets take up so much of what was beaten, or missed."""
        seen = []
        for seed in range(100):
            random = np.random.default_rng([seed, 9])
            values, targets = months_of(random, 10, 36, 0.2), np.ones((10, 36))
            for month in range(1, 36):
                gap = values[:, month - 1] - targets[:, month - 1]
                news = gap * np.where(gap > 0, above, below) + noise * random.standard_normal(10)
                targets[:, month] = targets[:, month - 1] + news
            grid = Grid(Frames(values, targets=targets).history(), pd.Index(named(10)))
            seen.append(judge_ratchet(SALES, grid, 0, DEFAULTS).verdict == "warn")
        return seen

    @pytest.mark.parametrize(("follows", "noise"), [(0.0, 0.02), (0.6, 0.1), (0.8, 0.2)])
    def test_targets_that_follow_both_ways_or_not_at_all_are_seldom_called_one(
        self, follows: float, noise: float
    ) -> None:
        at_most(self.seen(follows, follows, noise), 0.05)

    @pytest.mark.parametrize(("above", "below"), [(0.8, 0.2), (0.7, 0.0)])
    def test_a_ratchet_is_found(self, above: float, below: float) -> None:
        at_least(self.seen(above, below, 0.1), 0.95)


def test_the_simulated_months_have_the_chance_that_they_are_planted_with() -> None:
    months = months_of(np.random.default_rng(2), 10, 20_000, 0.2)
    assert (months >= target_of(0.6)).mean() == pytest.approx(0.6, abs=0.01)
    assert np.log(months).std() == pytest.approx(SPREAD, abs=0.01)
