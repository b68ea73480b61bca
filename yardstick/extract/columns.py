"""Reads columns of cells into JSON: null for a blank cell, no value at all for one that cannot be read.

The cells bear no blanks around them. What is no plain text is read by a function that reads a single
cell, once for each distinct one, so that a column means what its cells mean.
"""

from collections.abc import Callable
from functools import lru_cache
from json.encoder import encode_basestring

import polars as pl

#: Turns a cell that is not blank into JSON, or raises ValueError saying what was expected.
Encode = Callable[[str], str]

_REMEMBERED = 1 << 15
_ESCAPED = {sign: encode_basestring(sign)[1:-1] for sign in ['"', "\\", *map(chr, range(32))]}
#: Where minutes begin in a moment's JSON.
_CLOCK = len('"2026-03-01T13:')
_SIXTY = "[0-5][0-9]"


def text_column(cells: pl.Expr) -> pl.Expr:
    """The column of cells that may hold any text."""
    quoted = pl.concat_str(pl.lit('"'), cells.str.replace_many(_ESCAPED), pl.lit('"'))
    return pl.when(cells == "").then(pl.lit("null")).otherwise(quoted)


def column_of(cells: pl.Expr, encode: Encode) -> pl.Expr:
    """The column of cells that `encode` reads."""
    return cells.map_batches(_each_distinct(encode), pl.String)


def moment_column(cells: pl.Expr, moment_format: str, encode: Encode) -> pl.Expr:
    """The column of moments that are written in a format and that `encode` reads.

    Times seldom repeat, but their hours do. So of an hour only the first and the last time are read;
    where these two give JSON that differs in the clock alone, so do all between them. The rest is read
    time by time: hours in which clocks were changed, zones that are not whole hours from UTC, times
    without leading zeros, errors.
    """
    to_the_hour, minutes, rest = moment_format.partition(":%M")
    if not minutes or ":" in to_the_hour or "%f" in rest:
        return column_of(cells, encode)
    has_seconds = rest.startswith(":%S")
    clock_pattern = f"^({_SIXTY}:{_SIXTY})" if has_seconds else f"^({_SIXTY})"
    first_clock, last_clock = ("00:00", "59:59") if has_seconds else ("00", "59")
    width = len(first_clock)

    def first_of_hour(first: str) -> str:
        before, _, after = first.partition(f":{first_clock}")
        json = encode(first)
        last = encode(f"{before}:{last_clock}{after}")
        if (json[_CLOCK:][:width], last) != (
            first_clock,
            json[:_CLOCK] + last_clock + json[_CLOCK + width :],
        ):
            raise ValueError
        return json

    read_hours, read_times = _each_distinct(first_of_hour), _each_distinct(encode)

    def read(times: pl.Series) -> pl.Series:
        before, rest = times.str.splitn(":", 2).struct.unnest()
        hours = read_hours(before + f":{first_clock}" + rest.str.slice(width))
        clock = rest.str.extract(clock_pattern)
        json = hours.str.head(_CLOCK) + clock + hours.str.slice(_CLOCK + width)
        others = json.is_null()
        return json.scatter(others.arg_true(), read_times(times.filter(others)))

    return cells.map_batches(read, pl.String)


def _each_distinct(encode: Encode) -> Callable[[pl.Series], pl.Series]:
    """A function that reads a column; it remembers what it read of late, for exports repeat themselves."""

    @lru_cache(maxsize=_REMEMBERED)
    def read_cell(cell: str | None) -> str | None:
        try:
            return encode(cell) if cell else "null"
        except ValueError:
            return None

    def read(cells: pl.Series) -> pl.Series:
        distinct = cells.drop_nulls().unique()
        return cells.replace_strict(
            distinct,
            pl.Series(map(read_cell, distinct), dtype=pl.String),
            default=None,
            return_dtype=pl.String,
        )

    return read
