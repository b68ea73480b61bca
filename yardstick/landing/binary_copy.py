"""Rows in the binary format of PostgreSQL's COPY, which both sides write and read faster than text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

#: Values of a type that are all of the same size and never null, in PostgreSQL's bytes.
Fixed = npt.NDArray[Any]
#: Values of a type that are of any size, in PostgreSQL's bytes; None is null.
Sized = Sequence[bytes | None]


@dataclass(frozen=True)
class Jsonbs:
    """Values of type jsonb, from JSON in UTF-8; never null."""

    values: Sequence[bytes]

    def __len__(self) -> int:
        return len(self.values)


HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
_JSONB_VERSION = b"\1"
#: So few that they make no more bytes than a cache holds.
_PIECES_AT_ONCE = 1 << 10
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def rows(*columns: Fixed | Sized | Jsonbs) -> Iterator[bytes]:
    """The rows that these columns make, some hundreds at a time, to stand between HEADER and TRAILER."""
    count = len(columns[0])
    pieces: list[Sequence[bytes]] = []
    fixed: list[Fixed] = [np.full(count, len(columns), ">i2")]
    for column in columns:
        if isinstance(column, np.ndarray):
            fixed += [np.full(count, column.itemsize, ">i4"), column]
        elif isinstance(column, Jsonbs):
            lengths = np.fromiter(map(len, column.values), np.int32, count) + len(_JSONB_VERSION)
            fixed += [lengths.astype(">i4"), np.full(count, _JSONB_VERSION)]
            pieces += [_side_by_side(fixed), column.values]
            fixed = []
        elif column.count(None) == count:
            fixed.append(np.full(count, -1, ">i4"))
        else:
            fixed.append(np.array([-1 if value is None else len(value) for value in column], ">i4"))
            pieces += [_side_by_side(fixed), [value or b"" for value in column]]
            fixed = []
    if fixed:
        pieces.append(_side_by_side(fixed))
    row_by_row = [b""] * (count * len(pieces))
    for place, piece in enumerate(pieces):
        row_by_row[place :: len(pieces)] = piece
    for start in range(0, len(row_by_row), _PIECES_AT_ONCE):
        yield b"".join(row_by_row[start : start + _PIECES_AT_ONCE])


def _side_by_side(columns: list[Fixed]) -> list[bytes]:
    joined = np.empty(len(columns[0]), [(str(place), column.dtype) for place, column in enumerate(columns)])
    for place, column in enumerate(columns):
        joined[str(place)] = column
    pieces: list[bytes] = joined.view(f"V{joined.itemsize}").tolist()
    return pieces


def bigints(values: Iterable[int]) -> Fixed:
    """A column of type bigint."""
    return np.fromiter(values, ">i8")


def dates(values: Sequence[date]) -> Fixed:
    """A column of type date."""
    return np.array([(value - _EPOCH.date()).days for value in values], ">i4")


def uuids(values: Iterable[bytes]) -> Fixed:
    """A column of type uuid, from 16 bytes each."""
    return np.frombuffer(b"".join(values), "S16")


def texts(values: Iterable[str | None]) -> Sized:
    """A column of type text."""
    return [None if value is None else value.encode() for value in values]


def instants(values: Iterable[str | None]) -> Sized:
    """A column of type timestamptz, from ISO text."""
    return [None if value is None else _microseconds(value).to_bytes(8, signed=True) for value in values]


def _microseconds(value: str) -> int:
    return (datetime.fromisoformat(value) - _EPOCH) // _MICROSECOND
