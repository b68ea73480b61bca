"""Lands a CRM's double for a night, and asks what that night knows."""

from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

from doubles.http_double import HttpDouble
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from yardstick.company import ApiSource, Company, CompanySettings
from yardstick.extract.api_client import ApiClient, Patience
from yardstick.extract.changes import PORTION_RECORDS
from yardstick.extract.sessions import Session, sign_in
from yardstick.landing.changes import land_changes_of
from yardstick.landing.entity import LandingReport

FIRST_NIGHT = date(2026, 3, 1)
Server = TypeVar("Server", bound=HttpDouble)


@dataclass
class CrmNights(Generic[Server]):
    """Nights of a source, counted from 1. Nobody waits: `waits` holds how long the client would have."""

    connection: Connection
    server: Server
    settings: dict[str, Any] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    patience: Patience = field(default_factory=Patience)
    timeout: float = 5

    @property
    def source(self) -> ApiSource:
        """The source as company.yml would describe it."""
        raise NotImplementedError

    def sleep(self, seconds: float) -> None:
        """Note a wait."""
        self.waits.append(seconds)

    def client(self) -> ApiClient:
        return ApiClient(self.server.address, patience=self.patience, sleep=self.sleep, timeout=self.timeout)

    def session(self) -> Session:
        return sign_in(self.source, self.client())

    def land(
        self,
        number: int = 1,
        *labels: str,
        portion_records: int = PORTION_RECORDS,
        is_full: bool = False,
    ) -> dict[str, LandingReport]:
        """Land what the CRM calls so, all there is if nothing is named; the session is one, as in a night."""
        session = self.session()
        try:
            return {
                entity.label: land_changes_of(
                    self.connection,
                    self.source.name,
                    entity,
                    session.client,
                    _night(number),
                    f"run {number}",
                    lambda _: None,
                    is_full=is_full,
                    portion_records=portion_records,
                )
                for entity in session.entities()
                if not labels or entity.label in labels
            }
        finally:
            session.close()

    def known(self, label: str, number: int = 1) -> dict[Any, dict[str, Any]]:
        """Id, a number where it is one → record of what is there as known on a night."""
        query = SQL("""
            select id, record
            from (
                select distinct on (id) * from {} where as_of <= %s order by id, as_of desc, version_id desc
            ) as versions
            where not is_deleted
        """).format(Identifier(f"raw_{self.source.name}", label.replace(".", "_")))
        rows = self.connection.execute(query, [_night(number)]).fetchall()
        return {int(key) if key.isdecimal() else key: record for key, record in rows}


def _night(number: int) -> date:
    return FIRST_NIGHT + timedelta(days=number - 1)


def company_of(source: ApiSource, folder: Path) -> Company:
    """A company that has this source, and nothing else."""
    settings = CompanySettings.model_validate(
        {
            "id": "acme",
            "name": "Acme",
            "currency": "EUR",
            "time_zone": "Europe/Berlin",
            "country": "DE",
            "sources": [source.model_dump()],
        }
    )
    nothing: dict[str, Any] = {each.name: () for each in fields(Company)}
    return Company(**(nothing | {"folder": folder, "settings": settings}))
