"""Whatever exports land, in whatever order: each night knows the last export landed for it."""

from random import Random
from typing import Any

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from landing_night import export, known, land

Rows = list[tuple[str, int]]

exports = st.lists(st.tuples(st.sampled_from("ABCDEF"), st.integers(1, 3)), max_size=9)
a_database_for_all = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def standing(rows: Rows) -> dict[str, Any]:
    """Of each id the first row."""
    return dict(reversed(rows))


def begin_anew(connection: psycopg.Connection) -> None:
    connection.execute("truncate raw_crm.deals, ops.landings, ops.rejects")


@a_database_for_all
@given(rows=exports, chance=st.randoms())
def test_the_same_export_landed_twice_adds_nothing(
    connection: psycopg.Connection, rows: Rows, chance: Random
) -> None:
    begin_anew(connection)
    land(connection, export(*rows), 1)
    reordered = list(standing(rows).items())
    chance.shuffle(reordered)
    for number, same in ((1, rows), (2, rows), (3, reordered)):
        assert land(connection, export(*same), number).versions_added == 0
    assert connection.execute("select count(*) from raw_crm.deals").fetchone() == (len(standing(rows)),)


@a_database_for_all
@given(sequence=st.lists(exports, min_size=1, max_size=5))
def test_after_any_sequence_of_exports_the_latest_alive_are_those_of_the_last(
    connection: psycopg.Connection, sequence: list[Rows]
) -> None:
    begin_anew(connection)
    for number, rows in enumerate(sequence, 1):
        report = land(connection, export(*rows), number)
        stand = standing(rows)
        contradictions = sum(stand[record_id] != amount for record_id, amount in rows)
        assert known(connection, number) == stand
        assert report.records_alive == len(stand)
        assert report.rows_rejected == contradictions
        assert report.rows_repeated == len(rows) - len(stand) - contradictions


@a_database_for_all
@given(landings=st.lists(st.tuples(st.integers(1, 4), exports), max_size=6))
def test_in_any_order_of_nights_each_knows_the_last_export_landed_for_it(
    connection: psycopg.Connection, landings: list[tuple[int, Rows]]
) -> None:
    begin_anew(connection)
    expected: dict[int, dict[str, Any]] = {}
    for number, rows in landings:
        land(connection, export(*rows), number)
        expected[number] = standing(rows)
    assert {number: known(connection, number) for number in expected} == expected
