"""Lands exports given as Python values, and asks what a night knows."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from psycopg import Connection

from yardstick.extract.records import Batch, Reject
from yardstick.landing.entity import LandingReport, land_entity

NIGHT = date(2026, 3, 1)


BATCH = 10_000


@dataclass
class Record:
    """A record, read from the row that begins on `line`; see yardstick.extract.records.Batch."""

    id: str
    line: int
    modified_at: str | None
    json: str


@dataclass
class Export:
    """An export of deals (see yardstick.extract.records.Extraction), row by row."""

    items: Sequence[Record | Reject]
    file: str = "crm/deals.csv"
    bytes_read: int = 100
    characters_cleaned: int = 0
    is_complete: bool = True
    calls: int = 0

    def listed_ids(self) -> Iterator[Sequence[str]]:
        return iter(())

    def __iter__(self) -> Iterator[Batch]:
        return batches(self.items)


def batches(items: Sequence[Record | Reject]) -> Iterator[Batch]:
    for start in range(0, len(items), BATCH):
        some = items[start : start + BATCH]
        records = [item for item in some if isinstance(item, Record)]
        yield Batch(
            lines=[record.line for record in records],
            ids=[record.id for record in records],
            modified_at=[record.modified_at for record in records],
            records=[record.json.encode() for record in records],
            rejects=[item for item in some if isinstance(item, Reject)],
        )


def export(*rows: tuple[str, Any], is_complete: bool = True) -> Export:
    """Rows of an id and an amount, from line 2 on."""
    records = [
        Record(record_id, line, None, json.dumps({"id": record_id, "amount": amount, "extra": {}}))
        for line, (record_id, amount) in enumerate(rows, 2)
    ]
    return Export(records, is_complete=is_complete)


def night(number: int) -> date:
    return NIGHT + timedelta(days=number - 1)


def land(
    connection: Connection,
    landed: Export,
    number: int = 1,
    run_id: str | None = None,
    source_name: str = "crm",
) -> LandingReport:
    """Land deals for the night of that number."""
    run_id = run_id or f"run {number}"
    return land_entity(connection, source_name, "deals", landed, night(number), run_id)


def known(connection: Connection, number: int = 1) -> dict[str, Any]:
    """Id → amount of the deals that are alive as known on the night of that number."""
    query = """
        select id, record -> 'amount'
        from (
            select distinct on (id) * from landed.csv_deals
            where source = 'crm' and as_of <= %s
            order by id, as_of desc, version_id desc
        ) as versions
        where not is_deleted
    """
    return dict(connection.execute(query, [night(number)]).fetchall())


def versions(connection: Connection, record_id: str) -> list[tuple[Any, bool, int]]:
    """Amount, whether deleted, number of the night: of each version, in the order of landing."""
    query = (
        "select record -> 'amount', is_deleted, as_of from raw_crm.deals where id = %s order by version_id"
    )
    rows = connection.execute(query, [record_id]).fetchall()
    return [(amount, is_deleted, (as_of - NIGHT).days + 1) for amount, is_deleted, as_of in rows]
