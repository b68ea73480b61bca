"""The demo company, its larger CRM once as an export and once in the double of Odoo."""

from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from crm_company import Canonical, CrmCompany, Record
from doubles.odoo.database import OdooDatabase
from doubles.odoo.demo import OdooDemo, custom_fields

from yardstick.extract.odoo_models import GIVEN

OPEN, WON = ("Qualification", "Discovery", "Proposal", "Negotiation"), "Closed Won"
KEY, KEY_NAME = "the-key-of-the-demo", "ODOO_KEY_OF_THE_DEMO"
#: What only this Odoo has: canonical entity → canonical field → Odoo's.
OWN_FIELDS = {
    "deals": {"kind": "x_studio_kind"},
    "lines": {"unit_cost": "purchase_price"},
    "activities": {"completed_at": "date_done"},
}
#: org.csv says who is in which team, and targets.csv what is aimed at.
TAKEN = {entity: fields for entity, fields in GIVEN.items() if entity != "targets"}
GIVEN_OF_DEMO = MappingProxyType(
    {
        entity: {*fields, *OWN_FIELDS.get(entity, {})} - {"team" if entity == "people" else None}
        for entity, fields in TAKEN.items()
    }
)


class OdooCompany(CrmCompany):
    """With a database of its own."""

    kind = "odoo"
    given = GIVEN_OF_DEMO
    stages = MappingProxyType({"open": OPEN, "won": (WON,), "lost": ("Lost",)})

    def __init__(self, home: Path, address: str, database: OdooDatabase) -> None:
        super().__init__(home)
        custom_fields(database)
        database.user("bi@nordlicht.example", KEY)
        self._address = address
        self._database = database
        self._odoo = OdooDemo(database, self.zone, (*OPEN, WON))

    def held(self, now: datetime, records: Canonical) -> Canonical:
        """See CrmCompany."""
        self._database.now = now
        return self._odoo.become(records)

    def people(self) -> dict[str, str]:
        """See CrmCompany."""
        return {key: str(number) for (model, key), number in self._odoo.ids.items() if model == "res.users"}

    def settings(self) -> Record:
        """See CrmCompany."""
        return {
            "url": self._address,
            "database": self._database.name,
            "user": "bi@nordlicht.example",
            "api_key": {"env": KEY_NAME},
            "entities": list(TAKEN),
            "fields": OWN_FIELDS,
        }
