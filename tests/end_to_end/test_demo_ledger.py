"""Every number of the demo company's scorecards against the simulator's ledger of the truth."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from commands import Commands, Done
from ledger.books import Books
from ledger.catalogue import BASE_KPIS
from ledger.comparison import OF_SCORECARDS, Truth, Warehouse, differences, kinds_shown, read_warehouse
from ledger.composites import COMPOSITES
from warehouse_reading import session

from yardstick.company import load_company
from yardstick.company.periods import PERIOD_KINDS
from yardstick.definitions.files import load_definitions
from yardstick.demo import simulate

KPIS = [*BASE_KPIS, *COMPOSITES]


def test_the_ledger_has_every_kpi_of_the_catalogue() -> None:
    assert set(load_definitions()) == set(KPIS)
    assert len(KPIS) == 41


@pytest.fixture(scope="module")
def connection(commands: Commands, demo_company: Path, demo: Done) -> Iterator[psycopg.Connection]:
    assert demo.exit_code == 0, demo.said
    with session(commands.home, demo_company) as opened:
        yield opened


@pytest.fixture(scope="module")
def books(demo_company: Path) -> Books:
    settings = load_company(demo_company, needs_exports=False).settings
    return Books.of(simulate(demo_company).ledger, settings)


@pytest.fixture(scope="module")
def warehouse(connection: psycopg.Connection, books: Books) -> Warehouse:
    return read_warehouse(connection, OF_SCORECARDS, books, PERIOD_KINDS)


@pytest.fixture(scope="module")
def truth(books: Books, warehouse: Warehouse) -> Truth:
    return Truth.of(books, warehouse, PERIOD_KINDS)


@pytest.mark.parametrize("kpi_id", KPIS)
def test_every_number_of_every_node_and_closed_period_is_the_truth(
    connection: psycopg.Connection, warehouse: Warehouse, truth: Truth, kpi_id: str
) -> None:
    assert warehouse.kinds(kpi_id) == (
        {"person", "team", "region", "company"},
        set(kinds_shown(kpi_id, PERIOD_KINDS)),
    )
    assert len(warehouse.values[kpi_id]) > 48 * 40
    assert not (found := differences(connection, warehouse, truth, kpi_id)), found
