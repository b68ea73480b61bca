"""Tied to a company goal: each rule, with numbers worked out by hand."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from said import said, strings_of, texts
from shipped import THRESHOLDS

from yardstick.company.goals import Goal, Relation
from yardstick.conditions import drivers, goal_ties
from yardstick.conditions.finding import Finding
from yardstick.conditions.goal_ties import (
    judge_arithmetic,
    judge_cascades,
    judge_reach,
    judge_ties,
    judge_weights,
)
from yardstick.reading.strict import Bilingual

DEFAULTS = THRESHOLDS.tied
NBSP = "\u00a0"


def goal(
    name: str,
    parent: str | None = None,
    *,
    kpi: str | None = None,
    relation: Relation = "driver",
    weight: str | None = None,
) -> Goal:
    is_top = parent is None
    return Goal(
        id=name,
        title=Bilingual(en=name.capitalize(), ru=f"{name.capitalize()}-ру"),
        kpi=kpi or name,
        owner="Head of sales",
        parent=parent,
        relation=None if is_top else relation,
        weight=None if weight is None else Decimal(weight),
    )


def titles(*kpis: str) -> dict[str, Bilingual]:
    return {kpi: Bilingual(en=kpi.capitalize(), ru=f"{kpi.capitalize()}-ру") for kpi in kpis}


def reach(goals: Sequence[Goal], kpi: str) -> Finding:
    [(subject, finding)] = judge_reach(goals, [kpi], DEFAULTS)
    assert subject == (kpi, None)
    return finding


class TestReach:
    def test_the_path_is_told_up_to_the_goal_at_the_top(self) -> None:
        goals = [goal("bookings"), goal("pipeline", "bookings"), goal("calls", "pipeline")]
        finding = reach(goals, "calls")
        assert (finding.verdict, finding.estimate, finding.threshold, finding.n) == ("pass", 2, 5, 1)
        assert said("tied", finding) == "Leads to a goal of the company: Calls → Pipeline → Bookings."
        assert said("tied", finding, "ru").endswith("Calls-ру → Pipeline-ру → Bookings-ру.")

    def test_a_goal_at_the_top_is_its_own_path(self) -> None:
        assert reach([goal("bookings")], "bookings").verdict == "pass"

    def test_a_kpi_that_measures_no_goal_fails(self) -> None:
        finding = reach([goal("bookings")], "calls")
        assert (finding.verdict, finding.reason, finding.n) == ("fail", "reach_none", 0)
        assert said("tied", finding) == "No goal is measured by this KPI."

    @pytest.mark.parametrize(
        ("steps", "verdict", "reason"), [(5, "pass", "reach_whole"), (6, "fail", "reach_long")]
    )
    def test_five_steps_are_the_most(self, steps: int, verdict: str, reason: str) -> None:
        chain = [goal("g0"), *(goal(f"g{step}", f"g{step - 1}") for step in range(1, steps + 1))]
        finding = reach(chain, f"g{steps}")
        assert (finding.verdict, finding.reason, finding.estimate) == (verdict, reason, steps)
        assert said("tied", finding)

    def test_of_several_paths_the_shortest_counts(self) -> None:
        chain = [goal("g0"), *(goal(f"g{step}", f"g{step - 1}") for step in range(1, 7))]
        finding = reach([*chain, goal("again", "g0", kpi="g6")], "g6")
        assert (finding.verdict, finding.estimate, finding.n) == ("pass", 1, 2)

    def test_a_path_that_turns_in_a_circle_fails(self) -> None:
        circle = [goal("calls", "pipeline"), goal("pipeline", "calls")]
        finding = reach(circle, "calls")
        assert (finding.verdict, finding.reason) == ("fail", "reach_broken")
        assert said("tied", finding) == "The way to the company's goal breaks off: Calls → Pipeline."

    def test_a_kpi_that_would_serve_itself_fails(self) -> None:
        goals = [goal("top", kpi="calls"), goal("pipeline", "top"), goal("low", "pipeline", kpi="calls")]
        assert reach(goals[1:], "pipeline").reason == "reach_broken"
        assert reach(goals, "calls").verdict == "pass"  # by the goal at the top
        assert reach([*goals[:2], goal("low", "pipeline", kpi="calls")][1:], "calls").reason == "reach_broken"

    @given(st.lists(st.integers(0, 12), min_size=1, max_size=12))
    def test_a_finding_per_kpi_whatever_the_tree(self, parents: list[int]) -> None:
        goals = [goal(f"g{n}", None if p >= n else f"g{p}") for n, p in enumerate(parents)]
        depth = {0: 0}
        for n, p in enumerate(parents):
            depth[n] = 0 if p >= n else depth[p] + 1
        found = dict(judge_reach(goals, [g.kpi for g in goals], DEFAULTS))
        for n in range(len(parents)):
            finding = found[f"g{n}", None]
            assert finding.estimate == depth[n]
            assert finding.verdict == ("pass" if depth[n] <= 5 else "fail")


def scorecards(**kpis: Sequence[str]) -> pd.DataFrame:
    rows = [(person, person.capitalize(), kpi) for person, of_person in kpis.items() for kpi in of_person]
    return pd.DataFrame(rows, columns=["person_id", "person_name", "kpi_id"])


def weights(goals: Sequence[Goal]) -> dict[str, Finding]:
    return {subject[0]: finding for subject, finding in judge_weights(goals, scorecards(), DEFAULTS)}


class TestWeights:
    def test_weights_that_sum_to_one_are_right(self) -> None:
        found = weights(
            [goal("a"), goal("b", "a", weight="0.5"), goal("c", "a", weight="0.5"), goal("d", "a")]
        )
        assert {kpi: finding.verdict for kpi, finding in found.items()} == {"b": "pass", "c": "pass"}
        assert said("tied", found["b"]) == (
            f"Weighs 50{NBSP}% among the goals beside it, which make 100{NBSP}% together."
        )

    @pytest.mark.parametrize(
        ("third", "verdict"), [("0.349", "pass"), ("0.351", "pass"), ("0.348", "fail"), ("0.352", "fail")]
    )
    def test_they_may_miss_one_by_a_thousandth(self, third: str, verdict: str) -> None:
        goals = [goal("a"), goal("b", "a", weight="0.4"), goal("c", "a", weight="0.25")]
        finding = weights([*goals, goal("d", "a", weight=third)])["b"]
        assert finding.verdict == verdict
        assert finding.reason == ("weight_right" if verdict == "pass" else "weight_sum")

    @pytest.mark.parametrize(
        ("weight", "verdict"), [("0.05", "pass"), ("0.5", "pass"), ("0.049", "fail"), ("0.501", "fail")]
    )
    def test_a_weight_lies_between_a_twentieth_and_a_half(self, weight: str, verdict: str) -> None:
        rest = (1 - Decimal(weight)) / 2
        goals = [goal("a"), *(goal(name, "a", weight=str(rest)) for name in "bc")]
        finding = weights([*goals, goal("d", "a", weight=weight)])["d"]
        assert finding.verdict == verdict
        assert finding.reason == ("weight_right" if verdict == "pass" else "weight_range")
        assert said("tied", finding, "ru")

    def test_each_parents_weights_are_summed_for_themselves(self) -> None:
        of_a = [goal("b", "a", weight="0.5"), goal("c", "a", weight="0.5")]
        of_b = [goal("d", "b", weight="0.5"), goal("e", "b", weight="0.4")]
        found = weights([goal("a"), *of_a, *of_b])
        assert [found[kpi].verdict for kpi in "bcde"] == ["pass", "pass", "fail", "fail"]
        assert "90" in said("tied", found["d"])

    @pytest.mark.parametrize(("count", "verdict"), [(2, "warn"), (3, "pass"), (7, "pass"), (8, "warn")])
    def test_three_to_seven_kpis_a_person(self, count: int, verdict: str) -> None:
        found = judge_weights([], scorecards(anna=[f"k{n}" for n in range(count)]), DEFAULTS)
        assert {(finding.dimension, finding.verdict) for _, finding in found} == {("focus", verdict)}

    def test_who_has_too_few_is_named(self) -> None:
        cards = scorecards(anna=["a", "b", "c"], boris=["a", "b"], cleo=["b", "c", "d"])
        found = {subject[0]: finding for subject, finding in judge_weights([], cards, DEFAULTS)}
        assert [found[kpi].verdict for kpi in "abcd"] == ["warn", "warn", "pass", "pass"]
        assert (found["b"].n, found["b"].estimate) == (3, pytest.approx(2 / 3))
        assert said("tied", found["b"]) == (
            "1 of 3 people measured by this KPI do not have 3–7 KPIs on the scorecard: Boris."
        )
        assert said("tied", found["d"]) == "KPIs on the scorecard of those measured by this one: 3."


def targets(*rows: tuple[str, str, object, object]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["node_id", "period", "parent_target", "child_targets"])
    return frame.assign(kpi_id="bookings")


def cascade(*rows: tuple[str, str, object, object]) -> dict[str | None, Finding]:
    return {subject[1]: finding for subject, finding in judge_cascades(targets(*rows), DEFAULTS)}


class TestCascade:
    @pytest.mark.parametrize(
        ("children", "verdict", "reason"),
        [
            ("979.9", "fail", "cascade_under"),
            ("980", "warn", "cascade_under"),
            ("999.9", "warn", "cascade_under"),
            ("1000", "pass", "cascade_right"),
            ("1100", "pass", "cascade_right"),
            ("1100.1", "warn", "cascade_over"),
            ("1200", "warn", "cascade_over"),
            ("1200.1", "fail", "cascade_over"),
        ],
    )
    def test_how_much_the_targets_below_may_make(self, children: str, verdict: str, reason: str) -> None:
        finding = cascade(("acme", "2026-06", Decimal(1000), Decimal(children)))["acme"]
        assert (finding.verdict, finding.reason) == (verdict, reason)
        assert said("tied", finding)

    def test_a_cent_lost_in_rounding_is_no_gap(self) -> None:
        finding = cascade(("acme", "2026-06", Decimal("1000.00"), Decimal("999.99")))["acme"]
        assert (finding.verdict, finding.estimate) == ("pass", 1.0)

    def test_the_worst_period_speaks_for_the_node(self) -> None:
        finding = cascade(
            ("acme", "2026-04", 100, 105), ("acme", "2026-05", 100, 97), ("acme", "2026-06", 100, 115)
        )["acme"]
        assert (finding.verdict, finding.n, finding.estimate, finding.threshold) == ("fail", 3, 0.97, 1.0)
        assert said("tied", finding) == (
            f"The targets one level below make only 97{NBSP}% of this one (2026-05): "
            "nobody answers for the rest."
        )

    def test_each_node_is_judged_for_itself(self) -> None:
        found = cascade(("acme", "2026", 100, 100), ("north", "2026", 50, 40))
        assert [found[node].verdict for node in ("acme", "north")] == ["pass", "fail"]

    def test_a_target_of_nothing_is_covered_by_nothing_alone(self) -> None:
        found = cascade(("acme", "2026", 0, 0), ("north", "2026", 0, 5))
        assert [found[node].verdict for node in ("acme", "north")] == ["pass", "fail"]
        assert (found["north"].reason, found["north"].estimate) == ("cascade_nothing", None)
        assert (
            said("tied", found["north"], "ru") == "План здесь нулевой, хотя уровнем ниже планы есть (2026)."
        )

    def test_what_has_no_target_is_not_judged(self) -> None:
        assert cascade(("acme", "2026", None, Decimal(5)), ("north", "2026", Decimal(5), None)) == {}


def values(*rows: tuple[str, str, str, str, object, object]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["kpi_id", "node_id", "period", "relation", "actual", "made_of"])


PARTS = [goal("sales"), goal("new", "sales", relation="sum"), goal("renewed", "sales", relation="sum")]
FACTORS = [
    goal("worth"),
    goal("deals", "worth", relation="product"),
    goal("size", "worth", relation="product"),
]


def arithmetic(*rows: tuple[str, str, str, str, object, object]) -> dict[tuple[str, str | None], Finding]:
    known = titles("sales", "worth")
    return dict(judge_arithmetic([*PARTS, *FACTORS], known, values(*rows), DEFAULTS))


class TestArithmetic:
    @pytest.mark.parametrize(
        ("actual", "made_of", "verdict"),
        [
            ("1000", "1001", "pass"),  # a unit
            ("1000", "1001.01", "fail"),
            ("100", "100.5", "pass"),  # half a per cent
            ("100", "100.51", "fail"),
            ("-100", "-100.5", "pass"),
            ("0", "0", "pass"),
            ("0", "0.01", "fail"),
        ],
    )
    def test_a_sum_may_differ_by_a_unit_and_half_a_per_cent(
        self, actual: str, made_of: str, verdict: str
    ) -> None:
        found = arithmetic(("sales", "acme", "2026-06", "sum", Decimal(actual), Decimal(made_of)))
        assert {subject: finding.verdict for subject, finding in found.items()} == {
            ("new", "acme"): verdict,
            ("renewed", "acme"): verdict,
        }

    @pytest.mark.parametrize(("made_of", "verdict"), [("100500", "pass"), ("100501", "fail")])
    def test_a_product_may_differ_by_half_a_per_cent(self, made_of: str, verdict: str) -> None:
        found = arithmetic(("worth", "acme", "2026-06", "product", Decimal(100000), Decimal(made_of)))
        assert {subject[0]: finding.verdict for subject, finding in found.items()} == {
            "deals": verdict,
            "size": verdict,
        }
        assert found["deals", "acme"].estimate == pytest.approx(float(made_of) / 100000 - 1)

    def test_the_period_that_differs_most_speaks_for_the_node(self) -> None:
        found = arithmetic(
            ("sales", "acme", "2026-04", "sum", Decimal(50000), Decimal("50000.50")),
            ("sales", "acme", "2026-05", "sum", Decimal(51000), Decimal("50010")),
            ("sales", "acme", "2026-06", "sum", Decimal(52000), Decimal("51990")),
        )
        finding = found["new", "acme"]
        assert (finding.verdict, finding.n, finding.threshold) == ("fail", 3, 0.005)
        assert finding.estimate == pytest.approx(990 / 51000, abs=1e-6)
        assert said("tied", finding) == (
            f"“Sales” came to 51{NBSP}000, but the goals below it make 50{NBSP}010 (2026-05)."
        )

    def test_people_who_do_not_sum_to_the_company_fail_the_kpi_itself(self) -> None:
        found = arithmetic(
            ("sales", "acme", "2026-06", "people", Decimal("1000.40"), Decimal("1002")),
            ("sales", "north", "2026-06", "people", Decimal(500), Decimal(500)),
        )
        assert {subject: (finding.dimension, finding.verdict) for subject, finding in found.items()} == {
            ("sales", "acme"): ("people", "fail"),
            ("sales", "north"): ("people", "pass"),
        }
        assert said("tied", found["sales", "acme"]) == (
            f"It came to 1{NBSP}000.4, but those one level below make 1{NBSP}002 (2026-06)."
        )

    def test_what_is_not_known_or_not_shown_is_not_judged(self) -> None:
        assert arithmetic(("margin", "acme", "2026-06", "people", 5, 5)) == {}
        assert arithmetic(("sales", "acme", "2026-06", "sum", None, Decimal(5))) == {}


def test_all_that_is_found_of_a_kpi_stands_together() -> None:
    goals = [goal("sales"), goal("calls", "sales"), *PARTS[1:]]
    panel = pd.DataFrame({"kpi_id": [], "team_id": [], "month": [], "value": []})
    found = judge_ties(
        goals,
        titles("sales", "calls", "new", "renewed"),
        scorecards(anna=["sales", "calls", "new"]),
        targets(("acme", "2026", 100, 100)).assign(kpi_id="sales"),
        values(("sales", "acme", "2026", "sum", 10, 10), ("sales", "acme", "2026", "people", 10, 10)),
        panel,
        DEFAULTS,
    )
    told = {
        subject: [(finding.dimension, finding.verdict) for finding in findings]
        for subject, findings in found.items()
    }
    assert told == {
        ("sales", None): [("reach", "pass"), ("focus", "pass")],
        ("sales", "acme"): [("cascade", "pass"), ("people", "pass")],
        ("calls", None): [("reach", "pass"), ("focus", "pass"), ("driver", "not enough data")],
        ("new", None): [("reach", "pass"), ("focus", "pass")],
        ("new", "acme"): [("arithmetic", "pass")],
        ("renewed", None): [("reach", "pass")],
        ("renewed", "acme"): [("arithmetic", "pass")],
    }
    assert "“Sales”" in said("tied", found["calls", None][2])


def test_of_several_goals_that_a_kpi_measures_the_one_that_fails_speaks() -> None:
    """calls weighs 0.5 of 1 below sales, and 0.5 of 0.8 below leads."""
    of_sales = [goal("a", "sales", kpi="calls", weight="0.5"), goal("b", "sales", weight="0.5")]
    of_leads = [goal("c", "leads", kpi="calls", weight="0.5"), goal("d", "leads", weight="0.3")]
    goals = [goal("sales"), goal("leads"), *of_leads, *of_sales]
    nothing: dict[str, Any] = {key: [] for key in ("kpi_id", "team_id", "month", "value")}
    found = judge_ties(
        goals, titles("calls"), scorecards(), targets(), values(), pd.DataFrame(nothing), DEFAULTS
    )
    told = [(finding.dimension, finding.verdict) for finding in found["calls", None]]
    assert told == [("reach", "pass"), ("weights", "fail")]


def test_only_kpis_that_are_active_are_judged() -> None:
    goals = [goal("sales"), goal("calls", "sales"), goal("leads", "calls")]
    nothing: dict[str, Any] = {key: [] for key in ("kpi_id", "team_id", "month", "value")}
    found = judge_ties(
        goals, titles("sales", "leads"), scorecards(), targets(), values(), pd.DataFrame(nothing), DEFAULTS
    )
    assert {subject: [f.dimension for f in findings] for subject, findings in found.items()} == {
        ("sales", None): ["reach"],
        ("leads", None): ["reach"],  # its parent is not shown: there is nothing to compare it with
    }


def test_every_reason_has_its_text_in_both_languages_and_every_text_its_reason() -> None:
    given = texts("tied")
    keys = {*given["reasons"]}
    starts = ("reach_", "weight_", "focus_", "cascade_", "driver_")
    named = {text for text in strings_of(goal_ties, drivers) if text.startswith(starts)}
    composed = {f"{of}_{how}" for of in ("parts", "people") for how in ("right", "wrong")}
    assert keys == named | composed
    dimensions = {"reach", "weights", "focus", "cascade", "arithmetic", "people", "driver"}
    assert {*given["mend"]} == dimensions
    for text in (*given["reasons"].values(), *given["mend"].values()):
        assert {*text} == {"en", "ru"}
        assert all(text.values())
