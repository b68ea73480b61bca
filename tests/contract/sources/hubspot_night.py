"""Lands a HubSpot for a night, and asks what that night knows."""

from dataclasses import dataclass
from typing import Any

from crm_nights import CrmNights
from doubles.hubspot.server import HubspotServer

from yardstick.company import HubspotSource
from yardstick.extract.hubspot_wire import SEARCHES_A_SECOND

TOKEN, TOKEN_NAME = "pat-eu1-a-token-that-nobody-may-see", "HUBSPOT_TOKEN_OF_TESTS"
LONGEST_OF_PACE = 1 / SEARCHES_A_SECOND


def hubspot_source(address: str, **settings: Any) -> HubspotSource:
    """The source as company.yml would describe it; its pace is the test's own."""
    described = {
        "name": "hubspot",
        "kind": "hubspot",
        "url": address,
        "token": {"env": TOKEN_NAME},
        "calls_in_10_seconds": 1_000_000,
    }
    return HubspotSource.model_validate(described | settings)


@dataclass
class HubspotNights(CrmNights[HubspotServer]):
    """Nights of a HubSpot, by a clock that only waiting and asking move on.

    `waits` holds those that HubSpot asks for: the pace alone has none longer than `LONGEST_OF_PACE`.
    """

    now: float = 1_000

    @property
    def source(self) -> HubspotSource:
        """See CrmNights."""
        return hubspot_source(self.server.address, **self.settings)

    def clock(self) -> float:
        """The time, a little later each time."""
        self.now += 0.004
        return self.now

    def sleep(self, seconds: float) -> None:
        """See CrmNights."""
        self.now += seconds
        if seconds > LONGEST_OF_PACE:
            self.waits.append(seconds)
