"""`yardstick source kinds`: what each kind of source gives."""

from collections.abc import Collection, Mapping

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from yardstick.company.bitrix24_settings import Bitrix24Fields
from yardstick.company.hubspot_settings import HubspotFields
from yardstick.company.odoo_settings import OdooFields
from yardstick.extract.entities import ENTITIES, given_fields
from yardstick.extract.kinds import API_KINDS
from yardstick.reading.strict import Strict

#: Kind → the fields of the CRM that company.yml may name.
_OWN_FIELDS: dict[str, Strict] = {
    "odoo": OdooFields(),
    "hubspot": HubspotFields(),
    "bitrix24": Bitrix24Fields(),
}


def show_kinds(console: Console) -> None:
    """Print what there is to know of each kind."""
    console.print("csv: an export of whatever system; company.yml says which files and columns it has.")
    for name, kind in API_KINDS.items():
        console.print(f"{name}: {kind.about} Of the canonical fields it gives:", highlight=False)
        own = {entity: [field for field, _ in fields] for entity, fields in _OWN_FIELDS.get(name, ())}
        table = Table("Entity", "Given", "Given if company.yml names the CRM's field", box=SIMPLE_HEAD)
        for entity in ENTITIES:
            of_company = own.get(entity, [])
            table.add_row(entity, _given(kind.given, entity, of_company), ", ".join(of_company))
        console.print(table)


def _given(of_kind: Mapping[str, Collection[str]], entity: str, own: list[str]) -> str:
    if entity not in of_kind:
        return "nothing"
    given = given_fields(entity, of_kind[entity])
    missing = [field for field in ENTITIES[entity] if field not in given and field not in own]
    return f"all but {', '.join(missing)}" if missing else "all"
