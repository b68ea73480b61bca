"""From when until when the rows of org.csv hold."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeVar

from yardstick.company.tables import OrgLine
from yardstick.errors import Problem
from yardstick.reading.csv_tables import Row, Table

Line = TypeVar("Line", bound=OrgLine)


def check_validity(table: Table[Line], row: Row[Line]) -> Iterator[Problem]:
    """A row that ends before it begins."""
    valid_from, valid_to = row.value.valid_from, row.value.valid_to
    if valid_from and valid_to and valid_to <= valid_from:
        expected = (
            f"a day after valid_from {valid_from}: valid_to is the first day on which it no longer holds"
        )
        yield table.problem(row, "valid_to", str(valid_to), expected)


def check_one_at_a_time(table: Table[Line], rows: Iterable[Row[Line]], expected: str) -> Iterator[Problem]:
    """Rows that begin while an earlier one still holds."""
    longest: Row[Line] | None = None
    for row in sorted(rows, key=begin):
        if longest is not None and begin(row) < end(longest):
            ends = longest.value.valid_to or "further notice"
            found = f"{row.value.valid_from or 'always'}, while line {longest.line} holds until {ends}"
            yield table.problem(row, "valid_from", found, expected)
        if longest is None or end(row) > end(longest):
            longest = row


def begin(row: Row[Line]) -> date:
    """The first day on which a row holds, which may be the first of all."""
    return row.value.valid_from or date.min


def end(row: Row[Line]) -> date:
    """The first day on which a row no longer holds, which may be the last of all."""
    return row.value.valid_to or date.max
