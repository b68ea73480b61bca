"""What a KPI is made of, read from dbt's manifest and the SQL that it compiled."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from yardstick.conditions.lineage import Lineage, Work, joined, lineages, work_of


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
