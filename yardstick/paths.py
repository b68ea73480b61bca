"""Where things lie: the project's own folders, and the folder of everything that a run leaves."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
DBT_PROJECT = PROJECT / "dbt_project"
DAGS = PROJECT / "dags"
EXPECTATIONS = PROJECT / "expectations"
DASHBOARDS = PROJECT / "dashboards"


def home() -> Path:
    """Folder of everything that a run leaves behind: `.yardstick`, or what YARDSTICK_HOME names."""
    return Path(os.environ.get("YARDSTICK_HOME", PROJECT / ".yardstick")).resolve()
