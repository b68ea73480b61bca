"""Lands what was extracted: a version of a record is added only when its content changed.

An entity of a source lands in one transaction, or not at all: a run that is killed leaves nothing,
and the next one ends in the same tables. Each version bears the night (as-of) that landed it; what
a night knows is, of each id, the latest version landed by nights up to it. A landing for an earlier
night writes history: what is known changes from that night on, until the next night that has landed
already; what that one and those after it know stays as it was.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from typing import Any, LiteralString

from psycopg import Connection, Cursor
from psycopg.pq import TransactionStatus
from psycopg.sql import SQL, Identifier

from yardstick import landing_sql
from yardstick.company import Company, CsvSource
from yardstick.errors import SourceError
from yardstick.extract.csv_files import read_entity
from yardstick.extract.records import Extraction, Record, Reject
from yardstick.landing_tables import landing_table

#: Told how many rows have been read so far.
Progress = Callable[[int], None]
_ROWS_BETWEEN_PROGRESS = 50_000


def _silent(*_: object) -> None:
    """Progress that nobody wants to hear of."""


@dataclass(frozen=True)
class LandingReport:
    """What one landing took in and changed, as the columns of ops.landings say."""

    is_complete: bool
    rows_read: int
    rows_rejected: int
    rows_repeated: int
    characters_cleaned: int
    versions_added: int
    records_deleted: int
    records_alive: int
    bytes_read: int


def land_source(
    connection: Connection,
    company: Company,
    source: CsvSource,
    as_of: date,
    run_id: str,
    progress: Callable[[str, int], None] = _silent,
) -> dict[str, LandingReport]:
    """Land every entity of a source, each in its own transaction; `progress` hears entity and rows.

    Raises SourceError naming every export that could not be read, after the others have landed.
    """
    reports: dict[str, LandingReport] = {}
    unread: list[str] = []
    for entity in source.entities:
        extraction = read_entity(source, entity, company.folder, company.zone)
        try:
            reports[entity] = land_entity(
                connection, source.name, entity, extraction, as_of, run_id, partial(progress, entity)
            )
        except SourceError as error:
            unread.append(str(error))
    if unread:
        raise SourceError("\n".join(unread))
    return reports


def land_entity(
    connection: Connection,
    source_name: str,
    entity: str,
    extraction: Extraction,
    as_of: date,
    run_id: str,
    progress: Progress = _silent,
) -> LandingReport:
    """Land one entity of a source for the night `as_of`, in one transaction; say what it changed.

    The tables must be there (ensure_landing_tables). An id that a complete export lacks is marked
    deleted; one that it holds in a rejected row only keeps its last version. Raises SourceError if
    the export cannot be read: then nothing of it has landed.
    """
    if connection.info.transaction_status != TransactionStatus.IDLE:
        raise RuntimeError("a landing is a transaction of its own, and the connection is in another one")
    with connection.transaction(), connection.cursor() as cursor:
        landing = _Landing(cursor, landing_table(source_name, entity), source_name, entity, as_of, run_id)
        return landing.land(extraction, progress)


class _Landing:
    """The steps of one landing, within its transaction."""

    def __init__(
        self, cursor: Cursor, table: Identifier, source_name: str, entity: str, as_of: date, run_id: str
    ) -> None:
        self._cursor = cursor
        self._table = table
        self._values: dict[str, object] = {
            "source": source_name,
            "entity": entity,
            "as_of": as_of,
            "run_id": run_id,
        }

    def land(self, extraction: Extraction, progress: Progress) -> LandingReport:
        self._execute("lock table {table} in share row exclusive mode")  # readers go on
        rows_read = self._stage(extraction, progress)
        self._values |= {"file": extraction.file, "is_complete": extraction.is_complete}
        rows_repeated = self._set_aside()
        versions_added, records_deleted = self._add_versions()
        report = LandingReport(
            is_complete=extraction.is_complete,
            rows_read=rows_read,
            rows_rejected=self._one(landing_sql.COUNT_REJECTED),
            rows_repeated=rows_repeated,
            characters_cleaned=extraction.characters_cleaned,
            versions_added=versions_added,
            records_deleted=records_deleted,
            records_alive=self._one(landing_sql.COUNT_ALIVE),
            bytes_read=extraction.bytes_read,
        )
        self._values |= asdict(report)
        self._execute(landing_sql.FORGET_LANDING)
        self._execute(landing_sql.NOTE_LANDING)
        return report

    def _stage(self, extraction: Extraction, progress: Progress) -> int:
        """Copy all that comes into the table `staged`; return how many rows the export has."""
        self._execute(landing_sql.STAGE)
        rows, line = 0, None
        with self._cursor.copy(landing_sql.COPY) as copy:
            for item in extraction:
                copy.write_row(_staged_row(item))
                if item.line != line:
                    rows, line = rows + 1, item.line
                    if rows % _ROWS_BETWEEN_PROGRESS == 0:
                        progress(rows)
        self._execute("analyze staged")
        return rows

    def _set_aside(self) -> int:
        """Take rejects and repeated ids out of what is to land; return how many rows only repeat."""
        self._execute(landing_sql.FORGET_REJECTS)
        self._execute(landing_sql.KEEP_REJECTS)
        repeated = self._execute(landing_sql.FIND_REPEATED)
        if repeated == 0:
            return 0
        contradictions = self._execute(landing_sql.REJECT_CONTRADICTIONS)
        self._execute(landing_sql.DROP_REPEATED)
        return repeated - contradictions

    def _add_versions(self) -> tuple[int, int]:
        """Add a version of every record that changed, came, went or came back."""
        self._execute(landing_sql.RECALL)
        self._execute("analyze known")
        self._execute(landing_sql.COMPARE)
        self._execute("analyze changes")
        changed = self._execute(landing_sql.ADD_CHANGED)
        deleted = self._execute(landing_sql.ADD_DELETED)
        next_night = self._one(landing_sql.NEXT_NIGHT)
        kept = 0
        if next_night is not None:
            self._values["next_night"] = next_night
            kept = self._execute(landing_sql.KEEP_NEXT_NIGHT)
        if changed + deleted + kept > 0:
            self._execute("analyze {table}")
        return changed + deleted + kept, deleted

    def _execute(self, statement: LiteralString) -> int:
        """Run a statement in which {table} is the landing table; return how many rows it made."""
        self._cursor.execute(SQL(statement).format(table=self._table), self._values)
        return self._cursor.rowcount

    def _one(self, statement: LiteralString) -> Any:
        self._execute(statement)
        return next(self._cursor)[0]


def _staged_row(item: Record | Reject) -> tuple[object, ...]:
    if isinstance(item, Record):
        return item.line, item.id, item.modified_at, item.json, None, None, None, None
    return item.line, item.record_id, None, None, item.rule, item.field, item.found, item.expected
