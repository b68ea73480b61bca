"""What goes wrong on the way to HubSpot: what passes is waited for, the rest said, nothing lands in half."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from doubles.http_double import Fault, Reply
from doubles.hubspot.account import HubspotAccount
from doubles.hubspot.server import HubspotServer, Limits, locked, partial_failure, throttled
from hubspot_night import TOKEN, TOKEN_NAME, HubspotNights, hubspot_source

from yardstick.errors import SourceError, UsageError
from yardstick.extract.api_client import Patience
from yardstick.extract.sessions import sign_in

DEALS = "deals"
PASSING: list[Fault] = ["500", "502", "429", "cut", "truncated", "hang up"]


@pytest.fixture(autouse=True)
def no_token_in_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever happens, nothing that is logged holds the token."""
    caplog.set_level(logging.DEBUG)
    yield
    assert TOKEN not in caplog.text


@pytest.fixture(autouse=True)
def deals(account: HubspotAccount) -> list[int]:
    """Some deals."""
    return [account.create(DEALS, dealname=f"Deal {n}") for n in range(10)]


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_waited_for(
    hubspot_nights: HubspotNights, hubspot: HubspotServer, deals: list[int], fault: Fault
) -> None:
    hubspot.plan.faults = {4: fault, 5: fault, 6: fault}
    hubspot_nights.land(1, DEALS)
    assert set(hubspot_nights.known(DEALS)) == set(deals)
    assert hubspot_nights.waits == ([2, 2, 2] if fault == "429" else [1, 2, 4])


@pytest.mark.parametrize(
    ("reply", "wait"),
    [
        (throttled("SECONDLY").reply, 1),
        (throttled("TEN_SECONDLY_ROLLING").reply, 10),
        (throttled("TEN_SECONDLY_ROLLING", retry_after=3).reply, 3),
        (locked().reply, 2),
        (partial_failure(), 1),
    ],
)
def test_hubspots_own_ways_to_say_later_are_understood(
    hubspot_nights: HubspotNights, hubspot: HubspotServer, deals: list[int], reply: Reply, wait: float
) -> None:
    """Of a batch that failed in part, the part that failed must not count as deleted."""
    hubspot.plan.replies = {6: reply}
    hubspot_nights.land(1, DEALS)
    assert set(hubspot_nights.known(DEALS)) == set(deals)
    assert hubspot_nights.waits == [wait]


def test_limits_that_were_set_too_high_are_waited_for(
    hubspot_nights: HubspotNights, hubspot: HubspotServer, deals: list[int]
) -> None:
    """The account allows fewer calls than company.yml says: the other apps of the account call, too."""
    hubspot.limits = Limits(hubspot_nights.clock, in_ten_seconds=5)
    hubspot_nights.land(1, DEALS)
    assert hubspot.refusals > 0
    assert set(hubspot_nights.known(DEALS)) == set(deals)


def test_a_days_quota_that_is_used_up_ends_the_landing_at_once(
    hubspot_nights: HubspotNights, hubspot: HubspotServer
) -> None:
    hubspot.limits = Limits(hubspot_nights.clock, a_day=5)
    with pytest.raises(SourceError, match="quota of calls for this day is used up"):
        hubspot_nights.land(1, DEALS)
    assert hubspot_nights.waits == []
    assert hubspot_nights.known(DEALS) == {}


def test_what_does_not_pass_ends_the_landing_and_leaves_nothing_of_it(
    hubspot_nights: HubspotNights, hubspot: HubspotServer, account: HubspotAccount, deals: list[int]
) -> None:
    hubspot_nights.land(1, DEALS)
    account.now += timedelta(days=1)
    account.archive(DEALS, deals[0])
    account.update(DEALS, deals[1], dealname="Changed")
    hubspot_nights.patience = Patience(attempts=4)
    # Signing in, the mark, the search, the properties and the records come; not the ids.
    begun = len(hubspot.requests)
    hubspot.plan.faults = {begun + n: "502" for n in range(7, 12)}
    with pytest.raises(SourceError, match="HTTP 502, 4 times in a row"):
        hubspot_nights.land(2, DEALS)
    names = {number: record["dealname"] for number, record in hubspot_nights.known(DEALS, 2).items()}
    assert names == {number: f"Deal {n}" for n, number in enumerate(deals)}


def test_a_login_page_is_no_answer(hubspot_nights: HubspotNights, hubspot: HubspotServer) -> None:
    hubspot.fail_next("login page")
    with pytest.raises(SourceError, match="a web page, not with data"):
        hubspot_nights.land(1, DEALS)


def test_an_address_that_is_not_hubspots_is_said(
    hubspot_nights: HubspotNights, hubspot: HubspotServer
) -> None:
    with pytest.raises(SourceError, match=r"in a way that HubSpot does not \(HTTP 404"):
        sign_in(hubspot_source(f"{hubspot.address}/crm"))


def test_a_wrong_token_is_refused(hubspot_nights: HubspotNights, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_NAME, "another")
    with pytest.raises(UsageError, match=r"refuses the token that sources\.hubspot\.token names") as raised:
        hubspot_nights.land(1, DEALS)
    assert "Private Apps" in str(raised.value)


def test_a_token_that_nobody_set_is_asked_for(
    hubspot_nights: HubspotNights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(TOKEN_NAME)
    with pytest.raises(UsageError, match=f"no environment variable {TOKEN_NAME}"):
        hubspot_nights.land(1, DEALS)


def test_a_token_that_expires_midway_ends_the_landing(
    hubspot_nights: HubspotNights, hubspot: HubspotServer, account: HubspotAccount
) -> None:
    def expire() -> None:
        account.apps[0].is_expired = True

    hubspot.plan.events[5] = expire
    with pytest.raises(UsageError, match=r"expired 3 minute\(s\) ago"):
        hubspot_nights.land(1, DEALS)
    assert hubspot_nights.known(DEALS) == {}


def test_a_missing_scope_is_named_with_what_to_do(
    hubspot_nights: HubspotNights, account: HubspotAccount
) -> None:
    account.apps[0].scopes.remove("crm.objects.leads.read")
    with pytest.raises(SourceError, match=r"lacks a scope: crm\.objects\.leads\.read") as raised:
        hubspot_nights.land(1)
    assert "leave out of entities of hubspot what needs it" in str(raised.value)


def test_what_needs_no_such_scope_may_be_taken_alone(
    hubspot_nights: HubspotNights, account: HubspotAccount, deals: list[int]
) -> None:
    account.apps[0].scopes = {"crm.objects.owners.read", "crm.objects.deals.read"}
    hubspot_nights.settings = {"entities": ["people", "deals", "stage_entries"]}
    hubspot_nights.land(1)
    assert set(hubspot_nights.known(DEALS)) == set(deals)


def test_an_account_that_says_nothing_of_its_token_is_read_all_the_same(
    hubspot_nights: HubspotNights, hubspot: HubspotServer, deals: list[int]
) -> None:
    hubspot.plan.replies = {2: Reply({"status": "error", "message": "no such token"}, 404)}
    hubspot_nights.land(1, DEALS)
    assert set(hubspot_nights.known(DEALS)) == set(deals)


def test_an_account_that_is_moved_is_said(hubspot_nights: HubspotNights, hubspot: HubspotServer) -> None:
    hubspot.plan.replies = {4: Reply({"status": "error", "message": "Migration in progress"}, 477)}
    with pytest.raises(SourceError, match="moving this account to another data centre"):
        hubspot_nights.land(1, DEALS)
