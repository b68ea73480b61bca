"""Reads from an API what changed since the last night, and finds what is gone, whichever the CRM.

A CRM's own module says how an entity is asked for (`Entity`); what is here is how nothing gets lost:

- The mark of a reading is taken from the CRM itself before the first page, so that whatever changes while
  pages are read is asked for again the next night. Records with a modified time near the last mark are asked
  for again, too: transactions commit late, and clocks show whole seconds.
- Pages go by id, which no change of a record shifts.
- The ids of all records are listed in the end. A known one that is not listed is deleted. A listed one that
  is neither known nor came is asked for by its id: it became visible, or its modified time lies.
- A reading is cut into portions, each landed in a transaction with the cursor that covers it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from yardstick.extract.records import Batch

Ids = npt.NDArray[np.int64]
NO_IDS: Ids = np.empty(0, np.int64)

PORTION_RECORDS = 100_000
_IDS_AT_ONCE = 1_000


@dataclass(frozen=True)
class Page:
    """Some records of an entity, in the order of their ids: id, ISO instant of the last change, JSON.

    Ids are numbers; only those of a small entity may be text.
    """

    ids: Sequence[int] | Sequence[str]
    modified_at: Sequence[str | None]
    records: Sequence[bytes]


class Entity(Protocol):
    """How a CRM is asked for the records of one entity. Marks are the CRM's own modified times, as text."""

    name: str
    #: Whether it is read whole each time: no marks are asked for, and what does not come is gone.
    is_small: bool
    #: What the CRM calls such records.
    label: str

    def count(self) -> int | None:
        """How many records the user sees; None where counting would cost as much as reading."""
        ...

    @property
    def characters_cleaned(self) -> int:
        """Characters that were left out, for no database holds them."""
        ...

    def latest_mark(self) -> str | None:
        """The modified time of the record changed last, not later than now; None if there is no record."""
        ...

    def changed_pages(self, since: str | None, after_id: int) -> Iterator[Page]:
        """Records modified since a mark and a while before it, or all; those with a greater id, in order."""
        ...

    def id_pages(self) -> Iterator[Sequence[int]]:
        """The ids of all records that there are."""
        ...

    def pages_of(self, ids: Sequence[int]) -> Iterator[Page]:
        """The records of these ids, as far as they are there."""
        ...


class Meter(Protocol):
    """Counts what went over the wire."""

    calls: int
    bytes_received: int


@dataclass(frozen=True)
class Cursor:
    """Up to where an entity has landed.

    All that changed until `changed_until` has. A reading that was stopped goes on behind `read_to_id`; when
    it ends, all that changed until `reading_until` has landed.
    """

    changed_until: str | None = None
    reading_until: str | None = None
    read_to_id: int | None = None

    @property
    def is_unfinished(self) -> bool:
        """Whether a reading was stopped on the way."""
        return self.read_to_id is not None


class Portion:
    """A portion of a reading, as yardstick.extract.records.Extraction says; the last one lists all ids."""

    def __init__(
        self,
        source_name: str,
        entity: Entity,
        meter: Meter,
        cursor: Cursor,
        known_ids: Ids,
        size: int = PORTION_RECORDS,
    ) -> None:
        self.file = f"{source_name}/{entity.name}"
        self.is_complete = False
        self.characters_cleaned = 0
        self.cursor: Cursor | None = cursor
        self._entity = entity
        self._meter = meter
        self._calls_before, self._bytes_before = meter.calls, meter.bytes_received
        self._size = size
        self._known_ids = known_ids
        self._listed: list[Ids] = []
        self._rows = 0

    @property
    def calls(self) -> int:
        """Requests that were sent for it."""
        return self._meter.calls - self._calls_before

    @property
    def bytes_read(self) -> int:
        """Bytes that came for it."""
        return self._meter.bytes_received - self._bytes_before

    def __iter__(self) -> Iterator[Batch]:
        """Yield the records; raise SourceError if the CRM cannot be read."""
        cleaned_before = self._entity.characters_cleaned
        yield from self._read()
        self.characters_cleaned = self._entity.characters_cleaned - cleaned_before

    def listed_ids(self) -> Iterator[Sequence[str]]:
        """The ids of all records that there are, once the last portion has been read."""
        for ids in self._listed:
            yield list(map(str, ids.tolist()))

    def _read(self) -> Iterator[Batch]:
        cursor = self.cursor or Cursor()
        if not cursor.is_unfinished:
            mark = None if self._entity.is_small else self._entity.latest_mark()
            cursor = replace(cursor, reading_until=mark, read_to_id=0)
        came: list[Ids] = []
        for page in self._entity.changed_pages(cursor.changed_until, cursor.read_to_id or 0):
            yield self._batch(page)
            if self._entity.is_small:
                continue
            came.append(np.array(page.ids, np.int64))
            cursor = replace(cursor, read_to_id=int(page.ids[-1]))
            if self._rows >= self._size:
                self.cursor = cursor
                return
        if not self._entity.is_small:
            yield from self._list(came)
        self.cursor = Cursor(changed_until=cursor.reading_until or cursor.changed_until)
        self.is_complete = True

    def _list(self, came: list[Ids]) -> Iterator[Batch]:
        self._listed = [np.array(ids, np.int64) for ids in self._entity.id_pages()]
        here = np.concatenate([NO_IDS, *came, self._known_ids])
        missing = np.setdiff1d(np.concatenate([NO_IDS, *self._listed]), here).tolist()
        for start in range(0, len(missing), _IDS_AT_ONCE):
            for page in self._entity.pages_of(missing[start : start + _IDS_AT_ONCE]):
                yield self._batch(page)

    def _batch(self, page: Page) -> Batch:
        lines = range(self._rows + 1, self._rows + len(page.ids) + 1)
        self._rows += len(page.ids)
        ids = list(map(str, page.ids))
        return Batch(lines=lines, ids=ids, modified_at=page.modified_at, records=page.records, rejects=())


def rows_by_id(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows in the order of their ids, each id once."""
    return [row for _, row in sorted({int(row["id"]): row for row in rows}.items())]
