"""Dashboards as dbt exposures, so that dbt knows what reads a model; run this module to write them anew."""

import json
from collections.abc import Iterator

from yardstick.dashboards.check_sql import tables_of
from yardstick.dashboards.dashboards import Dashboard
from yardstick.dashboards.load import load_dashboards
from yardstick.paths import DBT_PROJECT

FILE = DBT_PROJECT / "models" / "exposures.yml"


def exposures_text() -> str:
    """What the file of exposures holds for the dashboards as they are."""
    return "".join(f"{line}\n" for line in _lines())


def _lines() -> Iterator[str]:
    yield "# Written by python -m yardstick.dashboards.exposures out of dashboards/."
    yield "exposures:"
    models = {file.stem for file in DBT_PROJECT.glob("models/**/*.sql")}
    for dashboard in load_dashboards().dashboards.values():
        yield f"  - name: {dashboard.key}"
        yield f"    label: {json.dumps(dashboard.title.en)}"
        yield "    type: dashboard"
        yield f"    description: {json.dumps(dashboard.description.en)}"
        yield "    owner: {name: Analysts}"
        yield "    depends_on:"
        for table in _tables(dashboard):
            reference = f"ref('{table}')" if table in models else f"source('history', '{table}')"
            yield f"      - {reference}"


def _tables(dashboard: Dashboard) -> list[str]:
    templates = [question.sql for question in dashboard.questions()]
    templates += [chosen.choices for chosen in dashboard.filters]
    return sorted({table for template in templates for table in tables_of(template)})


if __name__ == "__main__":
    FILE.write_text(exposures_text(), encoding="utf-8")
