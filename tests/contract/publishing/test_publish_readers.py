"""Who reads while a night is published waits for nothing, and sees the old night or the new, never both."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from small_warehouse import HISTORY, TABLES, Warehouse, kpi_row, scorecard

from yardstick.publishing.history import publish_reported
from yardstick.server.embedded import Role
from yardstick.warehouse import connect

SEEN = """
    select
        (select actual from kpi.scorecards),
        (select count(*) from kpi.scorecard_history),
        (select count(*) from kpi.restatements)
"""
OLD, NEW = (100, 1, 0), (140, 2, 1)


@pytest.fixture
def second_night(warehouse: Warehouse) -> Warehouse:
    """May is published as 100; what restates it to 140 is built. Neither side waits for the other."""
    first = kpi_row("bookings", "D1", "anna", "2026-05-10", 100)
    late = kpi_row("bookings", "D2", "anna", "2026-05-20", 40)
    warehouse.report("2026-06-01", scorecard(actual=100), rows=[first])
    warehouse.build({"scorecards": [scorecard(actual=140)], "kpi_rows": [first, late]})
    warehouse.connection.execute("set lock_timeout = '1s'")
    return warehouse


@pytest.fixture
def reader(company: Any, second_night: Warehouse) -> Iterator[psycopg.Connection]:
    with connect(company, Role.READER) as connection:
        connection.autocommit = True
        connection.execute("set lock_timeout = '1s'")
        yield connection


def publish_second(warehouse: Warehouse) -> None:
    publish_reported(warehouse.connection, TABLES, HISTORY, date(2026, 6, 2), warehouse.nights)


def test_until_a_night_is_whole_a_reader_sees_the_one_before(
    second_night: Warehouse, reader: psycopg.Connection
) -> None:
    with second_night.connection.transaction():
        publish_second(second_night)
        assert reader.execute(SEEN).fetchone() == OLD
    assert reader.execute(SEEN).fetchone() == NEW


def test_a_reader_amid_several_queries_keeps_its_night_and_holds_up_none(
    second_night: Warehouse, reader: psycopg.Connection
) -> None:
    with reader.transaction():
        reader.execute("set transaction isolation level repeatable read")
        assert reader.execute(SEEN).fetchone() == OLD
        with second_night.connection.transaction():
            publish_second(second_night)
        assert reader.execute(SEEN).fetchone() == OLD
    assert reader.execute(SEEN).fetchone() == NEW


def test_a_publish_that_breaks_off_leaves_the_night_before(
    second_night: Warehouse, reader: psycopg.Connection
) -> None:
    with second_night.connection.transaction():
        publish_second(second_night)
        raise psycopg.Rollback
    assert reader.execute(SEEN).fetchone() == OLD


@pytest.mark.parametrize("table", sorted(HISTORY))
def test_history_has_its_key_and_a_comment_on_each_column(second_night: Warehouse, table: str) -> None:
    primary_key = """
        select pg_get_constraintdef(oid) from pg_constraint
        where conrelid = %(table)s::regclass and contype = 'p'
    """
    assert second_night.ask(primary_key, table=f"kpi.{table}") == [
        (f"PRIMARY KEY ({', '.join(HISTORY[table].key)})",)
    ]
    uncommented = """
        select attname from pg_attribute
        where attrelid = %(table)s::regclass and attnum > 0 and col_description(attrelid, attnum) is null
    """
    assert second_night.ask(uncommented, table=f"kpi.{table}") == []


def test_history_follows_the_columns_of_the_scorecards() -> None:
    (scorecards,) = (table for table in TABLES if table.name == "scorecards")
    assert list(HISTORY["scorecard_history"].columns) == [*scorecards.columns, "reported_as_of", "is_gone"]


def test_a_grant_and_a_view_of_an_analysts_own_outlive_a_new_column(warehouse: Warehouse) -> None:
    """The model gives a column more than people have seen so far: it comes to the history, too."""
    warehouse.report("2026-06-01", scorecard(actual=100))
    warehouse.connection.execute(
        """
        create view kpi.mine as select actual from kpi.scorecard_history;
        alter table kpi.scorecards drop column target_version;
        alter table kpi.scorecard_history drop column target_version;
        """
    )
    warehouse.report("2026-06-02", scorecard(actual=100, target_version=2))
    assert warehouse.ask("select actual from kpi.mine") == [(100,), (100,)]
    assert warehouse.ask("select target_version from kpi.scorecard_history order by reported_as_of") == [
        (None,),
        (2,),
    ]
