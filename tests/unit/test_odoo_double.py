"""The double of Odoo knows no field of a lead that Odoo does not have."""

import json

import pytest
from doubles.odoo.database import OdooDatabase

from yardstick.extract.odoo_models import MODELS, VOLATILE
from yardstick.paths import PROJECT

SPECS = PROJECT.parent / "shared" / "crm_specs"


@pytest.mark.parametrize("version", [17, 19])
def test_each_field_of_a_lead_is_as_odoo_describes_it(version: int) -> None:
    file = SPECS / f"odoo{version}_crm_lead_fields_get.json"
    if not file.exists():
        pytest.skip(f"{file} is not here: it holds what a running Odoo {version} says of crm.lead")
    described = json.loads(file.read_text())
    known = OdooDatabase(version).models["crm.lead"]
    assert {name: (field.type, field.relation, field.is_stored) for name, field in known.items()} == {
        name: (described[name]["type"], described[name].get("relation"), described[name]["store"])
        for name in known
        if name in described
    }


@pytest.mark.parametrize("model", [model for model in MODELS if model.fields], ids=lambda model: model.name)
def test_each_field_that_is_asked_for_is_one_that_the_double_has(model) -> None:
    assert {*model.fields} <= set(OdooDatabase(19).models[model.name])


def test_what_is_left_out_would_be_there() -> None:
    known = OdooDatabase(19).models["crm.lead"]
    assert {"write_date", "write_uid", "prorated_revenue", "automated_probability"} <= VOLATILE & set(known)
