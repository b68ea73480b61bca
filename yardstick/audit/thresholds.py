"""The thresholds of all conditions but "measurable": the rows of seeds/condition_thresholds.csv.

The refresh loads the file as a seed, too: of what changes in it, the change log tells.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from yardstick.conditions.thresholds import Thresholds
from yardstick.errors import ConfigurationError, Problem
from yardstick.paths import DBT_PROJECT
from yardstick.reading.csv_tables import Row, Table, read_table
from yardstick.reading.explain import Loc, problems_of
from yardstick.reading.strict import Number, Strict, Text
from yardstick.reading.wording import quoted

SEED = DBT_PROJECT / "seeds" / "condition_thresholds.csv"


class Threshold(Strict):
    """A row of condition_thresholds.csv."""

    condition: Text
    """tied, controllable, easy or realistic"""
    name: Text
    """the threshold's name, such as owned; behind a dot, what is part of it: coverage.lowest"""
    value: Number
    """a number with a decimal point and nothing between thousands, such as 0.98"""
    unit: Text
    """what it is counted in"""
    meaning: Text
    """what it is"""


def load_thresholds(file: Path = SEED) -> Thresholds:
    """The thresholds; raises ConfigurationError with everything wrong in the file at once."""
    table = read_table(file, Threshold)
    problems = [*table.problems, *_repeated(table)]
    lines = {_loc(row): row.line for row in reversed(table.rows)}

    def place(loc: Loc) -> tuple[int, str]:
        """Of several rows that are wrong together, the first; of one that is missing, the header."""
        line = min((lines[given] for given in lines if given[: len(loc)] == loc), default=1)
        return line, " ".join((str(loc[0]), ".".join(map(str, loc[1:])))).strip()

    if not problems:
        try:
            return Thresholds.model_validate(_nested(table.rows))
        except ValidationError as error:
            problems = problems_of(error, Thresholds, file, place)
    raise ConfigurationError(problems)


def _loc(row: Row[Threshold]) -> tuple[str, ...]:
    return (row.value.condition, *row.value.name.split("."))


def _nested(rows: Iterable[Row[Threshold]]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for row in rows:
        *above, name = _loc(row)
        here = nested
        for step in above:
            here = here.setdefault(step, {})
        here[name] = row.value.value
    return nested


def _repeated(table: Table[Threshold]) -> Iterable[Problem]:
    """Names that stand there twice, or that others are parts of."""
    first: dict[tuple[str, ...], int] = {}
    for row in table.rows:
        loc = _loc(row)
        line = next((at for known, at in first.items() if loc[: len(known)] == known[: len(loc)]), None)
        if line is not None:
            yield table.problem(row, "name", quoted(row.value.name), f"a name that line {line} leaves free")
        first.setdefault(loc, row.line)
