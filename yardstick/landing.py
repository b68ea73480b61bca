"""Lands what was extracted: a version of a record is added only when its content changed.

An entity of a source lands in one transaction, or not at all: a run that is killed leaves nothing,
and the next one ends in the same tables. Each version bears the night (as-of) that landed it; what
a night knows is, of each id, the latest version landed by nights up to it. A landing for an earlier
night writes history: what is known changes from that night on, until the next night that has landed
already; what that one and those after it know stays as it was.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from tempfile import TemporaryFile
from typing import IO, Any, LiteralString

from psycopg import Connection, Copy, Cursor
from psycopg.pq import TransactionStatus
from psycopg.sql import SQL, Identifier

from yardstick import binary_copy, landing_sql
from yardstick.company import Company, CsvSource
from yardstick.errors import SourceError
from yardstick.extract.csv_files import read_entity
from yardstick.extract.records import Batch, Extraction
from yardstick.landing_rows import (
    KnownHashes,
    SeenIds,
    content_hashes,
    rejected_rows,
    staged_rows,
    version_rows,
)
from yardstick.landing_tables import landing_table

#: Told how many rows have been read so far.
Progress = Callable[[int], None]
_ROWS_BETWEEN_PROGRESS = 50_000
_CHUNK = 1 << 20


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
        self._as_of = as_of
        self._values: dict[str, object] = {
            "source": source_name,
            "entity": entity,
            "as_of": as_of,
            "run_id": run_id,
        }

    def land(self, extraction: Extraction, progress: Progress) -> LandingReport:
        self._execute("lock table {table} in share row exclusive mode")  # readers go on
        known = self._recall()
        rows_read, may_repeat = self._take_in(extraction, known, progress)
        self._values |= {"file": extraction.file, "is_complete": extraction.is_complete}
        rows_repeated = self._set_aside(may_repeat)
        versions_added, records_deleted = self._complete_versions()
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

    def _recall(self) -> KnownHashes:
        """Note in the table `known` what the night knew until now."""
        self._execute(landing_sql.RECALL)
        self._execute("analyze known")
        return KnownHashes(self._one(landing_sql.KNOWN_HASHES))

    def _take_in(self, extraction: Extraction, known: KnownHashes, progress: Progress) -> tuple[int, bool]:
        """Copy all that comes: how many rows are there, and may an id repeat?

        What the night does not know becomes a version at once. What came is staged in files until
        PostgreSQL is through with the versions.
        """
        rows, seen = 0, SeenIds()
        with TemporaryFile() as staged, TemporaryFile() as rejected:
            with self._copy(landing_sql.COPY_VERSIONS) as versions:
                for batch in _read_ahead(extraction):
                    hashes = content_hashes(batch)
                    is_new = known.lacks(hashes)
                    versions.write(version_rows(batch, hashes, is_new, self._as_of))
                    staged.write(staged_rows(batch, hashes, is_new))
                    rejected.write(rejected_rows(batch.rejects))
                    seen.add(batch.ids)
                    before, rows = rows, rows + len(batch.lines) + len({r.line for r in batch.rejects})
                    if rows // _ROWS_BETWEEN_PROGRESS > before // _ROWS_BETWEEN_PROGRESS:
                        progress(rows)
            self._copy_file(landing_sql.STAGE, landing_sql.COPY_STAGED, staged)
            self._copy_file(landing_sql.STAGE_REJECTED, landing_sql.COPY_REJECTED, rejected)
        return rows, seen.may_repeat()

    @contextmanager
    def _copy(self, statement: LiteralString) -> Iterator[Copy]:
        """A COPY that rows can be written to."""
        with self._cursor.copy(SQL(statement).format(table=self._table)) as copy:
            copy.write(binary_copy.HEADER)
            yield copy
            copy.write(binary_copy.TRAILER)

    def _copy_file(self, stage: LiteralString, statement: LiteralString, file: IO[bytes]) -> None:
        self._execute(stage)
        file.seek(0)
        with self._copy(statement) as copy:
            while chunk := file.read(_CHUNK):
                copy.write(chunk)

    def _set_aside(self, may_repeat: bool) -> int:
        """Take rejects and repeated ids out of what lands; return how many rows only repeat."""
        self._execute(landing_sql.FORGET_REJECTS)
        self._execute(landing_sql.KEEP_REJECTS)
        repeated = self._execute(landing_sql.FIND_REPEATED) if may_repeat else 0
        if repeated == 0:
            return 0
        contradictions = self._execute(landing_sql.REJECT_CONTRADICTIONS)
        self._execute(landing_sql.DROP_REPEATED)
        self._execute(landing_sql.UNSTAGE_REPEATED)
        return repeated - contradictions

    def _complete_versions(self) -> tuple[int, int]:
        """Add deletions, and what the next night goes on knowing; how many versions and deletions are new?"""
        self._execute("analyze staged")
        self._execute(landing_sql.FIND_ABSENT)
        deleted = self._execute(landing_sql.ADD_DELETED)
        added = self._one(landing_sql.COUNT_NEW) + deleted
        next_night = self._one(landing_sql.NEXT_NIGHT)
        if next_night is not None:
            self._values["next_night"] = next_night
            added += self._execute(landing_sql.KEEP_NEXT_NIGHT)
        if added > 0:
            self._execute("analyze {table}")
        return added, deleted

    def _execute(self, statement: LiteralString) -> int:
        """Run a statement in which {table} is the landing table; return how many rows it made."""
        self._cursor.execute(SQL(statement).format(table=self._table), self._values)
        return self._cursor.rowcount

    def _one(self, statement: LiteralString) -> Any:
        self._execute(statement)
        return next(self._cursor)[0]


def _read_ahead(batches: Iterable[Batch]) -> Iterator[Batch]:
    """The same batches; each is read while the one before is used."""
    remaining = iter(batches)
    with ThreadPoolExecutor(1) as reader:
        following = reader.submit(next, remaining, None)
        while batch := following.result():
            following = reader.submit(next, remaining, None)
            yield batch
