"""Running the nightly DAG in this process: the very DAG that Airflow schedules, without its services."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from yardstick.company import Company
from yardstick.company_state import state_folder
from yardstick.errors import YardstickError
from yardstick.paths import DAGS

DAG_ID = "nightly_refresh"


def run_nightly_refresh(company: Company, params: Mapping[str, Any], log: Path) -> bool:
    """Run the DAG with these params, all that Airflow prints going to `log`; whether it succeeded."""
    _configure(company)
    with _output_to(log):
        from airflow.dag_processing.dagbag import DagBag
        from airflow.utils.db import upgradedb

        upgradedb()
        bag = DagBag(DAGS)
        if bag.import_errors:
            raise YardstickError("\n".join(f"{file}: {error}" for file, error in bag.import_errors.items()))
        run = bag.dags[DAG_ID].test(run_conf=dict(params))
    return str(run.state) == "success"


def _configure(company: Company) -> None:
    """Airflow's settings, which it reads when it is first imported: a home per company."""
    home = state_folder(company) / "airflow"
    settings = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "YARDSTICK_RETRY_SECONDS": "2",
    }
    home.mkdir(parents=True, exist_ok=True)
    os.environ.update(settings)


@contextmanager
def _output_to(log: Path) -> Iterator[None]:
    """Send what this process prints into a file, at the level of descriptors, where libraries write too."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = os.dup(1), os.dup(2)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, descriptor in zip((1, 2), kept, strict=True):
            os.dup2(descriptor, number)
            os.close(descriptor)
