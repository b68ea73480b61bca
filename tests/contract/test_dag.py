"""The nightly DAG: what Airflow reads out of dags/, and that its steps share nothing but the warehouse."""

import io
import itertools
import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from doubles.metabase.server import MetabaseServer
from rich.console import Console

from yardstick import nights, refresh
from yardstick.company import load_company
from yardstick.dashboards import load_dashboards
from yardstick.errors import YardstickError
from yardstick.languages import LANGUAGES
from yardstick.metabase.errors import MetabaseError
from yardstick.paths import DAGS, PROJECT
from yardstick.refresh_run import _conclude as conclude
from yardstick.server.embedded import Role, Server
from yardstick.warehouse import connect, database_name

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
            "max_active_tasks": dag.max_active_tasks,
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
        "finish",
        "push_dashboards",
        "digest",
        "preview",
    ]
    *one_by_one, _, _ = tasks
    for before, task in itertools.pairwise(one_by_one):
        assert dag["tasks"][task]["upstream"] == [before]


def test_whatever_follows_a_night_follows_once_it_has_ended(dag: dict[str, Any]) -> None:
    for task in ("push_dashboards", "digest", "preview"):
        assert dag["tasks"][task]["upstream"] == ["finish"]


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


def test_tasks_in_processes_of_their_own_do_not_take_the_lock_from_each_other(dag: dict[str, Any]) -> None:
    assert dag["max_active_tasks"] == 1


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
    ("finish", {}),
    ("push_dashboards", {}),
    ("send_digest", {}),
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


NIGHT = {"folder": str(TINY), "run_id": "each_step_alone"}


@pytest.fixture(scope="module")
def metabase(server: Server) -> Iterator[MetabaseServer]:
    """A Metabase to which a night pushed its dashboards, each of its steps in a process of its own."""
    steps = [(step, {**NIGHT, **arguments}) for step, arguments in STEPS]
    with MetabaseServer() as metabase:
        key = {"METABASE_URL": metabase.address, "METABASE_API_KEY": metabase.administrator()}
        done = subprocess.run(
            [sys.executable, "-c", RUN_EACH_STEP_IN_A_CHILD, json.dumps(steps)],
            env={**os.environ, **key},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        yield metabase


def test_each_step_may_run_in_a_process_of_its_own(metabase: MetabaseServer) -> None:
    with connect(load_company(TINY), Role.READER) as reader:
        bookings = "select actual from kpi.scorecards where kpi_id = 'bookings' and node_kind = 'company'"
        assert [str(actual) for (actual,) in reader.execute(f"{bookings} and period_kind = 'month'")] == [
            "1000.00"
        ]
        states = reader.execute("select state from kpi.refreshes where run_id = 'each_step_alone'")
        assert states.fetchall() == [("published",)]


def test_a_published_night_has_pushed_every_dashboard_and_described_every_column(
    metabase: MetabaseServer,
) -> None:
    titles = {
        board.title[language] for board in load_dashboards().dashboards.values() for language in LANGUAGES
    }
    assert {board["name"] for board in metabase.content.dashboards.values()} == titles
    fields = metabase.databases.fields.values()
    assert all(field["description"] for field in fields)
    (database,) = metabase.databases.known.values()
    tables = {table["id"]: table["name"] for table in database.tables.values()}
    named = {(tables[field["table_id"]], field["name"]): field for field in fields}
    assert named["dim_kpis", "kpi_id"]["semantic_type"] == "type/PK"
    link = named["scorecards", "kpi_id"]
    assert (link["semantic_type"], link["fk_target_field_id"]) == (
        "type/FK",
        named["dim_kpis", "kpi_id"]["id"],
    )


def test_a_push_that_fails_leaves_the_night_published_and_says_so(
    metabase: MetabaseServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("METABASE_URL", metabase.address)
    monkeypatch.setenv("METABASE_API_KEY", metabase.key_of("All Users"))
    with pytest.raises(MetabaseError, match="not the rights to push"):
        refresh.push_dashboards(**NIGHT)
    company = load_company(TINY)
    with connect(company, Role.OWNER) as owner:
        run = nights.latest_run(owner)
    assert run is not None
    assert run.state == "published"
    with pytest.raises(YardstickError) as raised:
        conclude(company, run, False, Console(file=io.StringIO()), tmp_path / "log")
    assert "is published; what came after it failed.\nmetabase: http://127.0.0.1" in str(raised.value)
    assert "has not the rights to push" in str(raised.value)


def test_a_login_that_the_docs_make_sees_its_own_rows_only(metabase: MetabaseServer, server: Server) -> None:
    company = load_company(TINY)
    (statements,) = re.findall(r"```sql\n(.*?)```", (PROJECT / "docs" / "metabase.md").read_text(), re.DOTALL)
    everything = "select distinct node_id from kpi.scorecards"
    with psycopg.connect(**server.login(Role.ADMIN, database_name(company)), autocommit=True) as admin:
        nodes = {node for (node,) in admin.execute(everything)}
        people = {
            node for (node,) in admin.execute("select person_id from kpi.node_people where node_id = 'red'")
        }
        admin.execute(textwrap.dedent(statements).replace("'north'", "'red'"))
        try:
            login = {
                **server.login(Role.READER, database_name(company)),
                "user": "north_reader",
                "password": "...",
            }
            with psycopg.connect(**login) as own:
                seen = {node for (node,) in own.execute(everything)}
            with connect(company, Role.READER) as reader:
                assert {node for (node,) in reader.execute(everything)} == nodes
        finally:
            admin.execute("alter table kpi.scorecards disable row level security")
            admin.execute("drop policy own_rows on kpi.scorecards")
            admin.execute("drop role north_reader")
    assert people
    assert seen == {"red", *people} & nodes
    assert seen < nodes
