"""Easy to compute: what a KPI is made of, read from dbt's manifest and SQL; points, run time, card."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from said import said, strings_of, texts
from shipped import THRESHOLDS

from yardstick.conditions import ease, hand_check
from yardstick.conditions.ease import judge_ease, terms_of
from yardstick.conditions.finding import Finding
from yardstick.conditions.lineage import Lineage, Work
from yardstick.definitions.cards import Composite, Counted, Definition
from yardstick.definitions.files import load_definitions

LIMITS = THRESHOLDS.easy
WEIGHTS = LIMITS.weights.model_dump()
NBSP = "\u00a0"


SHIPPED = load_definitions()
NO_WORK = Work(0, 0)


def counted(kpi_id: str = "calls", **changes: object) -> Counted:
    return SHIPPED["outbound_calls"].model_copy(update={"kpi_id": kpi_id, **changes})  # type: ignore[return-value]


def composite(kpi_id: str, expression: str) -> Composite:
    card = SHIPPED["quota_attainment"]
    return card.model_copy(update={"kpi_id": kpi_id, "expression": expression})  # type: ignore[return-value]


def lineage(tables: int = 1, steps: int = 2, by_hand: int = 0, model: str = "kpi_calls") -> Lineage:
    return Lineage(
        models=frozenset({model}),
        tables=frozenset(f"fct_{n}" for n in range(tables)),
        by_hand=frozenset(f"list_{n}" for n in range(by_hand)),
        path=tuple(f"step_{n}" for n in range(steps)),
    )


def nights(*seconds: float, model: str = "kpi_calls", others: float = 1000) -> pd.DataFrame:
    rows = [
        row
        for night, of_night in enumerate(seconds)
        for row in ((night, model, of_night), (night, "other", others - of_night))
    ]
    return pd.DataFrame(rows, columns=["night", "model", "seconds"])


def judged(
    definition: Definition | None = None,
    made_of: Lineage | None = None,
    work: Work | None = NO_WORK,
    sources: Sequence[str] = ("crm",),
    runs: pd.DataFrame | None = None,
) -> dict[str, Finding]:
    definition = definition or counted()
    found = judge_ease(
        {"calls": definition},
        {"calls": made_of or lineage()},
        {"kpi_calls": work},
        {"activities": sources},
        nights() if runs is None else runs,
        {"calls": 10},
        LIMITS,
    )
    return {finding.dimension: finding for finding in found["calls"]}


class TestScore:
    def test_what_stays_within_all_limits_has_100_points(self) -> None:
        parameters = {name: Decimal(1) for name in "abc"}
        found = judged(counted(parameters=parameters), lineage(4, 5), Work(4, 8), ["crm", "erp"])
        assert (found["score"].estimate, found["score"].verdict) == (100, "pass")
        assert {found[of].verdict for of in found if of != "run_time"} == {"pass"}

    @pytest.mark.parametrize(
        ("points", "dimension", "changes"),
        [
            (92.5, "source_systems", {"sources": ["a", "b", "c"]}),  # 15 × (3 ÷ 2 − 1)
            (96.25, "tables", {"made_of": lineage(tables=5)}),  # 15 × (5 ÷ 4 − 1)
            (97, "steps", {"made_of": lineage(steps=6)}),  # 15 × (6 ÷ 5 − 1)
            (77.5, "joins", {"work": Work(13, 0)}),  # 10 × (13 ÷ 4 − 1)
            (92.5, "exceptions", {"work": Work(0, 12)}),  # 15 × (12 ÷ 8 − 1)
            (95, "parameters", {"definition": counted(parameters={f"p{n}": Decimal(1) for n in range(6)})}),
            (85, "manual_inputs", {"made_of": lineage(by_hand=1)}),  # 15 × 1
        ],
    )
    def test_what_exceeds_a_limit_costs_points(
        self, points: float, dimension: str, changes: dict[str, Any]
    ) -> None:
        found = judged(**changes)
        assert found["score"].estimate == points
        assert {of for of in found if found[of].verdict == "warn"} == {dimension}
        assert said("easy", found[dimension])

    @pytest.mark.parametrize(
        ("by_hand", "joins", "points", "verdict"),
        [
            (2, 4, 70, "pass"),
            (2, 5, 67.5, "warn"),
            (2, 12, 50, "warn"),
            (3, 6, 50, "warn"),
            (3, 7, 47.5, "fail"),
            (9, 4, 0, "fail"),
        ],
    )
    def test_seventy_points_are_easy_and_fifty_fair(
        self, by_hand: int, joins: int, points: float, verdict: str
    ) -> None:
        score = judged(made_of=lineage(by_hand=by_hand), work=Work(joins, 0))["score"]
        assert (score.estimate, score.verdict, score.threshold) == (points, verdict, 70)
        assert said("easy", score)
        assert said("easy", score, "ru")

    @settings(deadline=None, max_examples=20)
    @given(st.tuples(*[st.integers(0, 30)] * 5))
    def test_more_of_anything_never_earns_points(self, counts: tuple[int, int, int, int, int]) -> None:
        def points(tables: int, steps: int, by_hand: int, joins: int, exceptions: int) -> float:
            found = judged(made_of=lineage(tables, steps, by_hand), work=Work(joins, exceptions))
            return found["score"].estimate or 0

        assert 0 <= points(*counts) <= 100
        for place in range(5):
            more = [count + (at == place) for at, count in enumerate(counts)]
            assert points(*more) <= points(*counts)  # type: ignore[arg-type]

    def test_a_measure_names_what_it_counted(self) -> None:
        found = judged(made_of=lineage(tables=8))["tables"]
        assert said("easy", found) == (
            "Tables of the CRM that it reads: 8, at most 4 (fct_0, fct_1, fct_2, fct_3, fct_4, fct_5, …)."
        )
        assert (
            said("easy", judged(work=Work(3, 0))["joins"]) == "Joins of tables: 3, at most 4 (kpi_calls (3))."
        )
        assert said("easy", judged()["joins"]) == "None."

    def test_sql_that_cannot_be_read_leaves_score_joins_and_exceptions_open(self) -> None:
        found = judged(work=None)
        unread = {of for of in found if found[of].reason == "unread"}
        assert unread == {"score", "joins", "exceptions"}
        assert {found[of].verdict for of in unread} == {"not enough data"}
        assert said("easy", found["score"]) == "The SQL of kpi_calls could not be read."

    def test_only_systems_that_give_what_the_card_needs_are_counted(self) -> None:
        sources = {"activities": ["crm", "phone"], "deals": ["crm", "erp", "old_crm"]}
        found = judge_ease({"calls": counted()}, {"calls": lineage()}, {}, sources, nights(), {}, LIMITS)
        [systems] = [f for f in found["calls"] if f.dimension == "source_systems"]
        assert systems.estimate == 2


class TestComposite:
    def test_is_made_of_all_that_its_inputs_are_made_of_each_once(self) -> None:
        definitions = {
            "calls": counted("calls", parameters={"least": Decimal(30)}),
            "leads": counted("leads"),
            "rate": composite("rate", "calls.actual / leads.actual"),
            "twice": composite("twice", "rate.actual * calls.target"),
        }
        made = {
            "calls": Lineage(frozenset({"k1", "int_a"}), frozenset("x"), frozenset(), ("x", "int_a", "k1")),
            "leads": Lineage(frozenset({"k2", "int_a"}), frozenset("xy"), frozenset("h"), ("y", "k2")),
        }
        works = {"k1": Work(1, 1), "k2": Work(2, 0), "int_a": Work(4, 1)}
        found = judge_ease(definitions, made, works, {"activities": ["crm"]}, nights(), {}, LIMITS)
        values = {f.dimension: f.estimate for f in found["twice"]}
        assert [values[of] for of in ("tables", "steps", "joins", "exceptions")] == [2, 5, 7, 2]
        assert [values[of] for of in ("source_systems", "parameters", "manual_inputs")] == [1, 1, 1]
        # joins 10 × (7 ÷ 4 − 1) and a list 15
        assert values["score"] == 100 - 7.5 - 15


class TestRunTime:
    def test_what_nineteen_nights_of_twenty_stay_below_counts(self) -> None:
        """Of 14 nights that is 13 × 0.95 = 12.35 places up: a third of the way from the second slowest on."""
        found = judged(runs=nights(*[10] * 13, 20, others=500))["run_time"]
        assert found.estimate == pytest.approx(10 + 0.35 * 10)
        assert (found.verdict, found.n, found.threshold) == ("pass", 14, 60)
        assert said("easy", found) == (
            f"Takes 13.5 s and 2.7{NBSP}% of the nightly build, in all but the slowest of 14 nights."
        )

    @pytest.mark.parametrize(
        ("seconds", "verdict"), [(60, "pass"), (60.5, "warn"), (359, "warn"), (361, "fail")]
    )
    def test_a_minute_passes_and_six_fail(self, seconds: float, verdict: str) -> None:
        assert judged(runs=nights(*[seconds] * 14, others=10000))["run_time"].verdict == verdict

    @pytest.mark.parametrize(
        ("seconds", "verdict"), [(10, "pass"), (10.5, "warn"), (59, "warn"), (61, "fail")]
    )
    def test_a_tenth_of_the_build_passes_and_six_tenths_fail(self, seconds: float, verdict: str) -> None:
        assert judged(runs=nights(*[seconds] * 14, others=100))["run_time"].verdict == verdict

    def test_thirteen_nights_are_not_enough(self) -> None:
        found = judged(runs=nights(*[500] * 13))["run_time"]
        assert (found.verdict, found.n, found.estimate) == ("not enough data", 0, None)
        assert said("easy", found) == "Measured in fewer than 14 nights."

    def test_only_the_last_fourteen_nights_count(self) -> None:
        assert judged(runs=nights(*[500] * 6, *[5] * 14))["run_time"].estimate == 5

    def test_a_view_takes_its_share_of_the_model_that_runs_all_views(self) -> None:
        """calls has 10 of 40 rows: a quarter of 8 seconds, and 1 second of a model of its own."""
        runs = pd.concat([nights(*[1] * 14), nights(*[8] * 14, model="kpi_rows")])
        definitions = {"calls": counted("calls"), "leads": counted("leads")}
        made = {"calls": lineage(), "leads": lineage(model="kpi_leads")}
        rows = {"calls": 10, "leads": 30}
        found = judge_ease(definitions, made, {}, {}, runs, rows, LIMITS)
        seconds = {kpi: f.estimate for kpi, of in found.items() for f in of if f.dimension == "run_time"}
        assert seconds == {"calls": pytest.approx(3), "leads": pytest.approx(6)}

    def test_it_decides_nothing_for_no_two_nights_share_it(self) -> None:
        assert texts("easy")["decides"] == ["score", "hand_check"]
        slow, fast = (judged(runs=nights(*[of] * 14)) for of in (1, 900))
        assert {of: slow[of] for of in slow if of != "run_time"} == {
            of: fast[of] for of in fast if of != "run_time"
        }


class TestCard:
    @pytest.mark.parametrize(
        ("formula", "terms"),
        [
            ("Bookings ÷ target for bookings in force", ["bookings", "target for bookings in force"]),
            ("Deals won ÷ (deals won + deals lost)", ["deals won", "deals lost"]),
            ("(Promoters − detractors) ÷ answers × 100", ["promoters", "detractors", "answers"]),
            ("1 − Σ |forecast − bookings| ÷ Σ bookings", ["forecast", "bookings"]),
            ("Follow-ups in time ÷ all", ["follow-ups in time", "all"]),
            ("Number of calls", ["number of calls"]),
        ],
    )
    def test_terms_are_what_stands_between_operators(self, formula: str, terms: Sequence[str]) -> None:
        assert terms_of(formula) == terms

    @pytest.mark.parametrize(
        ("formula", "verdict"),
        [
            ("a + b + c + d + e", "pass"),
            ("a + b + c + d + e + f", "warn"),
            ("a" * 120, "pass"),
            ("a" * 121, "warn"),
        ],
    )
    def test_five_terms_and_120_characters_are_a_formula(self, formula: str, verdict: str) -> None:
        found = judged(counted(formula=formula))["formula"]
        assert found.verdict == verdict
        assert formula in said("easy", found)

    def test_a_card_without_a_counter_kpi_is_not_complete(self) -> None:
        assert judged()["card"].verdict == "pass"
        found = judged(counted(counter_kpi=None))["card"]
        assert (found.verdict, found.reason) == ("warn", "card_without_counter")


def test_every_reason_has_its_text_in_both_languages_and_every_text_its_reason() -> None:
    given_texts = texts("easy")
    named = strings_of(ease, hand_check)
    measures = WEIGHTS.keys()
    assert {*given_texts["reasons"]} - measures <= named
    starts = ("score_", "run_time", "formula_", "card_", "hand_check_")
    reasons = {text for text in named if text.startswith(starts)} | {"nothing", "unread"} | measures
    assert reasons == {*given_texts["reasons"]}
    findings = {*judged()} | {"hand_check"}
    assert {*given_texts["mend"]} == findings
    for text in (*given_texts["reasons"].values(), *given_texts["mend"].values()):
        assert {*text} == {"en", "ru"}
        assert all(text.values())


def test_every_measure_has_a_limit_and_a_weight() -> None:
    assert sum(WEIGHTS.values()) == 90  # the run time's 10 are its own verdict
    assert WEIGHTS.keys() == {*judged()} - {"score", "run_time", "formula", "card"}
    assert all(hasattr(LIMITS, name) for name in WEIGHTS)


def test_the_definitions_that_ship_have_short_formulas_and_complete_cards() -> None:
    for kpi_id, definition in SHIPPED.items():
        assert len(terms_of(definition.formula)) <= LIMITS.terms, kpi_id
        assert definition.counter_kpi, kpi_id
