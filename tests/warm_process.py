"""Imported by the process that `Commands.start` forks from: has all that a refresh imports, ready made."""

import asyncio
import importlib
import os
from pathlib import Path

#: Great Expectations comes before Airflow, which would write its debug messages to the terminal.
_MODULES = (
    "great_expectations.expectations.core",
    "dbt.adapters.postgres",
    "dbt.cli.main",
    "airflow.dag_processing.dagbag",
    "airflow.utils.db",
    "yardstick.cli",
    "yardstick.refresh",
    "yardstick.refresh_run",
)


def _configure() -> None:
    """What Airflow and Great Expectations read when they are imported."""
    home = Path(os.environ["YARDSTICK_HOME"]) / "warm_airflow"
    home.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(Path(__file__).parents[1] / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "GX_ANALYTICS_ENABLED": "false",
    }


async def _ask_airflow_something() -> None:
    """The first request to Airflow's in-process API costs it seconds."""
    import httpx
    from airflow.sdk.execution_time.supervisor import in_process_api_server

    transport = in_process_api_server().atransport
    async with httpx.AsyncClient(transport=transport, base_url="http://in-process") as client:
        await client.get("/")


_configure()
for _module in _MODULES:
    importlib.import_module(_module)
asyncio.run(_ask_airflow_something())
