"""`yardstick refresh`: the nightly DAG in this process, its progress shown, its state the exit code."""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from yardstick import nights
from yardstick.airflow_run import run_nightly_refresh
from yardstick.company import Company, load_company
from yardstick.company_state import state_folder
from yardstick.dashboards.preview.site import preview_file
from yardstick.errors import HeldError, YardstickError
from yardstick.gates.suites import data_docs
from yardstick.plan_rates import check_plan_rates
from yardstick.refresh import parse_request
from yardstick.refresh_lock import refresh_lock
from yardstick.scorecard import show_scorecard
from yardstick.server.embedded import Role
from yardstick.warehouse import connect, is_there

#: Loggers whose words are a night's progress.
_PROGRESS = ("yardstick.nights", "yardstick.refresh")


def run_refresh(folder: Path, params: Mapping[str, Any]) -> None:
    """Refresh the company of a folder and show its scorecard.

    Raises ConfigurationError or UsageError before anything is started, HeldError when the night was not
    published, and YardstickError when another refresh runs or the DAG could not begin.
    """
    company = load_company(folder, needs_exports=False)
    request = parse_request(company, params)
    check_plan_rates(company, request.as_of)
    # A descriptor of its own: Airflow's output goes to the log meanwhile.
    console = Console(file=os.fdopen(os.dup(1), "w"), soft_wrap=True, highlight=False)
    console.print(f"Refreshing {company.settings.name} as of {request.as_of}.", markup=False)
    with refresh_lock(company):
        log = _new_log(company)
        before = _latest_run(company)
        with _progress_on(console):
            is_success = run_nightly_refresh(company, {**params, "company": str(company.folder)}, log)
        run = _latest_run(company)
        if run is None or run == before or run.state == "running":
            raise YardstickError(f"The night did not begin, or did not end; its log says why: {log}")
        _conclude(company, run, is_success, console, log)


def _latest_run(company: Company) -> nights.Run | None:
    with connect(company, Role.OWNER) as connection:
        return nights.latest_run(connection) if is_there(connection, "ops.refreshes") else None


def _conclude(company: Company, run: nights.Run, is_success: bool, console: Console, log: Path) -> None:
    if not is_success and run.state != "published":
        raise HeldError(_why_not_published(run, log))
    if run.state == "published":
        show_scorecard(company, console)
        console.print(f"\nWhat the gates found: {data_docs(company, 'kpis')}", markup=False, soft_wrap=True)
        page = preview_file(company)
        if page.exists():
            console.print(f"The dashboards, to open in a browser: {page}", markup=False, soft_wrap=True)
    console.print(
        "Look further: yardstick status, yardstick sql 'select * from kpi.scorecards limit 10'", markup=False
    )
    if not is_success:
        raise YardstickError(_what_failed_after(company, run, log))


def _what_failed_after(company: Company, run: nights.Run, log: Path) -> str:
    with connect(company, Role.OWNER) as connection:
        failure = nights.failed_step(connection, run.run_id)
    what = f"{failure.name}: {failure.detail}" if failure else "a task failed"
    return f"The night of {run.as_of} is published; what came after it failed.\n{what}\nThe whole log: {log}"


def _why_not_published(run: nights.Run, log: Path) -> str:
    lines = [run.reason or "", ""]
    if run.state == "held":
        lines.append(f"The night of {run.as_of} is held: people keep what was published before.")
        lines.append("Mend what is named and refresh again.")
        if (run.reason or "").startswith("gate "):
            lines.append("A check whose failure is meant can be accepted by its name:")
            lines.append("yardstick refresh --accept CHECK --note 'why'.")
    else:
        lines.append(f"The night of {run.as_of} failed: people keep what was published before.")
    return "\n".join([*lines, f"The whole log: {log}"])


def _new_log(company: Company) -> Path:
    log = state_folder(company) / "logs" / f"refresh-{datetime.now(UTC):%Y%m%dT%H%M%S}.log"
    log.parent.mkdir(exist_ok=True)
    return log


@contextmanager
def _progress_on(console: Console) -> Iterator[None]:
    """Show on the console what the night's own loggers say."""
    handler = _ConsoleHandler(console)
    for name in _PROGRESS:
        logging.getLogger(name).addHandler(handler)
    try:
        yield
    finally:
        for name in _PROGRESS:
            logging.getLogger(name).removeHandler(handler)


class _ConsoleHandler(logging.Handler):
    def __init__(self, console: Console) -> None:
        super().__init__(logging.INFO)
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        self._console.print(f"  {record.getMessage()}", markup=False)
        self._console.file.flush()
