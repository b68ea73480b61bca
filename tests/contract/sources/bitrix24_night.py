"""Lands a Bitrix24 for a night, and asks what that night knows."""

from dataclasses import dataclass
from typing import Any

from crm_nights import CrmNights
from doubles.bitrix24.server import Bitrix24Server

from yardstick.company import Bitrix24Source

CODE, CODE_NAME = "w3bh00kc0denobodymaysee", "BITRIX24_WEBHOOK_OF_TESTS"


def bitrix24_source(address: str, **settings: Any) -> Bitrix24Source:
    """The source as company.yml would describe it."""
    described = {"name": "b24", "kind": "bitrix24", "url": address, "webhook": {"env": CODE_NAME}}
    return Bitrix24Source.model_validate(described | settings)


@dataclass
class Bitrix24Nights(CrmNights[Bitrix24Server]):
    """Nights of a Bitrix24; while the client waits, its bucket leaks."""

    @property
    def source(self) -> Bitrix24Source:
        """See CrmNights."""
        return bitrix24_source(self.server.address, **self.settings)

    def sleep(self, seconds: float) -> None:
        """See CrmNights."""
        super().sleep(seconds)
        self.server.pass_time(seconds)
