"""The demo company, its larger CRM once as an export and once in the double of HubSpot."""

from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from crm_company import Canonical, CrmCompany, Record
from doubles.hubspot.account import App, HubspotAccount
from doubles.hubspot.demo import LOST, WON, HubspotDemo

from yardstick.extract.hubspot_objects import GIVEN

OPEN = ("Qualification", "Discovery", "Proposal", "Negotiation")
TOKEN, TOKEN_NAME = "the-token-of-the-demo", "HUBSPOT_TOKEN_OF_THE_DEMO"
#: org.csv says who is in which team, and targets.csv what is aimed at.
TAKEN = {entity: fields for entity, fields in GIVEN.items() if entity != "targets"}
GIVEN_OF_DEMO = MappingProxyType({**TAKEN, "people": ("id", "name"), "deals": (*GIVEN["deals"], "kind")})


class HubspotCompany(CrmCompany):
    """With an account whose pace nothing limits."""

    kind = "hubspot"
    given = GIVEN_OF_DEMO
    stages = MappingProxyType({"open": OPEN, "won": (WON,), "lost": (LOST,)})

    def __init__(self, home: Path, address: str, account: HubspotAccount) -> None:
        super().__init__(home)
        account.apps.append(App(TOKEN))
        self._address = address
        self._account = account
        self._hubspot = HubspotDemo(account, self.zone, (*OPEN, WON, LOST))

    def held(self, now: datetime, records: Canonical) -> Canonical:
        """See CrmCompany."""
        self._account.now = now
        return self._hubspot.become(records)

    def people(self) -> dict[str, str]:
        """See CrmCompany."""
        return self._hubspot.people()

    def settings(self) -> Record:
        """See CrmCompany."""
        return {
            "url": self._address,
            "token": {"env": TOKEN_NAME},
            "entities": list(TAKEN),
            "fields": {"deals": {"kind": "deal_kind"}},
            "calls_in_10_seconds": 1_000_000,
        }
