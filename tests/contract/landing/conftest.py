"""A database of each test's own with the landing tables of a source, and what lands there."""

import itertools
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from yardstick.company import CsvSource
from yardstick.landing_tables import ensure_landing_tables
from yardstick.server import Role, Server

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def source() -> CsvSource:
    """A CRM that exports deals and people."""
    return CsvSource(
        name="crm",
        kind="csv",
        folder="crm",
        date_format="%Y-%m-%d",
        entities={
            "deals": {
                "file": "deals.csv",
                "fields": {
                    "id": "id",
                    "owner_id": "owner",
                    "stage": "stage",
                    "amount": "amount",
                    "created_at": "created",
                    "closed_at": "closed",
                },
            },
            "people": {"file": "people.csv", "fields": {"id": "id", "name": "name"}},
        },
        stages={"open": ["Open"], "won": ["Won"], "lost": ["Lost"]},
    )


@pytest.fixture
def address(server: Server) -> Iterator[str]:
    """How to connect, as the owner, to an empty database."""
    name = f"landing_{next(_numbers)}"
    logins = {role: _address(server, role) for role in (Role.ADMIN, Role.OWNER)}
    with psycopg.connect(f"{logins[Role.ADMIN]} dbname=postgres", autocommit=True) as admin:
        admin.execute(SQL("create database {} owner {}").format(Identifier(name), Identifier(Role.OWNER)))
        yield f"{logins[Role.OWNER]} dbname={name}"
        admin.execute(SQL("drop database {} with (force)").format(Identifier(name)))


@pytest.fixture
def connection(address: str, source: CsvSource) -> Iterator[psycopg.Connection]:
    """A connection to a database with the landing tables of the source."""
    with psycopg.connect(address, autocommit=True) as connection:
        ensure_landing_tables(connection, [source])
        yield connection


def _address(server: Server, role: Role) -> str:
    return f"host={server.host} port={server.port} user={role} password={server.passwords[role]}"
