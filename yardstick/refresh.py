"""The steps of the nightly refresh, each of which an Airflow task calls.

A step knows the night by the company's folder and the run's id; what else it needs has stood in schema `ops`
since the night began, so that the steps may run in one process or in many. Each may be killed at any point
and run again.
"""

import getpass
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import psycopg
from rich.console import Console

from yardstick import nights
from yardstick.audit.agreements import keep_agreements
from yardstick.audit.thresholds import load_thresholds
from yardstick.company import Company, CsvSource, load_company
from yardstick.company_tables import write_company_tables
from yardstick.definitions.cards import Definition
from yardstick.definitions.files import load_definitions
from yardstick.errors import HeldError, UsageError
from yardstick.gates.checks import Check, Gate, known_checks, run_gate
from yardstick.gates.verdicts import judge_kpis
from yardstick.landing.changes import land_changes
from yardstick.landing.entity import LandingReport
from yardstick.landing.exports import land_source
from yardstick.landing.tables import ensure_landing_tables
from yardstick.nights import Request
from yardstick.options import known_day
from yardstick.paths import PROJECT
from yardstick.plan_rates import keep_plan_rates, refuse_changed_plan_rates
from yardstick.publishing.functions import ensure_functions
from yardstick.publishing.history import ensure_history_tables, publish_reported
from yardstick.publishing.publish import (
    TOLD_ANYWAY,
    ensure_table,
    history_tables,
    publish,
    published_tables,
    read_manifest,
)
from yardstick.reading.wording import did_you_mean
from yardstick.refresh_lock import refresh_lock
from yardstick.run_tables import ensure_run_tables
from yardstick.server.embedded import Role
from yardstick.transform import Layer, build_layer, parse_project, refuse_failures
from yardstick.warehouse import connect, is_there

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Night:
    """One night of one company, and a session in which each statement commits by itself."""

    company: Company
    run_id: str
    request: Request
    connection: psycopg.Connection


def parse_request(company: Company, params: Mapping[str, Any]) -> Request:
    """The request that the DAG's params express.

    Raises UsageError when they do not make sense.
    """
    accepted = tuple(params.get("accept") or ())
    known = known_checks() if accepted else set()
    for check_id in accepted:
        if check_id not in known:
            hint = did_you_mean(check_id, known)
            raise UsageError(f"--accept: found {check_id!r}; expected the name of a check{hint}")
    if accepted and not params.get("note"):
        raise UsageError("--accept needs --note: say why the night may be shown all the same")
    return Request(
        as_of=_as_of(company, params.get("as_of")),
        is_full=bool(params.get("full")),
        is_forced=bool(params.get("force")),
        accepted_checks=accepted,
        accepted_note=params.get("note") or None,
        accepted_by=getpass.getuser() if accepted else None,
    )


def _as_of(company: Company, text: str | None) -> date:
    if not text:
        return company.default_as_of()
    as_of = known_day("--as-of", text)
    if as_of >= company.today():
        raise UsageError(f"--as-of: found {text}, which is not over; expected a day before {company.today()}")
    return as_of


def begin(folder: str, run_id: str, params: Mapping[str, Any]) -> list[str]:
    """Begin the night: make sure that all it needs is there; the sources to land."""
    company = _company(folder, run_id)
    request = parse_request(company, params)
    load_thresholds()  # what is wrong with them is said before the night begins
    with refresh_lock(company), _session(company) as connection:
        ensure_landing_tables(connection, company.settings.sources)
        ensure_run_tables(connection)
        nights.begin_night(connection, run_id, request)
        with nights.step(connection, run_id, "begin"):
            refuse_changed_plan_rates(connection, company, request.as_of)
            write_company_tables(connection, company, _definitions(run_id), request.as_of)
    return [source.name for source in company.settings.sources]


def land(folder: str, run_id: str, source_name: str) -> None:
    """Land every entity of one source."""
    with _step(folder, run_id, f"land {source_name}") as (night, step):
        source = night.company.source(source_name)
        as_of = night.request.as_of
        if isinstance(source, CsvSource):
            reports = land_source(night.connection, night.company, source, as_of, run_id, _say_progress)
        else:
            is_full = night.request.is_full
            reports = land_changes(night.connection, source, as_of, run_id, _say_progress, is_full=is_full)
        step.detail = _landed(list(reports.values()))


