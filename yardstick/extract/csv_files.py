"""Reads an export that company.yml describes: CSV rows become records in canonical fields.

Memory stays flat whatever the size of the file. A cell is read without the blanks around it; a
blank one is null, a row of blanks says nothing and is passed over. A row that cannot be read is a
Reject; a file that cannot be, a SourceError.
"""

import codecs
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from yardstick.company import CsvSource
from yardstick.errors import ConfigurationError, SourceError
from yardstick.extract import csv_problems
from yardstick.extract.csv_columns import ColumnReader
from yardstick.extract.csv_text import CsvText
from yardstick.extract.records import Batch


class CsvExtraction:
    """One CSV file being read, as yardstick.extract.records.Extraction says."""

    def __init__(self, source: CsvSource, entity: str, path: Path, time_zone: ZoneInfo) -> None:
        self.file = f"{source.folder}/{source.entities[entity].file}"
        self.bytes_read = 0
        self.characters_cleaned = 0
        self.is_complete = True
        self.calls = 0
        self._source = source
        self._entity = entity
        self._path = path
        self._zone = time_zone

    def size(self) -> int:
        """Bytes of the file, 0 if it is not there."""
        return self._path.stat().st_size if self._path.is_file() else 0

    def __iter__(self) -> Iterator[Batch]:
        """Yield the rows in the order of the file; raise SourceError if it cannot be read."""
        encoding = self._source.encoding
        try:
            with self._path.open(encoding=_tolerating_a_mark(encoding), newline="") as stream:
                self.bytes_read = os.fstat(stream.fileno()).st_size
                yield from self._read(CsvText(stream, self._path, self._source.delimiter))
        except OSError as error:
            raise csv_problems.unreadable(self._path, error) from error
        except UnicodeError as error:
            raise csv_problems.broken_encoding(self._path, encoding, error) from error
        except ConfigurationError as error:
            raise SourceError(str(error)) from error

    def listed_ids(self) -> Iterator[Sequence[str]]:
        """None: an export holds every record."""
        return iter(())

    def _read(self, text: CsvText) -> Iterator[Batch]:
        header = self._header(text.first_row())
        readers = {
            is_plain: ColumnReader(self._source, self._entity, header, self._zone, is_plain=is_plain)
            for is_plain in (True, False)
        }
        for block in text.blocks(len(header)):
            yield readers[block.is_plain].read(block)
        self.characters_cleaned = text.characters_cleaned
        self.is_complete = text.ends_with_a_line or text.cells_of_last_row >= len(header)

    def _header(self, header: list[str]) -> list[str]:
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


def read_entity(source: CsvSource, entity: str, folder: Path, time_zone: ZoneInfo) -> CsvExtraction:
    """Prepare to read an entity of a source; `folder` and `time_zone` are the company's.

    Iterating yields the rows in the order of the file, those that cannot be read as a Reject for each
    bad cell; it raises SourceError if the file as a whole cannot be read.
    """
    path = folder / source.folder / source.entities[entity].file
    return CsvExtraction(source, entity, path, time_zone)


def _tolerating_a_mark(encoding: str) -> str:
    """UTF-8 is read with or without the byte order mark that Windows programs put before it."""
    return "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
