"""Realistic targets: which verdict and which reason follow, with numbers worked out by hand."""

import string
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from said import said, strings_of, texts
from shipped import THRESHOLDS
from target_worlds import Array, Frames, months_of, of, ranked, realism_of, target_of, targets_of

from yardstick.conditions import (
    calibration,
    gaming,
    realism,
    target_setting,
    team_shares,
)
from yardstick.conditions.chances import Measure
from yardstick.conditions.finding import Finding
from yardstick.conditions.realism import Realism, Subject

SALES = Measure("bookings", "up", "sum")
DEFAULTS = THRESHOLDS.realistic
RANDOM = np.random.default_rng
NBSP = "\u00a0"


def chance(values: Array, target: float = 1.0, measure: Measure = SALES, **targets: Any) -> Finding:
    frames = Frames(values)
    asked = targets_of([target] * len(values), **targets)
    finding = of(realism_of(measure, frames.history(), asked, frames.plan()), "chance")
    assert finding is not None
    return finding


def verdicts_of(found: Realism, kind: str = "person") -> dict[tuple[str | None, str], str]:
    """By kind of period and dimension, of chances."""
    return {
        (subject.period_kind, finding.dimension): finding.verdict
        for subject, findings in found.findings.items()
        for finding in findings
        if subject.node_kind == kind and finding.dimension.startswith("chance")
    }


class TestChanceOfAPerson:
    @pytest.mark.parametrize(
        ("hits", "verdict", "reason"),
        [
            (0, "fail", "target_high"),
            (6, "fail", "target_high"),  # 7 ÷ 20 would be 0.35; 7 ÷ 22 is 0.32
            (7, "warn", "target_high"),  # 0.36
            (8, "pass", "chance_right"),  # 0.41
            (16, "pass", "chance_right"),  # 0.77
            (17, "warn", "target_low"),  # 0.82
            (18, "fail", "target_low"),  # 0.86
            (20, "fail", "target_low"),
        ],
    )
    def test_is_judged_by_its_bands(self, hits: int, verdict: str, reason: str) -> None:
        finding = chance(ranked(20, hits))
        assert finding.estimate == pytest.approx((1 + hits) / 22, abs=1e-6)
        assert (finding.verdict, finding.reason, finding.n) == (verdict, reason, 20)

    @pytest.mark.parametrize(
        ("months", "hits", "verdict"),
        [
            (18, 6, "warn"),  # 7 ÷ 20 = 0.35, the least that is tolerated
            (18, 7, "pass"),  # 8 ÷ 20 = 0.40
            (18, 15, "pass"),  # 16 ÷ 20 = 0.80
            (18, 16, "warn"),  # 17 ÷ 20 = 0.85, the most that is tolerated
        ],
    )
    def test_the_ends_of_a_band_belong_to_it(self, months: int, hits: int, verdict: str) -> None:
        assert chance(ranked(months, hits)).verdict == verdict

    @pytest.mark.parametrize(("months", "verdict"), [(11, "not enough data"), (12, "fail")])
    def test_twelve_months_are_needed(self, months: int, verdict: str) -> None:
        finding = chance(ranked(months, 0))
        assert (finding.verdict, finding.n) == (verdict, months)
        assert (finding.estimate is None) == (verdict == "not enough data")

    def test_says_what_it_means(self) -> None:
        finding = chance(ranked(12, 2))
        assert said("realistic", finding) == (
            "The target for 2026-07 is hard to reach: going by the person's own 12 months, "
            f"the chance is 21{NBSP}%."
        )
        assert said("realistic", finding, "ru") == (
            "План на 2026-07 трудновыполним: судя по истории сотрудника (месяцев: 12), "
            f"вероятность — 21{NBSP}%."
        )
        assert said("realistic", chance(ranked(11, 2))) == "Months of history before 2026-07: 11. Needed: 12."

    def test_less_is_better(self) -> None:
        overdue = replace(SALES, direction="down")
        assert chance(ranked(12, 10), 0.5, overdue).reason == "target_high"
        assert chance(ranked(12, 2), 0.5, overdue).reason == "chance_right"

    def test_a_band_is_reached_inside_it_and_has_no_other_target(self) -> None:
        coverage = Measure("coverage", "band", "typical", band=(3, 5))
        months = np.array([[4.0] * 7 + [6.0] * 5])
        finding = chance(months, np.nan, coverage)
        assert finding.estimate == pytest.approx(8 / 14, abs=1e-6)

    def test_only_what_was_known_when_the_period_began_counts(self) -> None:
        """History ends with June: a target of April knows 12 months of 15, one of July all of them."""
        months = np.array([[0.0] * 12 + [1.0] * 3])
        april = chance(months, start="2026-04-01", period="2026-04")
        assert (april.n, april.estimate) == (12, pytest.approx(1 / 14, abs=1e-6))
        july = chance(months)
        assert (july.n, july.estimate) == (15, pytest.approx(4 / 17, abs=1e-6))

    def test_a_quarter_and_a_year_are_judged_by_their_own_targets(self) -> None:
        months = months_of(RANDOM(1), 1, 36)
        for kind, start, length in (("quarter", "2026-07-01", 3), ("year", "2026-07-01", 12)):
            finding = chance(months, 10.0 * length, kind=kind, start=start)
            assert (finding.verdict, finding.reason, finding.n) == ("fail", "target_high", 36)
            assert chance(months, months.mean() * length, kind=kind, start=start).verdict == "pass"

    def test_a_target_too_low_fails_for_the_shortest_period_only(self) -> None:
        """A year of months that are right is reached nearly always; that is no one's fault."""
        frames = Frames(months_of(RANDOM(1), 1, 36))
        month, year = targets_of([0.01]), targets_of([0.12], kind="year", period="2027")
        both = realism_of(SALES, frames.history(), pd.concat([month, year]), frames.plan())
        assert verdicts_of(both) == {("month", "chance"): "fail", ("year", "chance_derived"): "warn"}
        decided = pd.concat([month, year]).assign(is_decided=True)
        both = realism_of(SALES, frames.history(), decided, frames.plan())
        assert verdicts_of(both) == {("month", "chance"): "fail", ("year", "chance"): "warn"}
        alone = realism_of(SALES, frames.history(), year, frames.plan())
        assert of(alone, "chance").verdict == "fail"  # type: ignore[union-attr]

    def test_outside_of_the_tolerated_a_year_fails_only_if_surely_not_the_wanted(self) -> None:
        """12 months know a year badly: its chance has to be very small to be surely not 60 %."""
        months = np.tile(np.array([[0.5, 1.5]]), 6)
        near = chance(months, 13.5, kind="year", start="2026-07-01")
        assert near.estimate is not None
        assert near.upper is not None
        assert near.estimate < 0.35
        assert near.upper > 0.60
        assert near.verdict == "warn"
        assert chance(months, 17.5, kind="year", start="2026-07-01").verdict == "fail"

    @pytest.mark.parametrize("target", [1.0, 0.0])
    def test_who_is_away_cannot_reach_anything(self, target: float) -> None:
        """Whatever the history; and nothing is asked where the target is 0."""
        frames = Frames(ranked(3, 2))
        found = realism_of(SALES, frames.history(), targets_of([target]), frames.plan(capacity=0))
        finding = of(found, "chance")
        if target:
            assert finding is not None
            assert (finding.verdict, finding.reason) == ("fail", "target_without_days")
            assert said("realistic", finding).startswith("There is a target for 2026-07, and no working day")
        else:
            assert finding is None

    def test_who_has_no_target_is_not_judged(self) -> None:
        frames = Frames(ranked(12, 5))
        found = realism_of(SALES, frames.history(), targets_of([np.nan]), frames.plan())
        assert of(found, "chance") is None


