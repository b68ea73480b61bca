"""What lands of an Odoo: everything there is, only what changed, and nothing that is gone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from doubles.odoo.database import OdooDatabase
from doubles.odoo.server import OdooServer
from landed_hashes import hashed_otherwise
from odoo_night import OdooNights

from yardstick.errors import SourceError
from yardstick.extract.api_client import Patience
from yardstick.extract.odoo import IDS_AT_ONCE

LEAD = "crm.lead"


def lead(database: OdooDatabase, name: str = "Lamps", **values: Any) -> int:
    return database.create(LEAD, name=name, type="opportunity", **values)


def test_a_record_lands_as_its_own_fields_without_what_is_empty(
    database: OdooDatabase, nights: OdooNights
) -> None:
    number = lead(database, expected_revenue=1250.5, date_deadline="2026-04-01", user_id=7, tag_ids=[9, 2])
    nights.land(1, LEAD)
    record = nights.known(LEAD)[number]
    assert record.pop("create_date").startswith("2026-01-01 08:00:00")
    assert record == {
        "id": number,
        "name": "Lamps",
        "type": "opportunity",
        "active": True,
        "user_id": 7,
        "expected_revenue": 1250.5,
        "probability": 0,
        "date_deadline": "2026-04-01",
        "tag_ids": [2, 9],
    }


def test_an_empty_date_is_no_boolean_and_an_unset_boolean_is_one(
    database: OdooDatabase, nights: OdooNights
) -> None:
    number = lead(database, active=False, date_closed=None)
    nights.land(1, LEAD)
    record = nights.known(LEAD)[number]
    assert "date_closed" not in record
    assert record["active"] is False


def test_the_modified_time_is_the_write_date_in_utc(database: OdooDatabase, nights: OdooNights) -> None:
    lead(database, at=datetime(2026, 2, 3, 23, 30, 15, tzinfo=UTC))
    nights.land(1, LEAD)
    found = nights.connection.execute("select source_modified_at from landed.odoo_crm_lead").fetchall()
    assert found == [(datetime(2026, 2, 3, 23, 30, 15, tzinfo=UTC),)]


def test_a_record_has_the_hash_of_the_text_that_postgresql_shows(
    database: OdooDatabase, nights: OdooNights
) -> None:
    for value in (0.1, 1e22, 1e-7, -0.0, 12345678901234567.0, 3.0):
        lead(database, expected_revenue=value, lead_properties=[{"name": "zz", "a": value, "bb": [1.5e300]}])
    lead(database, 'quotes " \\ tab\t \u001f \u007f ü 漢 🙂 ‏עברית')
    nights.land(1, LEAD)
    assert hashed_otherwise(nights.connection, "raw_odoo.crm_lead") == []


def test_what_no_database_holds_is_left_out_and_counted(database: OdooDatabase, nights: OdooNights) -> None:
    number = lead(database, "a\0b \ud83d 🙂 \\u0000")
    report = nights.land(1, LEAD)[LEAD]
    assert nights.known(LEAD)[number]["name"] == "ab  🙂 \\u0000"
    assert report.characters_cleaned == 2


def test_nothing_changed_makes_no_version(database: OdooDatabase, nights: OdooNights) -> None:
    lead(database)
    nights.land(1)
    reports = nights.land(2)
    assert {name: report.versions_added for name, report in reports.items() if report.versions_added} == {}
    assert reports[LEAD].records_alive == 1


def test_a_record_that_was_only_touched_makes_no_version(database: OdooDatabase, nights: OdooNights) -> None:
    numbers = [lead(database, f"Deal {n}") for n in range(30)]
    nights.land(1, LEAD)
    for number in numbers:  # a stage was renamed, say
        database.write(LEAD, number)
    assert nights.land(2, LEAD)[LEAD].versions_added == 0


def test_a_changed_record_makes_one_version(database: OdooDatabase, nights: OdooNights) -> None:
    changed, other = lead(database), lead(database)
    nights.land(1, LEAD)
    database.now += timedelta(days=1)
    database.write(LEAD, changed, name="Chairs")
    report = nights.land(2, LEAD)[LEAD]
    assert (report.versions_added, report.records_alive) == (1, 2)
    assert nights.known(LEAD, 1)[changed]["name"] == "Lamps"
    assert nights.known(LEAD, 2)[changed]["name"] == "Chairs"
    assert nights.known(LEAD, 2)[other]["name"] == "Lamps"


def test_a_change_in_the_second_of_the_last_mark_is_seen(database: OdooDatabase, nights: OdooNights) -> None:
    number = lead(database)
    nights.land(1, LEAD)
    database.write(LEAD, number, name="Chairs")  # some microseconds later
    nights.land(2, LEAD)
    assert nights.known(LEAD, 2)[number]["name"] == "Chairs"


def test_a_transaction_that_commits_late_is_seen(database: OdooDatabase, nights: OdooNights) -> None:
    number = lead(database)
    database.now += timedelta(hours=2)
    lead(database)
    nights.land(1, LEAD)
    database.write(LEAD, number, at=database.now - timedelta(minutes=50), name="Chairs")
    nights.land(2, LEAD)
    assert nights.known(LEAD, 2)[number]["name"] == "Chairs"


def test_a_record_that_appears_with_an_old_date_is_found_by_its_id(
    database: OdooDatabase, nights: OdooNights
) -> None:
    lead(database)
    database.now += timedelta(days=40)
    lead(database)
    nights.land(1, LEAD)
    restored = lead(database, "Back again", at=datetime(2025, 5, 1, tzinfo=UTC))
    nights.land(2, LEAD)
    assert nights.known(LEAD, 2)[restored]["name"] == "Back again"


def test_a_date_in_the_future_hides_no_later_change(database: OdooDatabase, nights: OdooNights) -> None:
    number = lead(database)
    lead(database, at=datetime(2099, 1, 1, tzinfo=UTC))
    nights.land(1, LEAD)
    database.write(LEAD, number, at=datetime.now(UTC), name="Chairs")
    nights.land(2, LEAD)
    assert nights.known(LEAD, 2)[number]["name"] == "Chairs"


def test_a_deleted_record_is_deleted_on_the_night_that_misses_it(
    database: OdooDatabase, nights: OdooNights
) -> None:
    gone, other = lead(database), lead(database)
    nights.land(1, LEAD)
    database.unlink(LEAD, gone)
    report = nights.land(2, LEAD)[LEAD]
    assert (report.records_deleted, report.records_alive) == (1, 1)
    assert set(nights.known(LEAD, 1)) == {gone, other}
    assert set(nights.known(LEAD, 2)) == {other}


def test_a_record_restored_under_its_id_is_alive_again(database: OdooDatabase, nights: OdooNights) -> None:
    number = lead(database)
    row = database.rows[LEAD][number]
    nights.land(1, LEAD)
    database.unlink(LEAD, number)
    nights.land(2, LEAD)
    database.rows[LEAD][number] = row  # from a backup, with its old date
    nights.land(3, LEAD)
    assert [number in nights.known(LEAD, night) for night in (1, 2, 3)] == [True, False, True]


def test_a_small_model_is_read_whole_so_that_a_silent_change_is_seen(
    database: OdooDatabase, nights: OdooNights
) -> None:
    stage, other = (database.create("crm.stage", name=name, sequence=1) for name in ("New", "Old"))
    nights.land(1, "crm.stage")
    database.rows["crm.stage"][stage]["name"] = "Fresh"  # without a bump of write_date
    database.unlink("crm.stage", other)
    nights.land(2, "crm.stage")
    assert [stage["name"] for stage in nights.known("crm.stage", 2).values()] == ["Fresh"]


def test_a_custom_field_that_changes_its_type_goes_on_landing(
    database: OdooDatabase, nights: OdooNights
) -> None:
    kind = database.models["res.partner"]["name"]
    database.models["res.partner"]["x_size"] = kind
    number = database.create("res.partner", name="Lamp House", x_size="large")
    nights.land(1, "res.partner")
    database.models["res.partner"]["x_size"] = kind._replace(type="float")
    database.write("res.partner", number, x_size=12.5)
    nights.land(2, "res.partner")
    assert [nights.known("res.partner", night)[number]["x_size"] for night in (1, 2)] == ["large", 12.5]


def test_three_hundred_custom_fields_land_whole(database: OdooDatabase, nights: OdooNights) -> None:
    names = [f"x_studio_a_rather_long_name_of_a_field_that_somebody_made_{n}" for n in range(300)]
    for name in names:
        database.models[LEAD][name] = database.models[LEAD]["name"]
    number = lead(database, **{name: name.upper() for name in names})
    nights.land(1, LEAD)
    record = nights.known(LEAD)[number]
    assert {name: record[name] for name in names} == {name: name.upper() for name in names}


def test_a_record_changed_while_pages_are_read_is_asked_for_the_next_night(
    database: OdooDatabase, nights: OdooNights, odoo: OdooServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yardstick.extract.odoo.RECORDS_AT_ONCE", 2)
    numbers = [lead(database, f"Deal {n}") for n in range(6)]

    def meanwhile() -> None:
        database.now += timedelta(hours=30)
        database.write(LEAD, numbers[0], name="Changed behind the page")
        database.write(LEAD, numbers[5], name="Changed before the page")
        database.unlink(LEAD, numbers[3])
        lead(database, "Made meanwhile")

    session_calls = len(odoo.requests)
    nights.land(1, "crm.stage")
    session_calls = len(odoo.requests) - session_calls
    odoo.plan.events[len(odoo.requests) + session_calls + 2] = meanwhile
    nights.land(1, LEAD)
    assert nights.known(LEAD, 1)[numbers[5]]["name"] == "Changed before the page"
    assert "Made meanwhile" in {record["name"] for record in nights.known(LEAD, 1).values()}
    nights.land(2, LEAD)
    rows = database.rows[LEAD]
    assert {n: record["name"] for n, record in nights.known(LEAD, 2).items()} == {
        n: row["name"] for n, row in rows.items()
    }


def test_a_stopped_first_load_goes_on_where_it_stopped(
    database: OdooDatabase, nights: OdooNights, odoo: OdooServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yardstick.extract.odoo.RECORDS_AT_ONCE", 10)
    numbers = [lead(database, f"Deal {n}") for n in range(100)]
    nights.patience = Patience(attempts=1)
    for path in range(len(odoo.requests) + 12, len(odoo.requests) + 40):
        odoo.plan.faults[path] = "500"
    with pytest.raises(SourceError, match="HTTP 500"):
        nights.land(1, LEAD, portion_records=20)
    odoo.plan.faults.clear()
    stopped = len(nights.known(LEAD, 1))
    assert 0 < stopped < 100
    assert stopped % 20 == 0
    database.now += timedelta(hours=1)
    database.write(LEAD, numbers[0], name="Changed after it was read")
    database.unlink(LEAD, numbers[1])
    report = nights.land(2, LEAD, portion_records=20)[LEAD]
    left, changed_since = 100 - stopped, 99  # all were written within an hour of the mark
    assert report.rows_read == left + changed_since
    known = {n: record["name"] for n, record in nights.known(LEAD, 2).items()}
    assert known == {n: row["name"] for n, row in database.rows[LEAD].items()}
    assert report.is_complete


def test_a_first_load_in_portions_ends_as_one_in_one_piece(
    database: OdooDatabase, nights: OdooNights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yardstick.extract.odoo.RECORDS_AT_ONCE", 7)
    for n in range(50):
        lead(database, f"Deal {n}")
    report = nights.land(1, LEAD, portion_records=10)[LEAD]
    assert len(nights.known(LEAD)) == 50
    [noted] = nights.connection.execute(
        "select rows_read, versions_added, records_alive, is_complete from ops.landings"
    ).fetchall()
    assert noted == (50, 50, 50, True)
    assert report.records_alive == 50


def test_an_earlier_night_reads_all_and_leaves_the_cursor(database: OdooDatabase, nights: OdooNights) -> None:
    number = lead(database)
    nights.land(5, LEAD)
    cursor = nights.connection.execute("select * from ops.cursors").fetchall()
    report = nights.land(2, LEAD)[LEAD]
    assert report.rows_read == 1
    assert set(nights.known(LEAD, 2)) == {number}
    assert nights.connection.execute("select * from ops.cursors").fetchall() == cursor


def test_a_full_night_reads_all_again_and_makes_no_version(
    database: OdooDatabase, nights: OdooNights
) -> None:
    lead(database)
    database.now += timedelta(days=9)
    lead(database)
    nights.land(1, LEAD)
    assert nights.land(2, LEAD)[LEAD].rows_read == 1
    report = nights.land(3, LEAD, is_full=True)[LEAD]
    assert (report.rows_read, report.versions_added) == (2, 0)


def test_a_night_costs_calls_for_what_changed_and_pages_of_ids(
    database: OdooDatabase, nights: OdooNights, odoo: OdooServer
) -> None:
    """Calls ≤ a + b × changed + a page of ids per thousand records."""
    for n in range(3_000):
        lead(database, f"Deal {n}")
    nights.land(1)
    begun, database.now = len(odoo.requests), database.now + timedelta(days=1)
    for number in list(database.rows[LEAD])[:15]:  # 0.5 %
        database.write(LEAD, number, name="Changed")
    reports = nights.land(2)
    calls = len(odoo.requests) - begun
    signing_in = calls - sum(report.calls for report in reports.values())
    assert 2 <= signing_in <= 4
    assert calls <= 6 * len(reports) + 15 + 3_000 / 1_000
    assert IDS_AT_ONCE >= 1_000
