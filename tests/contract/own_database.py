"""Databases for tests, on the server that all tests share."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.sql import SQL, Identifier

from yardstick.server.embedded import Role, Server

_numbers = itertools.count(1)


@contextmanager
def own_database(server: Server) -> Iterator[str]:
    """How to connect, as the owner, to an empty database, which is dropped in the end."""
    name = f"landing_{next(_numbers)}"
    logins = {role: _address(server, role) for role in (Role.ADMIN, Role.OWNER)}
    with psycopg.connect(f"{logins[Role.ADMIN]} dbname=postgres", autocommit=True) as admin:
        admin.execute(SQL("create database {} owner {}").format(Identifier(name), Identifier(Role.OWNER)))
        yield f"{logins[Role.OWNER]} dbname={name}"
        admin.execute(SQL("drop database {} with (force)").format(Identifier(name)))


def _address(server: Server, role: Role) -> str:
    return f"host={server.host} port={server.port} user={role} password={server.passwords[role]}"
