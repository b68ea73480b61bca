"""Writes the demo's files: all or nothing, and nothing twice."""

import csv
import fcntl
import hashlib
import io
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from yardstick.demo.simulator import SEED, Demo, simulate
from yardstick.demo.tables import DELIMITER, Table
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
    files: tuple[WrittenFile, ...]
    is_new: bool


def write_demo(folder: Path, seed: int = SEED) -> Written:
    """Simulate the CRM of a company folder into its folder `crm`, unless it lies there already.

    The new files take the place of the old ones at once; a killed run leaves the old ones, or none.
    Raises UsageError if the folder's files are missing or not right, or if `crm` holds files that the
    demo did not write.
    """
    target = folder / EXPORT_FOLDER
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder. Name a company folder, such as company/ of the project.")
    with _alone_in(folder):
        made_from = _made_from(folder, seed)
        manifest = _manifest_of(target)
        is_there = manifest is not None and manifest["made_from"] == made_from and _is_whole(target, manifest)
        if manifest is None or not is_there:
            manifest = _write(target, simulate(folder, seed), made_from)
    files = tuple(WrittenFile(target / name, entry["rows"]) for name, entry in manifest["files"].items())
    return Written(target, seed, files, is_new=not is_there)


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


def _made_from(folder: Path, seed: int) -> str:
    """A fingerprint of all that the files follow from: the simulator, its calendar, the world, the seed."""
    digest = hashlib.sha256(f"{seed} {version('holidays')}".encode())
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
    strangers = sorted({path.name for path in target.iterdir()} - {*manifest["files"], MANIFEST_FILE})
    if strangers:
        raise UsageError(
            f"{target} holds files that the demo did not write: {', '.join(strangers)}. "
            "Move them away, or name another company folder: the demo would replace them."
        )
    return manifest


def _is_whole(target: Path, manifest: dict[str, Any]) -> bool:
    return all(
        (target / name).is_file()
        and hashlib.sha256((target / name).read_bytes()).hexdigest() == entry["sha256"]
        for name, entry in manifest["files"].items()
    )


def _write(target: Path, demo: Demo, made_from: str) -> dict[str, Any]:
    """All files into a new folder, which then takes the old one's place."""
    new, old = (target.with_name(_UNFINISHED + name) for name in ("new", "old"))
    new.mkdir()
    manifest: dict[str, Any] = {"made_from": made_from, "files": {}}
    contents = [(f"{table.name}.csv", len(table), _csv(table)) for table in demo.tables]
    for name, rows, content in [*contents, (TRUTH_FILE, None, _json(demo.truth))]:
        (new / name).write_bytes(content)
        manifest["files"][name] = {"rows": rows, "sha256": hashlib.sha256(content).hexdigest()}
    (new / MANIFEST_FILE).write_bytes(_json(manifest))
    if target.exists():
        target.rename(old)
    new.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    return manifest


def _csv(table: Table) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=DELIMITER, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(table.rows())
    return text.getvalue().encode()


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"
