"""Cuts CSV text into columns of cells, a block of rows at a time."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TextIO

import numpy as np
import polars as pl

from yardstick.reading.csv_rows import Cells, csv_rows

#: Some thousands of rows.
CHARACTERS_AT_ONCE = 1 << 20
_LINE_ENDS = ("\n", "\r")
_FIRST_PRINTABLE = " "
#: Arrays of this size find their memory in the cache.
_BYTES_AT_ONCE = 1 << 16
#: Neither jsonb nor UTF-8 can hold these.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(slots=True)
class Block:
    """Rows that have as many cells as the header, the columns called 0, 1, …; and those that have not.

    In a plain block no cell has a sign that JSON cannot hold as it is: no quote, backslash or control.
    """

    lines: Sequence[int]
    cells: pl.DataFrame
    uneven_rows: Sequence[Cells]
    is_plain: bool


class CsvText:
    """A CSV text being read. Its counts are final once the blocks have been read to the end.

    Raises ConfigurationError where a quote is not closed.
    """

    def __init__(self, stream: TextIO, path: Path, delimiter: str) -> None:
        self.characters_cleaned = 0
        self.cells_of_last_row = 0
        self.ends_with_a_line = True
        self._stream = stream
        self._path = path
        self._delimiter = delimiter
        self._next_line = 1

    def first_row(self) -> list[str]:
        """The cells of the first row that is not blank; none if there is no such row."""
        _, cells = next(self._rows([]), (1, []))
        return cells

    def blocks(self, width: int) -> Iterator[Block]:
        """The rows that follow; `width` is how many cells the header has."""
        while lines := self._stream.readlines(CHARACTERS_AT_ONCE):
            text = "".join(lines)
            if "\0" in text or not _is_unicode(text):
                lines = list(map(self._cleaned, lines))
                text = "".join(lines)
            is_quoted = '"' in text or max(map(len, lines)) >= csv.field_size_limit()
            cells = None if is_quoted else self._split(lines, width)
            if cells is None:
                yield self._parsed(lines, width)
            else:
                yield self._unquoted(lines, cells, is_plain=self._is_plain(lines, text))

    def _split(self, lines: list[str], width: int) -> pl.DataFrame | None:
        """The cells of rows without a quote; None if one has another number of them than `width`."""
        rows = pl.Series(lines).str.strip_chars_end("\r\n")
        *columns, surplus = rows.str.split_exact(self._delimiter, width).struct.unnest()
        if columns[-1].has_nulls() or surplus.null_count() < len(lines):
            return None
        return _frame(columns)

    def _is_plain(self, lines: list[str], text: str) -> bool:
        """Whether text without quotes has no backslash in it, nor a control but between cells."""
        line_ends = len(lines) - (not lines[-1].endswith(_LINE_ENDS))
        if "\r" in text:
            line_ends += text.count("\r\n")
        delimiters = text.count(self._delimiter) if self._delimiter < _FIRST_PRINTABLE else 0
        return "\\" not in text and _count_controls(text) == line_ends + delimiters

    def _unquoted(self, lines: list[str], cells: pl.DataFrame, *, is_plain: bool) -> Block:
        first, self._next_line = self._next_line, self._next_line + len(lines)
        self.ends_with_a_line = lines[-1].endswith(_LINE_ENDS)
        self.cells_of_last_row = cells.width
        return Block(range(first, self._next_line), cells, [], is_plain)

    def _parsed(self, lines: list[str], width: int) -> Block:
        """The block of all rows that begin in the lines; the last one may go on in the stream."""
        end = self._next_line + len(lines)
        starts: list[int] = []
        even: list[str] = []
        uneven: list[Cells] = []
        for line, row in self._rows(lines):
            self.cells_of_last_row = len(row)
            if len(row) == width:
                starts.append(line)
                even += row
            else:
                uneven.append((line, row))
            if self._next_line >= end:
                break
        return Block(starts, _frame(even[place::width] for place in range(width)), uneven, False)

    def _rows(self, lines: list[str]) -> Iterator[Cells]:
        """Rows of these lines and then of the stream, which is read no further than they are asked for."""
        return csv_rows(self._counted(lines), self._path, self._delimiter, self._next_line)

    def _counted(self, lines: list[str]) -> Iterator[str]:
        for line in chain(lines, map(self._cleaned, self._stream)):
            self._next_line += 1
            self.ends_with_a_line = line.endswith(_LINE_ENDS)
            yield line

    def _cleaned(self, line: str) -> str:
        line, removed = _UNSTORABLE.subn("", line)
        self.characters_cleaned += removed
        return line


def _frame(columns: Iterable[pl.Series | list[str]]) -> pl.DataFrame:
    return pl.DataFrame([pl.Series(str(place), cells, pl.String) for place, cells in enumerate(columns)])


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _count_controls(text: str) -> int:
    codes = np.frombuffer(text.encode(), np.uint8)
    pieces = (codes[start : start + _BYTES_AT_ONCE] for start in range(0, len(codes), _BYTES_AT_ONCE))
    return sum(int(np.count_nonzero(piece < ord(_FIRST_PRINTABLE))) for piece in pieces)
