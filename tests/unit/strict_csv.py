"""What a row of an export means: read one by one, cell by cell, with nothing in mind but the declaration.

The reader of whole columns has to come to the same.
"""

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from csv_items import Record

from yardstick.company import CsvSource
from yardstick.extract.entities import ENTITIES
from yardstick.extract.moment_format import moment_parser
from yardstick.extract.number_format import number_parser
from yardstick.extract.records import Reject


def strictly_read(source: CsvSource, entity: str, path: Path, zone: ZoneInfo) -> Iterator[Record | Reject]:
    text = path.read_bytes().decode("utf-8-sig").replace("\0", "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=source.delimiter, strict=True)
    header: list[str] | None = None
    line = 1
    for raw in reader:
        row = [cell.strip() for cell in raw]
        if any(row):
            if header is None:
                header = row
            else:
                yield from _read_row(source, entity, zone, header, line, row)
        line = reader.line_num + 1


def _read_row(
    source: CsvSource, entity: str, zone: ZoneInfo, header: list[str], line: int, row: list[str]
) -> Iterator[Record | Reject]:
    described = source.entities[entity]
    columns = {name: field for field, name in described.fields.items()}
    id_place = header.index(described.fields["id"])
    written = row[id_place] if id_place < len(row) else ""
    known_id = described.aliases.get("id", {}).get(written, written)[:500] or None
    if len(row) != len(header):
        expected = f"{len(header)} cells, as many as the header has"
        yield Reject("cells", line, known_id, None, f"{len(row)} cells", expected)
        return
    values: dict[str, str] = {}
    extra: dict[str, str] = {}
    rejects: dict[str, Reject] = {}
    for name, cell in zip(header, row, strict=True):
        if name not in columns:
            extra[name] = _quoted(cell) if cell else "null"
            continue
        field = columns[name]
        try:
            values[field] = _value(source, entity, field, zone, cell) if cell else "null"
        except ValueError as error:
            rule = {"moment": "date_format", "number": "number_format", "text": "id_length"}
            kind = ENTITIES[entity][field]
            expected = f"{error}, in column {name}"
            rejects[field] = Reject(rule[kind], line, known_id, field, cell[:200], expected)  # type: ignore[arg-type]
        if field == "id" and not cell:
            rejects[field] = Reject("missing_id", line, None, "id", "a blank", f"an id in column {name}")
    if rejects:
        yield from (rejects[field] for field in described.fields if field in rejects)
        return
    modified_at = json.loads(values.get("modified_at", "null"))
    if modified_at and "T" not in modified_at:
        modified_at = datetime.fromisoformat(modified_at).replace(tzinfo=zone).isoformat()
    yield Record(json.loads(values["id"]), line, modified_at, _object({**values, "extra": _object(extra)}))


def _value(source: CsvSource, entity: str, field: str, zone: ZoneInfo, cell: str) -> str:
    described = source.entities[entity]
    match ENTITIES[entity][field]:
        case "moment":
            moment_format = described.date_formats.get(field, source.date_format)
            return _quoted(moment_parser(moment_format, zone)(cell))
        case "number":
            return number_parser(source.decimal, source.thousands)(cell)
        case "text":
            meant = described.aliases.get(field, {}).get(cell, cell)
            if field == "id" and len(meant) > 500:
                raise ValueError("an id of at most 500 characters")
            return _quoted(meant)


def _quoted(text: Any) -> str:
    return json.dumps(text, ensure_ascii=False)


def _object(members: dict[str, str]) -> str:
    in_order = sorted(members, key=lambda name: (len(name.encode()), name.encode()))
    return "{" + ", ".join(f"{_quoted(name)}: {members[name]}" for name in in_order) + "}"
