"""Reads columns of cells into JSON: null for a blank cell, no value at all for one that cannot be read.

The cells bear no blanks around them. What is no plain text is read by a function that reads a single
cell, once for each distinct one, so that a column means what its cells mean.
"""

from collections.abc import Callable
from datetime import tzinfo
from functools import cache, lru_cache
from json.encoder import encode_basestring

import polars as pl

from yardstick.extract.moment_format import moment_parser

#: Turns a cell that is not blank into JSON, or raises ValueError saying what was expected.
Encode = Callable[[str], str]

_REMEMBERED = 1 << 15
_ESCAPED = {sign: encode_basestring(sign)[1:-1] for sign in ['"', "\\", *map(chr, range(32))]}
#: How a moment's JSON ends.
_UTC = '+00:00"'
_TO_THE_HOUR = len('"2026-03-01T13:')
_SIXTY = "[0-5][0-9]"


def text_column(cells: pl.Expr, *, is_plain: bool) -> pl.Expr:
    """The column of cells that may hold any text; of plain ones nothing needs to be escaped."""
    text = cells if is_plain else cells.str.replace_many(_ESCAPED)
    quoted = pl.concat_str(pl.lit('"'), text, pl.lit('"'))
    return pl.when(cells == "").then(pl.lit("null")).otherwise(quoted)


def column_of(cells: pl.Expr, encode: Encode) -> pl.Expr:
    """The column of cells that `encode` reads."""
    return cells.map_batches(_each_distinct(encode), pl.String)


def moment_column(cells: pl.Expr, moment_format: str, zone: tzinfo) -> pl.Expr:
    """The column of moments that are written in a format, in local time unless they tell their offset."""
    return cells.map_batches(_moments(moment_format, zone), pl.String)


@cache
def _moments(moment_format: str, zone: tzinfo) -> Callable[[pl.Series], pl.Series]:
    """A function that reads a column of moments; all columns of a format remember what one of them read.

    Times seldom repeat, but their hours do. So of an hour only the first and the last time are read;
    where these two give JSON that differs in the clock alone, so do all between them. The rest is read
    time by time: hours in which clocks were changed, zones that are not whole hours from UTC, times
    without leading zeros, errors.
    """
    encode = moment_encoder(moment_format, zone)
    read_times = _each_distinct(encode)
    to_the_hour, minutes, behind = moment_format.partition(":%M")
    if not minutes or ":" in to_the_hour or "%f" in behind:
        return read_times
    has_seconds = behind.startswith(":%S")
    clock_pattern = f"^({_SIXTY}:{_SIXTY})" if has_seconds else f"^({_SIXTY})"
    first_clock, last_clock = ("00:00", "59:59") if has_seconds else ("00", "59")
    behind_clock = _UTC if has_seconds else f":00{_UTC}"

    def hour_of(first: str) -> str:
        """The JSON up to the hour, if the hour's first and last time differ in the clock alone."""
        before, _, after = first.partition(f":{first_clock}")
        json, last_json = encode(first), encode(f"{before}:{last_clock}{after}")
        hour = json[:_TO_THE_HOUR]
        if [json, last_json] != [f"{hour}{clock}{behind_clock}" for clock in (first_clock, last_clock)]:
            raise ValueError
        return hour

    read_hours = _each_distinct(hour_of)

    def read(times: pl.Series) -> pl.Series:
        before, rest = times.str.splitn(":", 2).struct.unnest()
        hours = read_hours(before + f":{first_clock}" + rest.str.slice(len(first_clock)))
        json = hours + rest.str.extract(clock_pattern) + behind_clock
        if not json.has_nulls():
            return json
        others = json.is_null()
        return json.scatter(others.arg_true(), read_times(times.filter(others)))

    return read


def moment_encoder(moment_format: str, zone: tzinfo) -> Encode:
    """What reads a single moment."""
    parse = moment_parser(moment_format, zone)
    return lambda cell: f'"{parse(cell)}"'


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
