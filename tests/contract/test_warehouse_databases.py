"""A company's database: its own, stamped, with schemas that each role may use as far as it needs."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
import sqlalchemy

from yardstick import paths
from yardstick.errors import UsageError
from yardstick.server.embedded import Role, Server
from yardstick.warehouse import connect, database_name, dbt_environment, ensure_database, sqlalchemy_url


def company_in(folder: Path, company_id: str = "demo") -> Any:
    return SimpleNamespace(folder=folder, settings=SimpleNamespace(id=company_id, name="Nordlicht"))


@pytest.fixture
def company(server: Server, tmp_path: Path) -> Any:
    return company_in(tmp_path)


@pytest.fixture
def published(company: Any) -> Any:
    """A company in each of whose schemas the owner has made a table of one row."""
    with connect(company, Role.OWNER) as owner:
        for schema in ("company", "ops", "landed", "build", "kpi"):
            owner.execute(f"create table {schema}.things as select 1 as one")
        owner.execute("create schema raw_crm")
        owner.execute("create table raw_crm.things as select 1 as one")
    return company


def test_a_database_is_named_by_the_company_and_its_folder(tmp_path: Path) -> None:
    assert re.fullmatch(r"yardstick_demo_[0-9a-f]{8}", database_name(company_in(tmp_path / "a")))
    assert database_name(company_in(tmp_path / "a")) != database_name(company_in(tmp_path / "b"))
    assert database_name(company_in(tmp_path / "a" / ".." / "b")) == database_name(company_in(tmp_path / "b"))


def test_below_the_project_the_name_does_not_depend_on_where_the_project_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = database_name(company_in(paths.PROJECT / "company"))
    monkeypatch.setattr(paths, "PROJECT", tmp_path)
    assert database_name(company_in(tmp_path / "company")) == here


def test_the_longest_id_still_fits_into_a_name(tmp_path: Path) -> None:
    assert len(database_name(company_in(tmp_path, "a" * 31))) <= 63


def test_a_database_is_created_with_its_schemas_once(company: Any) -> None:
    for _ in range(2):
        ensure_database(company)
    with connect(company, Role.OWNER) as owner:
        schemas = owner.execute(
            "select nspname from pg_namespace where nspowner = current_user::regrole order by nspname"
        ).fetchall()
    assert [name for (name,) in schemas] == ["build", "company", "kpi", "landed", "ops"]


def test_two_processes_may_create_it_at_once(company: Any) -> None:
    create = (
        "from pathlib import Path; from types import SimpleNamespace as S; "
        "from yardstick.warehouse import ensure_database; "
        f"ensure_database(S(folder=Path({str(company.folder)!r}), settings=S(id='demo', name='Nordlicht')))"
    )
    creators = [
        subprocess.Popen([sys.executable, "-c", create], stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert [(creator.communicate(timeout=60)[1], creator.returncode) for creator in creators] == [("", 0)] * 3


def test_a_creation_that_was_interrupted_before_its_schemas_is_completed(
    company: Any, server: Server
) -> None:
    with psycopg.connect(**server.login(Role.ADMIN, "postgres"), autocommit=True) as admin:
        admin.execute(f"create database {database_name(company)} owner yardstick_owner")
    with connect(company, Role.READER) as reader:
        assert reader.execute("select has_schema_privilege('kpi', 'usage')").fetchone() == (True,)


def test_another_companys_database_is_refused(company: Any) -> None:
    with connect(company, Role.ADMIN) as admin:
        admin.execute("update ops.stamp set company_id = 'other'")
    for use in (ensure_database, dbt_environment, lambda company: connect(company, Role.READER)):
        with pytest.raises(UsageError, match=r"warehouse of company 'other', and company.yml says 'demo'"):
            use(company)


def test_the_owner_cannot_change_whose_database_it_is(company: Any) -> None:
    with connect(company, Role.OWNER) as owner, pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute("update ops.stamp set company_id = 'other'")


def test_a_reader_reads_what_was_published_before_and_after_its_login(published: Any) -> None:
    with connect(published, Role.READER) as reader, connect(published, Role.OWNER) as owner:
        assert reader.execute("select one from kpi.things").fetchone() == (1,)
        owner.execute("create table kpi.later as select 2 as two")
        owner.execute("create view kpi.view_of_later as select two from kpi.later")
        owner.commit()
        assert reader.execute("select two from kpi.later").fetchone() == (2,)
        assert reader.execute("select two from kpi.view_of_later").fetchone() == (2,)


@pytest.mark.parametrize("schema", ["company", "ops", "landed", "build", "raw_crm"])
def test_a_reader_reads_nothing_else(published: Any, schema: str) -> None:
    with connect(published, Role.READER) as reader, pytest.raises(psycopg.errors.InsufficientPrivilege):
        reader.execute(f"select one from {schema}.things")


@pytest.mark.parametrize(
    "statement",
    [
        "insert into kpi.things values (2)",
        "update kpi.things set one = 2",
        "delete from kpi.things",
        "truncate kpi.things",
        "create table kpi.mine (one int)",
        "create table public.mine (one int)",
        "create temporary table mine (one int)",
        "create schema mine",
    ],
)
def test_a_reader_writes_nothing_even_when_it_asks_for_a_writing_transaction(
    published: Any, statement: str
) -> None:
    with connect(published, Role.READER) as reader:
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            reader.execute(statement)
        reader.rollback()
        reader.execute("set transaction read write")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute(statement)


def test_a_reader_has_a_time_out(company: Any) -> None:
    with connect(company, Role.READER) as reader:
        assert reader.execute("show statement_timeout").fetchone() == ("1min",)
    with connect(company, Role.OWNER) as owner:
        assert owner.execute("show statement_timeout").fetchone() == ("0",)


def test_a_session_bears_the_name_of_its_process(company: Any) -> None:
    with connect(company, Role.OWNER) as owner:
        (name,) = owner.execute("show application_name").fetchone() or ("",)
    assert re.fullmatch(rf"yardstick:[A-Za-z0-9_-]*:{os.getpid()}:\d+", name)


def test_sqlalchemy_connects_by_the_url_and_the_url_hides_its_password(company: Any, server: Server) -> None:
    url = sqlalchemy_url(company, Role.READER)
    assert server.passwords[Role.READER] not in str(url)
    with sqlalchemy.create_engine(url).connect() as connection:
        user = connection.execute(sqlalchemy.text("select current_user")).scalar_one()
    assert user == "yardstick_reader"


def test_dbt_connects_as_the_owner_by_environment_variables(company: Any) -> None:
    environment = dbt_environment(company)
    with psycopg.connect(
        host=environment["YARDSTICK_PG_HOST"],
        port=environment["YARDSTICK_PG_PORT"],
        user=environment["YARDSTICK_PG_USER"],
        password=environment["DBT_ENV_SECRET_YARDSTICK_PG_PASSWORD"],
        dbname=environment["YARDSTICK_PG_DATABASE"],
        application_name=environment["PGAPPNAME"],
    ) as connection:
        assert connection.execute("select current_user::text, current_database()::text").fetchone() == (
            "yardstick_owner",
            database_name(company),
        )
