"""Writes the demo's files: all or nothing, and nothing twice."""

import csv
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from yardstick.demo.simulator import SEED, Demo, simulate
from yardstick.demo.tables import Table
from yardstick.demo.volumes import AS_OF
from yardstick.demo.world import WORLD_FILES
from yardstick.errors import UsageError

EXPORT_FOLDER, TRUTH_FILE, MANIFEST_FILE = "crm", "truth.json", "manifest.json"
_UNFINISHED = ".crm-"


@dataclass(frozen=True)
class WrittenFile:
    """A file of the demo: its path and, of a CSV file, its rows below the header."""

    path: Path
    rows: int | None


@dataclass(frozen=True)
class Written:
    """What lies in the export folder; `is_new` is false where it lay there already."""

    folder: Path
    seed: int
    as_of: date
    files: tuple[WrittenFile, ...]
    is_new: bool


def write_demo(folder: Path, seed: int = SEED, as_of: date = AS_OF, scale: float = 1) -> Written:
    """Simulate the CRMs of a company folder into its folder `crm`, unless they lie there already.

    The new files take the place of the old ones at once; a killed run leaves the old ones, or none.
    Raises UsageError if the folder's files are missing or not right, or if `crm` holds files that the
    demo did not write.
    """
    target = folder / EXPORT_FOLDER
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder. Name a company folder, such as company/ of the project.")
    with _alone_in(folder):
        made_from = _made_from(folder, seed, as_of, scale)
        manifest = _manifest_of(target)
        is_there = manifest is not None and manifest["made_from"] == made_from and _is_whole(target, manifest)
        if manifest is None or not is_there:
            manifest = _write(target, simulate(folder, seed, as_of, scale), made_from)
    files = tuple(WrittenFile(target / name, entry["rows"]) for name, entry in manifest["files"].items())
    return Written(target, seed, as_of, files, is_new=not is_there)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """One writer at a time; what a killed one left unfinished goes. The lock ends with the process."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for left_behind in folder.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left_behind)
        yield
    finally:
        os.close(handle)


def _made_from(folder: Path, seed: int, as_of: date, scale: float) -> str:
    """A fingerprint of all that the files follow from: the simulator, its calendar, the world, the call."""
    digest = hashlib.sha256(f"{seed} {as_of} {scale} {version('holidays')}".encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    for name in WORLD_FILES:
        path = folder / name
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()


def _manifest_of(target: Path) -> dict[str, Any] | None:
    """What an earlier run says that it wrote; None where there is nothing yet."""
    if not target.exists() or not any(target.iterdir()):
        return None
    try:
        manifest: dict[str, Any] = json.loads((target / MANIFEST_FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        manifest = {"files": {}}
    found = {path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir()}
    strangers = sorted(found - {*manifest["files"], MANIFEST_FILE})
    if strangers:
        raise UsageError(
            f"{target} holds files that the demo did not write: {', '.join(strangers)}. "
            "Move them away, or name another company folder: the demo would replace them."
        )
    return manifest


def _is_whole(target: Path, manifest: dict[str, Any]) -> bool:
    return all(
        (target / name).is_file() and _hash(target / name) == entry["sha256"]
        for name, entry in manifest["files"].items()
    )


def _write(target: Path, demo: Demo, made_from: str) -> dict[str, Any]:
    """All files into a new folder, which then takes the old one's place."""
    new, old = (target.with_name(_UNFINISHED + name) for name in ("new", "old"))
    new.mkdir()
    manifest: dict[str, Any] = {"made_from": made_from, "files": {}}
    for table in demo.tables():
        manifest["files"][table.file] = {"rows": len(table), "sha256": _write_csv(new / table.file, table)}
    manifest["files"][TRUTH_FILE] = {"rows": None, "sha256": _write_json(new / TRUTH_FILE, demo.notes)}
    _write_json(new / MANIFEST_FILE, manifest)
    if target.exists():
        target.rename(old)
    new.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    return manifest


def _write_csv(path: Path, table: Table) -> str:
    """The hash of what was written."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=table.delimiter, lineterminator="\n")
        writer.writerow(table.columns)
        writer.writerows(table.lines())
    return _hash(path)


def _write_json(path: Path, content: dict[str, Any]) -> str:
    """The hash of what was written."""
    path.write_bytes(json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n")
    return _hash(path)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
