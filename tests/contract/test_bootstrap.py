"""tools/bootstrap obtains uv with no more than Python, and names the Python to use."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from yardstick import paths

DEBIANS_PYTHON = Path("/usr/bin/python3")

# A Debian whose Python has neither pip nor ensurepip, seen by user nobody; what is hidden is hidden from
# this process alone, by a mount namespace of its own.
BARE_DEBIAN = """
for folder in $(/usr/bin/python3 -c '
import importlib.util, os
for name in ("pip", "ensurepip"):
    found = importlib.util.find_spec(name)
    if found: print(os.path.dirname(found.origin))
') /usr/share/python-wheels; do
    if [ -d "$folder" ]; then mount -t tmpfs -o mode=755 none "$folder"; fi
done
cd "$1"
exec setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups \
    env -i PATH=/usr/bin:/bin HOME="$1/home" sh -c '
        ! python3 -m pip --version && ! python3 -m ensurepip --version && tools/bootstrap'
"""


@pytest.fixture
def clone() -> Iterator[Path]:
    """As much of a fresh clone as the script needs, in a folder that every user can reach."""
    with TemporaryDirectory(prefix="yardstick clone ") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "tools").mkdir()
        shutil.copy(paths.PROJECT / "tools" / "bootstrap", folder / "tools")
        yield folder


def bootstrap(clone: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {"PATH": "/usr/bin:/bin", "HOME": str(clone / "home"), "PYTHON": sys.executable}
    return subprocess.run(
        [clone / "tools" / "bootstrap"], env={**known, **environment}, capture_output=True, text=True
    )


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def uv_of_version(folder: Path, version: str) -> Path:
    return program(folder / "uv", f"echo 'uv {version}'")


def may_hide_files() -> bool:
    return os.geteuid() == 0 and subprocess.run(["unshare", "--mount", "true"]).returncode == 0


def test_an_installed_uv_is_used(clone: Path) -> None:
    installed = uv_of_version(clone / "bin", "0.8.1 (some build)")
    done = bootstrap(clone, PATH=f"{clone / 'bin'}:/usr/bin:/bin")
    assert done.returncode == 0, done.stderr
    assert (clone / ".uv" / "bin" / "uv").resolve() == installed.resolve()
    assert Path(done.stdout.rstrip("\n")).samefile(sys.executable)


def test_nothing_is_done_when_it_is_there_already(clone: Path) -> None:
    present = uv_of_version(clone / ".uv" / "bin", "0.9.0")
    done = bootstrap(clone)
    assert (done.returncode, done.stderr) == (0, "")
    assert present.read_text().endswith("echo 'uv 0.9.0'\n")


@pytest.mark.parametrize("version", ["0.7.22", "0.0.9", "none"])
def test_an_installed_uv_that_is_too_old_is_not_used(clone: Path, version: str) -> None:
    uv_of_version(clone / "bin", version)
    pipless = program(clone / "python", f'[ "$1" = -m ] && exit 1; exec {sys.executable} "$@"')
    program(clone / "bin" / "apt-get", "exit 100")
    done = bootstrap(clone, PATH=f"{clone / 'bin'}:/usr/bin:/bin", PYTHON=str(pipless))
    assert done.returncode == 2
    assert not (clone / ".uv").exists()


def test_without_any_way_to_obtain_it_the_message_says_what_to_install(clone: Path) -> None:
    pipless = program(clone / "python", f'[ "$1" = -m ] && exit 1; exec {sys.executable} "$@"')
    program(clone / "bin" / "apt-get", "exit 100")
    done = bootstrap(clone, PATH=f"{clone / 'bin'}:/usr/bin:/bin", PYTHON=str(pipless))
    assert done.returncode == 2
    assert (
        "Install one of them: uv, or pip (on Debian and Ubuntu: apt-get install python3-pip)" in done.stderr
    )


def test_a_pip_that_fails_is_heard(clone: Path) -> None:
    answers = f"""
        case "$*" in
            "-m pip --version") exit 0 ;;
            "-m pip install"*) echo no route to the index >&2; exit 1 ;;
        esac
        exec {sys.executable} "$@"
    """
    failing = program(clone / "python", answers)
    done = bootstrap(clone, PYTHON=str(failing))
    assert done.returncode == 2
    assert "no route to the index\npip could not install uv; what it said stands above." in done.stderr


@pytest.mark.parametrize("python", ["/nowhere/python3", "/bin/true", "/bin/false"])
def test_a_python_that_does_not_suit_is_refused(clone: Path, python: str) -> None:
    done = bootstrap(clone, PYTHON=python)
    assert done.returncode == 2
    assert f"PYTHON={python} is no Python 3.11, 3.12 or 3.13" in done.stderr
    assert done.stdout == ""


def test_a_python_that_suits_is_looked_for_under_its_other_names(clone: Path) -> None:
    uv_of_version(clone / ".uv" / "bin", "0.9.0")
    program(clone / "bin" / "python3", "echo False")  # too old, or too new
    program(clone / "bin" / "python3.13", "exit 127")  # a name without a Python behind it
    program(clone / "bin" / "python3.12", f'exec {sys.executable} "$@"')
    done = bootstrap(clone, PYTHON="", PATH=f"{clone / 'bin'}:/usr/bin:/bin")
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.rstrip("\n")).samefile(sys.executable)


def test_without_a_python_that_suits_the_message_says_so(clone: Path) -> None:
    for name in ("python3", "python3.13", "python3.12", "python3.11"):
        program(clone / "bin" / name, "echo False")
    done = bootstrap(clone, PYTHON="", PATH=f"{clone / 'bin'}:/usr/bin:/bin")
    assert done.returncode == 2
    assert "No Python 3.11, 3.12 or 3.13 was found." in done.stderr


@pytest.mark.skipif(not may_hide_files(), reason="needs root, to hide pip from one process")
@pytest.mark.skipif(not shutil.which("dpkg-deb") or not DEBIANS_PYTHON.exists(), reason="needs Debian")
def test_a_plain_user_of_a_bare_debian_gets_it_and_the_system_stays_as_it_is(clone: Path) -> None:
    for path in (clone, clone / "tools"):
        shutil.chown(path, "nobody")
    packages = subprocess.check_output(["dpkg", "--get-selections"])
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-ec", BARE_DEBIAN, "sh", clone], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "This Python has neither pip nor ensurepip" in done.stderr
    assert done.stdout == f"{DEBIANS_PYTHON}\n"
    assert subprocess.check_output([clone / ".uv" / "bin" / "uv", "--version"]).startswith(b"uv 0.")
    assert subprocess.check_output(["dpkg", "--get-selections"]) == packages
    assert {path.name for path in clone.iterdir()} == {"tools", ".uv"}
