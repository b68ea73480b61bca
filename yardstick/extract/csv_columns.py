"""Reads rows of a described CSV file, column by column: records in canonical fields, or why a row is none."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import compress
from json.encoder import encode_basestring

import polars as pl

from yardstick.company import CsvSource
from yardstick.extract.columns import Encode, column_of, moment_column, moment_encoder, text_column
from yardstick.extract.csv_text import Block
from yardstick.extract.entities import ENTITIES
from yardstick.extract.number_format import number_parser
from yardstick.extract.records import Batch, Reject, Rule

#: Longer than any CRM's, and short enough for an index entry of PostgreSQL in any script.
LONGEST_ID = 500
_LONGEST_FOUND = 200
#: All that str.strip takes for blanks; but for controls, polars takes the same for blanks by itself.
_BLANKS = "".join(sign for sign in map(chr, range(0x3001)) if sign.isspace())


@dataclass(frozen=True)
class _Column:
    """A mapped column: where it stands, its JSON, how one cell is read, what a bad one breaks."""

    field: str
    name: str
    index: int
    json: pl.Expr
    encode: Encode
    rule: Rule


class ColumnReader:
    """Reads blocks below a header that has every mapped column: the plain ones, or any."""

    def __init__(
        self, source: CsvSource, entity: str, header: list[str], zone: tzinfo, *, is_plain: bool
    ) -> None:
        described = source.entities[entity]
        self._mapped = [
            _column(source, entity, field, header.index(name), zone, is_plain=is_plain)
            for field, name in described.fields.items()
        ]
        mapped = {column.index for column in self._mapped}
        extra = {name: index for index, name in enumerate(header) if index not in mapped}
        self._values = [column.json.alias(column.field) for column in self._mapped]
        self._values += [
            text_column(_cells(index, is_plain=is_plain), is_plain=is_plain).alias(str(index))
            for index in extra.values()
        ]
        members = {column.field: pl.col(column.field) for column in self._mapped}
        members["extra"] = _object({name: pl.col(str(index)) for name, index in extra.items()})
        self._record = _object(members)
        self._modified_at = _modified_at(source, entity, zone)
        self._id_index = header.index(described.fields["id"])
        self._id = _cells(self._id_index, is_plain=is_plain)
        self._id_aliases = described.aliases.get("id", {})
        self._width = len(header)

    def read(self, block: Block) -> Batch:
        """Give the records of the block, and every reason why a row of it is none."""
        lines, cells = block.lines, block.cells
        rejects = [self._uneven(line, row) for line, row in block.uneven_rows]
        read = cells.select(self._values).select(record=self._record, modified_at=self._modified_at)
        if read["record"].has_nulls():
            for place in read["record"].is_null().arg_true():
                rejects += self._rejects(lines[place], [cell.strip() for cell in cells.row(place)])
            good = read["record"].is_not_null()
            lines, cells, read = list(compress(lines, good)), cells.filter(good), read.filter(good)
        return Batch(
            lines=lines,
            ids=self._ids(cells.select(self._id).to_series().to_list()),
            modified_at=read["modified_at"].to_list(),
            records=read["record"].cast(pl.Binary).to_list(),
            rejects=sorted(rejects, key=lambda reject: reject.line),
        )

    def _ids(self, cells: list[str]) -> list[str]:
        return [self._id_aliases.get(cell, cell) for cell in cells] if self._id_aliases else cells

    def _uneven(self, line: int, row: list[str]) -> Reject:
        expected = f"{self._width} cells, as many as the header has"
        return Reject("cells", line, self._known_id(row), None, f"{len(row)} cells", expected)

    def _rejects(self, line: int, row: list[str]) -> Iterator[Reject]:
        """Every reason why the row is no record; none for a row of blanks, which says nothing."""
        if not any(row):
            return
        record_id = self._known_id(row)
        for column in self._mapped:
            cell = row[column.index]
            if column.field == "id" and not cell:
                yield Reject("missing_id", line, None, "id", "a blank", f"an id in column {column.name}")
            elif cell:
                try:
                    column.encode(cell)
                except ValueError as error:
                    found, expected = cell[:_LONGEST_FOUND], f"{error}, in column {column.name}"
                    yield Reject(column.rule, line, record_id, column.field, found, expected)

    def _known_id(self, row: list[str]) -> str | None:
        cell = row[self._id_index] if self._id_index < len(row) else ""
        [record_id] = self._ids([cell.strip()])
        return record_id[:LONGEST_ID] or None


def _column(
    source: CsvSource, entity: str, field: str, index: int, zone: tzinfo, *, is_plain: bool
) -> _Column:
    described = source.entities[entity]
    aliases = described.aliases.get(field, {})
    cells = _cells(index, is_plain=is_plain)
    text = text_column(cells, is_plain=is_plain)

    def of_text(cell: str) -> str:
        return encode_basestring(aliases.get(cell, cell))

    def of_id(cell: str) -> str:
        if len(aliases.get(cell, cell)) > LONGEST_ID:
            raise ValueError(f"an id of at most {LONGEST_ID} characters")
        return of_text(cell)

    encode: Encode
    rule: Rule = "id_length"
    match ENTITIES[entity][field]:
        case "moment":
            moment_format = _moment_format(source, entity, field)
            json = moment_column(cells, moment_format, zone)
            encode, rule = moment_encoder(moment_format, zone), "date_format"
        case "number":
            encode, rule = number_parser(source.decimal, source.thousands), "number_format"
            json = column_of(cells, encode)
        case "text" if field == "id":
            is_short = cells.str.len_chars() <= LONGEST_ID
            json = column_of(cells, of_id) if aliases else pl.when(is_short).then(text)
            json, encode = pl.when(cells != "").then(json), of_id
        case "text":
            json, encode = column_of(cells, of_text) if aliases else text, of_text
    return _Column(field, described.fields[field], index, json, encode, rule)


def _cells(index: int, *, is_plain: bool) -> pl.Expr:
    return pl.col(str(index)).str.strip_chars(None if is_plain else _BLANKS)


def _moment_format(source: CsvSource, entity: str, field: str) -> str:
    return source.entities[entity].date_formats.get(field, source.date_format)


def _modified_at(source: CsvSource, entity: str, zone: tzinfo) -> pl.Expr:
    """The instant of a record's last change, from the JSON of its fields; of a local date, its midnight."""
    if "modified_at" not in source.entities[entity].fields:
        return pl.lit(None, pl.String)
    json = pl.col("modified_at")
    moment = pl.when(json != "null").then(json.str.strip_chars('"'))
    if re.search("%[HI]", _moment_format(source, entity, "modified_at").replace("%%", "")):
        return moment
    return column_of(moment, lambda day: datetime.fromisoformat(day).replace(tzinfo=zone).isoformat())


def _object(members: Mapping[str, pl.Expr]) -> pl.Expr:
    """The JSON of an object, spelled as PostgreSQL spells jsonb: shorter names first."""
    pieces, before = [], "{"
    for name in sorted(members, key=lambda name: (len(name.encode()), name.encode())):
        pieces += [pl.lit(f"{before}{encode_basestring(name)}: "), members[name]]
        before = ", "
    return pl.concat_str(*pieces, pl.lit("}")) if pieces else pl.lit("{}")
