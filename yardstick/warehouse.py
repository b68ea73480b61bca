"""The warehouse of a company: its own database in the server, and how each role connects to it.

The server is the embedded one, or another one that the environment names.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, LiteralString

import psycopg
from psycopg import sql

from yardstick import paths
from yardstick.errors import UsageError
from yardstick.processes import session_name
from yardstick.server.embedded import Role, Server, ensure_server
from yardstick.server.outside import OutsideServer, outside_server

if TYPE_CHECKING:
    import sqlalchemy

    from yardstick.company import Company

SCHEMAS = ("company", "ops", "landed", "build", "kpi")
CREATION_LOCK = 7_001
#: Texts sort by code point, whatever the server's own databases do.
_TEXTS: LiteralString = (
    "encoding 'UTF8' locale 'C' locale_provider builtin builtin_locale 'C.UTF-8' template template0"
)

AnyServer = Server | OutsideServer


def database_name(company: Company) -> str:
    """`yardstick_<id>_<8 hex digits>`; the digits tell apart the folders of companies with the same id."""
    folder = company.folder.resolve()
    if folder.is_relative_to(paths.PROJECT):
        folder = folder.relative_to(paths.PROJECT)
    digest = hashlib.sha256(str(folder).encode()).hexdigest()
    return f"yardstick_{company.settings.id}_{digest[:8]}"


def ensure_database(company: Company) -> AnyServer:
    """Create the company's database with its schemas and rights, unless it is there; return its server.

    Raises UsageError when the database is stamped as another company's.
    """
    server = outside_server() or ensure_server()
    try:
        stamp = _stamp(server, company)
    except psycopg.OperationalError:
        _create_database(server, database_name(company))
        stamp = _stamp(server, company)
    if stamp is None:
        _set_up(server, company)
    elif stamp != company.settings.id:
        raise UsageError(
            f"{company.folder}: its database {database_name(company)} is stamped as the warehouse of company "
            f"{stamp!r}, and company.yml says {company.settings.id!r}: keep each company in its own folder"
        )
    return server


def connect(company: Company, role: Role) -> psycopg.Connection:
    """Open a session in the company's database, which is created where that is needed."""
    return _open(ensure_database(company), role, database_name(company))


def sqlalchemy_url(company: Company, role: Role) -> sqlalchemy.URL:
    """The company's database as SQLAlchemy names it; printed, it hides its password."""
    import sqlalchemy  # slow to import, and few commands need it

    server = ensure_database(company)
    return sqlalchemy.URL.create(
        "postgresql+psycopg2",
        username=role,
        password=server.passwords[role],
        host=server.host,
        port=server.port,
        database=database_name(company),
        query={"application_name": session_name(), "sslmode": server.sslmode},
    )


def dbt_environment(company: Company) -> dict[str, str]:
    """The environment variables that profiles.yml reads, and libpq's PGAPPNAME.

    dbt hides those named DBT_ENV_SECRET in its logs, and parses all anew when another that it read changed.
    """
    server = ensure_database(company)
    return {
        "YARDSTICK_PG_HOST": server.host,
        "YARDSTICK_PG_PORT": str(server.port),
        "YARDSTICK_PG_SSLMODE": server.sslmode,
        "YARDSTICK_PG_USER": Role.OWNER.value,
        "DBT_ENV_SECRET_YARDSTICK_PG_PASSWORD": server.passwords[Role.OWNER],
        "YARDSTICK_PG_DATABASE": database_name(company),
        "PGAPPNAME": session_name(),
    }


def is_there(connection: psycopg.Connection, relation: str) -> bool:
    """Whether a table, view or index exists."""
    return connection.execute("select to_regclass(%s) is not null", [relation]).fetchone() == (True,)


def has_column(connection: psycopg.Connection, table: str, column: str) -> bool:
    """Whether a table that exists has a column."""
    query = "select exists (select from pg_attribute where attrelid = %s::regclass and attname = %s)"
    return connection.execute(query, [table, column]).fetchone() == (True,)


def _open(server: AnyServer, role: Role, database: str) -> psycopg.Connection:
    return psycopg.connect(**server.login(role, database), application_name=session_name())


def _stamp(server: AnyServer, company: Company) -> str | None:
    """The id of the company that a database belongs to; None while it is not set up."""
    with _open(server, Role.OWNER, database_name(company)) as connection:
        try:
            row = connection.execute("select company_id from ops.stamp").fetchone()
        except psycopg.errors.UndefinedTable:
            return None
    return None if row is None else str(row[0])


def _create_database(server: AnyServer, name: str) -> None:
    with _open(server, Role.ADMIN, "postgres") as connection:
        connection.autocommit = True
        connection.execute("select pg_advisory_lock(%s)", [CREATION_LOCK])
        if connection.execute("select from pg_database where datname = %s", [name]).rowcount == 0:
            connection.execute(_with("create database {} owner yardstick_owner " + _TEXTS, name))


def _set_up(server: AnyServer, company: Company) -> None:
    """Create schemas and rights and, last, the stamp, in one transaction."""
    database = database_name(company)
    with _open(server, Role.ADMIN, database) as connection:
        connection.execute("select pg_advisory_xact_lock(%s)", [CREATION_LOCK])
        if is_there(connection, "ops.stamp"):
            return
        connection.execute(_with("revoke all on database {} from public", database))
        connection.execute(_with("grant connect on database {} to yardstick_reader", database))
        connection.execute("revoke all on schema public from public")
        for schema in SCHEMAS:
            connection.execute(_with("create schema {} authorization yardstick_owner", schema))
        connection.execute("grant usage on schema kpi to yardstick_reader")
        connection.execute(
            "alter default privileges for role yardstick_owner in schema kpi "
            "grant select on tables to yardstick_reader"
        )
        connection.execute("create table ops.stamp (company_id text not null)")
        connection.execute("grant select on ops.stamp to yardstick_owner")
        connection.execute("insert into ops.stamp values (%s)", [company.settings.id])


def _with(statement: LiteralString, name: str) -> sql.Composed:
    return sql.SQL(statement).format(sql.Identifier(name))
