"""The nightly refresh: land each source, build, let the gates judge, publish, tell people. Wiring only."""

import os
from datetime import datetime, timedelta
from typing import Any, Literal

from airflow.sdk import Asset, Param, TriggerRule, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException

RETRY_DELAY = timedelta(seconds=float(os.environ.get("YARDSTICK_RETRY_SECONDS", "60")))

published = Asset(name="kpi", uri="yardstick://warehouse/kpi")


def night() -> dict[str, Any]:
    """What every step knows the night by."""
    context = get_current_context()
    return {"folder": context["params"]["company"], "run_id": context["run_id"]}


@dag(
    schedule="30 2 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    max_active_tasks=1,  # each task takes the company's refresh lock for itself
    params={
        "company": Param("company", type="string", description="Folder of the company."),
        "as_of": Param(None, type=["null", "string"], description="Business date; default: yesterday."),
        "full": Param(False, type="boolean", description="Read and rebuild everything from the start."),
        "force": Param(False, type="boolean", description="Publish an earlier night than the published one."),
        "accept": Param([], type="array", description="Checks whose failure is accepted tonight."),
        "note": Param(None, type=["null", "string"], description="Why they are accepted."),
    },
    doc_md=__doc__,
)
def nightly_refresh() -> None:
    """Build the graph of the night's tasks."""

    @task
    def begin() -> list[str]:
        from yardstick import refresh

        return refresh.begin(params=get_current_context()["params"], **night())

    @task(retries=2, retry_delay=RETRY_DELAY)
    def land(source: str) -> None:
        from yardstick import refresh
        from yardstick.errors import YardstickError

        try:
            refresh.land(source_name=source, **night())
        except YardstickError as error:  # bad input, which no retry mends
            raise AirflowFailException(str(error)) from error

    @task
    def build(layer: Literal["core", "kpi", "mart"]) -> None:
        from yardstick import refresh

        refresh.build(layer=layer, **night())

    @task
    def judge(gate: Literal["landed", "published"]) -> None:
        from yardstick import refresh

        refresh.judge(gate=gate, **night())

    @task
    def judge_measurability() -> None:
        from yardstick import refresh

        refresh.judge_measurability(**night())

    @task
    def audit() -> None:
        from yardstick import refresh

        refresh.audit(**night())

    @task(outlets=[published])
    def publish() -> None:
        from yardstick import refresh

        refresh.show(**night())

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def finish() -> None:
        from yardstick import refresh

        refresh.finish(**night())

    @task
    def push_dashboards() -> None:
        from yardstick import refresh

        refresh.push_dashboards(**night())

    @task(retries=2, retry_delay=RETRY_DELAY)
    def digest() -> None:
        from yardstick import refresh
        from yardstick.errors import UsageError

        try:
            refresh.send_digest(**night())
        except UsageError as error:  # configuration, which no retry mends
            raise AirflowFailException(str(error)) from error

    @task
    def preview() -> None:
        from yardstick import refresh

        refresh.preview(**night())

    (
        land.expand(source=begin())
        >> build.override(task_id="build_core")("core")
        >> judge.override(task_id="gate_landed")("landed")
        >> build.override(task_id="build_kpis")("kpi")
        >> judge_measurability.override(task_id="gate_kpis")()
        >> build.override(task_id="build_marts")("mart")
        >> audit()
        >> judge.override(task_id="gate_published")("published")
        >> publish()
        >> finish()
        # The failure of what follows fails the run, and leaves the night published.
        >> [push_dashboards(), digest(), preview()]
    )


nightly_refresh()
