"""Rows of a CSV text, each with the line on which it begins."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from yardstick.errors import ConfigurationError, Problem

Cells = tuple[int, list[str]]


def csv_rows(text: Iterable[str], file: Path, delimiter: str = ",", first_line: int = 1) -> Iterator[Cells]:
    """Line and cells, without the blanks around them, of every row that is not blank.

    The text begins on `first_line`. It is read no further than to the end of the row that is asked for.
    Raises ConfigurationError where a quote is not closed.
    """
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    line = first_line
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, [cell.strip() for cell in cells]
            line = first_line + reader.line_num
    except csv.Error as error:
        found = f"a row that cannot be read from here on ({error})"
        expected = 'a quote (") closed in its cell, and a quote inside a quoted cell doubled ("")'
        raise ConfigurationError([Problem(file, line, None, found, expected)]) from None
