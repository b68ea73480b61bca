"""Reads one row of a described CSV file: a record in canonical fields, or why it is none."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from json.encoder import encode_basestring

from yardstick.company import CsvSource
from yardstick.extract.entities import ENTITIES
from yardstick.extract.moment_format import moment_parser
from yardstick.extract.number_format import number_parser
from yardstick.extract.records import Record, Reject, Rule

#: Longer than any CRM's, and short enough for an index entry of PostgreSQL in any script.
LONGEST_ID = 500
_LONGEST_FOUND = 200

#: Turns a cell that is not blank into JSON, or raises ValueError saying what was expected.
_Encode = Callable[[str], str]


@dataclass(frozen=True)
class _Column:
    """A mapped column: where it stands in a row, how its cells are read, what a bad one breaks."""

    field: str
    name: str
    index: int
    encode: _Encode
    rule: Rule


class RowReader:
    """Reads rows, whose cells bear no blanks around them, below a header with every mapped column."""

    def __init__(self, source: CsvSource, entity: str, header: list[str], zone: tzinfo) -> None:
        described = source.entities[entity]
        fields = list(described.fields)
        self._columns = [
            _Column(field, name, header.index(name), *_reading(source, entity, field, zone))
            for field, name in described.fields.items()
        ]
        mapped = {column.index for column in self._columns}
        extra = [index for index in range(len(header)) if index not in mapped]
        self._template = _template(fields, [header[index] for index in extra])
        self._encoders = [(column.index, column.encode) for column in self._columns]
        self._encoders += [(index, encode_basestring) for index in extra]
        self._id_index = header.index(described.fields["id"])
        self._id_aliases = described.aliases.get("id", {})
        self._modified = fields.index("modified_at") if "modified_at" in fields else None
        self._width = len(header)
        self._zone = zone

    def read(self, line: int, row: list[str]) -> Record | list[Reject]:
        """Give the record of the row that begins on `line`, or every reason why it is none."""
        if len(row) != self._width:
            return [self._uneven(line, row)]
        try:
            values = [encode(row[index]) if row[index] else "null" for index, encode in self._encoders]
        except ValueError:
            return list(self._rejects(line, row))
        record_id = self._id(row)
        if not record_id:
            return list(self._rejects(line, row))
        return Record(record_id, line, self._modified_at(values), self._template % tuple(values))

    def _id(self, row: list[str]) -> str:
        written = row[self._id_index] if self._id_index < len(row) else ""
        return self._id_aliases.get(written, written)

    def _modified_at(self, values: list[str]) -> str | None:
        """The instant of the record's last change; of a local date, its midnight."""
        if self._modified is None or values[self._modified] == "null":
            return None
        moment = values[self._modified].strip('"')
        if "T" in moment:
            return moment
        return datetime.fromisoformat(moment).replace(tzinfo=self._zone).isoformat()

    def _uneven(self, line: int, row: list[str]) -> Reject:
        expected = f"{self._width} cells, as many as the header has"
        return Reject("cells", line, self._known_id(row), None, f"{len(row)} cells", expected)

    def _rejects(self, line: int, row: list[str]) -> Iterator[Reject]:
        record_id = self._known_id(row)
        for column in self._columns:
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
        return self._id(row)[:LONGEST_ID] or None


def _reading(source: CsvSource, entity: str, field: str, zone: tzinfo) -> tuple[_Encode, Rule]:
    """How the cells of a field are read, and the rule that one which cannot be read breaks."""
    described = source.entities[entity]
    aliases = described.aliases.get(field, {})
    match ENTITIES[entity][field]:
        case "moment":
            parse = moment_parser(described.date_formats.get(field, source.date_format), zone)
            return _remembering(lambda cell: f'"{parse(cell)}"'), "date_format"
        case "number":
            return _remembering(number_parser(source.decimal, source.thousands)), "number_format"
        case "text" if field == "id":
            return lambda cell: encode_basestring(_short(aliases.get(cell, cell))), "id_length"
        case "text" if aliases:
            return lambda cell: encode_basestring(aliases.get(cell, cell)), "id_length"
        case "text":
            return encode_basestring, "id_length"


def _remembering(encode: _Encode) -> _Encode:
    """The same function, which remembers the latest cells: exports repeat their dates and prices."""
    return lru_cache(maxsize=1 << 14)(encode)


def _short(record_id: str) -> str:
    if len(record_id) > LONGEST_ID:
        raise ValueError(f"an id of at most {LONGEST_ID} characters")
    return record_id


def _template(fields: Iterable[str], extra: Iterable[str]) -> str:
    """A record's JSON with %s for each value, those of the mapped fields first."""
    return f'{{{_members(fields)},"extra":{{{_members(extra)}}}}}'


def _members(names: Iterable[str]) -> str:
    return ",".join(f"{encode_basestring(name).replace('%', '%%')}:%s" for name in names)
