"""As whom the embedded server runs: a plain user's server is all that user's; root's is another user's."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from yardstick.errors import UsageError
from yardstick.server import postgresql
from yardstick.server.embedded import ensure_server, remove_server, server_is_running

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")

PLAIN_USER = """
import os, pathlib, signal, sys
from yardstick.server.embedded import ensure_server, remove_server, server_is_running, stop_server

server = ensure_server()
first = server.cluster.postmaster()
print(first.username(), server.cluster.folder, pathlib.Path(first.exe()).parents[3])

# PostgreSQL itself refuses to start over a pid file that names a living process of the same user
pid_file = server.cluster.data / "postmaster.pid"
lines = pid_file.read_text().splitlines()
os.kill(first.pid, signal.SIGKILL)
pid_file.write_text("\\n".join([str(os.getpid()), *lines[1:]]))
assert ensure_server() == server and server.cluster.postmaster().pid != first.pid

pathlib.Path(os.environ["YARDSTICK_HOME"]).rename(sys.argv[1] + "/moved") if stop_server() else None
os.environ["YARDSTICK_HOME"] = sys.argv[1] + "/moved"
assert ensure_server().cluster.folder == pathlib.Path(sys.argv[1], "moved", "postgresql")
remove_server()
assert not server_is_running()
"""


def permissions(folder: Path) -> dict[Path, tuple[int, int]]:
    return {
        path: (stat.S_IMODE(path.stat().st_mode), path.stat().st_uid) for path in (folder, *folder.parents)
    }


# nobody may read everything here: the Python environment may lie in a folder that is closed to others
AS_NOBODY = [
    *("setpriv", "--reuid=nobody", f"--regid={pwd.getpwnam('nobody').pw_gid}", "--clear-groups"),
    *("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"),
]


def nobody(command: list[str], home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*AS_NOBODY, *command],
        env={**os.environ, "YARDSTICK_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def folder_of_nobody() -> Iterator[Path]:
    """A folder that user nobody owns and can reach."""
    if shutil.which("setpriv") is None or subprocess.run([*AS_NOBODY, "true"]).returncode != 0:
        pytest.skip("needs setpriv, and the right to read as nobody")
    with TemporaryDirectory(prefix="yardstick-") as name:
        shutil.chown(name, "nobody")
        yield Path(name)


@as_root
def test_below_a_closed_folder_root_gets_a_server_and_the_folder_stays_closed(own_home: Path) -> None:
    own_home.parent.mkdir(mode=0o700)
    before = permissions(own_home.parent)
    ensure_server()
    assert server_is_running()
    assert permissions(own_home.parent) == before


@as_root
def test_as_root_it_runs_as_another_user_from_outside_the_project(own_home: Path) -> None:
    cluster = ensure_server().cluster
    postmaster = cluster.postmaster()
    assert postmaster is not None
    assert postmaster.username() == postgresql.SYSTEM_USER
    assert postgresql.SYSTEM_FOLDER in Path(postmaster.cmdline()[0]).parents
    assert postgresql.SYSTEM_FOLDER in cluster.folder.parents
    assert {path.name for path in own_home.iterdir()} == {"server.json", "server.lock", "server.log"}


@as_root
def test_the_copy_of_a_home_gets_a_server_of_its_own(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = ensure_server()
    copy = tmp_path / "copy"
    shutil.copytree(own_home, copy)
    with monkeypatch.context() as patch:
        patch.setenv("YARDSTICK_HOME", str(copy))
        assert ensure_server().cluster != original.cluster
        remove_server()
    assert server_is_running()
    assert ensure_server() == original


@as_root
def test_what_root_copies_can_be_read_by_others_even_under_a_strict_umask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "SYSTEM_FOLDER", tmp_path / "system")
    umask = os.umask(0o077)
    try:
        programs = postgresql._programs()
    finally:
        os.umask(umask)
    for path in (tmp_path / "system", *programs.parents[2].rglob("*")):
        assert path.stat().st_mode & stat.S_IROTH, path
    assert (programs / "postgres").stat().st_mode & stat.S_IXOTH
    assert [path.name for path in (tmp_path / "system").iterdir()] == [programs.parents[2].name]


@as_root
def test_a_plain_users_server_lies_and_runs_as_that_user_below_home(folder_of_nobody: Path) -> None:
    home = folder_of_nobody / "home"
    done = nobody([sys.executable, "-c", PLAIN_USER, str(folder_of_nobody)], home)
    assert done.returncode == 0, done.stderr
    packages = Path(postgresql._wheel_folder()).resolve()
    assert done.stdout.split() == ["nobody", str(home / "postgresql"), str(packages)]


@as_root
def test_a_state_file_of_another_user_is_a_clear_error(
    folder_of_nobody: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder_of_nobody / "server.json").write_text("{}")
    (folder_of_nobody / "server.json").chmod(0o600)  # root's
    monkeypatch.setenv("YARDSTICK_HOME", str(folder_of_nobody))
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setuid(pwd.getpwnam("nobody").pw_uid)
        try:
            ensure_server()
        except UsageError as error:
            os._exit(0 if "server.json cannot be read (Permission denied)" in str(error) else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@as_root
def test_root_uses_a_plain_users_server_as_that_user(
    folder_of_nobody: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = folder_of_nobody / "home"
    start_and_stop = "from yardstick.server.embedded import *; ensure_server(); stop_server()"
    done = nobody([sys.executable, "-c", start_and_stop], home)
    assert done.returncode == 0, done.stderr
    monkeypatch.setenv("YARDSTICK_HOME", str(home))
    try:
        server = ensure_server()
        postmaster = server.cluster.postmaster()
        assert postmaster is not None
        assert postmaster.username() == "nobody"
    finally:
        remove_server()
