"""Ten other demos, smaller and of other luck: what dbt makes of each against the simulator's ledger."""

import shutil
from collections.abc import Iterator

import psycopg
import pytest
from compiled_models import CompiledModels
from ledger.books import Books
from ledger.catalogue import BASE_KPIS
from ledger.comparison import OF_ACTUALS, Truth, differences, read_warehouse
from ledger.composites import COMPOSITES
from psycopg.sql import SQL

from yardstick import refresh
from yardstick.company import Company, load_company
from yardstick.company.periods import PeriodKind
from yardstick.demo import AS_OF, simulate, write_demo
from yardstick.landing.exports import land_source
from yardstick.landing.tables import landing_table
from yardstick.paths import PROJECT
from yardstick.server.embedded import Role, Server
from yardstick.transform import run_dbt
from yardstick.warehouse import connect

SEEDS = range(101, 111)
SCALE = 0.1
#: Weeks are held to the ledger in the demo itself.
PERIOD_KINDS: tuple[PeriodKind, ...] = ("month", "quarter", "year")

TO_ACTUALS = ("--select", "+int_actuals", "+kpi_rows", "--resource-type", "seed", "--resource-type", "model")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The demo company, with the first of the demos."""
    folder = tmp_path_factory.mktemp("seeds") / "company"
    shutil.copytree(PROJECT / "company", folder, ignore=shutil.ignore_patterns("crm", ".crm-*"))
    write_demo(folder, SEEDS[0], scale=SCALE)
    return load_company(folder)


@pytest.fixture(scope="module")
def warehouse(server: Server, company: Company) -> Iterator[psycopg.Connection]:
    """A session in a warehouse in which dbt has once built what the KPIs come to, and their rows."""
    refresh.begin(str(company.folder), "seeds", {})
    with connect(company, Role.OWNER) as connection:
        connection.autocommit = True
        land_anew(connection, company, SEEDS[0])
        assert run_dbt(company, ["build", *TO_ACTUALS]).success
        yield connection


@pytest.fixture(scope="module")
def models(company: Company, warehouse: psycopg.Connection) -> CompiledModels:
    return CompiledModels(company, warehouse)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_the_luck_every_number_of_every_node_and_closed_period_is_the_truth(
    warehouse: psycopg.Connection, models: CompiledModels, company: Company, seed: int
) -> None:
    write_demo(company.folder, seed, scale=SCALE)
    land_anew(warehouse, company, seed)
    with warehouse.transaction():
        models.rebuild(warehouse)
    books = Books.of(simulate(company.folder, seed, scale=SCALE).ledger, company.settings)
    said = read_warehouse(warehouse, OF_ACTUALS, books, PERIOD_KINDS)
    truth = Truth.of(books, said, PERIOD_KINDS)
    found = [differences(warehouse, said, truth, kpi_id) for kpi_id in (*BASE_KPIS, *COMPOSITES)]
    assert sum(map(len, said.values.values())) > 40 * 20 * 40
    assert not any(found), "\n".join(filter(None, found))


def land_anew(warehouse: psycopg.Connection, company: Company, seed: int) -> None:
    """Land the exports as if nothing had landed before."""
    for source in company.settings.sources:
        for entity in source.entities:
            warehouse.execute(SQL("truncate {}").format(landing_table(source.name, entity)))
        land_source(warehouse, company, source, AS_OF, f"seed {seed}")
