"""The demo company in two folders, its larger CRM once as an export and once in a double of a vendor's."""

import csv
import json
import re
import shutil
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from yardstick.company import CsvSource, load_company
from yardstick.demo import SEED, furnish, write_demo
from yardstick.extract.csv_files import read_entity
from yardstick.extract.entities import ENTITIES

Record = dict[str, Any]
#: Entity → id → record in canonical fields.
Canonical = dict[str, dict[str, Record]]

SCALE = 0.1


class CrmCompany(ABC):
    """Two folders of one company; `alpine`, the smaller CRM, is an export in both."""

    kind: ClassVar[str]
    #: Canonical entity → its fields that the company's CRM gives.
    given: ClassVar[Mapping[str, Collection[str]]]
    stages: ClassVar[Mapping[str, Collection[str]]]
    #: Canonical entity → its fields that are days.
    days: ClassVar[Mapping[str, Collection[str]]] = {
        "deals": ("expected_close_at",),
        "activities": ("due_at",),
        "invoices": ("issued_at", "due_at"),
        "payments": ("paid_at",),
    }

    def __init__(self, home: Path) -> None:
        self.exported, self.asked = home / "exported", home / "asked"
        self._demo = home / "demo"
        furnish(self._demo, SEED, SCALE)
        self.zone: ZoneInfo = load_company(self._demo, needs_exports=False).zone

    @abstractmethod
    def held(self, now: datetime, records: Canonical) -> Canonical:
        """Let the double be what the CRM is at a moment; what it holds of it, as an export would say it."""

    @abstractmethod
    def people(self) -> Mapping[str, str]:
        """The export's id of each person → the double's."""

    @abstractmethod
    def settings(self) -> Record:
        """The source in company.yml, but for name and kind."""

    def become(self, day: date) -> None:
        """Let both folders be what the CRMs are at the end of a day."""
        write_demo(self._demo, SEED, day, SCALE)
        company = load_company(self._demo)
        crm = company.source("crm")
        assert isinstance(crm, CsvSource)
        records = {
            entity: _records(read_entity(crm, entity, company.folder, company.zone))
            for entity in crm.entities
        }
        held = self.held(datetime.combine(day, time(20), self.zone), records)
        for folder in (self.exported, self.asked):
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(self._demo, folder, ignore=shutil.ignore_patterns("truth.json", "manifest.json"))
            self._rename_people(folder)
        self._write_exports(held)
        self._describe(self.exported, {"kind": "csv", **self._csv_settings()})
        self._describe(self.asked, {"kind": self.kind, **self.settings()})

    def _fields(self, entity: str) -> list[str]:
        return [field for field in ENTITIES[entity] if field in self.given[entity]]

    def _csv_settings(self) -> Record:
        return {
            "folder": self.kind,
            "date_format": "%Y-%m-%d %H:%M:%S%z",
            "stages": {kind: list(names) for kind, names in self.stages.items()},
            "entities": {
                entity: {
                    "file": f"{entity}.csv",
                    "fields": {field: field for field in self._fields(entity)},
                    "date_formats": dict.fromkeys(self.days.get(entity, ()), "%Y-%m-%d"),
                }
                for entity in self.given
            },
        }

    def _write_exports(self, held: Canonical) -> None:
        (self.exported / self.kind).mkdir()
        for entity in self.given:
            path = self.exported / self.kind / f"{entity}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                fields = self._fields(entity)
                writer = csv.DictWriter(file, fields, extrasaction="ignore", lineterminator="\n")
                writer.writeheader()
                writer.writerows(held[entity].values())

    def _rename_people(self, folder: Path) -> None:
        """org.csv with the double's ids of people."""
        renamed = self.people()
        text = (folder / "org.csv").read_text(encoding="utf-8")
        text = re.sub(r"\bcrm:(\w+)\b", lambda found: f"crm:{renamed.get(found[1], found[1])}", text)
        (folder / "org.csv").write_text(text, encoding="utf-8")

    def _describe(self, folder: Path, source: Record) -> None:
        yaml = YAML(typ="rt")
        yaml.width = 1_000
        settings = yaml.load(folder / "company.yml")
        settings["id"] = f"demo_{folder.name}"
        settings["preview"] = False  # no one looks at it
        settings["sources"][0] = {"name": "crm", **source}
        yaml.dump(settings, folder / "company.yml")
        for file in (folder / "org.csv", folder / "targets.csv"):
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace(",demo,", f",demo_{folder.name},"), encoding="utf-8")


def _records(extraction: Iterable[Any]) -> dict[str, Record]:
    """Id → record; of repeated ids the first row, as landing has it."""
    found: dict[str, Record] = {}
    for batch in extraction:
        for record in batch.records:
            content = json.loads(record, parse_float=str, parse_int=str)
            found.setdefault(content["id"], content)
    return found
