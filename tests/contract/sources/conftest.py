"""CRMs with a few records, and a warehouse for them to land in."""

from collections.abc import Iterator
from functools import partial

import psycopg
import pytest
from bitrix24_night import CODE, CODE_NAME, Bitrix24Nights
from doubles.bitrix24.portal import Portal
from doubles.bitrix24.server import Bitrix24Server
from doubles.hubspot.account import App, HubspotAccount
from doubles.hubspot.server import HubspotServer
from doubles.odoo.database import OdooDatabase
from doubles.odoo.server import OdooServer
from hubspot_night import TOKEN, TOKEN_NAME, HubspotNights, hubspot_source
from odoo_night import KEY, KEY_NAME, OdooNights
from own_database import own_database

from yardstick.extract.api_client import Pace
from yardstick.landing.tables import ensure_landing_tables
from yardstick.server.embedded import Server


@pytest.fixture(params=[17, 18, 19])
def version(request: pytest.FixtureRequest) -> int:
    """Odoo's version: two are asked by JSON-RPC, the last by JSON-2."""
    return int(request.param)


@pytest.fixture
def database(version: int) -> OdooDatabase:
    """A database with an administrator and nothing else."""
    made = OdooDatabase(version)
    made.user("bi@acme.example", KEY, groups={"base.group_system"})
    return made


@pytest.fixture
def odoo(database: OdooDatabase) -> Iterator[OdooServer]:
    """The server of the database."""
    with OdooServer(database) as server:
        yield server


@pytest.fixture
def nights(address: str, odoo: OdooServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[OdooNights]:
    """The nights on which it lands."""
    monkeypatch.setenv(KEY_NAME, KEY)
    with psycopg.connect(address, autocommit=True) as connection:
        made = OdooNights(connection, odoo)
        ensure_landing_tables(connection, [made.source])
        yield made


@pytest.fixture
def account() -> HubspotAccount:
    """A HubSpot account with a private app that may read all, and nothing else."""
    made = HubspotAccount()
    made.apps.append(App(TOKEN))
    return made


@pytest.fixture
def hubspot(account: HubspotAccount) -> Iterator[HubspotServer]:
    """The server of the account."""
    with HubspotServer(account) as server:
        yield server


@pytest.fixture(scope="module")
def hubspot_warehouse(server: Server) -> Iterator[psycopg.Connection]:
    """A warehouse for HubSpot, whose many tables the tests of a module share."""
    with own_database(server) as address, psycopg.connect(address, autocommit=True) as connection:
        ensure_landing_tables(connection, [hubspot_source("http://127.0.0.1")])
        yield connection


@pytest.fixture
def hubspot_nights(
    hubspot_warehouse: psycopg.Connection, hubspot: HubspotServer, monkeypatch: pytest.MonkeyPatch
) -> HubspotNights:
    """The nights on which it lands, of which none has landed yet."""
    monkeypatch.setenv(TOKEN_NAME, TOKEN)
    for (deletion,) in hubspot_warehouse.execute("""
        select format('delete from %I.%I', schemaname, tablename)
        from pg_tables
        where schemaname = 'raw_hubspot' or (schemaname = 'ops' and tablename in ('landings', 'cursors'))
    """).fetchall():
        hubspot_warehouse.execute(deletion)
    made = HubspotNights(hubspot_warehouse, hubspot)
    monkeypatch.setattr("yardstick.extract.hubspot_wire.Pace", partial(Pace, clock=made.clock))
    return made


@pytest.fixture
def portal() -> Portal:
    """A portal with an administrator's webhook and nothing else."""
    made = Portal()
    made.webhook(CODE)
    return made


@pytest.fixture
def bitrix24(portal: Portal) -> Iterator[Bitrix24Server]:
    """The server of the portal."""
    with Bitrix24Server(portal) as server:
        yield server


@pytest.fixture
def bitrix24_nights(
    address: str, bitrix24: Bitrix24Server, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bitrix24Nights]:
    """The nights on which it lands."""
    monkeypatch.setenv(CODE_NAME, f"{bitrix24.address}/rest/1/{CODE}/")
    with psycopg.connect(address, autocommit=True) as connection:
        made = Bitrix24Nights(connection, bitrix24)
        ensure_landing_tables(connection, [made.source])
        yield made
