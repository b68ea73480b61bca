"""Did what was foretold come true? Worked by hand, and by counting."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from said import said
from scipy.stats import t as student
from shipped import realistic
from target_worlds import Array, Frames, months_of, named, realism_of, target_of, targets_of

from yardstick.conditions.calibration import Foretold, foretell, growth_expected, reliability
from yardstick.conditions.chances import Measure
from yardstick.conditions.finding import Finding
from yardstick.conditions.records import Grid, Record

SALES = Measure("bookings", "up", "sum")
RANDOM = np.random.default_rng


def judged(values: Array, targets: Array, measure: Measure = SALES) -> Frames:
    attained = np.where(np.isfinite(values), measure.reached(values, targets), np.nan)
    return Frames(values, targets=targets, attained=attained)


def placed(frames: Frames, measure: Measure = SALES) -> tuple[Record, Grid]:
    grid = Grid(frames.history(), pd.Index(named(len(frames.values))))
    return Record.of(measure, grid, 0.25), grid


def expected(frames: Frames, measure: Measure = SALES, **changed: float) -> tuple[Foretold, Finding, float]:
    return growth_expected(*placed(frames, measure), realistic(**changed))


class TestForetelling:
    def test_a_past_chance_knows_only_the_months_before(self) -> None:
        """Month 13: 6 of 12 reached 1, that is 7 ÷ 14; month 14 knows that it did: 8 ÷ 15."""
        values = np.array([[1.0] * 6 + [0.0] * 6 + [1.0, 0.0]])
        foretold = foretell(*placed(judged(values, np.ones(values.shape))), 1.0, 12)
        assert foretold.chances.tolist() == pytest.approx([7 / 14, 8 / 15])
        assert foretold.reached.tolist() == [True, False]
        assert foretold.months.tolist() == [12, 13]

    def test_fewer_than_twelve_months_foretell_nothing(self) -> None:
        values = np.ones((3, 12))
        assert len(foretell(*placed(judged(values, np.ones(values.shape))), 1.0, 12).chances) == 0

    def test_each_month_is_foretold_by_its_own_capacity_and_target(self) -> None:
        """Twice the capacity makes twice the months: all of 12 reach 2, none reaches 2.1."""
        values = np.ones((2, 13))
        targets = np.ones(values.shape)
        capacity = np.full(values.shape, 20.0)
        capacity[:, 12], targets[:, 12] = 40, (2, 2.1)
        frames = replace(judged(values, targets), capacity=capacity)
        assert foretell(*placed(frames), 1.0, 12).chances.tolist() == pytest.approx([13 / 14, 1 / 14])

    def test_what_had_no_target_or_one_of_nothing_is_not_foretold(self) -> None:
        values, targets = np.ones((2, 13)), np.ones((2, 13))
        targets[0, 12], targets[1, 12] = np.nan, 0
        frames = judged(values, targets)
        assert frames.attained is not None
        frames.attained[0, 12] = np.nan
        assert len(foretell(*placed(frames), 1.0, 12).chances) == 0

    @given(st.integers(0, 1000), st.sampled_from(["up", "down"]))
    def test_is_what_counting_gives(self, seed: int, direction: str) -> None:
        measure = replace(SALES, direction="up" if direction == "up" else "down")
        values = RANDOM(seed).integers(1, 9, (2, 16)).astype(float)
        targets = RANDOM(seed + 1).integers(1, 9, (2, 16)).astype(float)
        foretold = foretell(*placed(judged(values, targets, measure), measure), 1.0, 12)
        chances = [
            (1 + sum(measure.reached(values[i, :t], targets[i, t]))) / (t + 2)
            for i in range(2)
            for t in range(12, 16)
        ]
        assert foretold.chances.tolist() == pytest.approx(chances)


def shifted(factor: float, *, people: int = 10, months: int = 36, since: int = 24) -> Frames:
    """People who sell so many times as much since some month, and whose targets do not know."""
    values = months_of(RANDOM(3), people, months)
    values[:, since:] *= factor
    return judged(values, np.full(values.shape, target_of(0.6)))


class TestLately:
    foretold = Foretold(
        np.repeat(np.arange(20), 6), np.zeros(120), np.linspace(0, 1, 120), np.zeros(120, dtype=bool)
    )

    def test_the_last_twelve_months_count(self) -> None:
        assert set(self.foretold.of_last(12, 60).months) == set(range(8, 20))

    @pytest.mark.parametrize(("fewest", "months"), [(72, 12), (73, 13), (90, 15), (1000, 20)])
    def test_or_as_many_as_hold_enough_targets(self, fewest: int, months: int) -> None:
        assert set(self.foretold.of_last(12, fewest).months) == set(range(20 - months, 20))

    def test_none_are_none(self) -> None:
        assert len(Foretold(*(np.array([]) for _ in range(4))).of_last(12, 60).months) == 0  # type: ignore[arg-type]


class TestFinding:
    def test_chances_that_come_true_are_right(self) -> None:
        foretold, finding, growth = expected(shifted(1.0))
        assert (finding.verdict, finding.reason, growth) == ("pass", "calibration_right", 1.0)
        assert (len(foretold.chances), finding.n) == (240, 120)
        lately = foretold.of_last(12, 60)
        assert finding.estimate == pytest.approx(lately.chances.mean() - lately.reached.mean(), abs=1e-6)
        brier = np.mean((lately.chances - lately.reached) ** 2)
        assert finding.values["brier"] == pytest.approx(brier, abs=0.001)

    def test_the_interval_takes_a_month_as_one_observation(self) -> None:
        """The cluster-robust standard error of a mean, by hand."""
        foretold, finding, _ = expected(shifted(1.0))
        lately = foretold.of_last(12, 60)
        misses = pd.Series(lately.chances - lately.reached)
        sums = (misses - misses.mean()).groupby(lately.months).sum()
        error = np.sqrt((sums**2).sum() * 12 / 11) / 120
        margin = student.ppf(0.95, 11) * error
        assert finding.estimate is not None
        assert (finding.lower, finding.upper) == pytest.approx(
            (finding.estimate - margin, finding.estimate + margin), abs=2e-6
        )

    def test_people_who_sell_more_now_have_better_chances_than_history_says(self) -> None:
        foretold, finding, growth = expected(shifted(1.4, since=12))
        assert (finding.verdict, finding.reason) == ("warn", "calibration_low")
        assert foretold.gap < -0.10
        assert 1.1 < growth < 1.4
        assert said("realistic", finding).startswith("The chances were too low: of 120 past targets,")

    def test_people_who_sell_less_now_have_worse_chances(self) -> None:
        _, finding, growth = expected(shifted(0.7, since=12))
        assert (finding.verdict, finding.reason) == ("warn", "calibration_high")
        assert 0.7 < growth < 0.95

    def test_where_less_is_better_more_makes_chances_worse(self) -> None:
        overdue = replace(SALES, direction="down")
        values = months_of(RANDOM(3), 10, 36)
        values[:, 12:] *= 1.4
        frames = judged(values, np.full(values.shape, target_of(0.4)), overdue)
        _, finding, growth = expected(frames, overdue)
        assert (finding.reason, growth > 1.05) == ("calibration_high", True)

    def test_with_that_growth_they_would_have_come_true(self) -> None:
        frames = shifted(1.4, since=12)
        *_, growth = expected(frames)
        foretold = foretell(*placed(frames), growth, 12).of_last(12, 60)
        assert foretold.shares.mean() == pytest.approx(foretold.reached.mean(), abs=0.01)
        assert abs(foretold.gap) < 0.05

    def test_growth_is_on_top_of_what_was_agreed(self) -> None:
        """Who agreed on just the growth that came misjudges nothing."""
        frames = shifted(1.4, since=12)
        *_, growth = expected(frames)
        _, finding, agreed = expected(frames, growth=growth)
        assert (finding.verdict, agreed) == ("pass", growth)

    def test_the_chances_of_today_are_computed_with_it(self) -> None:
        frames = shifted(1.4, since=12)
        found = realism_of(SALES, frames.history(), targets_of([1.4] * 10), frames.plan())
        assert found.growth > 1.05
        plain = realism_of(
            SALES,
            frames.history(),
            targets_of([1.4] * 10),
            frames.plan(),
            realistic(misjudged=0.9),
        )
        grown, as_ever = (of.prospects[0].outlook.outcomes for of in (found, plain))
        np.testing.assert_allclose(grown, as_ever * found.growth)

    @pytest.mark.parametrize(("months", "verdict"), [(17, "not enough data"), (18, "pass")])
    def test_sixty_past_targets_are_needed(self, months: int, verdict: str) -> None:
        """Of ten people with 12 months before: 50, and 60."""
        _, finding, _ = expected(shifted(1.0, months=months, since=0))
        assert (finding.verdict, finding.n) == (verdict, 10 * (months - 12))

    def test_one_bad_month_of_all_people_is_one_surprise(self) -> None:
        """A gap of 15 points that comes from a third of the months, in which nobody reached anything."""
        values = np.tile([1.0, 1, 1, 0], 9)[None].repeat(20, axis=0)
        values[:, 12:20], values[:, 30:] = 1, 1
        values[:, [20, 22, 24, 25, 26]] = 0
        _, finding, growth = expected(judged(values, np.ones(values.shape)))
        assert finding.verdict == "pass"
        assert growth == 1

    def test_a_band_is_told_but_nothing_is_changed(self) -> None:
        band = Measure("coverage", "band", "typical", band=(0.8, 1.2))
        values = months_of(RANDOM(1), 10, 36)
        values[:, 12:] = 2
        _, finding, growth = expected(judged(values, np.full(values.shape, np.nan), band), band)
        assert (finding.verdict, growth) == ("warn", 1.0)


def test_reliability_has_a_row_per_tenth_in_which_chances_were_foretold() -> None:
    foretold = Foretold(
        np.zeros(5, dtype=int),
        np.zeros(5),
        np.array([0.30, 0.35, 0.3999, 0.75, 1.0]),
        np.array([True, False, False, True, True]),
    )
    assert reliability(foretold).round(4).to_numpy().tolist() == [
        [0.3, 0.4, 3, 0.35, 0.3333],
        [0.7, 0.8, 1, 0.75, 1],
        [0.9, 1.0, 1, 1.0, 1],
    ]