class TestChanceOfNodes:
    def company(self, target: float, alike: float = 1.0, people: int = 4) -> Finding:
        frames = Frames(months_of(RANDOM(4), people, 24, alike))
        asked = targets_of(nodes={("company", "acme"): target})
        finding = of(realism_of(SALES, frames.history(), asked, frames.plan()), "chance", "company", "acme")
        assert finding is not None
        return finding

    def test_is_shown_beside_that_of_people_who_have_nothing_in_common(self) -> None:
        finding = self.company(4 * target_of(0.75))
        assert finding.verdict == "pass"
        assert finding.estimate == pytest.approx(0.75, abs=0.12)
        assert said("realistic", finding).startswith("Chance of reaching the target for 2026-07:")
        apart = int(str(finding.values["apart"]).split(NBSP)[0]) / 100
        assert apart > finding.estimate + 0.08

    def test_too_high_fails(self) -> None:
        finding = self.company(4 * target_of(0.05))
        assert (finding.verdict, finding.reason, finding.n) == ("fail", "node_high", 24)

    def test_is_never_too_low(self) -> None:
        assert self.company(0.01).verdict == "pass"

    def test_of_a_median_there_is_none(self) -> None:
        frames = Frames(months_of(RANDOM(4), 4, 24))
        asked = targets_of([1.0] * 4, {("company", "acme"): 1.0})
        measure = Measure("sales_cycle", "down", "typical")
        found = realism_of(measure, frames.history(), asked, frames.plan())
        assert of(found, "chance", "company", "acme") is None
        assert of(found, "expected", "company", "acme") is not None

    @pytest.mark.parametrize(("months", "verdict"), [(11, "not enough data"), (12, "pass")])
    def test_twelve_months_are_needed(self, months: int, verdict: str) -> None:
        frames = Frames(months_of(RANDOM(4), 4, months))
        asked = targets_of(nodes={("team", "team"): 4.0})
        finding = of(realism_of(SALES, frames.history(), asked, frames.plan()), "chance", "team", "team")
        assert finding is not None
        assert finding.verdict == verdict


