"""Controllable: whose work a KPI is, how its months are scaled, and which verdict follows."""

import numpy as np
import pandas as pd
import pytest
from control_worlds import Kpi, Sellers, activities, judged, person_months
from said import said, strings_of, texts
from shipped import THRESHOLDS

from yardstick.conditions import controllability
from yardstick.conditions.controllability import Ownership
from yardstick.conditions.finding import Finding
from yardstick.conditions.person_months import Panel, panel

RANDOM = np.random.default_rng
DEFAULTS = THRESHOLDS.controllable


def company(seed: int = 1, **of: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    return next(Sellers(**of).companies(1, seed))  # type: ignore[arg-type]


def owned(share: float) -> Ownership:
    return Ownership(owned=share * 1000, total=1000, rows=40)


class TestOwnership:
    @pytest.mark.parametrize(
        ("share", "verdict", "reason"),
        [
            (1.0, "pass", "ownership_own"),
            (0.80, "pass", "ownership_own"),
            (0.799, "warn", "ownership_in_part"),
            (0.60, "warn", "ownership_in_part"),
            (0.599, "fail", "ownership_others"),
            (0.0, "fail", "ownership_others"),
        ],
    )
    def test_passes_from_80_per_cent_on_and_fails_below_60(
        self, share: float, verdict: str, reason: str
    ) -> None:
        found = judged(company()[0], ownership=owned(share))["ownership"]
        assert (found.verdict, found.reason, found.n) == (verdict, reason, 40)
        assert found.estimate == pytest.approx(share)

    def test_of_nothing_is_not_known(self) -> None:
        found = judged(company()[0], ownership=Ownership(0, 0, 0))["ownership"]
        assert (found.verdict, found.estimate) == ("not enough data", None)


class TestNotEnoughData:
    dimensions = ("person", "reliability", "market", "overall")

    def verdicts(self, people: int, months: int, regions: int = 1) -> dict[str, Finding]:
        values, activity = company(people=people, months=months)
        return judged(values.assign(region_id=values["person_id"].str[-1].astype(int) % regions), activity)

    def test_is_said_of_seven_people_and_not_of_eight(self) -> None:
        few, enough = self.verdicts(7, 12), self.verdicts(8, 12)
        assert {few[of].verdict for of in self.dimensions} == {"not enough data"}
        assert "not enough data" not in {enough[of].verdict for of in self.dimensions}

    def test_is_said_of_eleven_months_and_not_of_twelve(self) -> None:
        few, enough = self.verdicts(8, 11), self.verdicts(8, 12)
        assert {few[of].verdict for of in self.dimensions} == {"not enough data"}
        assert "not enough data" not in {enough[of].verdict for of in self.dimensions}

    def test_is_said_of_the_response_in_twelve_months_and_not_in_thirteen(self) -> None:
        """What was done before the first month is not known."""
        assert self.verdicts(8, 12)["response"].reason == "response_few"
        assert self.verdicts(7, 13)["response"].reason == "response_few"
        assert self.verdicts(8, 13)["response"].verdict != "not enough data"

    def test_is_said_of_eight_people_in_two_regions_and_not_of_nine(self) -> None:
        few, enough = self.verdicts(8, 12, regions=2), self.verdicts(9, 12, regions=2)
        assert few["person"].reason == "too_few"
        assert few["person"].values["people"] == 7
        assert enough["person"].verdict != "not enough data"

    def test_has_no_estimate(self) -> None:
        few = self.verdicts(7, 12)
        for of in (*self.dimensions, "response"):
            assert (few[of].estimate, few[of].lower, few[of].upper) == (None, None, None)

    def test_is_said_of_a_kpi_that_never_differs(self) -> None:
        found = judged(person_months(np.full((9, 14), 7.0)))
        assert found["person"].reason == "no_differences"
        assert found["overall"].verdict == "not enough data"

    def test_is_said_where_nobody_was_ever_there(self) -> None:
        found = judged(person_months(np.zeros((0, 0))), ownership=Ownership(0, 0, 0))
        assert {finding.verdict for finding in found.values()} == {"not enough data"}

    def test_is_not_said_where_ownership_decides(self) -> None:
        few = company(people=7, months=12)[0]
        assert judged(few, ownership=owned(0.59))["overall"].verdict == "fail"
        assert judged(few, ownership=owned(0.79))["overall"].verdict == "warn"
        assert judged(few, ownership=owned(0.80))["overall"].verdict == "not enough data"


class TestTheVerdict:
    skill = company(person=0.5, market=0.2)
    #: 40 people for 36 months show that people are alike.
    market = company(people=40, person=0, market=0.8)
    alike = company(people=40, person=0, market=0.2)
    work = company(people=40, person=0, market=0.8, follows=0.5)

    @pytest.mark.parametrize(
        ("world", "share", "verdict", "reason"),
        [
            (skill, 0.95, "pass", "overall_differs"),
            (skill, 0.79, "warn", "overall_in_part"),
            (skill, 0.59, "fail", "overall_others"),
            (work, 0.95, "pass", "overall_responds"),
            (work, 0.59, "fail", "overall_others"),
            (market, 0.95, "fail", "overall_market"),
            (market, 0.70, "fail", "overall_market"),
            (alike, 0.95, "warn", "overall_unproven"),
            (alike, 0.70, "warn", "overall_in_part"),
        ],
    )
    def test_follows_the_rule(
        self, world: tuple[pd.DataFrame, pd.DataFrame], share: float, verdict: str, reason: str
    ) -> None:
        found = judged(*world, ownership=owned(share))["overall"]
        assert (found.verdict, found.reason) == (verdict, reason)

    def test_of_a_kpi_that_counted_nothing_is_open_unless_it_is_the_markets(self) -> None:
        nothing = Ownership(0, 0, 0)
        assert judged(*self.skill, ownership=nothing)["overall"].reason == "overall_unowned"
        assert judged(*self.market, ownership=nothing)["overall"].reason == "overall_market"

    def test_never_fails_equal_people_for_being_equal(self) -> None:
        found = judged(*self.alike)
        assert found["person"].reason == "person_alike"
        assert found["overall"].verdict == "warn"

    def test_keeps_to_the_thresholds_that_it_is_given(self) -> None:
        strict = DEFAULTS.model_copy(update={"person": 0.9, "owned": 0.97})
        found = judged(*self.skill, thresholds=strict)
        assert found["person"].threshold == 0.9
        assert found["ownership"].verdict == "warn"
        assert found["overall"].verdict == "warn"


class TestReliability:
    def test_of_a_balanced_table_is_spearman_and_browns(self) -> None:
        found = judged(*company(person=0.3, seed=2))
        share = found["person"].estimate or 0
        for name, months in (("month", 1), ("year", 12)):
            expected = months * share / (1 + (months - 1) * share)
            assert found["reliability"].values[name] == f"{expected:.1%}".replace("%", "\u00a0%")
        for name, wanted in (("bonus", 0.7), ("decisions", 0.9)):
            needed = wanted * (1 - share) / (share * (1 - wanted))
            assert found["reliability"].values[name] == np.ceil(needed)

    def test_passes_if_a_year_does_for_coaching_and_bonus(self) -> None:
        """An ICC of 0.163 makes 12 months 0.70 reliable."""
        assert judged(*company(person=0.4))["reliability"].verdict == "pass"
        found = judged(*company(person=0.02, people=40))["reliability"]
        assert found.verdict == "warn"
        assert (found.estimate or 0) < 0.7

    def test_of_chance_alone_is_never_reached(self) -> None:
        found = judged(person_months(100 * np.exp(0.2 * chance(9, 14))))["reliability"]
        assert found.reason == "reliability_never"
        assert found.estimate == 0

    def test_of_a_share_of_cases_is_told_in_cases(self) -> None:
        """Of cases alone: with M from beta-binomial people, 0.70 takes 7 ÷ 3 × M cases."""
        m = 30.0
        random = RANDOM(5)
        chances = random.beta(0.3 * m, 0.7 * m, (200, 1))
        won = random.binomial(40, chances, (200, 24)).astype(float)
        found = judged(person_months(won, np.full((200, 24), 40.0), rows=40.0), kpi=Kpi("ratio"))
        assert found["reliability"].reason == "reliability_months_cases"
        ratio = (found["person"].estimate or 0) / (1 - (found["person"].estimate or 0))
        assert 40 / ratio == pytest.approx(m, rel=0.2)
        assert found["reliability"].values["cases"] == 40 * found["reliability"].values["bonus"]
        assert found["reliability"].values["bonus"] == 2


class TestMarket:
    @pytest.mark.parametrize(("market", "verdict"), [(0.2, "pass"), (0.8, "warn")])
    def test_warns_if_more_than_half_is_common(self, market: float, verdict: str) -> None:
        found = judged(*company(people=20, market=market))["market"]
        assert found.verdict == verdict
        assert found.n == 36
        assert (found.lower or 0) < (found.estimate or 0) < (found.upper or 0)


class TestMovers:
    def months(self, moves: int) -> Panel:
        return panel(Kpi(), moved(moves))

    def test_are_counted_by_the_month_before_that_is_known(self) -> None:
        assert [self.months(moves).moves for moves in (0, 1, 5)] == [0, 1, 5]
        gap = moved(1)
        assert panel(Kpi(), gap[gap["month"] != gap["month"].unique()[12]]).moves == 1

    def test_are_not_enough_below_five(self) -> None:
        assert judged(moved(4))["movers"].reason == "movers_few"
        assert judged(moved(5))["movers"].verdict == "pass"

    def test_take_their_results_along_or_leave_them_behind(self) -> None:
        assert judged(moved(8, person=1.0))["movers"].reason == "movers_person"
        left = judged(moved(8, seat=1.0))["movers"]
        assert (left.reason, left.verdict) == ("movers_seat", "pass")

    def test_tell_that_neither_counts(self) -> None:
        months = moved(8, noise=chance(12, 24))
        assert judged(months)["movers"].reason == "movers_neither"


class TestResponse:
    follows = company(people=12, months=24, follows=0.5)

    def test_is_shown_in_the_direction_of_the_kpi(self) -> None:
        up = judged(*self.follows)["response"]
        down = judged(*self.follows, kpi=Kpi(direction="down"))["response"]
        assert (up.verdict, up.reason) == ("pass", "response_follows")
        assert (down.verdict, down.reason) == ("warn", "response_against")
        assert (down.estimate, down.lower, down.upper) == (
            -(up.estimate or 0),
            -(up.upper or 0),
            -(up.lower or 0),
        )

    def test_is_the_elasticity(self) -> None:
        found = judged(*company(people=40, follows=0.5))["response"]
        assert found.estimate == pytest.approx(0.5, abs=0.05)

    def test_of_a_kpi_with_a_band_is_not_asked(self) -> None:
        assert "response" not in judged(*self.follows, kpi=Kpi(direction="band"))

    def test_is_open_where_chance_explains_it(self) -> None:
        found = judged(*company(people=12, months=24))["response"]
        assert (found.verdict, found.reason) == ("warn", "response_unproven")

    def test_of_people_who_always_do_the_same_is_not_told(self) -> None:
        same = activities(np.full((12, 24), 30.0))
        found = judged(self.follows[0], same)["response"]
        assert (found.verdict, found.reason) == ("not enough data", "response_no_differences")


def test_the_same_months_in_any_order_say_the_same() -> None:
    months, activity = company(people=12, months=24, follows=0.3)
    shuffled = months.sample(frac=1, random_state=1), activity.sample(frac=1, random_state=2)
    assert judged(*shuffled) == judged(months, activity)


def test_a_text_exists_in_both_languages_for_every_reason_and_dimension() -> None:
    words = texts("controllable")
    strings = strings_of(controllability)
    families = {"ownership", "person", "reliability", "market", "movers", "response", "overall"}
    for reason, text in words["reasons"].items():
        assert {"en", "ru"} <= set(text), reason
        assert reason in strings or reason.startswith("reliability_"), reason
    used = {string for string in strings if string.split("_")[0] in families and "_" in string}
    assert used - {"person_id", "reliability_"} <= set(words["reasons"])
    for told in ("months", "long"):
        assert {f"reliability_{told}", f"reliability_{told}_cases"} <= set(words["reasons"])
    assert "reliability_never" in words["reasons"]
    assert {"too_few", "no_differences"} <= set(words["reasons"])
    assert set(words["mend"]) == families - {"movers"}
    assert words["decides"] == ["overall"]


def test_every_finding_fills_its_text() -> None:
    worlds = [
        judged(*TestTheVerdict.skill),
        judged(*TestTheVerdict.market),
        judged(*TestTheVerdict.alike, ownership=owned(0.7)),
        judged(*TestTheVerdict.work, kpi=Kpi(direction="down"), ownership=owned(0.1)),
        judged(*company(people=7)),
        judged(person_months(np.full((9, 14), 7.0)), ownership=Ownership(0, 0, 0)),
        judged(moved(8, person=1.0)),
        judged(moved(8, seat=1.0)),
    ]
    for found in worlds:
        for finding in found.values():
            for language in ("en", "ru"):
                text = said("controllable", finding, language)
                assert "None" not in text, text
                assert "{" not in text, text


def test_says_what_a_head_of_sales_would() -> None:
    found = judged(*TestTheVerdict.market)["overall"]
    assert said("controllable", found) == (
        "Not in people's hands: 79\u00a0% of the differences are market and season, "
        "and people are alike in it."
    )


def chance(people: int, months: int) -> np.ndarray:
    """Months whose people are less unlike than chance has it: all have the same mean."""
    values = RANDOM(2).standard_normal((people, months))
    return np.asarray(values - values.mean(axis=1, keepdims=True))


def moved(
    moves: int, *, person: float = 0.0, seat: float = 0.0, noise: np.ndarray | None = None
) -> pd.DataFrame:
    """Twelve people in three teams for 24 months, so many of whom change teams at half-time."""
    teams = np.tile((np.arange(12) % 3)[:, None], 24)
    teams[:moves, 12:] = (teams[:moves, 12:] + 1) % 3
    level = RANDOM(3).standard_normal((12, 24)) if noise is None else noise
    level = level + person * np.linspace(-1, 1, 12)[:, None] + seat * np.array([-1.0, 0, 1])[teams]
    months = person_months(1000 * np.exp(0.2 * level), teams=teams)
    return months.assign(region_id="one")
