"""Reads an export that company.yml describes: CSV rows become records in canonical fields.

Memory stays flat whatever the size of the file. A cell is read without the blanks around it; a
blank one is null, a row of blanks says nothing and is passed over. A row that cannot be read is a
Reject; a file that cannot be, a SourceError.
"""

import codecs
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from yardstick.company import CsvSource
from yardstick.errors import ConfigurationError, SourceError
from yardstick.extract import csv_problems
from yardstick.extract.csv_rows import RowReader
from yardstick.extract.records import Record, Reject
from yardstick.reading.csv_rows import Cells, csv_rows

#: Neither jsonb nor UTF-8 can hold these.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class CsvExtraction:
    """One CSV file being read, as yardstick.extract.records.Extraction says."""

    def __init__(self, source: CsvSource, entity: str, path: Path, time_zone: ZoneInfo) -> None:
        self.file = f"{source.folder}/{source.entities[entity].file}"
        self.bytes_read = 0
        self.characters_cleaned = 0
        self.is_complete = True
        self._source = source
        self._entity = entity
        self._path = path
        self._zone = time_zone
        self._ends_with_a_line = True

    def __iter__(self) -> Iterator[Record | Reject]:
        """Yield the rows in the order of the file; raise SourceError if it cannot be read."""
        encoding = self._source.encoding
        self.characters_cleaned = 0
        try:
            with self._path.open(encoding=_tolerating_a_mark(encoding), newline="") as stream:
                self.bytes_read = os.fstat(stream.fileno()).st_size
                yield from self._read(stream)
        except OSError as error:
            raise csv_problems.unreadable(self._path, error) from error
        except UnicodeError as error:
            raise csv_problems.broken_encoding(self._path, encoding, error) from error

    def _read(self, stream: TextIO) -> Iterator[Record | Reject]:
        rows = self._rows(stream)
        header = self._header(rows)
        reader = RowReader(self._source, self._entity, header, self._zone)
        row: list[str] = header
        for line, row in rows:
            result = reader.read(line, row)
            if isinstance(result, Record):
                yield result
            else:
                yield from result
        self.is_complete = self._ends_with_a_line or len(row) >= len(header)

    def _header(self, rows: Iterator[Cells]) -> list[str]:
        _, header = next(rows, (1, []))
        if not header:
            raise csv_problems.empty_file(self._path)
        if header[0].startswith(codecs.BOM_UTF8.decode(self._source.encoding, "replace")):
            raise csv_problems.marked_as_utf8(self._path, self._source.encoding)
        wanted = self._source.entities[self._entity].fields.values()
        missing = [name for name in wanted if name not in header]
        if missing:
            raise csv_problems.missing_columns(self._path, missing, header, self._source.delimiter)
        if len(set(header)) < len(header):
            raise csv_problems.duplicate_columns(self._path, header)
        return header

    def _rows(self, stream: TextIO) -> Iterator[Cells]:
        try:
            yield from csv_rows(self._lines(stream), self._path, self._source.delimiter)
        except ConfigurationError as error:
            raise SourceError(str(error)) from error

    def _lines(self, stream: TextIO) -> Iterator[str]:
        line = "\n"
        for line in stream:
            if "\0" in line or not line.isascii():
                line, removed = _UNSTORABLE.subn("", line)
                self.characters_cleaned += removed
            yield line
        self._ends_with_a_line = line.endswith(("\n", "\r"))


def read_entity(source: CsvSource, entity: str, folder: Path, time_zone: ZoneInfo) -> CsvExtraction:
    """Prepare to read an entity of a source; `folder` and `time_zone` are the company's.

    Iterating yields per row a Record, or a Reject for each cell that cannot be read, in the order
    of the file; it raises SourceError if the file as a whole cannot be read.
    """
    path = folder / source.folder / source.entities[entity].file
    return CsvExtraction(source, entity, path, time_zone)


def _tolerating_a_mark(encoding: str) -> str:
    """UTF-8 is read with or without the byte order mark that Windows programs put before it."""
    return "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
