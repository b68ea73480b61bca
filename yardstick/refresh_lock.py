"""One refresh at a time per company: a lock that the dead cannot keep and nobody takes from the living."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg

from yardstick.errors import YardstickError
from yardstick.processes import SESSION_PREFIX, is_of_dead_process, pid_of
from yardstick.server.embedded import Role
from yardstick.warehouse import connect, database_name

if TYPE_CHECKING:
    from yardstick.company import Company

REFRESH_LOCK = 7_002  # the advisory lock's key in the company's database
END_MILLISECONDS = 30_000

OTHER_SESSIONS = """
    from pg_stat_activity
    where datname = current_database() and usename = current_user and pid <> pg_backend_pid()
"""


@dataclass
class _Held:
    connection: psycopg.Connection
    depth: int


_held: dict[tuple[int, str], _Held] = {}
_mutex = threading.Lock()


@contextmanager
def refresh_lock(company: Company) -> Iterator[None]:
    """Hold the company's refresh lock; within one process, threads included, it may be taken again.

    Sessions of refreshes whose process is dead are ended first. Raises YardstickError when the refresh of
    another process holds it.
    """
    # a forked child has the parent's memory, not its lock
    key = (os.getpid(), database_name(company))
    with _mutex:
        _enter(key, company)
    try:
        yield
    finally:
        with _mutex:
            _leave(key)


def _enter(key: tuple[int, str], company: Company) -> None:
    held = _held.get(key)
    if held is None:
        held = _held[key] = _Held(_acquire(company), 0)
    elif not _is_connected(held.connection):  # the server was restarted, the lock is anyone's
        held.connection = _acquire(company)
    held.depth += 1


def _leave(key: tuple[int, str]) -> None:
    held = _held[key]
    held.depth -= 1
    if held.depth == 0:
        del _held[key]
        with suppress(psycopg.OperationalError), held.connection:
            # closing alone would free it a moment later
            held.connection.execute("select pg_advisory_unlock(%s)", [REFRESH_LOCK])


def _is_connected(connection: psycopg.Connection) -> bool:
    try:
        connection.execute("select")
    except psycopg.OperationalError:
        return False
    return True


def _acquire(company: Company) -> psycopg.Connection:
    connection = connect(company, Role.OWNER)
    try:
        connection.autocommit = True
        _end_sessions_of_the_dead(connection)
        if connection.execute("select pg_try_advisory_lock(%s)", [REFRESH_LOCK]).fetchone() != (True,):
            raise YardstickError(
                f"another refresh of {company.settings.name} is running{_holder(connection)}; "
                "let it end, or end that process, and run this again"
            )
    except BaseException:
        connection.close()
        raise
    return connection


def _end_sessions_of_the_dead(connection: psycopg.Connection) -> None:
    """End the sessions of refreshes whose process is dead, whatever they still do, and wait for their end."""
    names = connection.execute(
        f"select distinct application_name {OTHER_SESSIONS} and starts_with(application_name, %s)",
        [f"{SESSION_PREFIX}:"],
    ).fetchall()
    for (name,) in names:
        if not is_of_dead_process(name):
            continue
        of_that_process = f"{OTHER_SESSIONS} and application_name = %s"
        connection.execute(f"select pg_terminate_backend(pid, {END_MILLISECONDS}) {of_that_process}", [name])
        if connection.execute(f"select {of_that_process}", [name]).rowcount > 0:
            raise YardstickError(
                f"a session of process {pid_of(name)}, a refresh that died, does not end; "
                "`yardstick stop` ends it together with the server"
            )


def _holder(connection: psycopg.Connection) -> str:
    """Who holds the lock: ` (process 4711, since 2026-07-01 03:00:12 UTC)`; empty when it has just ended."""
    found = connection.execute(
        """
        select application_name, to_char(backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"')
        from pg_locks join pg_stat_activity using (pid)
        where locktype = 'advisory' and granted and objid = %s
          and database = (select oid from pg_database where datname = current_database())
        """,
        [REFRESH_LOCK],
    ).fetchone()
    if found is None:
        return ""
    name, since = found
    who = f"process {pid_of(name)}" if name.startswith(f"{SESSION_PREFIX}:") else f"session {name!r}"
    return f" ({who}, since {since})"