def build(folder: str, run_id: str, layer: Layer) -> None:
    """Build and test one layer of the dbt project."""
    with _step(folder, run_id, f"build {layer}") as (night, step):
        if layer == "mart":  # which reads what earlier nights reported, on the first night too
            with night.connection.transaction():
                ensure_history_tables(night.connection, history_tables(read_manifest(night.company)))
        runs = build_layer(night.company, layer, _project(folder, run_id), is_full=night.request.is_full)
        nights.keep_model_runs(night.connection, run_id, runs)
        refuse_failures(runs)
        tests = sum(run.kind == "test" for run in runs)
        step.detail = f"{len(runs) - tests} models, {tests} tests"


def judge(folder: str, run_id: str, gate: Gate) -> None:
    """Let Great Expectations judge at a gate; raises HeldError for what no one has accepted."""
    with _step(folder, run_id, f"gate {gate}") as (night, step):
        checks = run_gate(night.company, gate)
        accepted = night.request.accepted_checks
        nights.keep_checks(night.connection, run_id, checks, accepted)
        holding = [check for check in checks if check.holds and check.check_id not in accepted]
        if holding:
            raise HeldError("\n".join(_explain(check) for check in holding))
        step.detail = f"{sum(check.is_passed for check in checks)} of {len(checks)} checks passed"


def judge_measurability(folder: str, run_id: str) -> None:
    """Let Great Expectations give each KPI its verdicts on "measurable"."""
    with _step(folder, run_id, "gate kpis") as (night, step):
        counts = judge_kpis(night.connection, night.company, night.request.as_of)
        step.detail = _counted(counts)


def audit(folder: str, run_id: str) -> None:
    """Give each KPI its verdicts on the conditions that rest on what was built."""
    from yardstick.audit.judge import (
        judge_conditions,  # statistics are slow to import, and no other step needs them
    )

    with _step(folder, run_id, "audit") as (night, step):
        keep_agreements(night.connection, night.request.as_of)
        counts = judge_conditions(night.connection, night.company, _definitions(run_id), night.request.as_of)
        step.detail = _counted(counts)


def show(folder: str, run_id: str) -> None:
    """Publish the night in one transaction; one that lies before what people see is kept as history."""
    with _step(folder, run_id, "publish") as (night, step):
        as_of, published = night.request.as_of, nights.published_nights(night.connection)
        manifest = read_manifest(night.company)
        tables = published_tables(manifest)
        if published and as_of < published[-1] and not night.request.is_forced:
            with night.connection.transaction():
                nights.end_night(night.connection, run_id, "history", None)
                publish(night.connection, [table for table in tables if table.name == "refreshes"])
            step.detail = f"kept as history, since {published[-1]} is published; --force moves it back"
            return
        with night.connection.transaction():
            nights.end_night(night.connection, run_id, "published", None)
            changes = publish_reported(night.connection, tables, history_tables(manifest), as_of, published)
            keep_plan_rates(night.connection)
            ensure_functions(night.connection)
        rows = sum(change.rows for change in changes if change.table != "refreshes")
        step.detail = f"{rows:,} rows changed in {len(tables)} tables"


def finish(folder: str, run_id: str) -> None:
    """See to it that a night which was not published says so, to operations and to who reads `kpi`.

    Raises HeldError saying why, when it was not published.
    """
    company = _company(folder, run_id)
    with refresh_lock(company), _session(company) as connection:
        state = nights.state(connection, run_id)
        if state in ("published", "history"):
            return
        if state is None:
            raise HeldError("The night did not begin.")
        failure = nights.failed_step(connection, run_id)
        reason = f"{failure.name}: {failure.detail}" if failure else "A task failed before its step began."
        with connection.transaction():
            nights.end_night(connection, run_id, "held" if failure and failure.is_held else "failed", reason)
            _tell(connection, company)
        _send_held(connection, company, run_id, reason)
        raise HeldError(reason)


def _send_held(connection: psycopg.Connection, company: Company, run_id: str, reason: str) -> None:
    """Whatever goes wrong with telling people must not hide why the night was held."""
    if company.settings.digest is None:
        return
    try:
        from yardstick.digest.send import tell_held

        tell_held(connection, company, nights.request_of(connection, run_id).as_of, reason, run_id)
    except Exception:
        logger.exception("digest: people could not be told of the held night")


