"""Lands a Bitrix24 for a night, and asks what that night knows."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from doubles.bitrix24.server import Bitrix24Server
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from yardstick.company import Bitrix24Source
from yardstick.extract.api_client import ApiClient, Patience
from yardstick.extract.bitrix24 import Bitrix24Session
from yardstick.extract.changes import PORTION_RECORDS
from yardstick.landing import LandingReport
from yardstick.landing_changes import land_changes_of

CODE, CODE_NAME = "w3bh00kc0denobodymaysee", "BITRIX24_WEBHOOK_OF_TESTS"
FIRST_NIGHT = date(2026, 3, 1)


def bitrix24_source(address: str, **settings: Any) -> Bitrix24Source:
    """The source as company.yml would describe it."""
    described = {"name": "b24", "kind": "bitrix24", "url": address, "webhook": {"env": CODE_NAME}}
    return Bitrix24Source.model_validate(described | settings)


@dataclass
class Bitrix24Nights:
    """Nights of a source, counted from 1. Nobody waits: `waits` holds how long the client would have."""

    connection: Connection
    server: Bitrix24Server
    settings: dict[str, Any] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    patience: Patience = field(default_factory=Patience)
    timeout: float = 5

    @property
    def source(self) -> Bitrix24Source:
        return bitrix24_source(self.server.address, **self.settings)

    def client(self) -> ApiClient:
        return ApiClient(self.server.address, patience=self.patience, sleep=self._sleep, timeout=self.timeout)

    def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.server.pass_time(seconds)

    def session(self) -> Bitrix24Session:
        return Bitrix24Session.sign_in(self.source, self.client())

    def land(
        self,
        number: int = 1,
        *lists: str,
        portion_records: int = PORTION_RECORDS,
        is_full: bool = False,
    ) -> dict[str, LandingReport]:
        """Land some lists, all of them if none is named."""
        session = self.session()
        as_of = FIRST_NIGHT + timedelta(days=number - 1)
        try:
            return {
                entity.name: land_changes_of(
                    self.connection,
                    self.source.name,
                    entity,
                    session.client,
                    as_of,
                    f"run {number}",
                    lambda _: None,
                    is_full=is_full,
                    portion_records=portion_records,
                )
                for entity in session.entities()
                if not lists or entity.name in lists
            }
        finally:
            session.close()

    def known(self, name: str, number: int = 1) -> dict[str, dict[str, Any]]:
        """Id → record of what is there as known on a night."""
        query = SQL("""
            select id, record
            from (
                select distinct on (id) * from {} where as_of <= %s order by id, as_of desc, version_id desc
            ) as versions
            where not is_deleted
        """).format(Identifier(f"raw_{self.source.name}", name))
        as_of = FIRST_NIGHT + timedelta(days=number - 1)
        return dict(self.connection.execute(query, [as_of]).fetchall())
