"""Whatever fails on the way, in whatever order: what a night lands is what there is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, get_args

import psycopg
import pytest
from doubles.http_double import Fault
from doubles.odoo.database import OdooDatabase
from doubles.odoo.server import OdooServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo_night import KEY, KEY_NAME, OdooNights

from yardstick.errors import SourceError
from yardstick.extract.api_client import Patience
from yardstick.landing.tables import ensure_landing_tables

LEAD, STAGE = "crm.lead", "crm.stage"
#: A page that asks to sign in does not pass; silence would only take time.
PASSING = sorted({*get_args(Fault)} - {"login page", "silence"})
REQUESTS = 30

edits = st.lists(
    st.tuples(st.sampled_from(["create", "write", "touch", "unlink"]), st.integers(0, 50)), max_size=8
)
faults = st.dictionaries(st.integers(0, REQUESTS), st.sampled_from(PASSING), max_size=6)


@dataclass
class Plan:
    """What happens before a night, while it lands, and what fails then."""

    before: list[tuple[str, int]] = field(default_factory=list)
    meanwhile: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    faults: dict[int, Fault] = field(default_factory=dict)
    is_stopped: bool = False


plans = st.builds(
    Plan,
    before=edits,
    meanwhile=st.dictionaries(st.integers(0, REQUESTS), edits, max_size=2),
    faults=faults,
    is_stopped=st.booleans(),
)


@pytest.fixture(params=[17, 19])
def connection(
    request: pytest.FixtureRequest, address: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[psycopg.Connection, int]]:
    """A warehouse, and the version of the Odoo that lands in it."""
    monkeypatch.setenv(KEY_NAME, KEY)
    monkeypatch.setattr("yardstick.extract.odoo.RECORDS_AT_ONCE", 3)
    monkeypatch.setattr("yardstick.extract.odoo.IDS_AT_ONCE", 4)
    with psycopg.connect(address, autocommit=True) as opened:
        yield opened, request.param


def edit(database: OdooDatabase, done: list[tuple[str, int]]) -> None:
    for what, number in done:
        alive = sorted(database.rows[LEAD])
        database.now += timedelta(minutes=number)
        if what == "create" or not alive:
            database.create(LEAD, name=f"Made {number}", type="lead")
            continue
        chosen = alive[number % len(alive)]
        match what:
            case "write":
                database.write(LEAD, chosen, name=f"Written {number}")
            case "touch":
                database.write(LEAD, chosen)
            case "unlink":
                database.unlink(LEAD, chosen)


def truth(database: OdooDatabase) -> dict[int, str]:
    return {number: row["name"] for number, row in database.rows[LEAD].items()}


def landed(nights: OdooNights, number: int) -> dict[int, Any]:
    return {found: record["name"] for found, record in nights.known(LEAD, number).items()}


@given(drawn=st.lists(plans, min_size=1, max_size=3))
@settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_what_lands_is_what_there_is(connection: tuple[psycopg.Connection, int], drawn: list[Plan]) -> None:
    warehouse, version = connection
    database = OdooDatabase(version)
    database.user("bi@acme.example", KEY)
    for number in range(7):
        database.create(LEAD, name=f"Lead {number}", type="lead")
    with OdooServer(database) as server:
        nights = OdooNights(warehouse, server)
        ensure_landing_tables(warehouse, [nights.source])
        warehouse.execute("truncate raw_odoo.crm_lead, raw_odoo.crm_stage, ops.landings, ops.cursors")
        for night, plan in enumerate(drawn, 1):
            edit(database, plan.before)
            land(nights, server, plan, night)
            if not plan.meanwhile:
                assert landed(nights, night) == truth(database)
        last = len(drawn) + 1
        nights.land(last, LEAD, STAGE, portion_records=5)
        assert landed(nights, last) == truth(database)
        doubled = (
            "select id, as_of from raw_odoo.crm_lead group by id, as_of, content_hash having count(*) > 2"
        )
        assert warehouse.execute(doubled).fetchall() == []


def land(nights: OdooNights, server: OdooServer, plan: Plan, night: int) -> None:
    """Land a night; one that is stopped on the way is run again."""
    begun = len(server.requests) + 1
    server.plan.events = {
        begun + place: partial(edit, server.database, done) for place, done in plan.meanwhile.items()
    }
    server.plan.faults = {begun + place: fault for place, fault in plan.faults.items()}
    if plan.is_stopped and plan.faults:
        nights.patience = Patience(attempts=1)
        try:
            nights.land(night, LEAD, STAGE, portion_records=5)
        except SourceError:
            server.plan.faults = {}
        nights.patience = Patience()
    nights.land(night, LEAD, STAGE, portion_records=5)
    server.plan.faults, server.plan.events = {}, {}
