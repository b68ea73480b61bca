"""One refresh at a time per company: the living are never disturbed, the dead never in the way."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from yardstick.errors import YardstickError
from yardstick.processes import is_of_dead_process, session_name
from yardstick.refresh_lock import refresh_lock
from yardstick.server.embedded import Role, Server, ensure_server
from yardstick.warehouse import connect, database_name, ensure_database

OTHER_REFRESH = """
import sys, time
from pathlib import Path
from types import SimpleNamespace as S
from yardstick.refresh_lock import refresh_lock
from yardstick.server.embedded import Role
from yardstick.warehouse import connect

company = S(folder=Path(sys.argv[1]), settings=S(id="demo", name="Nordlicht"))
what = sys.argv[2]
if what == "read":
    reader = connect(company, Role.READER)
elif what == "work":
    connect(company, Role.OWNER).execute("do $$ begin loop null; end loop; end $$")
else:
    lock = refresh_lock(company)
    lock.__enter__()
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture
def company(server: Server, tmp_path: Path) -> Any:
    return SimpleNamespace(folder=tmp_path, settings=SimpleNamespace(id="demo", name="Nordlicht"))


@pytest.fixture
def other(company: Any) -> Any:
    """Start another process that holds the lock, reads, or works on a statement without end."""
    started: list[subprocess.Popen[str]] = []

    def start(what: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", OTHER_REFRESH, str(company.folder), what],
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        if what == "work":
            wait_until(lambda: len(sessions(company, process.pid, "loop")) > 0)
        else:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
    with refresh_lock(company):  # ends what they still work on
        pass


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def sessions(company: Any, pid: int, query: str = "") -> list[Any]:
    with connect(company, Role.ADMIN) as admin:
        return admin.execute(
            "select pid from pg_stat_activity"
            " where application_name like %s and position(%s in query) > 0 and pid <> pg_backend_pid()",
            [f"yardstick:%:{pid}:%", query],
        ).fetchall()


def test_a_second_refresh_is_refused_while_the_first_lives(company: Any, other: Any) -> None:
    first = other("lock")
    refusal = rf"another refresh of Nordlicht is running \(process {first.pid}, since 20.* UTC\)"
    with pytest.raises(YardstickError, match=refusal) as raised, refresh_lock(company):
        pass
    assert raised.value.exit_code == 1
    assert first.poll() is None
    assert len(sessions(company, first.pid)) == 1


def test_another_company_may_be_refreshed_meanwhile(company: Any, other: Any, tmp_path: Path) -> None:
    other("lock")
    elsewhere = SimpleNamespace(folder=tmp_path / "elsewhere", settings=company.settings)
    with refresh_lock(elsewhere):
        pass


def test_the_lock_is_free_at_once_when_it_is_given_back(company: Any) -> None:
    for _ in range(5):
        with refresh_lock(company):
            pass
        with connect(company, Role.OWNER) as owner:
            assert owner.execute("select from pg_locks where locktype = 'advisory'").rowcount == 0


def test_the_lock_is_given_back_when_the_refresh_fails(company: Any, other: Any) -> None:
    with pytest.raises(ZeroDivisionError), refresh_lock(company):
        _ = 1 / 0
    other("lock")


def test_a_refresh_may_take_the_lock_again_in_any_of_its_threads(company: Any) -> None:
    inside = threading.Barrier(3, timeout=20)
    failures: list[BaseException] = []

    def task() -> None:
        try:
            with refresh_lock(company), refresh_lock(company):
                inside.wait()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=task) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_the_lock_is_held_until_its_outermost_user_leaves(company: Any, other: Any) -> None:
    with refresh_lock(company):
        with refresh_lock(company):
            pass
        process = subprocess.run(
            [sys.executable, "-c", OTHER_REFRESH, str(company.folder), "lock"], capture_output=True, text=True
        )
    assert f"another refresh of Nordlicht is running (process {os.getpid()}, since" in process.stderr


