"""Lands an Odoo for a night, and asks what that night knows."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from doubles.odoo.server import OdooServer
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from yardstick.company import OdooSource
from yardstick.extract.api_client import ApiClient, Patience
from yardstick.extract.changes import PORTION_RECORDS
from yardstick.extract.odoo import OdooSession
from yardstick.landing import LandingReport
from yardstick.landing_changes import land_changes_of

KEY, KEY_NAME = "3f2c9a7d-a-key-that-nobody-may-see", "ODOO_KEY_OF_TESTS"
FIRST_NIGHT = date(2026, 3, 1)


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
class OdooNights:
    """Nights of a source, counted from 1. Nobody waits: `waits` holds how long the client would have."""

    connection: Connection
    server: OdooServer
    settings: dict[str, Any] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    patience: Patience = field(default_factory=Patience)
    timeout: float = 5

    @property
    def source(self) -> OdooSource:
        return odoo_source(self.server.address, **self.settings)

    def client(self) -> ApiClient:
        return ApiClient(
            self.server.address, patience=self.patience, sleep=self.waits.append, timeout=self.timeout
        )

    def session(self) -> OdooSession:
        return OdooSession.sign_in(self.source, self.client())

    def land(
        self,
        number: int = 1,
        *models: str,
        portion_records: int = PORTION_RECORDS,
        is_full: bool = False,
    ) -> dict[str, LandingReport]:
        """Land some models, all of them if none is named."""
        session = self.session()
        as_of = FIRST_NIGHT + timedelta(days=number - 1)
        try:
            return {
                entity.model.name: land_changes_of(
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
                if not models or entity.model.name in models
            }
        finally:
            session.close()

    def known(self, model: str, number: int = 1) -> dict[int, dict[str, Any]]:
        """Id → record of what is there as known on a night."""
        query = SQL("""
            select id::bigint, record
            from (
                select distinct on (id) * from {} where as_of <= %s order by id, as_of desc, version_id desc
            ) as versions
            where not is_deleted
        """).format(Identifier(f"raw_{self.source.name}", model.replace(".", "_")))
        as_of = FIRST_NIGHT + timedelta(days=number - 1)
        return dict(self.connection.execute(query, [as_of]).fetchall())
