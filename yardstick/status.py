"""`yardstick status`: the published night, the last run, where its time went, what is withheld and why."""

from typing import LiteralString

from psycopg import Connection
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from yardstick import nights
from yardstick.company import ApiSource, Company, CsvSource
from yardstick.company_state import state_folder
from yardstick.extract.entities import ENTITIES
from yardstick.gates.suites import data_docs
from yardstick.server.embedded import Role
from yardstick.warehouse import connect, is_there

_STEPS = """
    select step, to_char(seconds, 'FM999990.0') || ' s', outcome, detail
    from ops.steps
    where run_id = %s
    order by started_at
"""
_MODELS = """
    select node, kind, status, to_char(seconds, 'FM999990.00') || ' s', rows_affected
    from ops.model_runs
    where run_id = %s
    order by seconds desc
    limit %s
"""
_SOURCES = """
    select distinct on (source, entity)
        source, entity, rows_read, rows_rejected, records_alive, nullif(calls, 0), bytes_read
    from ops.landings
    order by source, entity, landed_at desc
"""
_WITHHELD = """
    select
        kpi_id,
        count(distinct node_id),
        array_to_string((array_agg(distinct node_id order by node_id))[:4], ', '),
        coalesce(min(reason) filter (where node_kind = 'company'), min(reason))
    from ops.kpi_verdicts
    where as_of = %s and condition = 'measurable' and verdict = 'fail'
    group by kpi_id
    order by kpi_id
"""
_CHANGES = """
    select kpi_id, node_id, condition, dimension, verdict_before, verdict, reason
    from kpi.verdict_changes
    where as_of = %s
    order by verdict = 'fail' desc, kpi_id, condition, dimension, node_id
    limit 20
"""
_ISSUES = """
    select rule_id, count(*), min(what_en)
    from kpi.data_issues
    group by rule_id
    order by count(*) desc, rule_id
"""
_FAILED_CHECKS = """
    select gate, check_id, subject, severity, case when is_accepted then 'accepted' else '' end, what_en
    from ops.check_results
    where run_id = %s and not is_passed
    order by gate, check_id, subject
    limit 20
"""


def show_status(company: Company, console: Console, *, all_models: bool = False) -> None:
    """Print what operations want to know in the morning."""
    with connect(company, Role.OWNER) as connection:
        connection.autocommit = True
        run = nights.latest_run(connection) if is_there(connection, "ops.refreshes") else None
        if run is None:
            console.print(
                f"{company.settings.name} was never refreshed: run yardstick refresh.", markup=False
            )
            return
        _show_published(connection, company, console)
        _show_run(run, console)
        show = _Shower(connection, console)
        show("Steps", ("Step", "Time", "Outcome", ""), _STEPS, run.run_id)
        headings = ("Node", "Kind", "Status", "Time", "Rows")
        show("What dbt did, slowest first", headings, _MODELS, run.run_id, None if all_models else 5)
        show("Checks not passed", ("Gate", "Check", "Of", "Severity", "", ""), _FAILED_CHECKS, run.run_id)
        landed = ("Source", "Entity", "Rows read", "Rejected", "Records", "Calls", "Bytes")
        show("Sources", landed, _SOURCES)
        for source in company.settings.sources:
            if not isinstance(source, CsvSource):
                console.print(f"{source.name} cannot give: {_not_given(source)}.", markup=False)
        show(
            "Withheld",
            ("KPI", "Nodes", "Such as", "Why, there or for one"),
            _WITHHELD,
            run.as_of,
        )
        if is_there(connection, "kpi.verdict_changes"):
            changed = ("KPI", "Node", "Condition", "Dimension", "Before", "Now", "Why")
            show("Verdicts that changed (kpi.verdict_changes)", changed, _CHANGES, run.as_of)
        if is_there(connection, "kpi.data_issues"):
            show("Records to mend (kpi.data_issues)", ("Rule", "Records", ""), _ISSUES)
    for gate in ("landed", "kpis", "published"):
        if data_docs(company, gate).exists():
            console.print(f"Gate {gate}: {data_docs(company, gate)}", markup=False, soft_wrap=True)
    console.print(f"Logs: {state_folder(company) / 'logs'}", markup=False, soft_wrap=True)


def _show_published(connection: Connection, company: Company, console: Console) -> None:
    published = nights.latest_run(connection, "published")
    name = company.settings.name
    if published is None:
        console.print(f"{name}: nothing is published yet.", markup=False)
        return
    age = (company.default_as_of() - published.as_of).days
    console.print(
        f"{name}: published is the night of {published.as_of} (data until {published.data_until})"
        + (f", {age} days old." if age > 0 else "."),
        markup=False,
    )


def _show_run(run: nights.Run, console: Console) -> None:
    console.print(
        f"Last run: {run.state}, for {run.as_of}, begun {run.run_at:%Y-%m-%d %H:%M %Z}.", markup=False
    )
    if run.reason:
        console.print(run.reason, markup=False)
    if run.accepted_checks:
        console.print(
            f"Accepted by {run.accepted_by}: {', '.join(run.accepted_checks)} ({run.accepted_note}).",
            markup=False,
        )


def _not_given(source: ApiSource) -> str:
    """The canonical entities and fields that a CRM has nothing for, or that nobody asked it for."""
    given = set(source.given_fields())
    entities = [entity for entity in ENTITIES if entity not in source.given_entities]
    fields = [
        f"{entity}.{field}"
        for entity in source.given_entities
        for field in ENTITIES[entity]
        if (entity, field) not in given
    ]
    return ", ".join([*entities, *fields])


class _Shower:
    """Shows what queries find, and nothing where they find nothing."""

    def __init__(self, connection: Connection, console: Console) -> None:
        self._connection = connection
        self._console = console

    def __call__(
        self, title: str, headings: tuple[str, ...], query: LiteralString, *parameters: object
    ) -> None:
        rows = self._connection.execute(query, parameters).fetchall()
        if not rows:
            return
        table = Table(*headings, title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
        for row in rows:
            table.add_row(*(Text("" if value is None else str(value)) for value in row))
        self._console.print(table)
