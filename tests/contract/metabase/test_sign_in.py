"""Reaching Metabase, and what is said where that fails."""

import socket

import pytest
from doubles.metabase.server import MetabaseServer
from pushing import Pusher

from yardstick.errors import UsageError, YardstickError
from yardstick.metabase.errors import MetabaseError


def test_an_empty_metabase_gets_its_first_administrator(
    pusher: Pusher, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MetabaseServer() as empty:
        monkeypatch.setenv("METABASE_URL", empty.address)
        monkeypatch.delenv("METABASE_API_KEY")
        monkeypatch.setenv("METABASE_EMAIL", "ops@example.com")
        monkeypatch.setenv("METABASE_PASSWORD", "pass-of-ops-1")
        pusher.metabase = empty
        assert pusher.push("en")[0] == "POST /api/setup"
        assert [user.email for user in empty.access.users.values()] == ["ops@example.com"]
        assert pusher.push("en") == []


def test_an_empty_metabase_has_no_key(pusher: Pusher, monkeypatch: pytest.MonkeyPatch) -> None:
    with MetabaseServer() as empty:
        monkeypatch.setenv("METABASE_URL", empty.address)
        with pytest.raises(MetabaseError, match=r"is empty and has no key yet\. Give METABASE_EMAIL"):
            pusher.push("en")


def test_nothing_set_says_what_to_set(pusher: Pusher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("METABASE_URL")
    with pytest.raises(UsageError, match=r"found no address\. Set METABASE_URL and METABASE_API_KEY"):
        pusher.push("en")


def test_a_connection_of_airflows_does_as_well(pusher: Pusher, monkeypatch: pytest.MonkeyPatch) -> None:
    key = pusher.metabase.key_of("Administrators")
    monkeypatch.delenv("METABASE_URL")
    address = pusher.metabase.address.removeprefix("http://")
    monkeypatch.setenv("AIRFLOW_CONN_METABASE", f"http://:{key}@{address}")
    assert pusher.push("en")


def test_an_address_without_a_key_says_what_to_set(pusher: Pusher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("METABASE_API_KEY")
    with pytest.raises(UsageError, match=r"and nobody to sign in\. Set METABASE_URL"):
        pusher.push("en")


def test_an_address_at_which_nobody_listens(pusher: Pusher, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("METABASE_URL", f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(
            MetabaseError, match=r"Metabase cannot be reached \(ConnectionError.*Is METABASE_URL right"
        ):
            pusher.push("en")


def test_a_server_that_is_no_metabase(pusher: Pusher) -> None:
    pusher.metabase.fail_next("login page")
    with pytest.raises(MetabaseError, match="it answers, but not as Metabase does"):
        pusher.push("en")


def test_a_key_that_is_not_known(pusher: Pusher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METABASE_API_KEY", "mb_not-a-key")
    with pytest.raises(MetabaseError, match="does not let in who signs in") as raised:
        pusher.push("en")
    assert "mb_not-a-key" not in str(raised.value)


def test_a_key_without_rights_says_which_group_it_needs(
    pusher: Pusher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("METABASE_API_KEY", pusher.metabase.key_of("All Users"))
    with pytest.raises(MetabaseError, match=r"not the rights to push.*group Administrators"):
        pusher.push("en")
    assert pusher.writes == []


@pytest.mark.parametrize("version", [(49, 22)], ids=str)
def test_a_version_too_old_is_refused_before_anything_is_written(pusher: Pusher) -> None:
    with pytest.raises(MetabaseError, match=r"found Metabase v0\.49\.22; expected 0\.50 or newer"):
        pusher.push("en")
    assert pusher.writes == []


def test_neither_key_nor_password_is_told(
    pusher: Pusher, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    key = pusher.metabase.key_of("Administrators")
    monkeypatch.setenv("METABASE_API_KEY", key)
    with caplog.at_level("DEBUG"):
        pusher.push("en")
        (database,) = pusher.metabase.databases.known.values()
        pusher.metabase.databases.known[database.id].details["host"] = "elsewhere"
        told = pusher.pull()
    secrets = (key, database.details["password"])
    assert "host: elsewhere" in told
    for secret in secrets:
        assert secret not in pusher.said.getvalue() + caplog.text + told


def test_a_password_that_changed_is_told_to_metabase(pusher: Pusher) -> None:
    pusher.push("en")
    (database,) = pusher.metabase.databases.known.values()
    right, database.details["password"] = database.details["password"], "old"
    assert pusher.push("en") == [f"PUT /api/database/{database.id}"]
    assert pusher.metabase.databases.known[database.id].details["password"] == right


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        (
            "select month as value, month as title from kpi.unpublished",
            "Nothing is published yet: run yardstick",
        ),
        (
            "select month as value, month as title from kpi.plans where month = ''",
            "no night is published yet",
        ),
    ],
    ids=["no night", "a first night that was held"],
)
def test_an_unpublished_company_is_told_to_refresh(pusher: Pusher, choices: str, said: str) -> None:
    pusher.boards.write("filters/month.sql", choices)
    with pytest.raises(YardstickError, match=said):
        pusher.push("en")
