"""JSON Schemas of the YAML that people edit, for their editors; run this module to write them anew.

A file names its schema in its first line: `# yaml-language-server: $schema=<path to the schema>`.
"""

import json
from pathlib import Path

from pydantic import BaseModel

from yardstick.company.goals import GoalsFile
from yardstick.company.settings import CompanySettings
from yardstick.dashboards.files import DashboardFile, FiltersFile, SharedFile
from yardstick.definitions.cards import CompositeFile, DefinitionFile

FOLDER = Path(__file__).resolve().parent.parent / "schemas"

MODELS: dict[str, type[BaseModel]] = {
    "company.schema.json": CompanySettings,
    "goals.schema.json": GoalsFile,
    "kpi.schema.json": DefinitionFile,
    "composite.schema.json": CompositeFile,
    "dashboard.schema.json": DashboardFile,
    "shared.schema.json": SharedFile,
    "filters.schema.json": FiltersFile,
}


def schema_text(model: type[BaseModel]) -> str:
    """The model's JSON Schema as it stands in its file."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write_schemas() -> None:
    """Write the schema of every model into yardstick/schemas."""
    for name, model in MODELS.items():
        (FOLDER / name).write_text(schema_text(model), encoding="utf-8")


if __name__ == "__main__":
    write_schemas()
