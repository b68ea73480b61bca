"""Which share of targets is reached, or to be expected: worked out by hand, and exact distributions."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from said import said
from scipy.stats import poisson_binom
from shipped import THRESHOLDS
from target_worlds import Frames, of, ranked, realism_of, targets_of

from yardstick.conditions.chances import Measure
from yardstick.conditions.finding import Finding
from yardstick.conditions.team_shares import (
    judge_share,
    likeness_within_months,
    poisson_binomial_quantiles,
)

SALES = Measure("bookings", "up", "sum")
DEFAULTS = THRESHOLDS.realistic


def share(reached: Sequence[Sequence[int]], likeness: float = 0.0) -> Finding:
    """Months of people's targets, reached (1) or not."""
    months = np.concatenate([[month] * len(people) for month, people in enumerate(reached)])
    return judge_share(np.concatenate(reached) > 0, months.astype(np.int64), likeness, DEFAULTS)


def months_with(hits: int, people: int = 10, months: int = 6) -> list[list[int]]:
    """So many hits in all, spread over the months."""
    flat = np.zeros(people * months, dtype=int)
    flat[:hits] = 1
    return flat.reshape(people, months).T.tolist()  # type: ignore[no-any-return]


class TestShareReached:
    @pytest.mark.parametrize(
        ("hits", "verdict", "reason"),
        [
            (23, "fail", "share_low"),
            (24, "warn", "share_low"),  # 0.40
            (29, "warn", "share_low"),
            (30, "pass", "share_right"),  # 0.50
            (42, "pass", "share_right"),  # 0.70
            (43, "warn", "share_high"),
            (48, "warn", "share_high"),  # 0.80
            (49, "fail", "share_high"),
        ],
    )
    def test_six_months_of_ten_people_are_judged_by_the_bands(
        self, hits: int, verdict: str, reason: str
    ) -> None:
        finding = share(months_with(hits))
        assert (finding.verdict, finding.reason, finding.n) == (verdict, reason, 60)
        assert finding.estimate == pytest.approx(hits / 60, abs=1e-6)

    @pytest.mark.parametrize(
        ("hits", "verdict"),
        [(15, "pass"), (14, "not enough data"), (24, "not enough data"), (8, "fail"), (28, "fail")],
    )
    def test_with_three_months_only_what_is_outside_of_the_tolerated_counts(
        self, hits: int, verdict: str
    ) -> None:
        finding = share(months_with(hits, months=3))
        assert finding.verdict == verdict
        if verdict == "not enough data":
            assert "So few months may deviate by chance" in said("realistic", finding)

    @pytest.mark.parametrize(("months", "verdict"), [(2, "not enough data"), (3, "fail")])
    def test_three_months_are_needed(self, months: int, verdict: str) -> None:
        assert share(months_with(0, months=months)).verdict == verdict

    def test_only_the_last_six_months_count(self) -> None:
        finding = share([[0] * 10] * 5 + months_with(36))
        assert (finding.n, finding.estimate) == (60, 0.6)

    def test_a_share_that_may_still_be_the_wanted_one_does_not_fail(self) -> None:
        """2 of 6 targets of two people: Wilson's interval reaches 64 %."""
        assert share(months_with(2, people=2, months=3)).verdict == "warn"

    def test_targets_of_one_month_that_are_all_alike_count_as_one(self) -> None:
        """22 of 60 fail if independent; if each month is one event, six events say little."""
        assert share(months_with(22), likeness=0.0).verdict == "fail"
        assert share(months_with(22), likeness=1.0).verdict == "warn"

    def test_likeness_is_the_intraclass_correlation(self) -> None:
        """Four months of three targets: 3, 0, 2 and 1 reached. MSB 5 ÷ 9, MSW 1 ÷ 6: (7 ÷ 18) ÷ (8 ÷ 9)."""
        reached = np.array([1, 1, 1, 0, 0, 0, 1, 1, 0, 1, 0, 0], dtype=bool)
        months = np.repeat(np.arange(4), 3)
        assert likeness_within_months(reached, months) == pytest.approx(7 / 16)

    def test_likeness_is_none_where_months_are_as_alike_as_people(self) -> None:
        assert likeness_within_months(np.array([True, False] * 6), np.repeat(np.arange(6), 2)) == 0
        assert likeness_within_months(np.array([True] * 6), np.repeat(np.arange(3), 2)) == 0
        assert likeness_within_months(np.array([True, False]), np.array([0, 1])) == 0

    def test_a_target_of_nothing_is_not_counted(self) -> None:
        values = np.ones((5, 12))
        targets = np.ones((5, 12))
        targets[0] = 0
        frames = Frames(values, targets=targets, attained=np.ones((5, 12)))
        found = realism_of(SALES, frames.history(), targets_of(), frames.plan())
        finding = of(found, "share", "team", "team")
        assert finding is not None
        assert finding.n == 24

    def test_people_count_in_the_team_of_that_month(self) -> None:
        frames = Frames(np.ones((2, 6)), targets=np.ones((2, 6)), attained=np.ones((2, 6)))
        history = frames.history()
        history.loc[(history["person_id"] == "p000") & (history["month"] < "2026-04-01"), "team_id"] = "south"
        found = realism_of(SALES, history, targets_of(), frames.plan())
        assert [of(found, "share", "team", team).n for team in ("south", "team")] == [3, 9]  # type: ignore[union-attr]


class TestExpectedShare:
    def expected(self, hits: Sequence[int], months: int = 18) -> Finding:
        values = np.concatenate([ranked(months, of_person) for of_person in hits])
        frames = Frames(values)
        found = realism_of(SALES, frames.history(), targets_of([1.0] * len(hits)), frames.plan())
        finding = of(found, "expected", "team", "team")
        assert finding is not None
        return finding

    def test_is_the_mean_chance(self) -> None:
        finding = self.expected([7, 11, 15])  # 8, 12 and 16 of 20
        assert (finding.estimate, finding.n) == (pytest.approx(0.6), 3)
        assert (finding.verdict, finding.reason) == ("pass", "expected_right")

    @pytest.mark.parametrize(
        ("hits", "verdict", "reason"),
        [
            (8, "warn", "expected_low"),  # 0.45
            (5, "fail", "expected_low"),  # 0.30
            (14, "warn", "expected_high"),  # 0.75
            (17, "fail", "expected_high"),  # 0.90
        ],
    )
    def test_is_judged_by_the_bands_of_shares(self, hits: int, verdict: str, reason: str) -> None:
        finding = self.expected([hits] * 5)
        assert (finding.verdict, finding.reason) == (verdict, reason)

    @pytest.mark.parametrize(("people", "verdict"), [(2, "not enough data"), (3, "pass")])
    def test_three_people_are_needed(self, people: int, verdict: str) -> None:
        assert self.expected([11] * people).verdict == verdict

    def test_who_has_too_little_history_is_not_counted(self) -> None:
        values = np.ones((4, 18))
        values[0, :7] = np.nan
        frames = Frames(values)
        found = realism_of(SALES, frames.history(), targets_of([1.0] * 4), frames.plan())
        assert of(found, "expected", "team", "team").n == 3  # type: ignore[union-attr]

    @given(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=30), st.floats(0.01, 0.99))
    def test_its_bounds_are_quantiles_of_the_poisson_binomial_distribution(
        self, chances: list[float], level: float
    ) -> None:
        [quantile] = poisson_binomial_quantiles(np.array(chances), level)
        below, upto = poisson_binom(chances).cdf([quantile - 1, quantile])
        assert below <= level + 1e-9
        assert upto >= level - 1e-9
