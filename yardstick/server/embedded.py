"""The embedded PostgreSQL server: started when it is needed, found again after whatever happened to it.

It listens on 127.0.0.1 only, with scram and a random password per role. What is needed to reach it lies in
`server.json` below `paths.home()`, readable by its owner only. A server is believed to be up only when a
login has reached it.
"""

import fcntl
import json
import secrets
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import psycopg

from yardstick import paths
from yardstick.errors import UsageError, YardstickError
from yardstick.processes import has_ended, is_alive
from yardstick.server.postgresql import Cluster, new_cluster, write_private

HOST = "127.0.0.1"
START_SECONDS = 120
STOP_SECONDS = 60
LOG_LINES = 12
PORT_ATTEMPTS = 5
ANOTHER_HOME = (
    "Run Yardstick as the user who owns that folder, or let YARDSTICK_HOME name a folder of your own."
)

# PostgreSQL takes shared_buffers from the machine page by page as they are used, so the many small servers
# of a test run stay small. Everything goes over 127.0.0.1: a socket file's path may not exceed 107 bytes.
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "client_connection_check_interval": "10s",
    "jit": "off",
    "timezone": "UTC",
}

#: What holds in every session of the reader.
READER_SETTINGS = {"default_transaction_read_only": "on", "statement_timeout": "60s"}


class Role(StrEnum):
    """The logins of the server: who administers, who builds, who reads what was published."""

    ADMIN = "postgres"
    OWNER = "yardstick_owner"
    READER = "yardstick_reader"


@dataclass(frozen=True)
class Server:
    """How to reach the embedded server: its port on 127.0.0.1, its folder, a password per role."""

    port: int
    cluster: Cluster
    passwords: dict[Role, str] = field(repr=False)

    @property
    def host(self) -> str:
        """The only address that the server listens on."""
        return HOST

    @property
    def sslmode(self) -> str:
        """Nothing leaves the machine."""
        return "disable"

    def login(self, role: Role, database: str) -> dict[str, Any]:
        """What libpq needs to log in, whatever PGSSLMODE and the like say about other servers."""
        return {
            "host": self.host,
            "port": str(self.port),
            "user": role.value,
            "password": self.passwords[role],
            "dbname": database,
            "sslmode": self.sslmode,
        }


def ensure_server() -> Server:
    """Return the running server of this home; create and start it where that is needed.

    Raises YardstickError with the end of the server's log when it will not start.
    """
    server = _remembered()
    if server is not None and _answers(server):
        return server
    with _alone():
        server = _remembered() or _new_server()
        if not _answers(server):
            _complete_data(server)
            server = _start(server)
    return server


def server_is_running() -> bool:
    """Whether the server of this home takes a login; nothing is started."""
    server = _remembered()
    return server is not None and _answers(server)


def stop_server() -> bool:
    """Stop the server of this home, ending its sessions; False when none was running."""
    if _remembered() is None:
        return False
    with _alone():
        server = _remembered()
        return server is not None and _stop(server.cluster)


def remove_server() -> None:
    """Stop the server of this home and delete all its data."""
    if _remembered() is None:
        return
    with _alone():
        server = _remembered()
        if server is not None and server.cluster.folder.exists():
            _stop(server.cluster)
            shutil.rmtree(server.cluster.folder)
        _state_file().unlink(missing_ok=True)
        _log_file().unlink(missing_ok=True)


# ---- what is remembered


def _state_file() -> Path:
    return paths.home() / "server.json"


def _log_file() -> Path:
    return paths.home() / "server.log"


@contextmanager
def _alone() -> Iterator[None]:
    """Only one process, and one thread of it, starts or stops the server of this home at a time."""
    lock = paths.home() / "server.lock"
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        file = lock.open("w")
    except OSError as error:
        raise UsageError(f"{lock} cannot be written ({error.strerror}). {ANOTHER_HOME}") from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _remembered() -> Server | None:
    try:
        state = json.loads(_state_file().read_text())
        server = Server(
            port=int(state["port"]),
            cluster=Cluster(paths.home() / state["cluster"]),
            passwords={role: str(state["passwords"][role]) for role in Role},
        )
        origin = Path(state["home"])
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{_state_file()} cannot be read ({error.strerror}). {ANOTHER_HOME}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{_state_file()}: found something that Yardstick did not write; "
            "put back what was there, or remove it to begin with an empty warehouse"
        ) from error
    return None if _is_used_by(origin, server.cluster) else server


def _is_used_by(origin: Path, cluster: Cluster) -> bool:
    """Whether this home is a copy of another one, whose server it must not share."""
    if origin == paths.home() or cluster.folder.is_relative_to(paths.home()):
        return False
    try:
        state = json.loads((origin / _state_file().name).read_text())
        return bool(state["cluster"] == str(cluster.folder))
    except (OSError, ValueError, KeyError):
        return False


def _remember(server: Server) -> None:
    home, folder = paths.home(), server.cluster.folder
    state = {
        "home": str(home),
        "port": server.port,
        # relative when below home, so that a home can be moved
        "cluster": str(folder.relative_to(home) if folder.is_relative_to(home) else folder),
        "passwords": server.passwords,
    }
    unfinished = _state_file().with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    write_private(unfinished, json.dumps(state, indent=2))
    unfinished.replace(_state_file())


