"""The dbt project documents itself: every table and column, and what is published keeps its contract."""

import json
from pathlib import Path
from typing import Any

import pytest

from yardstick.company import Company
from yardstick.company_state import state_folder
from yardstick.transform import run_dbt


@pytest.fixture(scope="module")
def docs(built: Company) -> Path:
    """The folder into which `yardstick dbt docs generate --static` wrote."""
    assert run_dbt(built, ["docs", "generate", "--static"]).success
    return state_folder(built) / "dbt" / "target"


@pytest.fixture(scope="module")
def tables(docs: Path) -> dict[str, dict[str, Any]]:
    """What dbt knows of every model, seed and source, by its id."""
    manifest = json.loads((docs / "manifest.json").read_text())
    nodes = {**manifest["nodes"], **manifest["sources"]}
    return {key: node for key, node in nodes.items() if node["resource_type"] in ("model", "seed", "source")}


@pytest.fixture(scope="module")
def columns(docs: Path) -> dict[str, list[str]]:
    """The columns that each table has in the database, by its id."""
    catalog = json.loads((docs / "catalog.json").read_text())
    found = {**catalog["nodes"], **catalog["sources"]}
    return {key: list(table["columns"]) for key, table in found.items()}


def test_every_table_is_there_and_says_what_its_rows_are(
    tables: dict[str, dict[str, Any]], columns: dict[str, list[str]]
) -> None:
    assert columns.keys() == tables.keys()
    assert [key for key, table in tables.items() if not table["description"]] == []


def test_every_column_says_what_it_holds(
    tables: dict[str, dict[str, Any]], columns: dict[str, list[str]]
) -> None:
    described = {
        f"{key}.{name}"
        for key, table in tables.items()
        for name, column in {**_columns_taken_over(table, tables), **table["columns"]}.items()
        if column["description"]
    }
    there = {f"{key}.{name}" for key, names in columns.items() for name in names}
    assert sorted(there - described) == []
    assert sorted(described - there) == []


def _columns_taken_over(table: dict[str, Any], tables: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The columns that a table of history has from a model, where they are described once."""
    model = table["config"].get("meta", {}).get("columns_of")
    return {} if model is None else dict(tables[f"model.yardstick.{model}"]["columns"])


def test_every_published_table_keeps_a_contract(tables: dict[str, dict[str, Any]]) -> None:
    published = {key: table for key, table in tables.items() if table.get("meta", {}).get("is_published")}
    assert {key.rsplit(".", 1)[1] for key in published} >= {
        "scorecards",
        "kpi_rows",
        "fct_deals",
        "dim_nodes",
    }
    assert [key for key, table in published.items() if not table["contract"]["enforced"]] == []


def test_a_kpi_keeps_the_contract_of_its_eight_columns(tables: dict[str, dict[str, Any]]) -> None:
    kpis = {key: table for key, table in tables.items() if "kpi" in table.get("meta", {})}
    assert len(kpis) >= 7
    for key, table in kpis.items():
        assert table["contract"]["enforced"], key
        assert {name: column["data_type"] for name, column in table["columns"].items()} == {
            "event_id": "text",
            "record_kind": "text",
            "record_id": "text",
            "person_id": "text",
            "actor_id": "text",
            "event_on": "date",
            "until_on": "date",
            "numerator": "numeric",
            "denominator": "numeric",
        }


def test_the_pages_are_one_file_that_holds_all_and_reports_to_no_one(docs: Path) -> None:
    page = (docs / "static_index.html").read_text(encoding="utf-8")
    assert "model.yardstick.scorecards" in page
    assert "INLINE DATA" not in page
    assert '"send_anonymous_usage_stats": false' in page
