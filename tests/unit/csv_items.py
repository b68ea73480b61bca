"""What was read of an export, row by row."""

from dataclasses import dataclass

from yardstick.extract.records import Extraction, Reject


@dataclass
class Record:
    """A record of yardstick.extract.records.Batch, read from the row that begins on `line`."""

    id: str
    line: int
    modified_at: str | None
    json: str


def read_items(extraction: Extraction) -> list[Record | Reject]:
    items: list[Record | Reject] = []
    for batch in extraction:
        texts = (record.decode() for record in batch.records)
        items += map(Record, batch.ids, batch.lines, batch.modified_at, texts)
        items += batch.rejects
    return sorted(items, key=lambda item: item.line)
