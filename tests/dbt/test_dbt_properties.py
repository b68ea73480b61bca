"""What holds in any company: whoever moves, whatever changes hands, however credit is split."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
from compiled_models import CompiledModels, begin_anew
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from small_worlds import AS_OF, SmallWorld, put, worlds, write_company

from yardstick import refresh
from yardstick.company import load_company
from yardstick.server.embedded import Role, Server
from yardstick.warehouse import connect

LEVELS_THAT_DIFFER = """
    with levels as (
        select kpi_id, period_kind, period_start, node_kind,
            sum(numerator) as numerator, sum(denominator) as denominator, sum(rows_counted) as rows_counted
        from build.int_base_actuals
        inner join company.kpis using (kpi_id)
        where aggregation in ('sum', 'ratio')
        group by kpi_id, period_kind, period_start, node_kind
    )
    select *
    from levels
    inner join levels as company using (kpi_id, period_kind, period_start)
    where company.node_kind = 'company'
        and (levels.numerator, levels.denominator, levels.rows_counted)
        is distinct from (company.numerator, company.denominator, company.rows_counted)
"""
RATIOS_OUTSIDE = """
    with people as (
        select kpi_id, period_kind, period_start, min(actual) as lowest, max(actual) as highest,
            min(denominator) as least
        from build.int_base_actuals
        where node_kind = 'person' and denominator <> 0
        group by kpi_id, period_kind, period_start
    )
    select *
    from build.int_base_actuals as company
    inner join people using (kpi_id, period_kind, period_start)
    where company.node_kind = 'company' and least > 0
        and company.actual not between lowest - 1e-12 and highest + 1e-12
"""
UNREPEATABLE = """
    select 'scorecards', coalesce(md5(string_agg(scorecards::text, '' order by scorecards)), '')
    from build.scorecards
    union all
    select 'kpi_rows', coalesce(md5(string_agg(kpi_rows::text, '' order by kpi_rows)), '')
    from build.kpi_rows
"""
ACTUALS = """
    select kpi_id, node_kind, node_id, period_start, period_end, numerator, denominator, actual
    from build.int_base_actuals
"""

as_many_as_ci_allows = settings(
    max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Path:
    """A company that was built once, so that every table is there."""
    folder = write_company(tmp_path_factory.mktemp("worlds"))
    night = {"folder": str(folder), "run_id": "properties"}
    for source in refresh.begin(params={"as_of": AS_OF.isoformat()}, **night):
        refresh.land(source_name=source, **night)
    for layer in ("core", "kpi", "mart"):
        refresh.build(layer=layer, **night)
    return folder


@pytest.fixture(scope="module")
def models(folder: Path) -> CompiledModels:
    company = load_company(folder)
    with connect(company, Role.OWNER) as connection:
        return CompiledModels(company, connection)


@pytest.fixture
def warehouse(folder: Path) -> Iterator[psycopg.Connection]:
    """A session in which nothing stays."""
    with connect(load_company(folder), Role.OWNER) as connection:
        yield connection
        connection.rollback()


class Builder:
    """Builds the warehouse of one world after another, each in a transaction that is taken back."""

    def __init__(self, warehouse: psycopg.Connection, folder: Path, models: CompiledModels) -> None:
        self.warehouse, self.folder, self.models = warehouse, folder, models

    def build(self, world: SmallWorld, order: list[str] | None = None) -> "Builder":
        begin_anew(self.warehouse)
        put(self.warehouse, self.folder, world, order or ())
        self.models.rebuild(self.warehouse)
        return self

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.warehouse.execute(query).fetchall()


@pytest.fixture
def builder(warehouse: psycopg.Connection, folder: Path, models: CompiledModels) -> Builder:
    return Builder(warehouse, folder, models)


@as_many_as_ci_allows
@given(world=worlds())
def test_people_teams_and_regions_each_sum_to_the_company(builder: Builder, world: SmallWorld) -> None:
    assert builder.build(world).rows(LEVELS_THAT_DIFFER) == []


@as_many_as_ci_allows
@given(world=worlds())
def test_the_companys_ratio_lies_between_its_peoples(builder: Builder, world: SmallWorld) -> None:
    assert builder.build(world).rows(RATIOS_OUTSIDE) == []


@as_many_as_ci_allows
@given(world=worlds())
def test_balances_close_and_what_one_node_hands_over_another_takes(
    builder: Builder, world: SmallWorld
) -> None:
    assert builder.build(world).rows(builder.models.test("balances_close")) == []


@as_many_as_ci_allows
@given(world=worlds(), chance=st.randoms(use_true_random=False))
def test_the_order_in_which_records_came_changes_nothing(
    builder: Builder, world: SmallWorld, chance: Random
) -> None:
    first = builder.build(world).rows(UNREPEATABLE)
    order = sorted(record_id for records in world.records.values() for record_id in records)
    chance.shuffle(order)
    assert builder.build(world, order).rows(UNREPEATABLE) == first


@as_many_as_ci_allows
@given(world=worlds(), cents=st.integers(1, 9_999_999), data=st.data())
def test_a_later_edit_of_an_amount_changes_only_the_periods_in_which_the_deal_lived(
    builder: Builder, world: SmallWorld, cents: int, data: st.DataObject
) -> None:
    deals = world.records["deals"]
    assume(deals)
    edited = data.draw(st.sampled_from(sorted(deals)))
    before = set(builder.build(world).rows(ACTUALS))
    first, last = deals[edited]
    deals[edited] = [first, {**last, "amount": cents / 100}]
    after = set(builder.build(world).rows(ACTUALS))
    lived_until = last["closed_at"] or AS_OF
    touched = {(start, end) for _, _, _, start, end, *_ in before ^ after}
    assert all(start <= lived_until and last["created_at"] <= end for start, end in touched)
    if last["stage"] == "Won" and last["amount"] != cents / 100:
        assert "bookings" in {kpi_id for kpi_id, *_ in before ^ after}
