"""Easy to compute: what a KPI is made of, read from dbt's manifest and SQL; points, run time, card."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from said import said, strings_of, texts

from yardstick.conditions import ease, hand_check
from yardstick.conditions.ease import EaseLimits, judge_ease, terms_of
from yardstick.conditions.finding import Finding
from yardstick.conditions.lineage import Lineage, Work, joined, lineages, work_of
from yardstick.definitions import load_definitions
from yardstick.kpi_cards import Composite, Counted, Definition

LIMITS = EaseLimits()
NBSP = "\u00a0"


def manifest(models: Mapping[str, Sequence[str]], seeds: Sequence[str] = ()) -> dict[str, Any]:
    """Models as folder/name with what they read; what is read and no model is a source, as source.table."""
    keys = {path.split("/")[1]: f"model.y.{path.split('/')[1]}" for path in models}
    keys |= {name: f"seed.y.{name}" for name in seeds}
    read = {name for of_model in models.values() for name in of_model} - keys.keys()
    keys |= {name: f"source.y.{name}" for name in read}
    nodes: dict[str, Any] = {
        keys[name]: {"resource_type": "seed", "name": name, "fqn": ["y", name]} for name in seeds
    }
    for path, parents in models.items():
        folder, name = path.split("/")
        nodes[keys[name]] = {
            "resource_type": "model",
            "name": name,
            "fqn": ["y", folder, name],
            "depends_on": {"nodes": [keys[parent] for parent in parents]},
        }
    sources = {
        keys[name]: {"resource_type": "source", "source_name": source, "name": table, "fqn": ["y", table]}
        for name in read
        for source, table in [name.split(".")]
    }
    return {"nodes": nodes, "sources": sources}


class TestLineage:
    crm: dict[str, Sequence[str]] = {  # noqa: RUF012
        "staging/stg_deals": ["landed.csv_deals"],
        "intermediate/int_owners": ["stg_deals", "company.people"],
        "core/fct_deals": ["int_owners", "company.rates"],
        "core/fct_splits": ["fct_deals"],
    }

    def test_a_kpi_over_the_canonical_crm_is_two_steps(self) -> None:
        found = lineages(manifest({**self.crm, "kpis/kpi_win_rate": ["fct_deals", "company.settings"]}))
        assert found == {
            "win_rate": Lineage(
                models=frozenset({"kpi_win_rate"}),
                tables=frozenset({"fct_deals"}),
                by_hand=frozenset(),
                path=("fct_deals", "kpi_win_rate"),
            )
        }

    def test_models_between_are_the_kpis_own_whoever_else_uses_them(self) -> None:
        models = {
            **self.crm,
            "intermediate/int_credits": ["fct_deals", "fct_splits"],
            "intermediate/int_open": ["int_owners", "int_credits"],
            "kpis/kpi_bookings": ["int_credits"],
            "kpis/kpi_pipeline": ["int_open", "fct_deals"],
        }
        found = lineages(manifest(models))
        assert found["bookings"].models == {"kpi_bookings", "int_credits"}
        assert found["bookings"].path == ("fct_deals", "int_credits", "kpi_bookings")
        assert found["pipeline"].models == {"kpi_pipeline", "int_open", "int_credits"}
        assert found["pipeline"].path == ("fct_deals", "int_credits", "int_open", "kpi_pipeline")

    def test_what_the_canonical_crm_rests_on_is_a_table_like_it(self) -> None:
        """The history of owners is read by the CRM's deals: no work of the KPI's own, but one more table."""
        models = {**self.crm, "kpis/kpi_pipeline": ["int_owners", "fct_deals", "ops.refreshes"]}
        found = lineages(manifest(models))["pipeline"]
        assert found.tables == {"int_owners", "fct_deals", "refreshes"}
        assert found.models == {"kpi_pipeline"}

    def test_seeds_and_files_kept_by_hand_are_told_apart_from_settings_and_targets(self) -> None:
        read = ["fct_deals", "fields", "company.absences", "company.targets", "company.stages"]
        found = lineages(manifest({**self.crm, "kpis/kpi_completeness": read}, seeds=["fields"]))
        assert found["completeness"].by_hand == {"fields", "absences"}
        assert found["completeness"].tables == {"fct_deals"}

    def test_rates_of_the_canonical_crm_are_not_the_kpis(self) -> None:
        assert lineages(manifest({**self.crm, "kpis/kpi_won": ["fct_deals"]}))["won"].by_hand == frozenset()

    def test_a_formula_over_kpis_takes_over_all_and_adds_a_step(self) -> None:
        one = Lineage(frozenset("a"), frozenset("x"), frozenset("h"), ("x", "a"))
        other = Lineage(frozenset("ab"), frozenset("y"), frozenset(), ("y", "b", "a"))
        assert joined([one, other], "velocity") == Lineage(
            frozenset("ab"), frozenset("xy"), frozenset("h"), ("y", "b", "a", "velocity")
        )


class TestWork:
    @pytest.mark.parametrize(
        ("joins", "sql"),
        [
            (0, "select 1 from a"),
            (1, "select 1 from a inner join b on a.x = b.x"),
            (2, "select 1 from a left join b on a.x = b.x cross join c"),
            (1, "select 1 from a, b where a.x = b.x"),
            (1, "with c as (select 1 from a inner join b using (x)) select * from c"),
            (1, "select 1 from a inner join (select x from b) as b on a.x = b.x"),
            (0, "select 1 from a cross join company.settings as s"),  # one row
            (0, "select 1 from a cross join lateral unnest(a.days) as d (day_on)"),
            (0, "select 1 from a cross join lateral (values (a.x), (a.y)) as v (x)"),
            (1, "select 1 from a left join lateral (select x from b where b.x = a.x limit 1) as b on true"),
            (0, "select 1 from a union all select 2 from b"),
        ],
    )
    def test_joins_are_of_tables(self, joins: int, sql: str) -> None:
        assert work_of(sql) == Work(joins, 0)

    @pytest.mark.parametrize(
        ("exceptions", "sql"),
        [
            (0, "select x from a where stage = 'won' and day_on between '2026-01-01' and '2026-02-01'"),
            (1, "select x from a where stage <> 'lost'"),
            (1, "select x from a where x is not null"),
            (1, "select x from a where x is distinct from y"),
            (2, "select x from a where stage not in ('lost', 'open') and not is_test"),
            (1, "select x from a where not exists (select 1 from b where b.x = a.x)"),
            (1, "select count(*) filter (where stage <> 'lost') from a"),
            (1, "select x from a group by x having count(*) <> 1"),
            (1, "select case when x > 0 then 1 else 0 end from a"),
            (3, "select case stage when 'won' then 1 when 'lost' then 0 end, case when x then 1 end from a"),
            (1, "select x from a where name not like 'test%'"),
            (0, "select x is not null as has_x from a"),  # a flag leaves nothing out
        ],
    )
    def test_exceptions_are_branches_and_exclusions(self, exceptions: int, sql: str) -> None:
        assert work_of(sql) == Work(0, exceptions)

    def test_sql_that_cannot_be_read_is_no_work_that_is_known(self) -> None:
        assert work_of("select from where (") is None


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
        found = judge_ease({"calls": counted()}, {"calls": lineage()}, {}, sources, nights(), {})
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
        found = judge_ease(definitions, made, works, {"activities": ["crm"]}, nights(), {})
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
        assert (found.verdict, found.n, found.estimate) == ("not enough data", 13, None)
        assert said("easy", found) == "Measured for 13 nights; 14 are needed."

    def test_only_the_last_fourteen_nights_count(self) -> None:
        assert judged(runs=nights(*[500] * 6, *[5] * 14))["run_time"].estimate == 5

    def test_a_view_takes_its_share_of_the_model_that_runs_all_views(self) -> None:
        """calls has 10 of 40 rows: a quarter of 8 seconds, and 1 second of a model of its own."""
        runs = pd.concat([nights(*[1] * 14), nights(*[8] * 14, model="kpi_rows")])
        definitions = {"calls": counted("calls"), "leads": counted("leads")}
        made = {"calls": lineage(), "leads": lineage(model="kpi_leads")}
        rows = {"calls": 10, "leads": 30}
        found = judge_ease(definitions, made, {}, {}, runs, rows)
        seconds = {kpi: f.estimate for kpi, of in found.items() for f in of if f.dimension == "run_time"}
        assert seconds == {"calls": pytest.approx(3), "leads": pytest.approx(6)}

    def test_it_decides_nothing_for_no_two_nights_share_it(self) -> None:
        assert {"score", "hand_check"} == ease.DECIDES
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
    measures = {*LIMITS.weights}
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
    assert sum(LIMITS.weights.values()) == 90  # the run time's 10 are its own verdict
    assert {*LIMITS.weights} == {*judged()} - {"score", "run_time", "formula", "card"}
    assert all(hasattr(LIMITS, name) for name in LIMITS.weights)


def test_the_definitions_that_ship_have_short_formulas_and_complete_cards() -> None:
    for kpi_id, definition in SHIPPED.items():
        assert len(terms_of(definition.formula)) <= LIMITS.terms, kpi_id
        assert definition.counter_kpi, kpi_id
