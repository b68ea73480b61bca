"""The demo company in two folders, its larger CRM once as an export and once in the double of Odoo."""

import csv
import json
import re
import shutil
from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from doubles.odoo.database import OdooDatabase
from doubles.odoo.demo import Canonical, OdooDemo, Record, custom_fields
from ruamel.yaml import YAML

from yardstick.company import CsvSource, load_company
from yardstick.demo import SEED, furnish, write_demo
from yardstick.extract.csv_files import read_entity
from yardstick.extract.entities import ENTITIES
from yardstick.extract.odoo_models import GIVEN

STAGES = ("Qualification", "Discovery", "Proposal", "Negotiation", "Closed Won")
KEY, KEY_NAME = "the-key-of-the-demo", "ODOO_KEY_OF_THE_DEMO"
#: What only this Odoo has: canonical entity → canonical field → Odoo's.
OWN_FIELDS = {
    "deals": {"kind": "x_studio_kind"},
    "lines": {"unit_cost": "purchase_price"},
    "activities": {"completed_at": "date_done"},
}
TAKEN = [entity for entity in GIVEN if entity != "targets"]
SCALE = 0.1


class OdooCompany:
    """Two folders of one company; `alpine`, the smaller CRM, is an export in both."""

    def __init__(self, home: Path, address: str, database: OdooDatabase) -> None:
        self.exported, self.asked = home / "exported", home / "asked"
        self.database = database
        self._demo = home / "demo"
        furnish(self._demo, SEED, SCALE)
        custom_fields(database)
        database.user("bi@nordlicht.example", KEY)
        zone = load_company(self._demo, needs_exports=False).zone
        self._odoo = OdooDemo(database, zone, STAGES)
        self._zone = zone
        self._address = address

    def become(self, day: date) -> None:
        """Let both folders be what the CRMs are at the end of a day."""
        write_demo(self._demo, SEED, day, SCALE)
        self.database.now = datetime.combine(day, time(20), self._zone)
        company = load_company(self._demo)
        crm = company.source("crm")
        assert isinstance(crm, CsvSource)
        records = {
            entity: _records(read_entity(crm, entity, company.folder, company.zone))
            for entity in crm.entities
        }
        held = self._odoo.become(records)
        for folder in (self.exported, self.asked):
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(self._demo, folder, ignore=shutil.ignore_patterns("truth.json", "manifest.json"))
            self._rename_people(folder)
        _write_exports(self.exported / "odoo", held)
        self._describe(self.exported, {"kind": "csv", **_csv_settings()})
        self._describe(self.asked, {"kind": "odoo", **self._odoo_settings()})

    def _odoo_settings(self) -> Record:
        return {
            "url": self._address,
            "database": self.database.name,
            "user": "bi@nordlicht.example",
            "api_key": {"env": KEY_NAME},
            "entities": TAKEN,
            "fields": OWN_FIELDS,
        }

    def _rename_people(self, folder: Path) -> None:
        """org.csv with Odoo's ids of people."""
        text = (folder / "org.csv").read_text(encoding="utf-8")
        for (model, key), number in self._odoo.ids.items():
            if model == "res.users":
                text = re.sub(rf"crm:{key}\b", f"crm:{number}", text)
        (folder / "org.csv").write_text(text, encoding="utf-8")

    def _describe(self, folder: Path, source: Record) -> None:
        yaml = YAML(typ="rt")
        yaml.width = 1_000
        settings = yaml.load(folder / "company.yml")
        settings["id"] = f"demo_{folder.name}"
        settings["preview"] = False  # no one looks at it
        settings["sources"][0] = {"name": "crm", **source}
        yaml.dump(settings, folder / "company.yml")
        org = (folder / "org.csv").read_text(encoding="utf-8")
        (folder / "org.csv").write_text(org.replace(",demo,", f",demo_{folder.name},"), encoding="utf-8")
        targets = (folder / "targets.csv").read_text(encoding="utf-8")
        renamed = targets.replace(",demo,", f",demo_{folder.name},")
        (folder / "targets.csv").write_text(renamed, encoding="utf-8")


def _records(extraction: Iterable[Any]) -> dict[str, Record]:
    """Id → record; of repeated ids the first row, as landing has it."""
    found: dict[str, Record] = {}
    for batch in extraction:
        for record in batch.records:
            content = json.loads(record, parse_float=str, parse_int=str)
            found.setdefault(content["id"], content)
    return found


def given(entity: str) -> list[str]:
    """The canonical fields of an entity that the company's Odoo gives."""
    own = OWN_FIELDS.get(entity, {})
    wanted = {*GIVEN[entity], *own} - {"team"}
    return [field for field in ENTITIES[entity] if field in wanted]


def _csv_settings() -> Record:
    return {
        "folder": "odoo",
        "date_format": "%Y-%m-%d %H:%M:%S%z",
        "stages": {"open": list(STAGES[:-1]), "won": ["Closed Won"], "lost": ["Lost"]},
        "entities": {
            entity: {
                "file": f"{entity}.csv",
                "fields": {field: field for field in given(entity)},
                "date_formats": {
                    field: "%Y-%m-%d"
                    for field in given(entity)
                    if field in ("expected_close_at", "issued_at", "paid_at") or (field == "due_at")
                },
            }
            for entity in TAKEN
        },
    }


def _write_exports(folder: Path, held: Canonical) -> None:
    folder.mkdir()
    for entity in TAKEN:
        with (folder / f"{entity}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, given(entity), extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows(held[entity].values())
