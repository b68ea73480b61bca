"""The embedded server starts when it is needed and is found again after whatever happened to it."""

import json
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from socketserver import BaseRequestHandler, TCPServer

import psutil
import psycopg
import pytest

from yardstick.errors import UsageError, YardstickError
from yardstick.server.embedded import (
    Role,
    Server,
    ensure_server,
    remove_server,
    server_is_running,
    stop_server,
)

START = "from yardstick.server.embedded import ensure_server; print(ensure_server().port)"


pytestmark = pytest.mark.usefixtures("own_home")


class Intruder(TCPServer):
    """Something else that listens, and hangs up on whoever calls."""

    allow_reuse_address = True


def login(server: Server) -> psycopg.Connection:
    return psycopg.connect(**server.login(Role.ADMIN, "postgres"))


def postmaster_pid(server: Server) -> int:
    postmaster = server.cluster.postmaster()
    assert postmaster is not None
    return postmaster.pid


def kill_server(server: Server) -> None:
    os.kill(postmaster_pid(server), signal.SIGKILL)


def starts_in(home: Path) -> int:
    return (home / "server.log").read_text().count("database system is ready to accept connections")


def test_the_first_call_creates_the_server_and_the_next_one_finds_it(own_home: Path) -> None:
    first = ensure_server()
    second = ensure_server()
    assert second == first
    assert starts_in(own_home) == 1
    with login(first) as connection:
        assert connection.info.server_version >= 180000


def test_nothing_is_started_by_asking_whether_it_runs(own_home: Path) -> None:
    assert not server_is_running()
    assert not stop_server()
    assert not own_home.exists()


def test_a_stopped_server_keeps_its_data_port_and_passwords() -> None:
    before = ensure_server()
    with login(before) as connection:
        connection.execute("create table kept as select 42 as answer")
    assert server_is_running()
    assert stop_server()
    assert not server_is_running()
    assert not stop_server()
    after = ensure_server()
    assert after == before
    with login(after) as connection:
        assert connection.execute("select answer from kept").fetchone() == (42,)


def test_what_was_removed_is_gone(own_home: Path) -> None:
    server = ensure_server()
    remove_server()
    assert not server_is_running()
    assert not server.cluster.folder.exists()
    assert [path.name for path in own_home.iterdir()] == ["server.lock"]


def test_passwords_are_readable_by_their_owner_only_and_stand_nowhere_else(own_home: Path) -> None:
    server = ensure_server()
    assert stat.S_IMODE((own_home / "server.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(server.cluster.folder.stat().st_mode) == 0o700
    log = (own_home / "server.log").read_text()
    command_lines = " ".join(" ".join(process.cmdline()) for process in server.cluster.processes())
    for password in server.passwords.values():
        assert password not in log
        assert password not in command_lines
        assert password not in repr(server)
    assert not (server.cluster.folder / "password").exists()


def test_a_server_whose_starter_was_killed_is_found_and_used_again(own_home: Path) -> None:
    started = subprocess.run(
        [sys.executable, "-c", f"{START}; import os; os.kill(os.getpid(), 9)"], capture_output=True, text=True
    )
    assert started.returncode == -signal.SIGKILL
    assert ensure_server().port == json.loads((own_home / "server.json").read_text())["port"]
    assert starts_in(own_home) == 1


def test_a_killed_server_is_started_again_with_its_data() -> None:
    server = ensure_server()
    with login(server) as connection:
        connection.execute("create table kept as select 42 as answer")
    kill_server(server)
    with login(ensure_server()) as connection:
        assert connection.execute("select answer from kept").fetchone() == (42,)


def test_a_session_that_still_works_for_a_killed_server_is_ended() -> None:
    server = ensure_server()
    busy = login(server)
    pid = busy.info.backend_pid

    def work() -> None:
        with pytest.raises(psycopg.OperationalError):
            busy.execute("do $$ begin loop null; end loop; end $$")

    worker = threading.Thread(target=work)
    worker.start()
    with login(server) as connection:
        while (
            connection.execute(
                "select from pg_stat_activity where pid = %s and query like 'do %%loop%%'", [pid]
            ).rowcount
            < 1
        ):
            pass
    kill_server(server)
    assert psutil.pid_exists(pid)
    ensure_server()
    worker.join(timeout=10)
    assert not worker.is_alive()


def test_a_pid_file_whose_pid_now_belongs_to_another_process_is_no_obstacle() -> None:
    server = ensure_server()
    pid_file = server.cluster.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    kill_server(server)
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    assert server.cluster.postmaster() is None
    with login(ensure_server()) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_another_port_is_taken_when_something_else_took_ours(own_home: Path) -> None:
    before = ensure_server()
    stop_server()
    with Intruder((before.host, before.port), BaseRequestHandler) as intruder:
        threading.Thread(target=intruder.serve_forever).start()
        after = ensure_server()
        intruder.shutdown()
    assert after.port != before.port
    assert ensure_server() == after
    assert starts_in(own_home) == 2


def test_two_that_start_it_at_once_share_one_server(own_home: Path) -> None:
    starters = [
        subprocess.Popen([sys.executable, "-c", START], stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    ports = {starter.communicate(timeout=60)[0] for starter in starters}
    assert [starter.returncode for starter in starters] == [0, 0]
    assert len(ports) == 1
    assert starts_in(own_home) == 1


def test_an_interrupted_creation_is_begun_anew() -> None:
    server = ensure_server()
    stop_server()
    server.cluster.data.rename(server.cluster.folder / "data.new")  # not yet given its final name
    (server.cluster.folder / "data.new" / "PG_VERSION").unlink()
    assert ensure_server().passwords == server.passwords
    assert server_is_running()


def test_a_server_that_will_not_start_says_why() -> None:
    server = ensure_server()
    stop_server()
    with (server.cluster.data / "postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = on\n")
    with pytest.raises(YardstickError, match=r'(?s)will not start.*server.log.*"no_such_setting"') as raised:
        ensure_server()
    assert raised.value.exit_code == 1


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"port": "x"}', '{"port": 1, "passwords": {}}'])
def test_a_state_file_that_someone_spoilt_is_named(own_home: Path, content: str) -> None:
    own_home.mkdir(parents=True)
    state = own_home / "server.json"
    state.write_text(content)
    with pytest.raises(UsageError, match=r"server\.json: found something that Yardstick did not write"):
        ensure_server()
    state.unlink()


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    with monkeypatch.context() as patch:
        patch.setenv("YARDSTICK_HOME", str(tmp_path / "file" / "home"))
        with pytest.raises(UsageError, match="YARDSTICK_HOME"):
            ensure_server()


def test_a_home_that_was_moved_keeps_its_warehouse(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ensure_server()
    stop_server()
    moved = own_home.rename(tmp_path / "moved")
    newcomer = ensure_server()  # another clone at the old place
    remove_server()
    monkeypatch.setenv("YARDSTICK_HOME", str(moved))
    after = ensure_server()
    assert after.passwords == before.passwords
    assert newcomer.passwords != before.passwords
