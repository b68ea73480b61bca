"""What is due to person, month and chance: closed forms, other people's programs, and brute force."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import f

from yardstick.conditions import variance_components
from yardstick.conditions.variance_components import (
    Array,
    Components,
    Squares,
    Table,
    components,
    reliability,
    seat_ratios,
)

RANDOM = np.random.default_rng
CONFIDENCE = 0.95

#: Six subjects judged by four judges: Shrout and Fleiss 1979, table 2.
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7.0]]
)


def table(grid: Array, weights: Array | None = None, segments: Array | None = None) -> Table:
    """People by months; NaN where nothing is known. `segments` has a row per person and a column each."""
    known = np.isfinite(grid)
    person, month = np.nonzero(known)
    weights = np.ones_like(grid) if weights is None else weights
    segments = np.zeros((len(grid), 0)) if segments is None else segments
    return Table(grid[known], weights[known], person, month, segments[person])


def grid(
    people: int, months: int, *, person: float = 0.5, tie: float = 0.0, gaps: float = 0.0, seed: int = 1
) -> Array:
    """Standard deviations: rest 1, months 1, people as given."""
    random = RANDOM(seed)
    rest = random.standard_normal((people, months))
    for month in range(1, months):
        rest[:, month] = tie * rest[:, month - 1] + np.sqrt(1 - tie**2) * rest[:, month]
    values = rest + random.standard_normal((1, months)) + person * random.standard_normal((people, 1))
    values[random.random(values.shape) < gaps] = np.nan
    return np.asarray(values)


def told(of: Table) -> Components:
    found = components(of, CONFIDENCE)
    assert found is not None
    return found


def squares(of: Table, tie: float = 0.0) -> Squares:
    return variance_components._Products(of, tie).of_people()


def mean_squares(values: Array) -> tuple[float, float, float]:
    """Of people, months and rest, of a balanced table."""
    people, months = values.shape
    of_people, of_months = values.mean(axis=1), values.mean(axis=0)
    rest = values - of_people[:, None] - of_months + values.mean()
    return (
        float(months * of_people.var(ddof=1)),
        float(people * of_months.var(ddof=1)),
        float((rest**2).sum() / (people - 1) / (months - 1)),
    )


class ByBruteForce:
    """Restricted likelihoods by the covariance of all values, inverted: weights and carry-over are in it."""

    def __init__(self, of: Table, tie: float) -> None:
        self._of = of
        same = np.equal.outer(of.person, of.person).astype(float)
        lasting = tie ** np.abs(np.subtract.outer(of.month, of.month)) * same
        self._same, self._rest = same, lasting / np.sqrt(np.outer(of.weights, of.weights))
        people = np.equal.outer(of.person, np.unique(of.person)[1:]).astype(float)
        self._with_people = np.hstack([of.fixed, people])

    @property
    def left_by_people(self) -> float:
        """The squares that are left when people are fixed."""
        return self._squares_and_volume(self._rest, self._with_people)[0]

    @property
    def likelihood_by_people(self) -> float:
        squared, volume = self._squares_and_volume(self._rest, self._with_people)
        return -volume - (len(self._of.values) - self._with_people.shape[1]) * float(np.log(squared))

    def left(self, ratio: float) -> float:
        return self._squares_and_volume(self._rest + ratio * self._same, self._of.fixed)[0]

    def likelihood(self, ratio: float) -> float:
        squared, volume = self._squares_and_volume(self._rest + ratio * self._same, self._of.fixed)
        return -volume - (len(self._of.values) - self._of.fixed.shape[1]) * float(np.log(squared))

    def _squares_and_volume(self, covariance: Array, fixed: Array) -> tuple[float, float]:
        inverse = np.linalg.inv(covariance)
        information = fixed.T @ inverse @ fixed
        effects = np.linalg.solve(information, fixed.T @ inverse @ self._of.values)
        residuals = self._of.values - fixed @ effects
        volume = np.linalg.slogdet(covariance)[1] + np.linalg.slogdet(information)[1]
        return float(residuals @ inverse @ residuals), float(volume)


class TestABalancedTable:
    def test_gives_the_published_correlation_of_shrout_and_fleiss(self) -> None:
        """ICC(3,1) = 0.71: (11.24 − 1.02) ÷ (11.24 + 3 × 1.02)."""
        found = components(table(SHROUT_FLEISS), 0.975)
        assert found is not None
        assert found.person.estimate == pytest.approx(0.7148, abs=5e-5)
        assert (found.person.lower, found.person.upper) == pytest.approx((0.3425, 0.9459), abs=5e-5)

    def test_gives_the_months_their_mean_square_beyond_the_rest(self) -> None:
        """Months (32.49 − 1.02) ÷ 6 = 5.244; people (11.24 − 1.02) ÷ 4 = 2.556; rest 1.019: 59.5 %."""
        assert told(table(SHROUT_FLEISS)).month.estimate == pytest.approx(0.5946, abs=5e-5)

    @given(people=st.integers(3, 12), months=st.integers(3, 14), seed=st.integers(0, 10**6))
    @settings(max_examples=60, deadline=None)
    def test_gives_the_closed_forms(self, people: int, months: int, seed: int) -> None:
        values = grid(people, months, seed=seed)
        found = told(table(values))
        assume(found.tie == 0)
        of_people, of_months, rest = mean_squares(values)
        freedom = people - 1, (people - 1) * (months - 1)
        correlation = (of_people - rest) / (of_people + (months - 1) * rest)
        low, high = (of_people / rest / f.ppf(q, *freedom) for q in (CONFIDENCE, 1 - CONFIDENCE))
        bounds = ((ratio - 1) / (ratio + months - 1) for ratio in (low, high))
        expected = np.clip([correlation, *bounds], 0, None)
        shares = found.person.estimate, found.person.lower, found.person.upper
        np.testing.assert_allclose(shares, expected, atol=1e-7)
        if correlation > 0:
            month = max(0, (of_months - rest) / people)
            whole = month + (of_people - rest) / months + rest
            assert found.month.estimate == pytest.approx(month / whole, abs=1e-7)
            freedom = months - 1, freedom[1]
            ratios = [of_months / rest / f.ppf(q, *freedom) for q in (CONFIDENCE, 1 - CONFIDENCE)]
            of_rest = [max(0, (ratio - 1) / people) for ratio in ratios]
            bounds = (of / (of + 1 + found.ratio) for of in of_rest)
            assert (found.month.lower, found.month.upper) == pytest.approx(tuple(bounds), abs=1e-7)


class TestAnyTable:
    values = grid(10, 14, person=0.7, gaps=0.25, seed=3)

    def test_has_the_variances_that_statsmodels_find(self) -> None:
        of = table(self.values, segments=np.arange(10)[:, None] % 3 == np.array([1, 2]))
        frame = pd.DataFrame(
            {"y": of.values, "person": of.person, "month": of.month, "segment": of.person % 3}
        )
        fit = smf.mixedlm("y ~ C(month) + C(segment)", frame, groups=frame["person"]).fit(reml=True)
        found = squares(of)
        assert found.ratio() == pytest.approx(float(fit.cov_re.iloc[0, 0] / fit.scale), rel=1e-3)
        assert found.rest_variance(found.ratio()) == pytest.approx(fit.scale, rel=1e-3)

    @pytest.mark.parametrize("tie", [0.0, 0.6])
    def test_has_the_likelihood_and_the_pivot_of_the_whole_covariance(self, tie: float) -> None:
        of = table(grid(10, 14, person=2, gaps=0.25, seed=3), RANDOM(4).uniform(0.3, 3, (10, 14)))
        found = squares(of, tie)
        by_hand = ByBruteForce(of, tie)
        freedom = len(found.gains), found.freedom
        assert found.rest == pytest.approx(by_hand.left_by_people)
        assert sum(freedom) == len(of.values) - of.months
        ratios = np.array([0.1, 0.4, 2.0])
        apart = found._likelihoods(ratios) - [by_hand.likelihood(ratio) for ratio in ratios]
        assert np.ptp(apart) == pytest.approx(0, abs=1e-8)
        likely = found.ratio()
        assert by_hand.likelihood(likely) > max(by_hand.likelihood(likely * by) for by in (0.98, 1.02))
        for ratio, quantile in zip(found.bounds(CONFIDENCE), (CONFIDENCE, 1 - CONFIDENCE), strict=True):
            of_people = by_hand.left(ratio) - by_hand.left_by_people
            seen = of_people / freedom[0] / (by_hand.left_by_people / freedom[1])
            assert seen == pytest.approx(f.ppf(quantile, *freedom), rel=1e-6)

    @pytest.mark.parametrize("tie", [0.4, 0.9])
    def test_carries_over_what_the_whole_covariance_makes_likely(self, tie: float) -> None:
        of = table(grid(8, 18, tie=tie, gaps=0.2, seed=5), RANDOM(5).uniform(0.5, 2, (8, 18)))
        ties = np.arange(0.02, 1, 0.02)
        by_hand = np.array([ByBruteForce(of, tie).likelihood_by_people for tie in ties])
        found = [variance_components._Products(of, tie).likelihood() for tie in ties]
        assert np.ptp(found - by_hand) == pytest.approx(0, abs=1e-6)
        allowed = ties[by_hand >= by_hand.max() - 1.645**2]
        expected = ties[by_hand.argmax()], allowed[0], allowed[-1]
        assert variance_components._possible_ties(of, CONFIDENCE) == pytest.approx(expected, abs=0.04)

    def test_is_split_in_any_unit_and_whatever_moves_all_in_a_month_or_sets_regions_apart(self) -> None:
        regions = np.arange(10)[:, None] % 2 == np.array([1])
        plain = told(table(self.values, segments=regions))
        moved = 1000 * (self.values + 7 * RANDOM(6).standard_normal(14) + 3 * regions)
        found = told(table(moved, segments=regions))
        for of in ("estimate", "lower", "upper"):
            assert getattr(found.person, of) == pytest.approx(getattr(plain.person, of), abs=1e-7)
        assert found.month.estimate > plain.month.estimate

    def test_counts_a_value_of_twice_the_weight_as_the_mean_of_two(self) -> None:
        """Two values a month, or their mean with weight 2, tell the same of people."""
        pairs = RANDOM(7).standard_normal((6, 5, 2)) + RANDOM(8).standard_normal((6, 1, 1))
        means = squares(table(pairs.mean(axis=2), np.full((6, 5), 2.0)))
        assert means.gains == pytest.approx([10] * 5)
        between = 10 * pairs.mean(axis=(1, 2)).var(ddof=1) * 5
        assert means.squares.sum() == pytest.approx(between)


class TestWhatCarriesOver:
    def test_widens_the_bounds_of_a_share(self) -> None:
        found = told(table(grid(15, 24, tie=0.7, seed=9)))
        assert found.tie >= 0.5
        of = squares(table(grid(15, 24, tie=0.7, seed=9)))
        lower, upper = of.bounds(CONFIDENCE)
        assert found.person.lower < lower / (1 + lower)
        assert found.person.upper - found.person.lower > upper / (1 + upper) - lower / (1 + lower)

    def test_is_not_assumed_while_the_months_allow_none(self) -> None:
        assert told(table(grid(15, 24, seed=9))).tie == 0

    def test_fades_over_a_month_that_is_missing(self) -> None:
        """Every other month of one that carries 0.8 over carries 0.64 from a known month to the next."""
        known = grid(40, 48, tie=0.8, seed=11)
        known[:, 1::2] = np.nan
        assert told(table(known)).tie == pytest.approx(0.8, abs=0.1)


class TestNothingCanBeTold:
    def test_where_nothing_varies(self) -> None:
        assert components(table(np.full((9, 14), 5.0)), CONFIDENCE) is None

    def test_of_one_person(self) -> None:
        assert components(table(grid(1, 14)), CONFIDENCE) is None

    def test_of_people_who_are_each_alone_in_a_segment(self) -> None:
        assert components(table(grid(3, 14), segments=np.eye(3)[:, 1:]), CONFIDENCE) is None

    def test_of_one_month(self) -> None:
        assert components(table(grid(9, 1)), CONFIDENCE) is None


class TestExtremes:
    def test_people_who_move_together_are_all_month(self) -> None:
        found = told(table(np.tile(RANDOM(1).standard_normal(14), (9, 1))))
        assert found.month.estimate == pytest.approx(1, abs=1e-6)
        assert (found.person.estimate, found.person.lower, found.person.upper) == (0, 0, 0)

    def test_people_who_never_change_are_all_person(self) -> None:
        found = told(table(np.tile(RANDOM(1).standard_normal((9, 1)), 14)))
        assert found.person.lower == pytest.approx(1, abs=1e-6)
        assert found.month.estimate == pytest.approx(0, abs=1e-6)


class TestReliability:
    @given(share=st.floats(0, 0.99), months=st.integers(1, 60))
    def test_grows_with_the_months_as_spearman_and_brown_say(self, share: float, months: int) -> None:
        expected = months * share / (1 + (months - 1) * share)
        assert reliability(share / (1 - share), 0, np.array([months]))[0] == pytest.approx(expected)

    def test_of_two_months_of_which_one_half_carries_over(self) -> None:
        """The mean of two has (1 + 0.5) ÷ 2 = 0.75 of the rest, beside a person of variance 1."""
        assert reliability(1.0, 0.5, np.array([1, 2])) == pytest.approx([0.5, 1 / 1.75])


class TestSeats:
    people, months, teams = 24, 24, 4

    def moved(self, movers: int) -> Array:
        """The team of each person in each month; some change to the next team at half-time."""
        teams = np.tile((np.arange(self.people) % self.teams)[:, None], self.months)
        teams[:movers, self.months // 2 :] = (teams[:movers, self.months // 2 :] + 1) % self.teams
        return np.equal.outer(teams.ravel(), np.arange(self.teams)).astype(float)

    def ratios(self, *, person: float, seat: float, movers: int = 12) -> tuple[float, float] | None:
        seats = self.moved(movers)
        values = grid(self.people, self.months, person=person, seed=12).ravel()
        values += seats @ (seat * np.array([-1.0, 1.0, -1.0, 1.0]))
        return seat_ratios(table(values.reshape(self.people, self.months)), seats, 0.0)

    def test_are_told_from_people_by_those_who_moved(self) -> None:
        of_person, of_seat = self.ratios(person=1, seat=0) or (0, 0)
        assert of_person > 0.5
        assert of_seat < 0.1
        of_person, of_seat = self.ratios(person=0, seat=1) or (0, 0)
        assert of_person < 0.1
        assert of_seat > 0.5

    def test_have_the_variances_that_statsmodels_find(self) -> None:
        seats = self.moved(12)
        of = table(grid(self.people, self.months, person=0.6, seed=13))
        of = replace(of, values=of.values + seats @ np.array([0.3, -0.8, 0.5, 0.0]))
        frame = pd.DataFrame(
            {"y": of.values, "person": of.person, "month": of.month, "seat": seats.argmax(axis=1)}
        )
        by_person = smf.mixedlm("y ~ C(month) + C(seat)", frame, groups=frame["person"]).fit(reml=True)
        by_seat = smf.mixedlm("y ~ C(month) + C(person)", frame, groups=frame["seat"]).fit(reml=True)
        expected = [float(fit.cov_re.iloc[0, 0] / fit.scale) for fit in (by_person, by_seat)]
        assert seat_ratios(of, seats, 0.0) == pytest.approx(expected, rel=1e-2)

    def test_cannot_be_told_from_people_where_nobody_moved(self) -> None:
        assert self.ratios(person=1, seat=0, movers=0) is None
