"""Lands so many records of a CRM for the first time; prints megabytes that memory grew, and what was heard.

Address of the database and number of records are read from stdin. The CRM makes its records as they are asked
for, in the manner of yardstick.extract.changes.Entity.
"""

import json
import resource
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import psycopg

from yardstick.company import OdooSource
from yardstick.extract.changes import Page
from yardstick.landing.changes import land_changes_of
from yardstick.landing.tables import ensure_landing_tables

PAGE, IDS_AT_ONCE = 2_000, 10_000
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Leads:
    """A CRM's leads, numbered from 1."""

    records: int
    name: str = "crm_lead"
    label: str = "crm.lead"
    is_small: bool = False
    characters_cleaned: int = 0
    calls: int = 0
    bytes_received: int = 0

    def count(self) -> int:
        return self.records

    def latest_mark(self) -> str | None:
        return changed_at(self.records)

    def changed_pages(self, since: str | None, after_id: int) -> Iterator[Page]:
        assert since is None
        for first in range(after_id + 1, self.records + 1, PAGE):
            ids = range(first, min(first + PAGE, self.records + 1))
            yield Page(ids, [changed_at(number) for number in ids], [record(number) for number in ids])

    def id_pages(self) -> Iterator[Sequence[int]]:
        for first in range(1, self.records + 1, IDS_AT_ONCE):
            yield range(first, min(first + IDS_AT_ONCE, self.records + 1))

    def pages_of(self, ids: Sequence[int]) -> Iterator[Page]:
        raise AssertionError(f"asked for {len(ids)} records that had come")


def changed_at(number: int) -> str:
    return (BEGIN + timedelta(seconds=number)).isoformat()


def record(number: int) -> bytes:
    text = f'{{"id": {number}, "name": "Lead {number}", "description": "{"what was said " * 20}"}}'
    return text.encode()


if __name__ == "__main__":
    address, records = json.load(sys.stdin)
    source = OdooSource.model_validate(
        {
            "name": "odoo",
            "kind": "odoo",
            "url": "http://localhost",
            "database": "acme",
            "user": "bi@acme.example",
            "api_key": {"env": "NO_KEY"},
        }
    )
    leads, heard = Leads(records), []
    with psycopg.connect(address, autocommit=True) as connection:
        ensure_landing_tables(connection, [source])
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        report = land_changes_of(connection, "odoo", leads, leads, date(2026, 3, 1), "run", heard.append)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    sys.stdout.write(json.dumps([grown, report.records_alive, heard]))
