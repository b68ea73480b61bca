"""Lands what was extracted: a version of a record is added only when its content changed.

An entity of a source lands in one transaction, or not at all: a run that is killed leaves nothing,
and the next one ends in the same tables. Each version bears the night (as-of) that landed it; what
a night knows is, of each id, the latest version landed by nights up to it. A landing for an earlier
night writes history: what is known changes from that night on, until the next night that has landed
already; what that one and those after it know stays as it was.
"""

import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from tempfile import TemporaryFile
from typing import IO, Any, LiteralString

from psycopg import Connection, Copy, Cursor
from psycopg.pq import TransactionStatus
from psycopg.sql import SQL, Identifier

from yardstick.extract.records import Batch, Extraction
from yardstick.landing import binary_copy, statements
from yardstick.landing.rows import (
    Came,
    KnownHashes,
    SeenIds,
    content_hashes,
    rejected_rows,
    version_rows,
)
from yardstick.landing.tables import landing_table

#: Told how many rows have been read so far.
Progress = Callable[[int], None]
_ROWS_BETWEEN_PROGRESS = 50_000
_CHUNK = 1 << 20


def silent(*_: object) -> None:
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
    calls: int


def land_entity(
    connection: Connection,
    source_name: str,
    entity: str,
    extraction: Extraction,
    as_of: date,
    run_id: str,
    progress: Progress = silent,
    *,
    goes_on: bool = False,
    beside: Callable[[Connection], None] = silent,
) -> LandingReport:
    """Land one entity of a source for the night `as_of`, in one transaction; say what it changed.

    The tables must be there (ensure_landing_tables). An id that a complete export lacks is marked
    deleted; one that it holds in a rejected row only keeps its last version. A portion `goes_on` with what
    the run landed before: ops.landings tells both as one. What has to be kept with the data is written by
    `beside`, in the same transaction. Raises SourceError if the export cannot be read: then nothing of it
    has landed.
    """
    refuse_within_a_transaction(connection)
    with connection.transaction(), connection.cursor() as cursor:
        landing = _Landing(cursor, landing_table(source_name, entity), source_name, entity, as_of, run_id)
        report = landing.land(extraction, progress, goes_on=goes_on)
        beside(connection)
        return report


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
            "table": table.as_string(),
        }
        self._records = 0
        self._versions = 0

    def land(self, extraction: Extraction, progress: Progress, *, goes_on: bool) -> LandingReport:
        self._execute("lock table {table} in share row exclusive mode")  # readers go on
        self._values["file"] = extraction.file
        self._values["next_night"] = self._one(statements.NEXT_NIGHT)
        rows_read, repeats = self._take_in(extraction, self._recall(), progress)
        self._values["is_complete"] = extraction.is_complete
        rows_repeated = self._set_aside(repeats)
        self._list(extraction)
        records_deleted = self._complete_versions()
        report = LandingReport(
            is_complete=extraction.is_complete,
            rows_read=rows_read,
            rows_rejected=self._one(statements.COUNT_REJECTED),
            rows_repeated=rows_repeated,
            characters_cleaned=extraction.characters_cleaned,
            versions_added=self._versions,
            records_deleted=records_deleted,
            records_alive=self._records + self._one(statements.COUNT_KEPT),
            bytes_read=extraction.bytes_read,
            calls=extraction.calls,
        )
        self._values |= asdict(report)
        if not goes_on:
            self._execute(statements.FORGET_LANDING)
        self._execute(statements.NOTE_LANDING)
        return report

    def _recall(self) -> KnownHashes:
        """Note in the table `known` what the night knew until now."""
        self._execute(statements.KNOWN)
        self._execute(statements.RECALL)
        self._execute("analyze known")
        return KnownHashes(self._one(statements.KNOWN_HASHES))

    def _take_in(self, extraction: Extraction, known: KnownHashes, progress: Progress) -> tuple[int, bool]:
        """Copy all that comes: how many rows are there, and may an id repeat?

        What the night does not know becomes a version at once. What came waits in files until PostgreSQL
        is through with the versions, and is staged then: all of it where it has to be compared with what was
        known, of a first landing what may repeat.
        """
        rows, seen = 0, SeenIds()
        with TemporaryFile() as came, TemporaryFile() as rejected:
            with self._copy(statements.COPY_VERSIONS) as versions:
                for batch in extraction:
                    hashes = content_hashes(batch)
                    is_new = known.lacks(hashes)
                    _write(versions, version_rows(batch, hashes, is_new, self._as_of))
                    pickle.dump(Came(batch.lines, hashes, is_new, batch.ids), came)
                    rejected.writelines(self._rejected_rows(batch))
                    seen.add(batch.ids)
                    self._records += len(batch.ids)
                    self._versions += int(is_new.sum())
                    before, rows = rows, rows + len(batch.ids) + len({r.line for r in batch.rejects})
                    if rows // _ROWS_BETWEEN_PROGRESS > before // _ROWS_BETWEEN_PROGRESS:
                        progress(rows)
            if not self._one(statements.HAS_INDEX):  # it is built sooner over all rows of a first landing
                self._execute(statements.CREATE_INDEX)
            may_repeat = seen.may_repeat()
            repeats = any(batch.any() for batch in may_repeat)
            self._execute(statements.STAGE)
            if len(known) or self._values["next_night"]:
                self._stage(_loaded(came))
            elif repeats:
                self._stage(
                    batch.only(chosen) for batch, chosen in zip(_loaded(came), may_repeat, strict=True)
                )
            self._execute(statements.FORGET_REJECTS)
            self._copy_file(statements.KEEP_REJECTS, rejected)
        return rows, repeats

    def _rejected_rows(self, batch: Batch) -> Iterator[bytes]:
        names = {name: str(self._values[name]) for name in ("run_id", "source", "entity", "file")}
        return rejected_rows(batch.rejects, self._as_of, **names)

    def _stage(self, batches: Iterable[Came]) -> None:
        with self._copy(statements.COPY_STAGED) as copy:
            for batch in batches:
                _write(copy, batch.rows())
        self._execute("analyze staged")

    @contextmanager
    def _copy(self, statement: LiteralString) -> Iterator[Copy]:
        """A COPY that rows can be written to."""
        with self._cursor.copy(SQL(statement).format(table=self._table)) as copy:
            copy.write(binary_copy.HEADER)
            yield copy
            copy.write(binary_copy.TRAILER)

    def _copy_file(self, statement: LiteralString, file: IO[bytes]) -> None:
        file.seek(0)
        with self._copy(statement) as copy:
            _write(copy, iter(partial(file.read, _CHUNK), b""))

    def _set_aside(self, repeats: bool) -> int:
        """Take repeated ids out of what lands; return how many rows only repeat."""
        repeated = self._execute(statements.FIND_REPEATED) if repeats else 0
        if repeated == 0:
            return 0
        self._records -= repeated
        contradictions = self._execute(statements.REJECT_CONTRADICTIONS)
        self._versions -= self._execute(statements.DROP_REPEATED)
        self._execute(statements.UNSTAGE_REPEATED)
        return repeated - contradictions

    def _list(self, extraction: Extraction) -> None:
        """Note in the table `listed` what is there although it need not have come."""
        self._execute(statements.LIST)
        with self._copy(statements.COPY_LISTED) as copy:
            for ids in extraction.listed_ids():
                _write(copy, binary_copy.rows(binary_copy.texts(ids)))
        self._execute("analyze listed")

    def _complete_versions(self) -> int:
        """Add deletions, and what the next night goes on knowing; how many records are deleted?"""
        self._execute(statements.ABSENT)
        self._execute(statements.FIND_ABSENT)
        deleted = self._execute(statements.ADD_DELETED)
        self._versions += deleted
        if self._values["next_night"]:
            self._versions += self._execute(statements.KEEP_NEXT_NIGHT)
        if self._versions:
            self._execute(statements.SAMPLE_LITTLE)
            self._execute("analyze {table}")
        return deleted

    def _execute(self, statement: LiteralString) -> int:
        """Run a statement in which {table} is the landing table; return how many rows it made."""
        self._cursor.execute(SQL(statement).format(table=self._table), self._values)
        return self._cursor.rowcount

    def _one(self, statement: LiteralString) -> Any:
        self._execute(statement)
        return next(self._cursor)[0]


def _write(copy: Copy, chunks: Iterable[bytes]) -> None:
    for chunk in chunks:
        copy.write(chunk)


def _loaded(file: IO[bytes]) -> Iterator[Came]:
    """The batches that were pickled into this file of the landing's own."""
    file.seek(0)
    with suppress(EOFError):
        while True:
            yield pickle.load(file)  # noqa: S301


def refuse_within_a_transaction(connection: Connection) -> None:
    """Raise RuntimeError if the connection is in a transaction, which a landing would then be part of."""
    if connection.info.transaction_status != TransactionStatus.IDLE:
        raise RuntimeError("a landing is a transaction of its own, and the connection is in another one")