class TestWhatWasDecided:
    """Only what was decided can fail; what follows from it is told beside it."""

    frames = Frames(ranked(24, 3), targets=np.ones((1, 24)), attained=ranked(24, 3))

    def found(self, *decided: str) -> Realism:
        kinds = {"month": 1.0, "quarter": 3.0, "year": 12.0}
        asked = [
            targets_of([target], {("company", "acme"): target}, kind=kind, period=kind).assign(
                is_decided=kind in decided
            )
            for kind, target in kinds.items()
        ]
        return realism_of(SALES, self.frames.history(), pd.concat(asked), self.frames.plan())

    @pytest.mark.parametrize("decided", [("month",), ("quarter",), ("year",), ("quarter", "year")])
    @pytest.mark.parametrize("kind", ["person", "company"])
    def test_a_target_out_of_reach_fails_where_it_was_decided(
        self, decided: Sequence[str], kind: str
    ) -> None:
        expected = {
            (period, "chance" if period in decided else "chance_derived"): "fail"
            if period in decided
            else "warn"
            for period in ("month", "quarter", "year")
        }
        assert verdicts_of(self.found(*decided), kind) == expected

    def test_without_a_word_it_was_decided_for_the_shortest_period(self) -> None:
        asked = [
            targets_of([3.0], kind="quarter", period="2026-Q3"),
            targets_of([12.0], kind="year", period="2027"),
        ]
        found = realism_of(SALES, self.frames.history(), pd.concat(asked), self.frames.plan())
        assert verdicts_of(found) == {("quarter", "chance"): "fail", ("year", "chance_derived"): "warn"}

    def test_shares_are_of_months(self) -> None:
        by_month = of(self.found("month"), "share", "team", "team")
        by_year = of(self.found("year"), "share_derived", "team", "team")
        assert by_month is not None
        assert by_year is not None
        assert (by_month.verdict, by_year.verdict) == ("fail", "warn")
        assert of(self.found("year"), "share", "team", "team") is None

    def test_what_is_expected_fails_only_of_the_shortest_that_was_decided(self) -> None:
        frames = Frames(np.concatenate([ranked(18, 2)] * 3))
        asked = [targets_of([1.0] * 3), targets_of([3.0] * 3, kind="quarter", period="2026-Q3")]
        for decided, verdicts in (("month", ["fail", "warn"]), ("quarter", ["warn", "fail"])):
            kinds = [of_kind.assign(is_decided=of_kind["period_kind"] == decided) for of_kind in asked]
            found = realism_of(SALES, frames.history(), pd.concat(kinds), frames.plan())
            expected = {
                s.period_kind: f.verdict
                for s, fs in found.findings.items()
                for f in fs
                if f.dimension == "expected"
            }
            assert [expected["month"], expected["quarter"]] == verdicts


def world(seed: int, people: int = 8, months: int = 20) -> tuple[Frames, pd.DataFrame]:
    random = RANDOM(seed)
    values = months_of(random, people, months, 0.3)
    values[random.random(values.shape) < 0.2] = np.nan
    targets = np.full(values.shape, target_of(0.6))
    attained = np.where(np.isfinite(values), values >= targets, np.nan)
    frames = Frames(values, targets=targets, attained=attained)
    nodes = {("team", "team"): people * target_of(0.6), ("company", "acme"): people * target_of(0.6)}
    month = targets_of([target_of(0.6)] * people, nodes)
    quarter = targets_of([3.0] * people, nodes, kind="quarter", period="2026-Q3")
    return frames, pd.concat([month, quarter])


