"""The demo company, its larger CRM once as an export and once in the double of Bitrix24."""

from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from crm_company import Canonical, CrmCompany, Record
from doubles.bitrix24.demo import LOST, WON, Bitrix24Demo
from doubles.bitrix24.portal import Portal

from yardstick.extract.bitrix24_lists import GIVEN

OPEN = ("Qualification", "Discovery", "Proposal", "Negotiation")
CODE, CODE_NAME = "the-webhook-of-the-demo", "BITRIX24_WEBHOOK_OF_THE_DEMO"
#: Of people org.csv says to which team they belong.
GIVEN_OF_DEMO = MappingProxyType(
    {**GIVEN, "people": ("id", "name"), "deals": (*GIVEN["deals"], "kind")},
)


class Bitrix24Company(CrmCompany):
    """With a portal in Moscow."""

    kind = "bitrix24"
    given = GIVEN_OF_DEMO
    stages = MappingProxyType({"open": OPEN, "won": (WON,), "lost": (LOST,)})
    days = MappingProxyType({**CrmCompany.days, "quotes": ("sent_at",)})

    def __init__(self, home: Path, address: str, portal: Portal) -> None:
        super().__init__(home)
        portal.webhook(CODE)
        self._address = address
        self._portal = portal
        self._bitrix24 = Bitrix24Demo(portal, self.zone, (*OPEN, WON, LOST))

    def held(self, now: datetime, records: Canonical) -> Canonical:
        """See CrmCompany."""
        self._portal.now = now
        return self._bitrix24.become(records)

    def people(self) -> dict[str, str]:
        """See CrmCompany."""
        return self._bitrix24.people()

    def settings(self) -> Record:
        """See CrmCompany."""
        return {
            "url": self._address,
            "webhook": {"env": CODE_NAME},
            "fields": {"deals": {"kind": "typeId"}},
        }
