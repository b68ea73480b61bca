"""The JSON Schemas that editors read: those of the models, and every key with a word on it."""

import json

import pytest

from yardstick.company import schemas


@pytest.mark.parametrize("name", schemas.MODELS)
def test_the_schema_is_that_of_the_model(name):
    written = (schemas.FOLDER / name).read_text(encoding="utf-8")

    assert written == schemas.schema_text(schemas.MODELS[name]), "run python -m yardstick.company.schemas"


@pytest.mark.parametrize("name", schemas.MODELS)
def test_every_key_says_what_belongs_there(name):
    schema = json.loads((schemas.FOLDER / name).read_text(encoding="utf-8"))
    models = [schema, *(model for key, model in schema["$defs"].items() if not key.islower())]

    silent = [
        key
        for model in models
        for key, field in model["properties"].items()
        if "description" not in field and not _is_described_above(model)
    ]
    assert not silent


def _is_described_above(model):
    """A mapping of fields or entities: the key that holds it says what belongs there."""
    return model["title"].endswith(("_fields", "_date_formats", "_aliases", "Entities", "Thresholds"))


def test_an_editor_offers_the_fields_of_the_entity():
    schema = json.loads((schemas.FOLDER / "company.schema.json").read_text(encoding="utf-8"))

    deals = schema["$defs"]["deals_fields"]
    assert "owner_id" in deals["properties"]
    assert deals["required"] == ["id", "owner_id", "stage", "amount", "created_at", "closed_at"]
    assert deals["additionalProperties"] is False
