"""A first look into the exports that company.yml describes: their headers, and who is in whose team."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from yardstick.company.settings import CsvSource
from yardstick.errors import ConfigurationError, Problem
from yardstick.reading.csv_rows import Cells, csv_rows


@dataclass(frozen=True)
class ExportedPerson:
    """A person as an export places them: in a team of a region."""

    source: str
    id: str
    team: str
    region: str
    file: Path
    line: int


def read_header(file: Path, source: CsvSource) -> list[str]:
    """Names of the columns of an export; raises ConfigurationError for a file without a readable header."""
    for _, header in _rows(file, source):
        return header
    raise ConfigurationError([Problem(file, None, None, "an empty file", "an export, at least its header")])


def read_people(file: Path, source: CsvSource) -> Iterator[ExportedPerson]:
    """Everyone whom the export places in a team and a region.

    Rows that are cut short, or place nobody, are passed over: landing counts and names them.
    Raises ConfigurationError for a file that cannot be read to its end.
    """
    people = source.entities["people"]
    rows = _rows(file, source)
    _, header = next(rows)
    positions = {field: header.index(people.fields[field]) for field in ("id", "team", "region")}
    for line, cells in rows:
        if len(cells) != len(header):
            continue
        written = {field: cells[position] for field, position in positions.items()}
        meant = {field: people.aliases.get(field, {}).get(text, text) for field, text in written.items()}
        if all(meant.values()):
            yield ExportedPerson(source.name, **meant, file=file, line=line)


def _rows(file: Path, source: CsvSource) -> Iterator[Cells]:
    try:
        with file.open(encoding=_encoding(source), newline="") as stream:
            yield from csv_rows(stream, file, source.delimiter)
    except OSError as error:
        found = f"a file that cannot be read ({error.strerror})"
        raise ConfigurationError([Problem(file, None, None, found, "an export that may be read")]) from None
    except UnicodeError:
        found = f"a character that is no {source.encoding}"
        expected = f"text in the encoding that company.yml gives for {source.name}; correct it there"
        raise ConfigurationError([Problem(file, None, None, found, expected)]) from None


def _encoding(source: CsvSource) -> str:
    """The source's encoding; UTF-8 with or without a byte order mark."""
    return "utf-8-sig" if codecs.lookup(source.encoding).name == "utf-8" else source.encoding