def _new_server() -> Server:
    cluster = new_cluster(paths.home())
    if cluster.folder.exists():
        raise UsageError(
            f"{cluster.folder} holds a warehouse, but {_state_file()} with its passwords is missing: "
            "put that file back, or remove the folder to begin with an empty warehouse"
        )
    server = Server(_free_port(), cluster, {role: secrets.token_urlsafe(24) for role in Role})
    _remember(server)
    return server


# ---- data


def _complete_data(server: Server) -> None:
    """Create the data folder and the roles, unless they are there; an interrupted try is begun anew."""
    cluster = server.cluster
    if cluster.data.exists():
        return
    cluster.make_folder()
    unfinished = cluster.folder / "data.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    password_file = cluster.write_secret("password", server.passwords[Role.ADMIN])
    try:
        created = cluster.run(
            "initdb",
            *("-D", str(unfinished), "-U", Role.ADMIN, "--auth=scram-sha-256", f"--pwfile={password_file}"),
            # text sorts by code point and folds case by Unicode, the same on every machine
            *("-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        )
    finally:
        password_file.unlink()
    if created.returncode != 0:
        raise YardstickError(f"PostgreSQL could not create its data folder {unfinished}:\n{created.stdout}")
    _create_roles(server, unfinished)
    unfinished.rename(cluster.data)


def _create_roles(server: Server, data: Path) -> None:
    """Create the roles before anyone can connect, so that a data folder without them never exists."""
    statements = [
        *(
            f"create role {role} login password '{server.passwords[role]}'"
            for role in (Role.OWNER, Role.READER)
        ),
        *(f"alter role {Role.READER} set {name} = '{value}'" for name, value in READER_SETTINGS.items()),
        "revoke all on database postgres, template1 from public",
    ]
    # a statement that fails may hold a password, and must not be shown
    settings = ("-c", "exit_on_error=on", "-c", "log_min_error_statement=panic")
    script = "\n".join([*statements, ""])
    done = server.cluster.run("postgres", "--single", "-D", str(data), *settings, "postgres", stdin=script)
    if done.returncode != 0:
        raise YardstickError(f"PostgreSQL could not create the roles of the warehouse:\n{done.stdout}")


# ---- starting and stopping


def _answers(server: Server) -> bool:
    """Whether a login reaches this very server, and not another one that took its port."""
    try:
        with psycopg.connect(**server.login(Role.ADMIN, "postgres"), connect_timeout=3) as connection:
            found = connection.execute("select current_setting('data_directory')").fetchone()
    except psycopg.OperationalError:
        return False
    return found == (str(server.cluster.data),)


def _start(server: Server) -> Server:
    running = server.cluster.postmaster()
    if running is not None:
        if _comes_up(server, running.pid):
            return server
        raise _will_not_start()
    _clear_wreck(server.cluster)
    for _ in range(PORT_ATTEMPTS):
        if not _is_free(server.port):
            server = replace(server, port=_free_port())
            _remember(server)
        if _comes_up(server, _launch(server)):
            return server
        if _is_free(server.port):
            break
    raise _will_not_start()


def _launch(server: Server) -> int:
    settings = {**SETTINGS, "port": str(server.port), "cluster_name": server.cluster.name}
    arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with _log_file().open("ab") as log:
        return server.cluster.launch(["-D", str(server.cluster.data), *arguments], log)


def _comes_up(server: Server, postmaster: int) -> bool:
    """Wait until the server takes a login; False when it ends instead."""
    deadline = time.monotonic() + START_SECONDS
    pause = 0.02
    while time.monotonic() < deadline:
        if _answers(server):
            return True
        if not is_alive(postmaster):
            return False
        time.sleep(pause)
        pause = min(pause * 1.5, 0.5)  # each login that is refused leaves a line in the server's log
    raise YardstickError(
        f"PostgreSQL (process {postmaster}) did not take a login within {START_SECONDS} seconds; "
        f"the end of {_log_file()}:\n{_end_of_log()}"
    )


def _will_not_start() -> YardstickError:
    return YardstickError(f"PostgreSQL will not start; the end of {_log_file()}:\n{_end_of_log()}")


def _end_of_log() -> str:
    lines = _log_file().read_text(errors="replace").splitlines() if _log_file().exists() else []
    return "\n".join(lines[-LOG_LINES:])


def _stop(cluster: Cluster) -> bool:
    postmaster = cluster.postmaster()
    if postmaster is not None:
        postmaster.send_signal(signal.SIGINT)
        has_ended(postmaster.pid, STOP_SECONDS)
    _clear_wreck(cluster)
    return postmaster is not None


def _clear_wreck(cluster: Cluster) -> None:
    """End what a killed server left: sessions still at work, a pid file whose pid may be another's now."""
    leftovers = list(cluster.processes())
    for process in leftovers:
        process.send_signal(signal.SIGQUIT)
    for process in leftovers:
        if not has_ended(process.pid, 5):
            process.kill()
            has_ended(process.pid, 5)
    (cluster.data / "postmaster.pid").unlink(missing_ok=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as PostgreSQL does
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
