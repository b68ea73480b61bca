"""Whatever fails on the way to HubSpot, in whatever order: what a night lands is what there is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, get_args

import psycopg
import pytest
from doubles.http_double import Fault
from doubles.hubspot.account import App, HubspotAccount
from doubles.hubspot.server import HubspotServer, locked, throttled
from hubspot_night import TOKEN, TOKEN_NAME, HubspotNights
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yardstick.errors import SourceError
from yardstick.extract.api_client import Pace, Patience
from yardstick.landing.tables import ensure_landing_tables

DEALS, LINKS = "deals", "deals_companies"
#: A page that asks to sign in does not pass; silence would only take time.
PASSING = sorted({*get_args(Fault)} - {"login page", "silence"})
REPLIES = {
    "second": throttled("SECONDLY").reply,
    "ten seconds": throttled("TEN_SECONDLY_ROLLING").reply,
    "ten seconds, told": throttled("TEN_SECONDLY_ROLLING", retry_after=4).reply,
    "locked": locked().reply,
}
PART_FAILS = "a part fails"
REQUESTS = 30

edits = st.lists(
    st.tuples(
        st.sampled_from(["create", "update", "touch", "archive", "restore", "purge", "merge", "link"]),
        st.integers(0, 50),
    ),
    max_size=8,
)
faults = st.dictionaries(
    st.integers(0, REQUESTS), st.sampled_from([*PASSING, *REPLIES, PART_FAILS]), max_size=6
)


@dataclass
class Plan:
    """What happens before a night, while it lands, and what fails then."""

    before: list[tuple[str, int]] = field(default_factory=list)
    meanwhile: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    faults: dict[int, str] = field(default_factory=dict)
    is_stopped: bool = False
    index_lag: int = 0


plans = st.builds(
    Plan,
    before=edits,
    meanwhile=st.dictionaries(st.integers(0, REQUESTS), edits, max_size=2),
    faults=faults,
    is_stopped=st.booleans(),
    index_lag=st.sampled_from([0, 0, 2, 20]),
)


@pytest.fixture
def connection(address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection]:
    """A warehouse, for pages so small that few records make many."""
    monkeypatch.setenv(TOKEN_NAME, TOKEN)
    for name, size in (
        ("READ_WITH_HISTORY", 3),
        ("FOUND_A_PAGE", 4),
        ("IDS_A_PAGE", 4),
        ("LINKS_AT_ONCE", 5),
    ):
        monkeypatch.setattr(f"yardstick.extract.hubspot.{name}", size)
    with psycopg.connect(address, autocommit=True) as opened:
        yield opened


def edit(account: HubspotAccount, done: list[tuple[str, int]]) -> None:
    for what, number in done:
        account.now += timedelta(minutes=number)
        alive = [key for key, record in account.records[DEALS].items() if not record.archived]
        binned = [key for key, record in account.records[DEALS].items() if record.archived]
        if what == "create" or not alive:
            account.create(DEALS, dealname=f"Made {number}", dealstage="new")
            continue
        chosen, other = alive[number % len(alive)], alive[-1]
        match what:
            case "update":
                account.update(DEALS, chosen, dealname=f"Written {number}", dealstage=f"stage {number % 3}")
            case "touch":
                account.update(DEALS, chosen)
            case "archive":
                account.archive(DEALS, chosen)
            case "restore" if binned:
                account.restore(DEALS, binned[number % len(binned)])
            case "purge":
                account.purge(DEALS, chosen)
            case "merge" if chosen != other:
                account.merge(DEALS, chosen, other)
            case "link":
                companies = list(account.records["companies"])
                account.link(DEALS, chosen, "companies", companies[number % len(companies)], 5)


def truth(account: HubspotAccount) -> dict[int, Any]:
    """Name, stages and companies of each deal."""
    return {
        number: (
            record.values["dealname"],
            [version["value"] for version in reversed(record.history["dealstage"])],
            sorted(account.links(DEALS, number, "companies")),
        )
        for number, record in account.records[DEALS].items()
        if not record.archived
    }


def landed(nights: HubspotNights, number: int) -> dict[int, Any]:
    links = nights.known(LINKS, number)
    return {
        key: (
            record["dealname"],
            [version["value"] for version in record["dealstage_history"]],
            [link["id"] for link in links.get(key, {"to": []})["to"]],
        )
        for key, record in nights.known(DEALS, number).items()
    }


@given(drawn=st.lists(plans, min_size=1, max_size=3))
@settings(
    max_examples=70,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_what_lands_is_what_there_is(connection: psycopg.Connection, drawn: list[Plan]) -> None:
    account = HubspotAccount()
    account.apps.append(App(TOKEN))
    for number in range(3):
        account.create("companies", name=f"Company {number}")
    for number in range(7):
        account.create(DEALS, dealname=f"Deal {number}", dealstage="new")
    with HubspotServer(account) as server, pytest.MonkeyPatch.context() as patch:
        nights = HubspotNights(connection, server)
        patch.setattr("yardstick.extract.hubspot_wire.Pace", partial(Pace, clock=nights.clock))
        ensure_landing_tables(connection, [nights.source])
        connection.execute(
            "truncate raw_hubspot.deals, raw_hubspot.deals_companies, ops.landings, ops.cursors"
        )
        for night, plan in enumerate(drawn, 1):
            account.index_lag = timedelta(minutes=plan.index_lag)
            edit(account, plan.before)
            land(nights, server, plan, night)
            if not plan.meanwhile and not any(each.index_lag for each in drawn[:night]):
                assert landed(nights, night) == truth(account)
        last = len(drawn) + 1
        account.now += timedelta(minutes=45)
        nights.land(last, DEALS, LINKS, portion_records=5)
        assert landed(nights, last) == truth(account)
        doubled = (
            "select id, as_of from raw_hubspot.deals group by id, as_of, content_hash having count(*) > 2"
        )
        assert connection.execute(doubled).fetchall() == []


def land(nights: HubspotNights, server: HubspotServer, plan: Plan, night: int) -> None:
    """Land a night; one that is stopped on the way is run again."""
    begun = len(server.requests) + 1
    server.plan.events = {
        begun + place: partial(edit, server.account, done) for place, done in plan.meanwhile.items()
    }
    for place, fault in plan.faults.items():
        if fault == PART_FAILS:
            server.fail_part_of.add(begun + place)
        elif fault in REPLIES:
            server.plan.replies[begun + place] = REPLIES[fault]
        else:
            server.plan.faults[begun + place] = fault  # type: ignore[assignment]
    if plan.is_stopped and plan.faults:
        nights.patience = Patience(attempts=1)
        try:
            nights.land(night, DEALS, LINKS, portion_records=5)
        except SourceError:
            _forget(server)
        nights.patience = Patience()
    nights.land(night, DEALS, LINKS, portion_records=5)
    _forget(server)
    server.plan.events = {}


def _forget(server: HubspotServer) -> None:
    server.plan.faults, server.plan.replies = {}, {}
    server.fail_part_of.clear()
