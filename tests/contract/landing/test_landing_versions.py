"""What a landing adds: a version where content changed, a deletion where a record vanished."""

import json
from dataclasses import astuple, fields
from datetime import UTC, datetime

import psycopg
from landing_night import Export, Record, export, known, land, night, versions

from yardstick.extract.records import Reject
from yardstick.landing.entity import LandingReport, land_entity


def unreadable(record_id: str | None, line: int = 2) -> Reject:
    return Reject("date_format", line, record_id, "created_at", "soon", "a moment written as %Y-%m-%d")


def test_the_first_landing_adds_a_version_of_every_record(connection: psycopg.Connection) -> None:
    report = land(connection, export(("A", 1), ("B", 2)))
    assert (report.versions_added, report.records_alive) == (2, 2)
    assert known(connection) == {"A": 1, "B": 2}


def test_the_same_export_adds_nothing_on_the_next_night(connection: psycopg.Connection) -> None:
    land(connection, export(("A", 1), ("B", 2)), 1)
    report = land(connection, export(("B", 2), ("A", 1)), 2)
    assert (report.versions_added, report.records_alive) == (0, 2)


def test_the_same_export_adds_nothing_when_a_night_is_run_again(connection: psycopg.Connection) -> None:
    land(connection, export(("A", 1)))
    assert land(connection, export(("A", 1)), run_id="again").versions_added == 0


def test_a_change_adds_a_version_beside_the_one_before(
    connection: psycopg.Connection,
) -> None:
    land(connection, export(("A", 1), ("B", 2)), 1)
    assert land(connection, export(("A", 1), ("B", 3)), 2).versions_added == 1
    assert known(connection, 1) == {"A": 1, "B": 2}
    assert known(connection, 2) == {"A": 1, "B": 3}


def test_a_record_that_a_complete_export_lacks_is_marked_deleted(connection: psycopg.Connection) -> None:
    land(connection, export(("A", 1), ("B", 2)), 1)
    report = land(connection, export(("A", 1)), 2)
    assert (report.versions_added, report.records_deleted, report.records_alive) == (1, 1, 1)
    assert versions(connection, "B") == [(2, False, 1), (2, True, 2)]


def test_a_deleted_record_is_not_deleted_again(connection: psycopg.Connection) -> None:
    land(connection, export(("A", 1), ("B", 2)), 1)
    land(connection, export(("A", 1)), 2)
    assert land(connection, export(("A", 1)), 3).versions_added == 0


def test_a_record_that_comes_back_unchanged_is_restored(connection: psycopg.Connection) -> None:
    land(connection, export(("A", 1), ("B", 2)), 1)
    land(connection, export(("A", 1)), 2)
    report = land(connection, export(("A", 1), ("B", 2)), 3)
    assert (report.versions_added, report.records_deleted, report.records_alive) == (1, 0, 2)
    assert versions(connection, "B")[-1] == (2, False, 3)


def test_an_empty_export_deletes_everything(connection: psycopg.Connection) -> None:
    land(connection, export(("A", 1), ("B", 2)), 1)
    report = land(connection, export(), 2)
    assert (report.rows_read, report.records_deleted, report.records_alive) == (0, 2, 0)


def test_an_export_whose_end_is_missing_deletes_nothing(connection: psycopg.Connection) -> None:
    land(connection, export(("A", 1), ("B", 2)), 1)
    report = land(connection, export(("A", 3), is_complete=False), 2)
    assert (report.is_complete, report.versions_added, report.records_deleted) == (False, 1, 0)
    assert known(connection, 2) == {"A": 3, "B": 2}


def test_a_record_in_a_rejected_row_has_not_vanished(connection: psycopg.Connection) -> None:
    land(connection, export(("A", 1), ("B", 2)), 1)
    report = land(connection, Export([unreadable("B")]), 2)
    assert report.records_deleted == 1
    assert known(connection, 2) == {"B": 2}


def test_a_record_never_landed_and_rejected_is_not_there(connection: psycopg.Connection) -> None:
    report = land(connection, Export([unreadable("A"), unreadable(None, line=3)]))
    assert (report.rows_rejected, report.versions_added, report.records_alive) == (2, 0, 0)


def test_the_source_s_own_time_of_change_lands_beside_the_record(connection: psycopg.Connection) -> None:
    changed = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    land(connection, Export([Record("A", 2, changed.isoformat(), '{"id":"A"}')]))
    assert connection.execute("select source_modified_at from raw_crm.deals").fetchall() == [(changed,)]


def test_text_of_every_kind_lands_as_it_is(connection: psycopg.Connection) -> None:
    text = "Zoë \\ \t \n \r \x01 \" {} \\N 日本 😀 'x'; drop table raw_crm.deals"
    land(connection, Export([Record(text, 2, None, json.dumps({"amount": text}))]))
    assert known(connection) == {text: text}


def test_a_number_lands_with_every_digit(connection: psycopg.Connection) -> None:
    digits = "123456789012345678901234567890.123456789"
    land(connection, Export([Record("A", 2, None, f'{{"amount":{digits}}}')]))
    assert connection.execute("select record ->> 'amount' from raw_crm.deals").fetchall() == [(digits,)]


def test_versions_are_numbered_in_the_order_of_the_export(connection: psycopg.Connection) -> None:
    ids = [f"D{number * 7919 % 1000}" for number in range(1000)]
    land(connection, export(*((record_id, 1) for record_id in ids)))
    landed = connection.execute("select id from raw_crm.deals order by version_id").fetchall()
    assert [record_id for (record_id,) in landed] == ids


def test_a_landing_is_noted_with_its_counts(connection: psycopg.Connection) -> None:
    land(connection, export(("A", 1), ("B", 2)), 1)
    report = land(connection, Export([*export(("A", 5)).items, unreadable("C", 3)], characters_cleaned=4), 2)
    columns = ", ".join(field.name for field in fields(report))
    query = f"select run_id, source, entity, as_of, {columns} from ops.landings where as_of = %s"
    assert connection.execute(query, [night(2)]).fetchall() == [
        ("run 2", "crm", "deals", night(2), *astuple(report))
    ]
    assert report == LandingReport(
        is_complete=True,
        rows_read=2,
        rows_rejected=1,
        rows_repeated=0,
        characters_cleaned=4,
        versions_added=2,
        records_deleted=1,
        records_alive=1,
        bytes_read=100,
        calls=0,
    )


def test_a_step_tried_again_in_the_same_run_notes_its_last_landing(
    connection: psycopg.Connection,
) -> None:
    land(connection, export(("A", 1)), run_id="run")
    land(connection, export(("A", 1), ("B", 2)), run_id="run")
    assert connection.execute("select rows_read from ops.landings").fetchall() == [(2,)]


def test_progress_is_told_on_long_loads(connection: psycopg.Connection) -> None:
    heard: list[int] = []
    rows = export(*((f"D{number}", 1) for number in range(100_001)))
    land_entity(connection, "crm", "deals", rows, night(1), "run", heard.append)
    assert heard == [50_000, 100_000]