def preview(folder: str, run_id: str) -> None:
    """Leave the dashboards of a published night behind as one page, unless company.yml wants none.

    Raises YardstickError where that fails; the night stays published.
    """
    if not _company(folder, run_id).settings.preview:
        return
    from yardstick.dashboards import load_dashboards
    from yardstick.dashboards.preview import preview_file, write_preview

    with _step(folder, run_id, "preview") as (night, step):
        if nights.state(night.connection, run_id) != "published":
            step.detail = "left as it was, since people see another night"
            return
        size = write_preview(night.company, load_dashboards(), preview_file(night.company))
        step.detail = f"one page, {size / 1e6:.1f} MB"


def push_dashboards(folder: str, run_id: str) -> None:
    """Push the dashboards of a published night to Metabase, where there is one.

    Raises YardstickError where that fails; the night stays published.
    """
    from yardstick.metabase.settings import metabase_is_named

    if not metabase_is_named():
        return
    from yardstick.dashboard_commands.push import push_dashboards as push

    with _step(folder, run_id, "metabase") as (night, step):
        if nights.state(night.connection, run_id) != "published":
            step.detail = "left as it was, since people see another night"
            return
        outcome = push(night.company, (), Console(soft_wrap=True))
        step.detail = f"{len(outcome.changes)} changes, {outcome.questions} questions run"


def send_digest(folder: str, run_id: str) -> None:
    """Send the morning's messages, if company.yml says how and the night is what people see.

    Raises UsageError or DeliveryError where that fails; the night stays published.
    """
    if _company(folder, run_id).settings.digest is None:
        return
    from yardstick.digest.send import send_morning

    with _step(folder, run_id, "digest") as (night, step):
        if nights.state(night.connection, run_id) != "published":
            step.detail = "none, since people see another night"
            return
        counts = send_morning(night.connection, night.company, run_id)
        step.detail = f"{counts.get('sent', 0)} messages sent"


def _tell(connection: psycopg.Connection, company: Company) -> None:
    """Tell readers why a night is not published; after a first one, too, they find every table, though empty.

    A night may fail before dbt ran, or before a model was built.
    """
    try:
        manifest = read_manifest(company)
    except FileNotFoundError:
        return
    tables = published_tables(manifest)
    if not is_there(connection, "kpi.scorecards"):
        for table in tables:
            ensure_table(connection, table)
        ensure_history_tables(connection, history_tables(manifest))
        ensure_functions(connection)
    told = [table for table in tables if table.name in TOLD_ANYWAY]
    publish(connection, [table for table in told if is_there(connection, f"build.{table.name}")])


def _counted(verdicts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))


def _landed(reports: Sequence[LandingReport]) -> str:
    calls = sum(report.calls for report in reports)
    received = sum(report.bytes_read for report in reports)
    return (
        f"{sum(report.rows_read for report in reports):,} rows read, "
        f"{sum(report.rows_rejected for report in reports):,} rejected, "
        f"{sum(report.versions_added for report in reports):,} new versions"
        + (f"; {calls:,} calls, {received:,} bytes" if calls else "")
    )


def _say_progress(entity: str, rows: int) -> None:
    logger.info("%s: %s rows read so far", entity, f"{rows:,}")


def _explain(check: Check) -> str:
    subject = f" ({check.subject})" if check.subject else ""
    return f"{check.check_id}{subject}: {check.message.en} {check.fix_hint.en}"


@lru_cache(maxsize=1)
def _company(folder: str, run_id: str) -> Company:  # noqa: ARG001 - the night is the cache's key
    """The company's configuration, read once per night and process, so that a night is of one piece."""
    return load_company(PROJECT / folder, needs_exports=False)


@lru_cache(maxsize=1)
def _definitions(run_id: str) -> Mapping[str, Definition]:  # noqa: ARG001 - the night is the cache's key
    """The definitions, read once per night and process, like the configuration."""
    return load_definitions()


@lru_cache(maxsize=1)
def _project(folder: str, run_id: str) -> Any:
    """The dbt project, parsed once per night and process, which takes dbt longer than many a model."""
    return parse_project(_company(folder, run_id))


@contextmanager
def _session(company: Company) -> Iterator[psycopg.Connection]:
    with connect(company, Role.OWNER) as connection:
        connection.autocommit = True
        yield connection


@contextmanager
def _step(folder: str, run_id: str, name: str) -> Iterator[tuple[Night, nights.Step]]:
    """A step of a night that has begun, under the refresh lock."""
    company = _company(folder, run_id)
    with (
        refresh_lock(company),
        _session(company) as connection,
        nights.step(connection, run_id, name) as step,
    ):
        yield Night(company, run_id, nights.request_of(connection, run_id), connection), step
