"""The night's own record: ops.refreshes and what its steps, models and gates left in schema ops."""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from psycopg import Connection
from psycopg.rows import class_row

from yardstick.errors import YardstickError
from yardstick.gates.checks import Check
from yardstick.transform import NodeRun
from yardstick.warehouse import is_there

Outcome = Literal["published", "history", "held", "failed"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Request:
    """What a person, or the schedule, asks of a refresh."""

    as_of: date
    is_full: bool = False
    is_forced: bool = False
    accepted_checks: tuple[str, ...] = ()
    accepted_note: str | None = None
    accepted_by: str | None = None


@dataclass
class Step:
    """A step under way; what it has to say when it is done goes into `detail`."""

    name: str
    detail: str = ""


def begin_night(connection: Connection, run_id: str, request: Request) -> None:
    """Write the night's row, and close those of runs that never came to their end."""
    with connection.transaction():
        connection.execute(
            """
            update ops.refreshes
            set state = 'failed', ended_at = now(), reason = 'The process ended before the night did.'
            where state = 'running' and run_id <> %s
            """,
            [run_id],
        )
        connection.execute(
            """
            insert into ops.refreshes (
                run_id, as_of, state, is_full, is_forced, accepted_checks, accepted_note, accepted_by
            )
            values (%s, %s, 'running', %s, %s, %s, %s, %s)
            on conflict (run_id) do nothing
            """,
            [
                run_id,
                request.as_of,
                request.is_full,
                request.is_forced,
                list(request.accepted_checks),
                request.accepted_note,
                request.accepted_by,
            ],
        )


def request_of(connection: Connection, run_id: str) -> Request:
    """What was asked of a run that has begun."""
    row = connection.execute(
        """
        select as_of, is_full, is_forced, accepted_checks, accepted_note, accepted_by
        from ops.refreshes
        where run_id = %s
        """,
        [run_id],
    ).fetchone()
    if row is None:
        raise LookupError(f"run {run_id} has not begun")
    as_of, is_full, is_forced, accepted_checks, accepted_note, accepted_by = row
    return Request(as_of, is_full, is_forced, tuple(accepted_checks), accepted_note, accepted_by)


def end_night(connection: Connection, run_id: str, state: Outcome, reason: str | None) -> None:
    """Write how the night ended, within the caller's transaction."""
    connection.execute(
        """
        update ops.refreshes
        set state = %s, reason = %s, ended_at = clock_timestamp(), data_until = %s
        where run_id = %s
        """,
        [state, reason, _data_until(connection), run_id],
    )


@contextmanager
def step(connection: Connection, run_id: str, name: str) -> Iterator[Step]:
    """Time a step and keep how it ended, and why if it failed."""
    started_at, started = datetime.now(UTC), time.monotonic()
    under_way = Step(name)
    outcome = "failed"
    try:
        yield under_way
        outcome = "done"
    except YardstickError as error:
        under_way.detail, outcome = str(error), "held"
        raise
    except Exception as error:
        under_way.detail = f"{type(error).__name__}: {error}"
        raise
    finally:
        seconds = time.monotonic() - started
        connection.execute(
            """
            insert into ops.steps values (%s, %s, %s, %s, %s, %s)
            on conflict (run_id, step) do update
            set started_at = excluded.started_at, seconds = excluded.seconds,
                outcome = excluded.outcome, detail = excluded.detail
            """,
            [run_id, name, started_at, round(seconds, 3), outcome, under_way.detail],
        )
        logger.info(
            "%s: %s in %.1f s%s", name, outcome, seconds, f", {under_way.detail}" * bool(under_way.detail)
        )


@dataclass(frozen=True)
class Failure:
    """A step that failed: held, for a reason that a person can act on, or broken by a defect."""

    name: str
    detail: str
    is_held: bool


def failed_step(connection: Connection, run_id: str) -> Failure | None:
    """The first step of the night that failed."""
    with connection.cursor(row_factory=class_row(Failure)) as cursor:
        return cursor.execute(
            """
            select step as name, detail, outcome = 'held' as is_held
            from ops.steps
            where run_id = %s and outcome <> 'done'
            order by started_at
            limit 1
            """,
            [run_id],
        ).fetchone()


def state(connection: Connection, run_id: str) -> str | None:
    """State of a run; None when it has not begun."""
    if not is_there(connection, "ops.refreshes"):
        return None
    row = connection.execute("select state from ops.refreshes where run_id = %s", [run_id]).fetchone()
    return None if row is None else row[0]


@dataclass(frozen=True)
class Run:
    """One run of the refresh, as ops.refreshes has it."""

    run_id: str
    as_of: date
    run_at: datetime
    ended_at: datetime | None
    state: str
    reason: str | None
    data_until: date | None
    accepted_checks: list[str]
    accepted_note: str | None
    accepted_by: str | None


def latest_run(connection: Connection, state: str | None = None) -> Run | None:
    """The run that began last, or the one that ended last in a state."""
    with connection.cursor(row_factory=class_row(Run)) as cursor:
        return cursor.execute(
            """
            select
                run_id, as_of, run_at, ended_at, state, reason, data_until,
                accepted_checks, accepted_note, accepted_by
            from ops.refreshes
            where %(state)s::text is null or state = %(state)s
            order by coalesce(ended_at, run_at) desc
            limit 1
            """,
            {"state": state},
        ).fetchone()


def published_nights(connection: Connection) -> list[date]:
    """The nights that were published, in the order in which people saw them."""
    rows = connection.execute("select as_of from ops.refreshes where state = 'published' order by ended_at")
    return [as_of for (as_of,) in rows]


def keep_model_runs(connection: Connection, run_id: str, runs: Sequence[NodeRun]) -> None:
    """Keep what dbt did of each model, seed and test."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            """
            insert into ops.model_runs values (%s, %s, %s, %s, %s, %s, %s)
            on conflict (run_id, node) do update
            set status = excluded.status, seconds = excluded.seconds,
                rows_affected = excluded.rows_affected, message = excluded.message
            """,
            [
                (
                    run_id,
                    run.node,
                    run.kind,
                    run.status,
                    round(run.seconds, 3),
                    run.rows_affected,
                    run.message,
                )
                for run in runs
            ],
        )


def keep_checks(
    connection: Connection, run_id: str, checks: Sequence[Check], accepted: Sequence[str]
) -> None:
    """Keep what a gate found."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            """
            insert into ops.check_results values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            on conflict (run_id, gate, check_id, subject) do update
            set is_passed = excluded.is_passed, is_accepted = excluded.is_accepted
            """,
            [
                (
                    run_id,
                    check.gate,
                    check.check_id,
                    check.subject,
                    check.severity,
                    check.is_passed,
                    check.check_id in accepted,
                    check.message.en,
                    check.message.ru,
                    check.fix_hint.en,
                    check.fix_hint.ru,
                )
                for check in checks
            ],
        )


def _data_until(connection: Connection) -> date | None:
    """Last day up to the as-of on which the sources know of anything; None while nothing is built."""
    if not is_there(connection, "build.kpi_rows"):
        return None
    row = connection.execute(
        """
        select max(rows.event_on)
        from build.kpi_rows as rows
        cross join company.settings as settings
        where rows.event_on <= settings.as_of
        """
    ).fetchone()
    return None if row is None else row[0]
