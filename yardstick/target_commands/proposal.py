"""A file of proposed targets: what `targets propose` writes, people edit, and `targets accept` reads."""

import csv
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import Field

from yardstick.company.tables import Target
from yardstick.company.values import Currency, PeriodName
from yardstick.errors import ConfigurationError
from yardstick.reading.csv_tables import read_table
from yardstick.reading.strict import Number, Strict, Text

Share = Annotated[Number, Field(ge=0, le=1)]


class ProposedTarget(Strict):
    """A row: a target in place of one that fails. It may be edited or taken out before it is accepted."""

    kpi: Text
    """the KPI's id, such as bookings"""
    node: Text
    """who the target is for: the company's id, or a region, team or person of the org tree"""
    period: PeriodName
    """a period such as 2026, 2026-Q1 or 2026-03"""
    value: Number
    """what is proposed, in the KPI's unit"""
    currency: Currency | None = None
    """the company's currency; blank for a KPI that is no money"""
    chance: Share
    """the chance of reaching it, 0 to 1"""
    value_now: Number
    """the target as it is"""
    chance_now: Share
    """the chance of reaching that, 0 to 1"""
    months: Annotated[int, Field(ge=0)]
    """how many months of history the chances rest on"""
    note: Text | None = None
    """what the accepted target's note will be"""


def write_proposal(file: Path, rows: Iterable[ProposedTarget]) -> None:
    """Write the file; raises FileExistsError where one is, which somebody may have edited."""
    with file.open("x", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(ProposedTarget.model_fields)
        writer.writerows([_cell(value) for value in row.model_dump().values()] for row in rows)


def read_proposal(file: Path) -> list[ProposedTarget]:
    """The rows of the file; raises ConfigurationError naming every row that is none."""
    table = read_table(file, ProposedTarget)
    if table.problems:
        raise ConfigurationError(list(table.problems))
    return [row.value for row in table.rows]


def as_target(row: ProposedTarget, version: int, decided_on: date, decided_by: str) -> list[object]:
    """The cells of targets.csv that the proposal becomes."""
    values = {
        **row.model_dump(include=set(Target.model_fields)),
        "level": "target",
        "version": version,
        "decided_on": decided_on,
        "decided_by": decided_by,
    }
    return [_cell(values[field]) for field in Target.model_fields]


def _cell(value: object) -> object:
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else value
