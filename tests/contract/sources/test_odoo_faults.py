"""What goes wrong on the way to Odoo: what passes is waited for, the rest is said, nothing lands in half."""

import logging
import socket
from collections.abc import Iterator
from functools import wraps

import pytest
from doubles.http_double import Fault
from doubles.odoo.database import OdooDatabase, OdooError
from doubles.odoo.server import OdooServer
from odoo_night import KEY, KEY_NAME, OdooNights, odoo_source

from yardstick.errors import SourceError, UsageError
from yardstick.extract.api_client import ApiClient, Patience
from yardstick.extract.odoo import OdooSession

LEAD = "crm.lead"
PASSING: list[Fault] = ["500", "502", "429", "cut", "truncated", "hang up"]


@pytest.fixture(autouse=True)
def no_key_in_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever happens, nothing that is logged holds the key."""
    caplog.set_level(logging.DEBUG)
    yield
    assert KEY not in caplog.text


@pytest.fixture(autouse=True)
def leads(database: OdooDatabase) -> list[int]:
    """Some leads."""
    return [database.create(LEAD, name=f"Lead {n}", type="lead") for n in range(10)]


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_waited_for(
    nights: OdooNights, odoo: OdooServer, leads: list[int], fault: Fault
) -> None:
    odoo.plan.faults = {2: fault, 3: fault, 4: fault}
    nights.land(1, LEAD)
    assert set(nights.known(LEAD)) == set(leads)
    assert nights.waits == ([2, 2, 2] if fault == "429" else [1, 2, 4])


def test_a_server_that_is_silent_is_asked_again(
    nights: OdooNights, odoo: OdooServer, leads: list[int]
) -> None:
    nights.timeout = 0.3
    odoo.fail_next("silence")
    nights.land(1, LEAD)
    assert set(nights.known(LEAD)) == set(leads)


@pytest.mark.parametrize("told", ["soon", "", "-3"])
def test_a_wait_that_cannot_be_read_is_as_none(nights: OdooNights, odoo: OdooServer, told: str) -> None:
    odoo.plan.retry_after = told
    odoo.fail_next("429")
    nights.land(1, LEAD)
    assert nights.waits == [1]


def test_a_wait_is_also_read_from_a_date(nights: OdooNights, odoo: OdooServer) -> None:
    odoo.plan.retry_after = "Wed, 21 Oct 2015 07:28:00 GMT"
    odoo.fail_next("429")
    nights.land(1, LEAD)
    assert nights.waits == [0]


def test_a_wait_longer_than_a_night_is_none(nights: OdooNights, odoo: OdooServer) -> None:
    odoo.plan.retry_after = "90000"
    odoo.fail_next("429")
    with pytest.raises(SourceError, match="asks to wait 90000 s"):
        nights.land(1, LEAD)


def test_what_does_not_pass_ends_the_landing_and_leaves_nothing_of_it(
    nights: OdooNights, odoo: OdooServer, database: OdooDatabase, leads: list[int]
) -> None:
    nights.land(1, LEAD)
    database.unlink(LEAD, leads[0])
    database.write(LEAD, leads[1], name="Changed")
    database.create(LEAD, name="New", type="lead")
    begun = len(odoo.requests)
    nights.land(1, "crm.stage")
    signing_in = len(odoo.requests) - begun - 3
    nights.patience = Patience(attempts=4)
    odoo.plan.faults = {len(odoo.requests) + signing_in + n: "502" for n in range(4, 9)}
    with pytest.raises(SourceError, match="HTTP 502, 4 times in a row"):
        nights.land(2, LEAD)
    assert {n: record["name"] for n, record in nights.known(LEAD, 2).items()} == {
        n: f"Lead {n - 1}" for n in leads
    }


def test_a_login_page_is_no_answer(nights: OdooNights, odoo: OdooServer) -> None:
    odoo.fail_next("login page")
    with pytest.raises(SourceError, match="a web page, not with data") as raised:
        nights.land(1, LEAD)
    assert "Is url the CRM's own address" in str(raised.value)


def test_a_database_that_could_not_serve_two_at_once_is_asked_again(
    nights: OdooNights, odoo: OdooServer, leads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = odoo._method_search_read
    message = "could not serialize access due to concurrent update"
    refusals = iter([OdooError("psycopg2.errors.SerializationFailure", message)])

    @wraps(searched)
    def search_read(*args: object, **keywords: object) -> object:
        for refusal in refusals:
            raise refusal
        return searched(*args, **keywords)  # type: ignore[arg-type]

    monkeypatch.setattr(odoo, "_method_search_read", search_read)
    nights.land(1, LEAD)
    assert set(nights.known(LEAD)) == set(leads)
    assert nights.waits == [1]


def test_a_wrong_key_is_refused(nights: OdooNights, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_NAME, "another")
    with pytest.raises(UsageError, match=r"Odoo refuses user bi@acme\.example") as raised:
        nights.land(1, LEAD)
    assert "New API Key" in str(raised.value)


def test_a_key_that_expires_midway_ends_the_landing(
    nights: OdooNights, odoo: OdooServer, database: OdooDatabase
) -> None:
    def expire() -> None:
        database.users[0].key = "a newer key"

    odoo.plan.events[6] = expire
    with pytest.raises(UsageError, match="Is the key complete, not expired"):
        nights.land(1, LEAD)
    assert nights.known(LEAD) == {}


def test_a_key_that_nobody_set_is_asked_for(nights: OdooNights, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_NAME)
    with pytest.raises(UsageError, match=f"no environment variable {KEY_NAME}"):
        nights.land(1, LEAD)


def test_a_key_may_stand_in_an_airflow_connection(
    nights: OdooNights, leads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_ODOO_KEY", f"http://someone:{KEY}@nowhere")
    nights.settings = {"api_key": {"connection": "odoo_key"}}
    nights.land(1, LEAD)
    assert set(nights.known(LEAD)) == set(leads)


def test_an_airflow_connection_that_is_not_there_is_named(nights: OdooNights) -> None:
    nights.settings = {"api_key": {"connection": "no_such_connection"}}
    with pytest.raises(UsageError, match="no Airflow connection no_such_connection"):
        nights.land(1, LEAD)


def test_a_database_that_is_not_there_is_named(nights: OdooNights) -> None:
    nights.settings = {"database": "acmee"}
    with pytest.raises((UsageError, SourceError), match="database"):
        nights.land(1, LEAD)
    assert nights.waits == []


def test_another_users_key_is_refused(nights: OdooNights, database: OdooDatabase) -> None:
    database.user("anna@acme.example", "another key")
    nights.settings = {"user": "anna@acme.example"}
    with pytest.raises(UsageError, match=r"anna@acme\.example"):
        nights.land(1, LEAD)


def test_a_model_that_is_not_installed_is_named_with_what_needs_it(
    nights: OdooNights, database: OdooDatabase
) -> None:
    database.uninstall("account.move", "account.move.line", "account.partial.reconcile")
    with pytest.raises(SourceError, match=r"no model account\.move, .*: not invoices, payments\."):
        nights.land(1, "account.move")


def test_what_needs_no_such_model_may_be_taken_alone(
    nights: OdooNights, database: OdooDatabase, leads: list[int]
) -> None:
    database.uninstall("account.move", "account.move.line", "account.partial.reconcile")
    nights.settings = {"entities": ["people", "deals", "leads", "stage_entries"]}
    nights.land(1)
    assert set(nights.known(LEAD)) == set(leads)


def test_a_missing_right_is_named(nights: OdooNights, database: OdooDatabase) -> None:
    database.users[0].forbidden = {"mail.tracking.value"}
    with pytest.raises(SourceError, match=r"may not read mail\.tracking\.value: You are not allowed"):
        nights.land(1, "mail.tracking.value")


def test_without_stage_entries_no_administrators_right_is_needed(
    nights: OdooNights, database: OdooDatabase
) -> None:
    database.users[0].forbidden = {"mail.tracking.value"}
    nights.settings = {"entities": ["deals", "activities"]}
    nights.land(1)


def test_an_old_odoo_is_refused(nights: OdooNights, database: OdooDatabase) -> None:
    database.version = 16
    with pytest.raises(UsageError, match="found Odoo 16; expected 17 or later"):
        nights.land(1, LEAD)


def test_an_address_where_nobody_listens_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_NAME, KEY)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    client = ApiClient(address, patience=Patience(attempts=2), sleep=lambda _: None)
    with pytest.raises(SourceError, match=r"no whole answer .* 2 times in a row"):
        OdooSession.sign_in(odoo_source(address), client)
