"""The dbt test of balances finds one that does not close, and what comes from nowhere."""

import psycopg
import pytest
from compiled_models import compiled_sql

from yardstick.company import Company


@pytest.fixture(scope="module")
def closing(built: Company) -> str:
    """The test's SQL: the balances that do not close."""
    return compiled_sql(built, "balances_close")


def test_what_was_built_closes(closing: str, warehouse: psycopg.Connection) -> None:
    assert warehouse.execute(closing).fetchall() == []


@pytest.mark.parametrize(
    "amiss",
    [
        "update build.int_balance_changes set opening = opening + 0.01, closing = closing + 0.01",
        "update build.int_balance_changes set began = began + 0.01, closing = closing + 0.01",
        "update build.int_balance_changes set began = began + 1, ended = ended + 1 where node_id = 'red'",
        "update build.int_balance_changes set began = 0, transferred_in = began where node_id = 'red'",
        "update build.int_balance_changes set began = 0, transferred_in = began",
        "update build.int_actuals set numerator = 1 where kpi_id = 'open_pipeline' and node_id = 'red'",
    ],
)
def test_a_balance_that_is_amiss_is_found(closing: str, warehouse: psycopg.Connection, amiss: str) -> None:
    assert warehouse.execute(amiss).rowcount > 0
    assert warehouse.execute(closing).fetchall() != []
