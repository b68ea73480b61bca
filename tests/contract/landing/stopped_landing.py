"""Lands `changed_deals()` for night 2; with "copying" in argv it stops half-way through the export.

The address of the database is read from stdin, since it holds a password.
"""

import sys
import threading
from collections.abc import Iterator

import psycopg
from landing_night import Export, batches, export, land

from yardstick.extract.records import Batch


class StoppingExport(Export):
    """An export that says when half of its rows have been read, and then never ends."""

    def __iter__(self) -> Iterator[Batch]:
        yield from batches(self.items[: len(self.items) // 2])
        sys.stdout.write("half\n")
        sys.stdout.flush()
        threading.Event().wait()


def changed_deals() -> Export:
    """20,000 deals, the first of which repeats."""
    return export(*((f"D{number}", 2) for number in range(20_000)), ("D0", 2))


if __name__ == "__main__":
    deals = changed_deals()
    with psycopg.connect(sys.stdin.readline().strip(), autocommit=True) as connection:
        land(connection, StoppingExport(deals.items) if "copying" in sys.argv else deals, 2)
