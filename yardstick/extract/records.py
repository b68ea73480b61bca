"""What every kind of source hands to the landing: records, and the rows that could not be read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

#: What a row can break; landing adds the last, which only the export as a whole can break.
Rule = Literal["cells", "missing_id", "id_length", "date_format", "number_format", "duplicate_id"]


@dataclass(frozen=True)
class Landing:
    """Something of a source that lands in a table of its own; a gate judges how much of it there is.

    What may be empty, or shrink by a lot, and all is well, is not steady, and not judged.
    """

    entity: str
    is_steady: bool


@dataclass(slots=True)
class Reject:
    """One reason why a row cannot be landed; a row with two wrong cells gives two of them."""

    rule: Rule
    line: int
    record_id: str | None
    field: str | None
    found: str
    expected: str


@dataclass(slots=True)
class Batch:
    """Some rows of an export: column by column those that are records, and why the others are none.

    Both in the order of the export. A record has a line on which its row begins, an id, an ISO
    instant of its last change if it tells it, and JSON: an object of the mapped canonical fields (the
    id among them), with text, numbers with all their digits, moments as ISO text, null for a blank;
    and of `extra`, which holds the unmapped columns as text. The JSON is UTF-8, spelled as PostgreSQL
    spells jsonb, so that equal records are equal bytes.
    """

    lines: Sequence[int]
    ids: Sequence[str]
    modified_at: Sequence[str | None]
    records: Sequence[bytes]
    rejects: Sequence[Reject]


class Extraction(Protocol):
    """An export being read. The counts are final once it has been read to its end."""

    file: str
    characters_cleaned: int
    #: False if the end of the export is missing, so that an absent record need not have vanished.
    is_complete: bool

    @property
    def bytes_read(self) -> int:
        """Size of the export, or of the answers."""
        ...

    @property
    def calls(self) -> int:
        """Requests that it took; 0 for an export."""
        ...

    def __iter__(self) -> Iterator[Batch]:
        """Yield the rows in the order of the export; raise SourceError if it cannot be read."""
        ...

    def listed_ids(self) -> Iterator[Sequence[str]]:
        """Ids of records that are there although they need not have come: nothing changed in them.

        An export gives all its records, and none here; who asks a CRM for changes lists all ids.
        """
        ...
