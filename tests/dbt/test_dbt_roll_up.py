"""The dbt test of the roll-up finds what it is there to find: a cent amiss, and a side that is empty."""

import psycopg
import pytest
from compiled_models import compiled_sql

from yardstick.company import Company


@pytest.fixture(scope="module")
def roll_up(built: Company) -> str:
    """The test's SQL: the rows that do not add up."""
    return compiled_sql(built, "people_add_up_to_the_company")


def test_what_was_built_adds_up(roll_up: str, warehouse: psycopg.Connection) -> None:
    assert warehouse.execute(roll_up).fetchall() == []


def test_a_cent_amiss_in_one_month_of_one_team_is_found(roll_up: str, warehouse: psycopg.Connection) -> None:
    warehouse.execute(
        "update build.int_actuals set numerator = numerator + 0.01"
        " where kpi_id = 'bookings' and node_id = 'red' and period_start = '2025-03-01'"
    )
    found = warehouse.execute(f"select kpi_id, node_id, people_total, shown_total from ({roll_up}) as found")
    assert [(kpi, node, str(people), str(shown)) for kpi, node, people, shown in found] == [
        ("bookings", "red", "1000.00", "1000.01")
    ]


@pytest.mark.parametrize("side", ["fct_kpi_days", "int_actuals", "fct_deals"])
def test_an_empty_side_is_found(roll_up: str, warehouse: psycopg.Connection, side: str) -> None:
    warehouse.execute(f"delete from build.{side}")
    assert warehouse.execute(roll_up).fetchall() != []


def test_people_and_scorecards_that_are_empty_both_are_found(
    roll_up: str, warehouse: psycopg.Connection
) -> None:
    warehouse.execute("delete from build.fct_kpi_days")
    warehouse.execute("delete from build.int_actuals")
    assert warehouse.execute(roll_up).fetchall() != []


def test_a_night_without_a_won_deal_adds_up(roll_up: str, warehouse: psycopg.Connection) -> None:
    warehouse.execute("delete from build.fct_deals")
    warehouse.execute("delete from build.fct_kpi_days")
    warehouse.execute("update build.int_actuals set numerator = 0")
    assert warehouse.execute(roll_up).fetchall() == []