class TestAllTogether:
    def test_the_same_history_gives_the_same_findings(self) -> None:
        frames, asked = world(1)
        first, second = (realism_of(SALES, frames.history(), asked, frames.plan()) for _ in range(2))
        assert first.findings == second.findings

    def test_the_order_of_the_rows_does_not_matter(self) -> None:
        frames, asked = world(2)
        shuffled = (of.sample(frac=1, random_state=3) for of in (frames.history(), asked, frames.plan()))
        in_order = realism_of(SALES, frames.history(), asked, frames.plan())
        assert realism_of(SALES, *shuffled).findings == in_order.findings

    @settings(max_examples=20, deadline=None)
    @given(
        st.integers(0, 10_000),
        st.sampled_from(["up", "down", "band"]),
        st.sampled_from(["sum", "ratio", "typical"]),
    )
    def test_every_finding_can_be_told_in_both_languages(self, seed: int, direction: Any, kind: Any) -> None:
        frames, asked = world(seed, people=1 + seed % 7, months=1 + seed % 40)
        cases = np.full(frames.values.shape, 4.0)
        frames = replace(frames, numerators=frames.values * cases, denominators=cases)
        measure = Measure("any", direction, kind, band=(0.8, 1.2) if direction == "band" else None)
        found = realism_of(measure, frames.history(), asked, frames.plan())
        for subject, findings in found.findings.items():
            assert len({finding.dimension for finding in findings}) == len(findings), subject
            for finding in findings:
                assert said("realistic", finding)
                assert said("realistic", finding, "ru")
                assert finding.dimension in texts("realistic")["mend"]
                if finding.verdict == "not enough data" and finding.reason != "share_unsure":
                    assert finding.estimate is None

    def test_without_history_nothing_is_known(self) -> None:
        frames = Frames(np.full((3, 0), np.nan))
        asked = targets_of([1.0] * 3, {("company", "acme"): 3.0})
        found = realism_of(SALES, frames.history(), asked, frames.plan())
        verdicts = {finding.verdict for findings in found.findings.values() for finding in findings}
        assert verdicts == {"not enough data"}

    def test_without_a_plan_nobody_is_there(self) -> None:
        frames = Frames(ranked(12, 5))
        asked = targets_of([1.0], {("company", "acme"): 1.0})
        found = realism_of(SALES, frames.history(), asked, frames.plan(months=0))
        assert verdicts_of(found) == {("month", "chance"): "fail"}
        assert verdicts_of(found, "company") == {}

    def test_without_targets_nothing_is_asked(self) -> None:
        frames = Frames(months_of(RANDOM(1), 3, 24))
        found = realism_of(SALES, frames.history(), targets_of(), frames.plan())
        assert {subject.period_kind for subject in found.findings} == {None}
        assert found.prospects == ()


class TestWhatSpeaksForANode:
    def test_the_worst_of_its_periods(self) -> None:
        frames = Frames(np.concatenate([ranked(12, 2), ranked(12, 7)]))
        asked = [targets_of([1.0, 1.0]), targets_of([2.0, 3.5], kind="quarter", period="2026-Q3")]
        decided = pd.concat(asked).assign(is_decided=True)
        found = realism_of(SALES, frames.history(), decided, frames.plan()).by_node()
        spoken = [found["person", person][0] for person in ("p000", "p001")]
        assert [finding.values["period"] for finding in spoken] == ["2026-07", "2026-Q3"]
        assert {finding.reason for finding in spoken} == {"target_high"}

    def test_of_these_the_shortest_and_first(self) -> None:
        frames = Frames(ranked(12, 0))
        asked = [
            targets_of([3.0], kind="quarter", period="2026-Q3"),
            targets_of([1.0], start="2026-08-01", period="2026-08"),
            targets_of([1.0]),
        ]
        decided = pd.concat(asked).assign(is_decided=True)
        found = realism_of(SALES, frames.history(), decided, frames.plan()).by_node()
        assert [finding.values["period"] for finding in found["person", "p000"]] == ["2026-07"]

    def test_one_finding_of_each_dimension(self) -> None:
        frames, asked = world(1)
        found = realism_of(SALES, frames.history(), asked, frames.plan())
        for (kind, node), findings in found.by_node().items():
            dimensions = [finding.dimension for finding in findings]
            assert len(set(dimensions)) == len(dimensions)
            of_periods = [s for s in found.findings if (s.node_kind, s.node_id) == (kind, node)]
            assert set(dimensions) == {f.dimension for s in of_periods for f in found.findings[s]}


class TestTexts:
    def test_every_text_is_used_and_in_both_languages(self) -> None:
        used = strings_of(calibration, gaming, realism, target_setting, team_shares)
        signs = ("rush", "pull_forward", "spike", "late_counter", "taken_back")
        for reason, languages in texts("realistic")["reasons"].items():
            assert set(languages) == {"en", "ru"}
            parsed = [string.Formatter().parse(text) for text in languages.values()]
            fields = [
                {name.removesuffix(f"_{language}") for _, name, _, _ in of_text if name}
                for language, of_text in zip(languages, parsed, strict=True)
            ]
            assert fields[0] == fields[1], reason
            assert reason in used or reason.rsplit("_", 1)[0] in signs, reason
        for languages in texts("realistic")["mend"].values():
            assert set(languages) == {"en", "ru"}


def test_a_period_is_named_by_its_kind_and_first_day() -> None:
    frames = Frames(ranked(12, 5))
    found = realism_of(SALES, frames.history(), targets_of([1.0]), frames.plan())
    assert Subject("person", "p000", "month", date(2026, 7, 1)) in found.findings
