"""Whatever fails on the way, in whatever order: what a night lands is what there is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import get_args

import psycopg
import pytest
from bitrix24_night import CODE, CODE_NAME, Bitrix24Nights
from doubles.bitrix24.portal import Portal
from doubles.bitrix24.server import Bitrix24Server
from doubles.http_double import Fault, Reply
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yardstick.errors import SourceError
from yardstick.extract.api_client import Patience
from yardstick.landing.tables import ensure_landing_tables

DEAL, USER, ROWS = "crm_deal", "user", "crm_deal_product_rows"
LANDED = (USER, DEAL, ROWS)
#: A page that asks to sign in does not pass; silence would only take time.
HTTP_FAULTS = sorted({*get_args(Fault)} - {"login page", "silence"})
#: Bitrix24's own words, answered to a whole request or to one within a batch.
REFUSALS = {"QUERY_LIMIT_EXCEEDED": 503, "OPERATION_TIME_LIMIT": 429, "INTERNAL_SERVER_ERROR": 500}
REQUESTS, PAGE_ROWS, PORTION = 40, 3, 9

Edits = list[tuple[str, int]]
#: (fault, place in a batch): where the place is none, the whole request fails.
Failure = tuple[str, int | None]

edits = st.lists(
    st.tuples(
        st.sampled_from(["create", "write", "touch", "delete", "line", "hire", "fire"]), st.integers(0, 50)
    ),
    max_size=8,
)
failures = st.one_of(
    st.tuples(st.sampled_from([*HTTP_FAULTS, *REFUSALS]), st.none()),
    st.tuples(st.sampled_from([*REFUSALS]), st.integers(0, 4)),
)


@dataclass
class Plan:
    """What happens before a night, while it lands, and what fails then."""

    before: Edits = field(default_factory=list)
    meanwhile: dict[int, Edits] = field(default_factory=dict)
    failures: dict[int, Failure] = field(default_factory=dict)
    is_stopped: bool = False


plans = st.builds(
    Plan,
    before=edits,
    meanwhile=st.dictionaries(st.integers(0, REQUESTS), edits, max_size=2),
    failures=st.dictionaries(st.integers(0, REQUESTS), failures, max_size=6),
    is_stopped=st.booleans(),
)


@pytest.fixture
def connection(address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection]:
    """A warehouse, and pages so small that a few records fill many."""
    monkeypatch.setattr("yardstick.extract.bitrix24.PAGE_ROWS", PAGE_ROWS)
    monkeypatch.setattr("yardstick.extract.bitrix24.BATCH_REQUESTS", 4)
    monkeypatch.setattr("yardstick.extract.bitrix24._CHAIN", (1, 2))
    with psycopg.connect(address, autocommit=True) as opened:
        yield opened


def edit(portal: Portal, done: Edits) -> None:
    for what, number in done:
        portal.now += timedelta(minutes=number)
        deals = sorted(portal.rows[DEAL])
        chosen = deals[number % len(deals)] if deals else 0
        match what:
            case "write" if deals:
                portal.write(DEAL, chosen, title=f"Written {number}")
            case "touch" if deals:
                portal.write(DEAL, chosen)
            case "delete" if deals:
                portal.delete(DEAL, chosen)
            case "line" if deals:
                portal.create("product_row", ownerType="D", ownerId=chosen, quantity=number)
                portal.write(DEAL, chosen)
            case "hire":
                portal.create(USER, NAME=f"User {number}")
            case "fire" if portal.rows[USER]:
                portal.delete(USER, sorted(portal.rows[USER])[number % len(portal.rows[USER])])
            case _:
                portal.create(DEAL, title=f"Made {number}")


def truth(portal: Portal) -> dict[str, dict[int, object]]:
    lines: dict[int, list[object]] = {number: [] for number in portal.rows[DEAL]}
    for row in portal.rows["product_row"].values():
        if row["ownerId"] in lines:
            lines[row["ownerId"]].append(row["quantity"])
    return {
        DEAL: {number: row["title"] for number, row in portal.rows[DEAL].items()},
        USER: {number: row["NAME"] for number, row in portal.rows[USER].items()},
        ROWS: dict(lines),
    }


def landed(nights: Bitrix24Nights, night: int) -> dict[str, dict[int, object]]:
    known = {name: nights.known(name, night) for name in LANDED}
    return {
        DEAL: {number: record["title"] for number, record in known[DEAL].items()},
        USER: {number: record["NAME"] for number, record in known[USER].items()},
        ROWS: {
            number: [line["quantity"] for line in record["rows"]] for number, record in known[ROWS].items()
        },
    }


@given(drawn=st.lists(plans, min_size=1, max_size=3))
@settings(
    max_examples=70,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_what_lands_is_what_there_is(connection: psycopg.Connection, drawn: list[Plan]) -> None:
    portal = Portal()
    portal.webhook(CODE)
    for number in range(14):
        portal.create(DEAL, title=f"Deal {number}")
        portal.create("product_row", ownerType="D", ownerId=number + 1, quantity=number)
    with Bitrix24Server(portal) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv(CODE_NAME, f"1/{CODE}")
        server.page_rows = PAGE_ROWS
        nights = Bitrix24Nights(connection, server)
        ensure_landing_tables(connection, [nights.source])
        tables = ", ".join(f"raw_b24.{name}" for name in LANDED)
        connection.execute(f"truncate {tables}, ops.landings, ops.cursors")
        for night, plan in enumerate(drawn, 1):
            edit(portal, plan.before)
            land(nights, server, plan, night)
            if not plan.meanwhile:
                assert landed(nights, night) == truth(portal)
        last = len(drawn) + 1
        nights.land(last, *LANDED, portion_records=PORTION)
        assert landed(nights, last) == truth(portal)
        doubled = f"select id from raw_b24.{DEAL} group by id, as_of, content_hash having count(*) > 2"
        assert connection.execute(doubled).fetchall() == []


def land(nights: Bitrix24Nights, server: Bitrix24Server, plan: Plan, night: int) -> None:
    """Land a night; one that is stopped on the way is run again."""
    begun = len(server.requests) + 1
    server.plan.events = {
        begun + place: partial(edit, server.portal, done) for place, done in plan.meanwhile.items()
    }
    arrange(server, {begun + place: failure for place, failure in plan.failures.items()})
    if plan.is_stopped and plan.failures:
        nights.patience = Patience(attempts=1)
        try:
            nights.land(night, *LANDED, portion_records=PORTION)
        except SourceError:
            arrange(server, {})
        nights.patience = Patience()
    nights.land(night, *LANDED, portion_records=PORTION)
    arrange(server, {})
    server.plan.events = {}


def arrange(server: Bitrix24Server, planned: dict[int, Failure]) -> None:
    server.plan.faults, server.plan.replies, server.batch_errors = {}, {}, {}
    for number, (what, place) in planned.items():
        if place is not None:
            server.batch_errors[number] = (place, {"error": what})
        elif what in REFUSALS:
            server.plan.replies[number] = Reply({"error": what}, REFUSALS[what])
        else:
            server.plan.faults[number] = what  # type: ignore[assignment]
