"""A warehouse on a PostgreSQL server that somebody else runs."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from yardstick.errors import UsageError, YardstickError
from yardstick.server.embedded import Role, Server, ensure_server, remove_server
from yardstick.server.outside import OutsideServer, outside_server
from yardstick.warehouse import connect, database_name, dbt_environment, ensure_database, sqlalchemy_url

ADMIN, PASSWORD = "operations", "p@ss/word 1"


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server as a cloud gives it: an administrator who is no superuser, and no role of ours."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YARDSTICK_HOME", str(tmp_path_factory.mktemp("outside")))
        started = ensure_server()
        with psycopg.connect(**started.login(Role.ADMIN, "postgres"), autocommit=True) as admin:
            admin.execute("drop role yardstick_owner, yardstick_reader")
            admin.execute(f"create role {ADMIN} login createdb createrole password '{PASSWORD}'")
            admin.execute(f"create database {ADMIN} owner {ADMIN}")
        yield started
        remove_server()


@pytest.fixture
def address(outside: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """The administrator's address, in the environment with the passwords of the roles."""
    text = f"postgresql://{ADMIN}:p%40ss%2Fword%201@{outside.host}:{outside.port}/{ADMIN}?sslmode=disable"
    monkeypatch.setenv("YARDSTICK_POSTGRES", text)
    monkeypatch.setenv("YARDSTICK_OWNER_PASSWORD", "of the owner")
    monkeypatch.setenv("YARDSTICK_READER_PASSWORD", "of the reader")
    return text


@pytest.fixture
def company(tmp_path: Any) -> Any:
    return SimpleNamespace(folder=tmp_path, settings=SimpleNamespace(id="outside"))


def test_roles_get_their_passwords_and_the_database_its_schemas(address: str, company: Any) -> None:
    found = ensure_database(company)
    assert isinstance(found, OutsideServer)
    with connect(company, Role.OWNER) as owner:
        owner.execute("create table kpi.numbers as select 1 as number")
        letters = owner.execute("select x from unnest(array['я', 'a', 'B']) x order by x").fetchall()
        assert [letter for (letter,) in letters] == ["B", "a", "я"]
        assert owner.execute("show timezone").fetchone() == ("UTC",)
    with connect(company, Role.READER) as reader:
        assert reader.execute("select number from kpi.numbers").fetchone() == (1,)
        assert reader.execute("show statement_timeout").fetchone() == ("1min",)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            reader.execute("create table kpi.more ()")


def test_dbt_and_sqlalchemy_are_told_the_same(address: str, company: Any, outside: Server) -> None:
    told = dbt_environment(company)
    assert (told["YARDSTICK_PG_PORT"], told["YARDSTICK_PG_SSLMODE"]) == (str(outside.port), "disable")
    assert told["DBT_ENV_SECRET_YARDSTICK_PG_PASSWORD"] == "of the owner"
    url = sqlalchemy_url(company, Role.READER)
    assert (url.password, url.database) == ("of the reader", database_name(company))


def test_none_is_named_by_an_environment_that_says_nothing(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YARDSTICK_POSTGRES", " ")
    assert outside_server() is None


@pytest.mark.parametrize("name", ["YARDSTICK_OWNER_PASSWORD", "YARDSTICK_READER_PASSWORD"])
def test_a_password_that_is_not_set_is_named(
    address: str, name: str, monkeypatch: pytest.MonkeyPatch, company: Any
) -> None:
    monkeypatch.setenv(name, "")
    with pytest.raises(UsageError, match=f"{name}: found nothing; expected a password"):
        ensure_database(company)


@pytest.mark.parametrize("text", ["db.example:5432", "postgresql://warehouse/postgres"])
def test_half_an_address_is_refused_without_showing_it(
    address: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YARDSTICK_POSTGRES", text)
    with pytest.raises(
        UsageError, match="found no whole address; expected one such as postgresql://"
    ) as raised:
        outside_server()
    assert text not in str(raised.value)


def test_a_wrong_password_is_told_without_showing_it(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YARDSTICK_POSTGRES", address.replace("p%40ss", "wrong-one"))
    with pytest.raises(YardstickError, match="does not let 'operations' in") as raised:
        outside_server()
    assert "wrong-one" not in str(raised.value)