def test_a_forked_child_does_not_share_the_lock(company: Any) -> None:
    with refresh_lock(company):
        child = os.fork()
        if child == 0:
            try:
                with refresh_lock(company):
                    os._exit(1)
            except YardstickError:
                os._exit(0)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        with connect(company, Role.OWNER) as owner:
            assert owner.execute("select from pg_locks where locktype = 'advisory'").rowcount == 1


def test_a_stopped_refresh_still_lives(company: Any, other: Any) -> None:
    first = other("lock")
    first.send_signal(signal.SIGSTOP)
    with pytest.raises(YardstickError, match="is running"), refresh_lock(company):
        pass


def test_the_lock_of_a_killed_refresh_is_taken_over(company: Any, other: Any) -> None:
    first = other("lock")
    first.kill()  # nobody has collected it: it is dead all the same
    with refresh_lock(company):
        assert sessions(company, first.pid) == []


def test_a_lock_that_the_server_still_keeps_for_a_dead_process_is_taken_over(
    company: Any, other: Any, server: Server
) -> None:
    """As when the connection of a refresh that died is kept open by a machine in between."""
    dead = session_name().replace(f":{os.getpid()}:", ":999999999:")
    ensure_database(company)
    known = server.login(Role.OWNER, database_name(company))
    with psycopg.connect(**known, application_name=dead, autocommit=True) as kept:
        kept.execute("select pg_advisory_lock(7002)")
        with refresh_lock(company), pytest.raises(psycopg.OperationalError):
            kept.execute("select 1")


def test_what_a_killed_refresh_still_works_on_is_ended(company: Any, other: Any) -> None:
    worker = other("work")
    worker.kill()
    worker.wait()
    assert len(sessions(company, worker.pid)) > 0
    with refresh_lock(company):
        assert sessions(company, worker.pid) == []


def test_neither_readers_nor_the_sessions_of_the_living_are_ended(company: Any, other: Any) -> None:
    reader, worker = other("read"), other("work")
    with connect(company, Role.READER) as reader_here, refresh_lock(company):
        assert reader_here.execute("select 1").fetchone() == (1,)
        assert len(sessions(company, reader.pid)) == 1
        assert len(sessions(company, worker.pid)) > 0


def test_a_dead_processs_reader_is_not_ended(company: Any, server: Server) -> None:
    dead = session_name().replace(f":{os.getpid()}:", ":999999999:")
    ensure_database(company)
    known = server.login(Role.READER, database_name(company))
    with psycopg.connect(**known, application_name=dead) as reader:
        with refresh_lock(company):
            pass
        assert reader.execute("select 1").fetchone() == (1,)


def test_the_lock_is_taken_anew_after_the_server_was_killed(own_home: Path, company: Any) -> None:
    cluster = ensure_server().cluster
    with refresh_lock(company):
        postmaster = cluster.postmaster()
        assert postmaster is not None
        postmaster.kill()
        wait_until(lambda: not list(cluster.processes()))
        with refresh_lock(company), connect(company, Role.OWNER) as owner:
            assert owner.execute("select from pg_locks where locktype = 'advisory'").rowcount == 1


def test_a_process_is_dead_when_its_pid_is_free_or_was_given_to_another() -> None:
    alive = session_name()
    prefix, host, pid, started = alive.split(":")
    assert not is_of_dead_process(alive)
    assert is_of_dead_process(f"{prefix}:{host}:999999999:{started}")
    assert is_of_dead_process(f"{prefix}:{host}:{pid}:{int(started) + 1}")


def test_what_is_not_known_to_be_dead_counts_as_alive() -> None:
    prefix, host, _, started = session_name().split(":")
    for name in (
        f"{prefix}:{host}x:999999999:{started}",
        f"psql:{host}:999999999:1",
        "yardstick:x",
        "dbt",
        "",
    ):
        assert not is_of_dead_process(name)


def test_a_sessions_name_fits_into_what_postgresql_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "a-very-long-host-name-of-a-machine" * 3)
    assert len(session_name()) <= 63
