"""`yardstick source kinds`: what each kind of source gives."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from yardstick.company.settings import OdooFields
from yardstick.extract.entities import ENTITIES, given_fields
from yardstick.extract.odoo_models import GIVEN


def show_kinds(console: Console) -> None:
    """Print what there is to know of each kind."""
    console.print("csv: an export of whatever system; company.yml says which files and columns it has.")
    console.print("odoo: Odoo 17 and later, by its external API. Of the canonical fields it gives:")
    table = Table("Entity", "Given", "Given if company.yml names Odoo's field", box=SIMPLE_HEAD)
    own = {entity: [field for field, _ in fields] for entity, fields in OdooFields()}
    for entity in ENTITIES:
        table.add_row(entity, _given(entity, own.get(entity, [])), ", ".join(own.get(entity, [])))
    console.print(table)


def _given(entity: str, own: list[str]) -> str:
    if entity not in GIVEN:
        return "nothing"
    given = given_fields(entity, GIVEN[entity])
    missing = [field for field in ENTITIES[entity] if field not in given and field not in own]
    return f"all but {', '.join(missing)}" if missing else "all"
