"""Lands an Odoo for a night, and asks what that night knows."""

from dataclasses import dataclass
from typing import Any

from crm_nights import CrmNights
from doubles.odoo.server import OdooServer

from yardstick.company import OdooSource

KEY, KEY_NAME = "3f2c9a7d-a-key-that-nobody-may-see", "ODOO_KEY_OF_TESTS"


def odoo_source(address: str, **settings: Any) -> OdooSource:
    """The source as company.yml would describe it."""
    described = {
        "name": "odoo",
        "kind": "odoo",
        "url": address,
        "database": "acme",
        "user": "bi@acme.example",
        "api_key": {"env": KEY_NAME},
    }
    return OdooSource.model_validate(described | settings)


@dataclass
class OdooNights(CrmNights[OdooServer]):
    """Nights of an Odoo."""

    @property
    def source(self) -> OdooSource:
        """See CrmNights."""
        return odoo_source(self.server.address, **self.settings)
