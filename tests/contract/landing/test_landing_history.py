"""A landing for an earlier night writes history, and no later night comes to know anything else."""

import psycopg
from landing_night import export, known, land, versions


def test_an_earlier_night_knows_what_was_landed_for_it(connection: psycopg.Connection) -> None:
    land(connection, export(("A", 10)), 10)
    land(connection, export(("A", 5), ("B", 5)), 5)
    assert known(connection, 4) == {}
    assert known(connection, 5) == {"A": 5, "B": 5}


def test_a_later_night_goes_on_not_knowing_a_record_that_only_the_earlier_one_had(
    connection: psycopg.Connection,
) -> None:
    land(connection, export(("A", 10)), 10)
    land(connection, export(("A", 10), ("B", 5)), 5)
    assert known(connection, 9) == {"A": 10, "B": 5}
    assert known(connection, 10) == {"A": 10}


def test_a_later_night_that_had_found_no_change_goes_on_knowing_the_old_content(
    connection: psycopg.Connection,
) -> None:
    land(connection, export(("A", 1)), 1)
    land(connection, export(("A", 1)), 10)
    land(connection, export(("A", 5)), 5)
    assert [known(connection, number) for number in (4, 5, 9, 10)] == [{"A": 1}, {"A": 5}, {"A": 5}, {"A": 1}]


def test_a_later_night_keeps_a_record_that_the_earlier_one_lacks(
    connection: psycopg.Connection,
) -> None:
    land(connection, export(("A", 1)), 1)
    land(connection, export(("A", 1)), 10)
    land(connection, export(), 5)
    assert [known(connection, number) for number in (4, 5, 10)] == [{"A": 1}, {}, {"A": 1}]


def test_running_an_earlier_night_again_leaves_the_later_ones_alone(connection: psycopg.Connection) -> None:
    land(connection, export(("A", 1)), 1)
    land(connection, export(("A", 1)), 2)
    for amount in (7, 8, 8):
        land(connection, export(("A", amount)), 1)
        assert (known(connection, 1), known(connection, 2)) == ({"A": amount}, {"A": 1})
    assert versions(connection, "A") == [(1, False, 1), (7, False, 1), (1, False, 2), (8, False, 1)]


def test_an_earlier_night_compares_with_what_it_knew_and_not_with_later_versions(
    connection: psycopg.Connection,
) -> None:
    land(connection, export(("A", 1)), 1)
    land(connection, export(("A", 10)), 10)
    assert land(connection, export(("A", 1)), 5).versions_added == 0


def test_the_same_history_twice_adds_nothing(connection: psycopg.Connection) -> None:
    land(connection, export(("A", 10)), 10)
    land(connection, export(("B", 5)), 5)
    assert land(connection, export(("B", 5)), 5).versions_added == 0
