"""Each CRM's source against its double: how fast it reads, and what a night costs that finds few changes."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import httpx
import psycopg
from rich.console import Console
from rich.table import Table

from yardstick.company import ApiSource, Company, CsvSource, load_company
from yardstick.extract.api_client import ApiClient
from yardstick.extract.changes import NO_IDS, Cursor, Portion
from yardstick.extract.sessions import Session, sign_in
from yardstick.landing.changes import land_changes_of
from yardstick.landing.tables import ensure_landing_tables
from yardstick.server.embedded import Role, remove_server
from yardstick.warehouse import connect

TESTS = Path(__file__).parents[1] / "tests"
#: The doubles, and the company that feeds them, are those of the tests.
sys.path += [str(TESTS), str(TESTS / "equality")]

#: In the double all that was there before the first night bears that night's modified time, so the second
#: asks for it again. What a night costs shows in the last.
NIGHTS = (date(2026, 6, 28), date(2026, 6, 29), date(2026, 6, 30))


@dataclass(frozen=True)
class SourceReading:
    """What reading a CRM cost: records, seconds of the source and of a bare client; and of a later night."""

    kind: str
    records: int
    seconds: float
    bare_seconds: float
    calls: int
    night_changed: int
    night_calls: int
    night_bytes: int


def measure_sources(home: Path) -> Iterator[SourceReading]:
    """Read the demo company's CRM from each double, without waits, and land it for two nights."""
    for kind, double in _DOUBLES.items():
        with double(home / kind) as company:
            company.become(NIGHTS[0])
            described = load_company(company.asked, needs_exports=False)
            source = next(s for s in described.settings.sources if not isinstance(s, CsvSource))
            tape = _Tape()
            with _session(source, tape) as session:
                _read_all(session)
            with _session(source) as session:
                began = perf_counter()
                records = _read_all(session)
                seconds = perf_counter() - began
            bare_seconds = _fetched(tape.requests)
            landed = _landed_last(described, source, company)
            yield SourceReading(kind, records, seconds, bare_seconds, len(tape.requests), *landed)


def _read_all(session: Session) -> int:
    """Read all that there is, as a first load does but for landing it; how many records came."""
    records = 0
    for entity in session.entities():
        cursor = Cursor()
        while True:
            portion = Portion("bench", entity, session.client, cursor, NO_IDS)
            records += sum(len(batch.ids) for batch in portion)
            if portion.is_complete:
                break
            cursor = portion.cursor or cursor
    return records


def _landed_last(described: Company, source: ApiSource, company: Any) -> tuple[int, int, int]:
    """Versions, calls and bytes of the last of the nights."""
    with connect(described, Role.OWNER) as connection:
        connection.autocommit = True
        ensure_landing_tables(connection, [source])
        for night in NIGHTS:
            company.become(night)
            landed = _land(connection, source, night)
    return landed


def _land(connection: psycopg.Connection, source: ApiSource, as_of: date) -> tuple[int, int, int]:
    reports = []
    with _session(source) as session:
        for entity in session.entities():
            client, run = session.client, f"bench {as_of}"
            reports.append(
                land_changes_of(connection, source.name, entity, client, as_of, run, lambda _: None)
            )
    return (
        sum(report.versions_added for report in reports),
        sum(report.calls for report in reports),
        sum(report.bytes_read for report in reports),
    )


@contextmanager
def _session(source: ApiSource, transport: httpx.BaseTransport | None = None) -> Iterator[Session]:
    """A session that nothing keeps waiting."""
    session = sign_in(source, ApiClient(source.url, transport=transport, sleep=lambda _: None))
    try:
        yield session
    finally:
        session.close()


class _Tape(httpx.BaseTransport):
    """Sends requests on, and keeps them."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self._sent_by = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """See httpx.BaseTransport."""
        self.requests.append(request)
        return self._sent_by.handle_request(request)


def _fetched(requests: Sequence[httpx.Request]) -> float:
    """Seconds that it takes to send the same requests and to parse what is answered, and no more."""
    with httpx.Client() as client:
        began = perf_counter()
        for request in requests:
            json.loads(client.send(request).content)
        return perf_counter() - began


@contextmanager
def _odoo(home: Path) -> Iterator[Any]:
    from doubles.odoo.database import OdooDatabase
    from doubles.odoo.server import OdooServer
    from odoo_company import KEY, KEY_NAME, OdooCompany

    database = OdooDatabase(19)
    with OdooServer(database) as server:
        os.environ[KEY_NAME] = KEY
        yield OdooCompany(home, server.address, database)


@contextmanager
def _hubspot(home: Path) -> Iterator[Any]:
    from doubles.hubspot.account import HubspotAccount
    from doubles.hubspot.server import HubspotServer
    from hubspot_company import TOKEN, TOKEN_NAME, HubspotCompany

    account = HubspotAccount()
    with HubspotServer(account) as server:
        os.environ[TOKEN_NAME] = TOKEN
        yield HubspotCompany(home, server.address, account)


@contextmanager
def _bitrix24(home: Path) -> Iterator[Any]:
    from bitrix24_company import CODE, CODE_NAME, Bitrix24Company
    from doubles.bitrix24.portal import Portal
    from doubles.bitrix24.server import Bitrix24Server

    portal = Portal()
    with Bitrix24Server(portal) as server:
        os.environ[CODE_NAME] = f"{server.address}/rest/1/{CODE}/"
        yield Bitrix24Company(home, server.address, portal)


_DOUBLES: dict[str, Callable[[Path], AbstractContextManager[Any]]] = {
    "odoo": _odoo,
    "hubspot": _hubspot,
    "bitrix24": _bitrix24,
}


def _print(console: Console, home: Path) -> None:
    table = Table("Source", box=None, padding=(0, 2, 0, 0))
    for heading in ("records", "records/s", "calls", "of a bare client", "a night's changes", "calls", "KiB"):
        table.add_column(heading, justify="right")
    for read in measure_sources(home):
        table.add_row(
            read.kind,
            f"{read.records:,}",
            f"{read.records / read.seconds:,.0f}",
            f"{read.calls:,}",
            f"{read.bare_seconds / read.seconds:.0%}",
            f"{read.night_changed:,}",
            f"{read.night_calls:,}",
            f"{read.night_bytes / 1024:,.0f}",
        )
    console.print(table)
    console.print("Wanted: 70 % of the speed of a client that only fetches and parses the same answers.")


if __name__ == "__main__":
    with TemporaryDirectory(prefix="yardstick-bench-") as folder:
        os.environ["YARDSTICK_HOME"] = folder
        try:
            _print(Console(soft_wrap=True, highlight=False), Path(folder))
        finally:
            remove_server()
