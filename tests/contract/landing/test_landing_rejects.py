"""Rows that cannot be landed are kept, named and counted; of a repeated id the first row stands."""

from typing import Any

import landing_night
import psycopg
import pytest
from landing_night import Export, Record, export, known, land, night

from yardstick.extract.records import Reject


def rejects(connection: psycopg.Connection, columns: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"select {columns} from ops.rejects order by line, field").fetchall()


def test_a_reject_is_kept_with_all_that_mends_it(connection: psycopg.Connection) -> None:
    land(connection, Export([Reject("date_format", 7, "A", "created_at", "soon", "a moment")]), 3)
    columns = "run_id, source, entity, as_of, rule, record_id, file, line, field, found, expected"
    assert rejects(connection, columns) == [
        (
            "run 3",
            "crm",
            "deals",
            night(3),
            "date_format",
            "A",
            "crm/deals.csv",
            7,
            "created_at",
            "soon",
            "a moment",
        )
    ]


def test_a_row_with_two_reasons_is_one_rejected_row(connection: psycopg.Connection) -> None:
    reasons = [
        Reject("number_format", 2, "A", "amount", "many", "a number"),
        Reject("date_format", 2, "A", "created_at", "soon", "a moment"),
        Reject("missing_id", 3, None, "id", "a blank", "an id"),
    ]
    report = land(connection, Export([*reasons, *export(("B", 1)).items]))
    assert (report.rows_read, report.rows_rejected) == (3, 2)
    assert rejects(connection, "line, rule") == [(2, "number_format"), (2, "date_format"), (3, "missing_id")]


def test_running_a_night_again_replaces_its_rejects(connection: psycopg.Connection) -> None:
    land(connection, Export([Reject("cells", 2, "A", None, "3 cells", "6 cells")]), 1)
    land(connection, Export([Reject("cells", 5, "A", None, "3 cells", "6 cells")]), 1, run_id="again")
    assert rejects(connection, "run_id, line") == [("again", 5)]


def test_another_night_keeps_the_rejects_of_the_one_before(connection: psycopg.Connection) -> None:
    land(connection, Export([Reject("cells", 2, "A", None, "3 cells", "6 cells")]), 1)
    land(connection, export(("A", 1)), 2)
    assert rejects(connection, "run_id") == [("run 1",)]


def test_a_row_repeated_word_for_word_lands_once_and_is_counted(connection: psycopg.Connection) -> None:
    report = land(connection, export(("A", 1), ("B", 2), ("A", 1), ("A", 1)))
    assert (report.rows_read, report.rows_repeated, report.rows_rejected) == (4, 2, 0)
    assert (report.versions_added, known(connection)) == (2, {"A": 1, "B": 2})


def test_of_an_id_with_two_contents_the_first_stands_and_the_other_is_a_reject(
    connection: psycopg.Connection,
) -> None:
    report = land(connection, export(("A", 1), ("B", 2), ("A", 9), ("A", 1)))
    assert (report.rows_repeated, report.rows_rejected) == (1, 1)
    assert known(connection) == {"A": 1, "B": 2}
    assert rejects(connection, "rule, record_id, line, field, found, expected") == [
        ("duplicate_id", "A", 4, "amount", "amount 9", "as in line 2, which stands: amount 1")
    ]


def test_an_id_is_found_again_among_the_rows_that_were_read_later(
    connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landing_night, "BATCH", 2)
    report = land(connection, export(("A", 1), ("B", 2), ("C", 3), ("A", 1), ("D", 4), ("B", 9), ("E", 5)))
    assert (report.rows_read, report.rows_repeated, report.rows_rejected) == (7, 1, 1)
    assert (report.versions_added, report.records_alive) == (5, 5)
    assert known(connection) == {"A": 1, "B": 2, "C": 3, "D": 4, "E": 5}
    assert rejects(connection, "rule, record_id, line") == [("duplicate_id", "B", 7)]


def test_a_contradiction_names_every_field_that_differs(connection: psycopg.Connection) -> None:
    land(
        connection,
        Export(
            [
                Record("A", 2, None, '{"id":"A","amount":1,"owner_id":null,"stage":"Won"}'),
                Record("A", 3, None, '{"id":"A","amount":2,"owner_id":"Anna","stage":"Won"}'),
            ]
        ),
    )
    assert rejects(connection, "field, found, expected") == [
        (
            "amount, owner_id",
            'amount 2, owner_id "Anna"',
            "as in line 2, which stands: amount 1, owner_id null",
        )
    ]


def test_a_good_row_lands_although_another_with_its_id_was_rejected(
    connection: psycopg.Connection,
) -> None:
    land(
        connection,
        Export([Reject("date_format", 2, "A", "created_at", "soon", "a moment"), *export(("A", 1)).items]),
    )
    assert known(connection) == {"A": 1}


def test_an_export_of_rejects_only_lands_none(connection: psycopg.Connection) -> None:
    items = [
        Reject("date_format", line, f"D{line}", "created_at", "soon", "a moment") for line in range(2, 5000)
    ]
    report = land(connection, Export(items))
    assert (report.rows_read, report.rows_rejected, report.records_alive) == (4998, 4998, 0)
