"""The nightly DAG: what Airflow reads out of dags/, and that its steps share nothing but the warehouse."""

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from yardstick.company import load_company
from yardstick.paths import DAGS, PROJECT
from yardstick.server import Role, Server
from yardstick.warehouse import connect

TINY = PROJECT / "tests" / "companies" / "tiny"
DAG_FILE = DAGS / "nightly_refresh.py"

# Airflow settles its home and its settings when it is first imported, so it is not imported in this process.
IMPORT_AIRFLOW = """
import json, sys, time
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import Asset, Param, TriggerRule, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException
"""

READ_THE_BAG = """
begun = time.process_time()
bag = DagBag(sys.argv[1])
seconds = time.process_time() - begun
print(json.dumps({
    "seconds": seconds,
    "import_errors": bag.import_errors,
    "yardstick_is_imported": "yardstick.refresh" in sys.modules,
    "dags": {
        dag.dag_id: {
            "params": {name: dag.params.get_param(name).schema for name in dag.params},
            "max_active_runs": dag.max_active_runs,
            "catchup": dag.catchup,
            "tasks": {
                task.task_id: {
                    "upstream": sorted(task.upstream_task_ids),
                    "retries": task.retries,
                    "trigger_rule": task.trigger_rule.value,
                    "is_mapped": task.is_mapped,
                    "outlets": [outlet.uri for outlet in task.outlets],
                }
                for task in dag.topological_sort()
            },
        }
        for dag in bag.dags.values()
    },
}))
"""

WATCH_WHAT_THE_FILE_TOUCHES = """
import importlib.util
from pathlib import Path

touched = []
installed = tuple({str(Path(folder).resolve()) for folder in (sys.prefix, sys.base_prefix)})

def watch(event, arguments):
    if event == "open":
        path = str(Path(str(arguments[0])).resolve())
        if not path.startswith(installed) and Path(path).stem.split(".")[0] != "nightly_refresh":
            touched.append(f"open {path}")
    elif event.startswith(("socket.", "subprocess.", "os.system", "sqlite3.")):
        touched.append(event)

specification = importlib.util.spec_from_file_location("nightly_refresh", sys.argv[1])
module = importlib.util.module_from_spec(specification)
sys.addaudithook(watch)
specification.loader.exec_module(module)
seen = list(touched)
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def airflow_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("airflow")


def in_airflow(home: Path, script: str, *arguments: Path) -> Any:
    """What a script that prints JSON says, in a process of its own that has imported Airflow."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")},
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
    }
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_AIRFLOW + script, *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def bag(airflow_home: Path) -> dict[str, Any]:
    """What Airflow reads out of the folder dags/."""
    return in_airflow(airflow_home, READ_THE_BAG, DAGS)


@pytest.fixture(scope="module")
def dag(bag: dict[str, Any]) -> dict[str, Any]:
    return bag["dags"]["nightly_refresh"]


def test_the_folder_holds_the_nightly_refresh_and_nothing_that_fails_to_import(bag: dict[str, Any]) -> None:
    assert bag["import_errors"] == {}
    assert list(bag["dags"]) == ["nightly_refresh"]


def test_it_is_read_in_under_a_second_beyond_airflows_own_import(bag: dict[str, Any]) -> None:
    assert bag["seconds"] < 1
    assert not bag["yardstick_is_imported"], "what a task needs is imported when the task runs"


def test_reading_it_opens_no_file_and_no_connection(airflow_home: Path) -> None:
    assert in_airflow(airflow_home, WATCH_WHAT_THE_FILE_TOUCHES, DAG_FILE) == []


def test_each_task_waits_for_the_one_before(dag: dict[str, Any]) -> None:
    tasks = list(dag["tasks"])
    assert tasks == [
        "begin",
        "land",
        "build_core",
        "gate_landed",
        "build_kpis",
        "gate_kpis",
        "build_marts",
        "audit",
        "gate_published",
        "publish",
        "digest",
        "finish",
    ]
    for before, task in itertools.pairwise(tasks):
        assert dag["tasks"][task]["upstream"] == [before]


def test_only_what_others_must_answer_for_is_tried_again(dag: dict[str, Any]) -> None:
    retries = {name: task["retries"] for name, task in dag["tasks"].items() if task["retries"]}
    assert retries == {"land": 2, "digest": 2}


def test_each_source_lands_in_a_task_of_its_own(dag: dict[str, Any]) -> None:
    assert [name for name, task in dag["tasks"].items() if task["is_mapped"]] == ["land"]


def test_the_night_is_ended_however_it_went(dag: dict[str, Any]) -> None:
    rules = {name: task["trigger_rule"] for name, task in dag["tasks"].items()}
    assert rules.pop("finish") == "all_done"
    assert set(rules.values()) == {"all_success"}


def test_publishing_updates_the_asset_that_others_wait_for(dag: dict[str, Any]) -> None:
    outlets = {name: task["outlets"] for name, task in dag["tasks"].items() if task["outlets"]}
    assert outlets == {"publish": ["yardstick://warehouse/kpi"]}


def test_one_night_runs_at_a_time_and_none_is_made_up_for(dag: dict[str, Any]) -> None:
    assert dag["max_active_runs"] == 1
    assert dag["catchup"] is False


def test_a_night_may_be_asked_for_by_its_parameters(dag: dict[str, Any]) -> None:
    assert {name: schema["type"] for name, schema in dag["params"].items()} == {
        "company": "string",
        "as_of": ["null", "string"],
        "full": "boolean",
        "force": "boolean",
        "accept": "array",
        "note": ["null", "string"],
    }


def test_nothing_in_it_is_deprecated() -> None:
    ruff = Path(sys.executable).with_name("ruff")
    done = subprocess.run(
        [ruff, "check", "--isolated", "--no-cache", "--preview", "--select", "AIR", DAGS],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


#: What the tasks call, in their order.
STEPS: list[tuple[str, dict[str, Any]]] = [
    ("begin", {"params": {}}),
    ("land", {"source_name": "crm"}),
    ("build", {"layer": "core"}),
    ("judge", {"gate": "landed"}),
    ("build", {"layer": "kpi"}),
    ("judge_measurability", {}),
    ("build", {"layer": "mart"}),
    ("judge", {"gate": "published"}),
    ("show", {}),
    ("send_digest", {}),
    ("finish", {}),
]

# The parent imports, which takes seconds, and does nothing else that a child could inherit.
RUN_EACH_STEP_IN_A_CHILD = """
import json, os, sys, traceback
import dbt.cli.main, great_expectations
from yardstick import refresh

for step, arguments in json.loads(sys.argv[1]):
    child = os.fork()
    if child == 0:
        try:
            getattr(refresh, step)(**arguments)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit(f"{step} failed")
"""


def test_each_step_may_run_in_a_process_of_its_own(server: Server) -> None:
    night = {"folder": str(TINY), "run_id": "each_step_alone"}
    steps = [(step, {**night, **arguments}) for step, arguments in STEPS]
    done = subprocess.run(
        [sys.executable, "-c", RUN_EACH_STEP_IN_A_CHILD, json.dumps(steps)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with connect(load_company(TINY), Role.READER) as reader:
        bookings = "select actual from kpi.scorecards where kpi_id = 'bookings' and node_kind = 'company'"
        assert [str(actual) for (actual,) in reader.execute(f"{bookings} and period_kind = 'month'")] == [
            "1000.00"
        ]
        states = reader.execute("select state from kpi.refreshes where run_id = 'each_step_alone'")
        assert states.fetchall() == [("published",)]
