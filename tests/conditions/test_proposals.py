"""Proposals: the target with the wanted chance, and what the targets sum to then."""

from dataclasses import replace
from math import log10

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipped import THRESHOLDS
from target_worlds import Frames, months_of, realism_of, target_of, targets_of

from yardstick.conditions.chances import Measure, Outlook
from yardstick.conditions.proposals import Proposals, propose, rounded, unit_of

SALES = Measure("bookings", "up", "sum")
RANDOM = np.random.default_rng
#: Twelve months: 10, 20, …, 120.
TENS = np.arange(10.0, 130, 10)[None]
COMPANY = ("company", "acme")


def proposals(
    frames: Frames, asked: pd.DataFrame, measure: Measure = SALES, wanted: float | None = None
) -> Proposals:
    return propose(realism_of(measure, frames.history(), asked, frames.plan()), wanted)


class TestForPeople:
    def test_the_target_has_the_wanted_chance(self) -> None:
        """60 % of 14 are 8.4 months: between 60 (9 ÷ 14) and 50, and 56 is a round number."""
        found = proposals(Frames(TENS), targets_of([115.0])).targets
        row = found.iloc[0]
        assert row[["node_kind", "node_id", "period_kind", "period"]].tolist() == [
            "person",
            "p000",
            "month",
            "2026-07",
        ]
        assert row[["months", "target", "proposed"]].tolist() == [12, 115, 56]
        assert row[["chance", "proposed_chance"]].astype(float).tolist() == pytest.approx(
            [2 / 14, 8 / 14], abs=1e-6
        )
        assert row["lower"] < row["proposed_chance"] < row["upper"]

    def test_what_is_too_easy_is_raised(self) -> None:
        assert proposals(Frames(TENS), targets_of([5.0])).targets["proposed"].tolist() == [56]

    def test_another_chance_may_be_wanted(self) -> None:
        found = proposals(Frames(TENS), targets_of([115.0]), wanted=0.5).targets
        assert found["proposed"].tolist() == [70]

    @pytest.mark.parametrize(("target", "verdict"), [(60, "pass"), (90, "warn"), (100, "fail")])
    def test_what_passes_or_is_but_a_warning_stays(self, target: float, verdict: str) -> None:
        """60 is reached in 7 of 12 months; 90 in 4, which makes 5 ÷ 14; 100 in 3."""
        frames = Frames(TENS)
        found = realism_of(SALES, frames.history(), targets_of([target]), frames.plan())
        assert [f.verdict for fs in found.findings.values() for f in fs if f.dimension == "chance"] == [
            verdict
        ]
        assert len(propose(found).targets) == (verdict == "fail")

    def test_too_little_history_proposes_nothing(self) -> None:
        assert len(proposals(Frames(TENS[:, 1:]), targets_of([1000.0])).targets) == 0

    def test_who_is_away_is_proposed_nothing(self) -> None:
        frames = Frames(TENS)
        found = realism_of(SALES, frames.history(), targets_of([100.0]), frames.plan(capacity=0))
        assert len(propose(found).targets) == 0

    def test_a_band_is_not_proposed(self) -> None:
        band = Measure("coverage", "band", "sum", band=(500, 600))
        assert len(proposals(Frames(TENS), targets_of([1.0]), band).targets) == 0

    def test_less_is_better(self) -> None:
        found = proposals(Frames(TENS), targets_of([15.0]), replace(SALES, direction="down")).targets
        assert found["proposed"].tolist() == [74]

    def test_deals_are_whole(self) -> None:
        wins = np.array([[2.0, 3, 3, 4, 4, 4, 5, 5, 6, 6, 7, 8]])
        found = proposals(
            Frames(wins), targets_of([8.0]), Measure("deals_won", "up", "sum", decimals=0)
        ).targets
        assert found["proposed"].tolist() == [5]
        assert found["proposed_chance"].tolist() == pytest.approx([7 / 14], abs=1e-6)

    def test_a_rate_is_proposed_in_its_decimals(self) -> None:
        won = RANDOM(1).integers(2, 8, (1, 24)).astype(float)
        cases = np.full(won.shape, 13.0)
        frames = Frames(won / cases, numerators=won, denominators=cases)
        found = proposals(frames, targets_of([0.9]), Measure("win_rate", "up", "ratio", decimals=4))
        assert found.targets["proposed_chance"].tolist() == pytest.approx([0.6], abs=0.1)
        assert found.totals.empty

    def test_each_period_has_its_own(self) -> None:
        frames = Frames(months_of(RANDOM(1), 1, 36))
        asked = pd.concat(
            [
                targets_of([2.0]),
                targets_of([6.0], kind="quarter", period="2026-Q3"),
                targets_of([24.0], kind="year", period="2027"),
            ]
        )
        found = proposals(frames, asked.assign(is_decided=True)).targets.set_index("period_kind")
        assert found["proposed_chance"].tolist() == pytest.approx([0.6] * 3, abs=0.03)
        proposed = found["proposed"]
        assert proposed["month"] < proposed["quarter"] / 3 < proposed["year"] / 12

    def test_only_what_was_decided_is_proposed_anew(self) -> None:
        """The months of a year follow from it."""
        frames = Frames(months_of(RANDOM(1), 1, 36))
        month, year = targets_of([2.0]), targets_of([24.0], kind="year", period="2027")
        asked = pd.concat([month.assign(is_decided=False), year.assign(is_decided=True)])
        assert proposals(frames, asked).targets["period_kind"].tolist() == ["year"]


