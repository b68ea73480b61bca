"""A PostgreSQL server that somebody else runs, such as the one of docker-compose.yml or a cloud's.

YARDSTICK_POSTGRES is an administrator's address of it, YARDSTICK_OWNER_PASSWORD and YARDSTICK_READER_PASSWORD
are what the two roles sign in with: they are made where they are not there, and given these passwords.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from yardstick.errors import UsageError, YardstickError
from yardstick.server.embedded import READER_SETTINGS, Role

ADDRESS = "YARDSTICK_POSTGRES"
PASSWORDS = {Role.OWNER: "YARDSTICK_OWNER_PASSWORD", Role.READER: "YARDSTICK_READER_PASSWORD"}
#: Texts sort by code point, which older servers cannot promise on every machine.
OLDEST = 170_000

#: As the embedded server has them for everybody.
_SETTINGS = {"timezone": "UTC", "jit": "off", "client_connection_check_interval": "10s"}
_MAKING_ROLES_LOCK = 7_003


@dataclass(frozen=True)
class OutsideServer:
    """How to reach the server; the administrator's own user name stands for `Role.ADMIN`."""

    host: str
    port: int
    admin: str
    admin_database: str
    sslmode: str
    passwords: Mapping[Role, str] = field(repr=False)

    def login(self, role: Role, database: str) -> dict[str, Any]:
        """What libpq needs to log in."""
        is_admin = role is Role.ADMIN
        return {
            "host": self.host,
            "port": str(self.port),
            "user": self.admin if is_admin else role.value,
            "password": self.passwords[role],
            # the embedded server's maintenance database is `postgres`; this one's is in its address
            "dbname": self.admin_database if is_admin and database == "postgres" else database,
            "sslmode": self.sslmode,
        }


def outside_server() -> OutsideServer | None:
    """The server that the environment names, its roles in place; None where it names none.

    Raises UsageError for half an address, YardstickError when the server does not let the administrator in.
    """
    address = os.environ.get(ADDRESS, "").strip()
    if not address:
        return None
    passwords = {role: os.environ.get(name, "").strip() for role, name in PASSWORDS.items()}
    for role, name in PASSWORDS.items():
        if not passwords[role]:
            raise UsageError(f"{name}: found nothing; expected a password, since {ADDRESS} is set.")
    return _with_roles(address, tuple(passwords.items()))


@lru_cache(maxsize=4)
def _with_roles(address: str, passwords: tuple[tuple[Role, str], ...]) -> OutsideServer:
    """The server, its roles made once per process."""
    server = _parsed(address, dict(passwords))
    try:
        connection = psycopg.connect(**server.login(Role.ADMIN, "postgres"), connect_timeout=15)
    except psycopg.OperationalError as error:
        raise YardstickError(
            f"{ADDRESS}: PostgreSQL at {server.host}:{server.port} does not let {server.admin!r} in: {error}"
        ) from None
    with connection:
        if connection.info.server_version < OLDEST:
            raise UsageError(
                f"{ADDRESS}: found PostgreSQL {connection.info.server_version // 10_000} at {server.host}; "
                f"expected {OLDEST // 10_000} or newer."
            )
        connection.execute("select pg_advisory_xact_lock(%s)", [_MAKING_ROLES_LOCK])
        for role, password in passwords:
            _make_role(connection, role, password)
    return server


def _parsed(address: str, passwords: Mapping[Role, str]) -> OutsideServer:
    try:
        given = conninfo_to_dict(address)
        host, user, password = (str(given[name]) for name in ("host", "user", "password"))
        port = int(given.get("port") or 5432)
    except (psycopg.ProgrammingError, KeyError, ValueError):
        raise UsageError(
            f"{ADDRESS}: found no whole address; expected one such as "
            "postgresql://postgres:password@warehouse:5432/postgres"
        ) from None
    return OutsideServer(
        host=host,
        port=port,
        admin=user,
        admin_database=str(given.get("dbname") or "postgres"),
        sslmode=str(given.get("sslmode") or "prefer"),
        passwords={**passwords, Role.ADMIN: password},
    )


def _make_role(connection: psycopg.Connection, role: Role, password: str) -> None:
    name = sql.Identifier(role)
    if connection.execute("select from pg_roles where rolname = %s", [role.value]).rowcount == 0:
        connection.execute(sql.SQL("create role {} login").format(name))
        # who makes databases for a role must be able to become it
        connection.execute(sql.SQL("grant {} to current_user").format(name))
    # the server keeps no password in its log: what it is sent is already hashed
    hashed = connection.pgconn.encrypt_password(password.encode(), role.value.encode(), b"scram-sha-256")
    connection.execute(sql.SQL("alter role {} password {}").format(name, sql.Literal(hashed.decode())))
    settings = {**_SETTINGS, **(READER_SETTINGS if role is Role.READER else {})}
    for setting, value in settings.items():
        connection.execute(
            sql.SQL("alter role {} set {} = {}").format(name, sql.Identifier(setting), sql.Literal(value))
        )
