"""`yardstick targets accept`: proposed targets become versions of targets.csv."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from yardstick.company import Company, load_company
from yardstick.company.tables import Target
from yardstick.errors import UsageError
from yardstick.target_commands.proposal import ProposedTarget, as_target, read_proposal


def accept_targets(company: Company, file: Path, decided_by: str, decided_on: date) -> int:
    """Append the file's rows to targets.csv, each as the next version of its target; how many they are.

    All or nothing: raises UsageError or ConfigurationError, and leaves targets.csv as it was, where a row is
    no target, or where the company would not be right with them.
    """
    proposed = read_proposal(file)
    if not proposed:
        raise UsageError(f"{file} holds no target: there is nothing to accept")
    targets_file = company.folder / "targets.csv"
    before = targets_file.read_bytes()
    rows = list(_rows(company, proposed, decided_by, decided_on))
    text = before.decode("utf-8-sig")
    line_end = "" if text.endswith("\n") else "\n"
    try:
        _replace(targets_file, before + (line_end + _as_csv(text, rows)).encode())
        load_company(company.folder, needs_exports=False)
    except BaseException:
        _replace(targets_file, before)
        raise
    return len(rows)


def _rows(
    company: Company, proposed: Sequence[ProposedTarget], decided_by: str, decided_on: date
) -> Iterator[list[object]]:
    latest: dict[tuple[str, str, str, str], int] = {}
    for target in company.targets:
        key = target.kpi, target.node, target.period, target.level
        latest[key] = max(latest.get(key, 0), target.version)
    for row in proposed:
        version = latest.get((row.kpi, row.node, row.period, "target"), 0) + 1
        yield as_target(row, version, decided_on, decided_by)


def _as_csv(header: str, rows: Sequence[Sequence[object]]) -> str:
    """The rows in the order of the file's own columns."""
    columns = next(csv.reader(header.splitlines()))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writerows(dict(zip(Target.model_fields, row, strict=True)) for row in rows)
    return text.getvalue()


def _replace(file: Path, content: bytes) -> None:
    """The file has either its old content or its new one, whenever the machine stops."""
    fresh = file.with_name(f".{file.name}.new")
    fresh.write_bytes(content)
    fresh.replace(file)