class TestTotals:
    def frames(self) -> Frames:
        return Frames(months_of(RANDOM(4), 6, 36, 0.3), teams=["north"] * 3 + ["south"] * 3)

    def test_sum_the_people_with_and_without_the_proposals(self) -> None:
        right = target_of(0.6)
        asked = targets_of([2.0, right, right, right, right, right], {COMPANY: 6.0, ("team", "north"): 3.0})
        found = proposals(self.frames(), asked)
        people = found.targets[found.targets["node_kind"] == "person"]
        assert people["node_id"].tolist() == ["p000"]
        totals = found.totals.set_index("node_id")
        assert list(totals.index) == ["north", "north", "acme"]  # team and region have the same name
        company = totals.loc["acme"]
        assert company["people_target"] == pytest.approx(2 + 5 * right, abs=1e-5)
        assert company["proposed"] == pytest.approx(float(people["proposed"].iloc[0]) + 5 * right, abs=1e-5)
        assert company["target"] == 6
        assert company["people_chance"] < company["proposed_chance"] < company["proposed_apart"]

    def test_a_node_without_a_target_has_a_total_all_the_same(self) -> None:
        found = proposals(self.frames(), targets_of([2.0] * 6)).totals
        assert found["target"].isna().all()
        assert found["proposed_chance"].notna().all()

    def test_nodes_in_which_nothing_changes_are_left_out(self) -> None:
        right = target_of(0.6)
        found = proposals(self.frames(), targets_of([2.0, *[right] * 5])).totals
        assert "south" not in set(found["node_id"])

    def test_a_mover_counts_for_each_team_by_capacity(self) -> None:
        frames = self.frames()
        plan = frames.plan()
        plan.loc[(plan["person_id"] == "p000") & (plan["month"] == "2026-09-01"), "team_id"] = "south"
        asked = targets_of([6.0, *[3.0] * 5], kind="quarter", period="2026-Q3")
        found = propose(realism_of(SALES, frames.history(), asked, plan))
        teams = found.totals[found.totals["node_kind"] == "team"].set_index("node_id")["people_target"]
        assert teams.to_dict() == pytest.approx({"north": 6 * 2 / 3 + 6, "south": 6 / 3 + 9}, abs=1e-5)

    def test_a_node_that_fails_is_proposed_its_own_target(self) -> None:
        asked = targets_of([target_of(0.6)] * 6, {COMPANY: 20.0})
        found = proposals(self.frames(), asked).targets
        assert found[["node_kind", "node_id"]].to_numpy().tolist() == [["company", "acme"]]
        assert found["proposed_chance"].tolist() == pytest.approx([0.6], abs=0.03)


def outlook(months: list[float], decimals: int = 2) -> Outlook:
    values = np.array([months])
    return Outlook(replace(SALES, decimals=decimals), values, np.array([float(len(months))]), np.ones(1))


class TestRounding:
    @pytest.mark.parametrize(
        ("target", "decimals", "unit"),
        [
            (87_412, 2, 500),
            (10_400, 2, 100),
            (199_999, 0, 1000),
            (20_000, 2, 200),
            (3.4, 0, 1),
            (0.42, 4, 0.002),
            (0, 2, 0.01),
        ],
    )
    def test_to_one_two_or_five_of_a_decimal_place(self, target: float, decimals: int, unit: float) -> None:
        assert unit_of(target, decimals) == pytest.approx(unit)

    @given(st.floats(0.001, 1e9), st.integers(0, 4))
    def test_changes_no_target_by_more_than_its_unit_or_one_per_cent(
        self, target: float, decimals: int
    ) -> None:
        unit = unit_of(target, decimals)
        assert unit <= max(0.01 * target, 10.0**-decimals) * (1 + 1e-9)
        assert unit == 10.0**-decimals or unit * 2.5 >= 0.01 * target * (1 - 1e-9)
        assert round(10 ** (log10(unit) % 1), 6) in (1, 2, 5, 10)

    def test_takes_the_neighbour_whose_chance_is_nearer(self) -> None:
        """Of 4 and 5 deals: 4 are reached in 4 of 10 cases (5 ÷ 12), 5 in 1 (2 ÷ 12)."""
        of_ten = outlook([1, 1, 2, 2, 2, 3, 4, 4, 4, 5], decimals=0)
        assert rounded(np.array([4.6]), of_ten, 0.40).tolist() == [4]
        assert rounded(np.array([4.6]), of_ten, 0.20).tolist() == [5]

    def test_nothing_stays_nothing(self) -> None:
        assert np.isnan(rounded(np.array([np.nan]), outlook([1.0, 2]), 0.6)).all()


@given(st.integers(0, 300))
def test_what_is_proposed_passes(seed: int) -> None:
    """Months without ties have a target with nearly every chance."""
    values = months_of(RANDOM(seed), 3, 24) * 1000
    found = proposals(Frames(values), targets_of([2000.0, 1000, 100])).targets
    band = THRESHOLDS.realistic.chance
    assert found["proposed_chance"].between(band.lowest, band.highest).all()
    assert {"p000", "p002"} <= set(found["node_id"])
