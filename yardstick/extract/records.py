"""What every kind of source hands to the landing: records, and the rows that could not be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

#: What a row can break; landing adds the last, which only the export as a whole can break.
Rule = Literal["cells", "missing_id", "id_length", "date_format", "number_format", "duplicate_id"]


@dataclass(slots=True)
class Record:
    """One record of a source, read from the row that begins on `line`; `modified_at` is an ISO instant.

    `json` is an object of the mapped canonical fields: text, numbers with all their digits, moments
    as ISO text, null for a blank; and of `extra`, which holds the unmapped columns as text.
    """

    id: str
    line: int
    modified_at: str | None
    json: str


@dataclass(slots=True)
class Reject:
    """One reason why a row cannot be landed; a row with two wrong cells gives two of them."""

    rule: Rule
    line: int
    record_id: str | None
    field: str | None
    found: str
    expected: str


class Extraction(Protocol):
    """An export being read. The counts are final once it has been read to its end."""

    file: str
    bytes_read: int
    characters_cleaned: int
    #: False if the end of the export is missing, so that an absent record need not have vanished.
    is_complete: bool

    def __iter__(self) -> Iterator[Record | Reject]:
        """Yield the rows in the order of the export; raise SourceError if it cannot be read."""
        ...
