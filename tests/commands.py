"""Runs `yardstick` as a user does: a process of its own, what it prints, how it ends."""

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from multiprocessing import context, forkserver, get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

EXECUTABLE = Path(sys.executable).with_name("yardstick")
PROJECT = Path(__file__).resolve().parents[1]
WARM_MODULE = "warm_process"
_PATIENCE = 300


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it had printed by then."""

    exit_code: int | None
    stdout: str
    stderr: str

    @property
    def said(self) -> str:
        """All that the user saw."""
        return self.stdout + self.stderr


class Running:
    """A command under way; what it prints lies in two files."""

    def __init__(self, process: BaseProcess, stdout: Path, stderr: Path) -> None:
        self._process, self._stdout, self._stderr = process, stdout, stderr
        self._deadline = time.monotonic() + _PATIENCE

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def printed(self) -> str:
        """What it has printed on stdout so far."""
        return self._stdout.read_text() if self._stdout.exists() else ""

    def wait_for(self, text: str) -> None:
        """Wait until it has printed a text."""
        while text not in self.printed:
            self.check()
            time.sleep(0.02)

    def check(self) -> None:
        """Fail when it has ended, or when nobody would wait for it any longer."""
        assert self._process.is_alive(), f"it has ended: {self.printed}{self._stderr.read_text()}"
        assert time.monotonic() < self._deadline, f"it takes too long: {self.printed}"

    def kill(self) -> None:
        """SIGKILL it."""
        self._process.kill()
        self._process.join(_PATIENCE)

    def end(self) -> Done:
        """Wait for its end."""
        self._process.join(_PATIENCE)
        assert not self._process.is_alive(), f"it does not end: {self.printed}"
        return Done(self._process.exitcode, self._stdout.read_text(), self._stderr.read_text())


class Commands:
    """Runs commands in a home; below it also lies what each of them printed."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._numbers = itertools.count(1)

    def run(self, *arguments: str | Path, home: Path | None = None) -> Done:
        """Run the installed executable to its end."""
        stdout, stderr = self._outputs(home)
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        with stdout.open("w") as out, stderr.open("w") as err:
            done = subprocess.run(
                [EXECUTABLE, *map(str, arguments)],
                cwd=PROJECT,
                env=environment | {"YARDSTICK_HOME": str(home or self.home)},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                timeout=_PATIENCE,
                check=False,
            )
        return Done(done.returncode, stdout.read_text(), stderr.read_text())

    def start(self, *arguments: str | Path, home: Path | None = None) -> Running:
        """Start the same command line in a fork of a process that has imported all it needs.

        It is a process like the executable's, and begins seconds later in its life.
        """
        stdout, stderr = self._outputs(home)
        process = self._forking.Process(
            target=_main,
            args=(
                [*map(str, arguments)],
                {**os.environ, "YARDSTICK_HOME": str(home or self.home)},
                stdout,
                stderr,
            ),
        )
        process.start()
        return Running(process, stdout, stderr)

    def refresh(self, company: Path, as_of: str, *options: str, home: Path | None = None) -> Done:
        """Refresh a company for a night."""
        return self.start("refresh", "--company", company, "--as-of", as_of, *options, home=home).end()

    def _outputs(self, home: Path | None) -> tuple[Path, Path]:
        folder = (home or self.home) / "printed"
        folder.mkdir(parents=True, exist_ok=True)
        number = next(self._numbers)
        return folder / f"{number}.stdout", folder / f"{number}.stderr"

    @cached_property
    def _forking(self) -> context.ForkServerContext:
        forking = get_context("forkserver")
        forking.set_forkserver_preload([WARM_MODULE])
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PYTHONPATH", str(Path(__file__).parent), prepend=os.pathsep)
            patch.setenv("YARDSTICK_HOME", str(self.home))
            patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
            forkserver.ensure_running()
        return forking


def _main(arguments: list[str], environment: Mapping[str, str], stdout: Path, stderr: Path) -> None:
    """The child: what the executable does, printing into files."""
    for path, descriptor in ((stdout, 1), (stderr, 2)):
        with path.open("w") as file:
            os.dup2(file.fileno(), descriptor)
    sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
    os.chdir(PROJECT)
    os.environ.update(environment)
    sys.argv = ["yardstick", *arguments]
    from yardstick.cli import main

    main()
