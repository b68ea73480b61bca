"""An Odoo with a few records, and a warehouse for it to land in."""

from collections.abc import Iterator

import psycopg
import pytest
from doubles.odoo.database import OdooDatabase
from doubles.odoo.server import OdooServer
from odoo_night import KEY, KEY_NAME, OdooNights

from yardstick.landing_tables import ensure_landing_tables


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
