"""What goes wrong on the way to Bitrix24: what passes is waited for, the rest is said, nothing half lands."""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from bitrix24_night import CODE, CODE_NAME, Bitrix24Nights
from doubles.bitrix24.portal import ALL_SCOPES, Portal
from doubles.bitrix24.server import Bitrix24Server
from doubles.http_double import Fault, Reply

from yardstick.errors import SourceError, UsageError
from yardstick.extract.api_client import Patience

DEAL = "crm_deal"
PASSING: list[Fault] = ["500", "502", "429", "cut", "truncated", "hang up"]
#: Signing in takes two requests, the mark of deals one; the fourth asks for the first page.
FIRST_PAGE = 4


@pytest.fixture(autouse=True)
def no_code_in_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever happens, nothing that is logged holds the webhook's code."""
    caplog.set_level(logging.DEBUG)
    yield
    assert CODE not in caplog.text


@pytest.fixture(autouse=True)
def deals(portal: Portal) -> list[int]:
    """Some deals: more than a page of them."""
    return [portal.create(DEAL, title=f"Deal {number}") for number in range(60)]


def refused(code: str, status: int = 400, **content: Any) -> Reply:
    return Reply({"error": code, "error_description": f"{code} it is", **content}, status)


def landed(nights: Bitrix24Nights, night: int = 1) -> set[int]:
    return set(nights.known(DEAL, night))


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_waited_for(
    bitrix24_nights: Bitrix24Nights, bitrix24: Bitrix24Server, deals: list[int], fault: Fault
) -> None:
    bitrix24.plan.faults = {2: fault, 3: fault, 4: fault}
    bitrix24_nights.land(1, DEAL)
    assert landed(bitrix24_nights) == set(deals)
    assert bitrix24_nights.waits == ([2, 2, 2] if fault == "429" else [1, 2, 4])


@pytest.mark.parametrize(
    "reply",
    [
        refused("QUERY_LIMIT_EXCEEDED", 503),
        refused("INTERNAL_SERVER_ERROR", 500),
        refused("ERROR_UNEXPECTED_ANSWER", 500),
    ],
    ids=lambda reply: reply.content["error"],
)
def test_what_bitrix24_says_will_pass_is_waited_for(
    bitrix24_nights: Bitrix24Nights, bitrix24: Bitrix24Server, deals: list[int], reply: Reply
) -> None:
    bitrix24.plan.replies = {FIRST_PAGE: reply, FIRST_PAGE + 1: reply}
    bitrix24_nights.land(1, DEAL)
    assert landed(bitrix24_nights) == set(deals)
    assert bitrix24_nights.waits == [1, 2]


@pytest.mark.parametrize("is_text", [False, True])
def test_a_method_that_worked_too_long_is_asked_when_it_may_work_again(
    bitrix24_nights: Bitrix24Nights, bitrix24: Bitrix24Server, deals: list[int], *, is_text: bool
) -> None:
    reset = int(datetime.now().timestamp()) + 240
    told = datetime.fromtimestamp(reset).astimezone().isoformat() if is_text else reset
    time = {"operating": 481.2, "operating_reset_at": told}
    bitrix24.plan.replies = {FIRST_PAGE: refused("OPERATION_TIME_LIMIT", 429, time=time)}
    bitrix24_nights.land(1, DEAL)
    assert landed(bitrix24_nights) == set(deals)
    assert [230 < wait <= 240 for wait in bitrix24_nights.waits] == [True]


def test_a_method_rests_before_the_whole_portal_is_refused_it(
    bitrix24_nights: Bitrix24Nights, bitrix24: Bitrix24Server, deals: list[int]
) -> None:
    def worked_long() -> None:
        bitrix24.operating["crm.item.list"] = 410

    bitrix24.plan.events = {FIRST_PAGE: worked_long, FIRST_PAGE + 1: bitrix24.operating.clear}
    bitrix24_nights.land(1, DEAL)
    assert landed(bitrix24_nights) == set(deals)
    assert [290 < wait <= 300 for wait in bitrix24_nights.waits] == [True]


def test_the_bucket_does_not_overflow(
    bitrix24_nights: Bitrix24Nights, bitrix24: Bitrix24Server, portal: Portal
) -> None:
    """A first load of three thousand lines' deals takes more calls than the bucket holds."""
    for number in range(3_000):
        portal.create(DEAL, title=f"Deal {number}")
    bitrix24.is_limited = True
    reports = bitrix24_nights.land(1, "crm_deal_product_rows")
    assert reports["crm_deal_product_rows"].calls > 60
    assert all(request.path.endswith(("list", "batch", "scope", "profile")) for request in bitrix24.requests)
    assert len(bitrix24.requests) == reports["crm_deal_product_rows"].calls + 2  # none was refused


def test_another_programs_requests_may_have_filled_the_bucket(
    bitrix24_nights: Bitrix24Nights, bitrix24: Bitrix24Server, deals: list[int]
) -> None:
    bitrix24.is_limited = True
    bitrix24._in_bucket = 50
    bitrix24_nights.land(1, DEAL)
    assert landed(bitrix24_nights) == set(deals)
    assert max(bitrix24_nights.waits) <= 2


@pytest.mark.parametrize("code", ["QUERY_LIMIT_EXCEEDED", "OPERATION_TIME_LIMIT", "INTERNAL_SERVER_ERROR"])
def test_an_error_within_a_batch_that_passes_is_waited_for(
    bitrix24_nights: Bitrix24Nights, bitrix24: Bitrix24Server, deals: list[int], code: str
) -> None:
    """It comes with HTTP 200; what came before it in the chain is asked for again, and nothing is skipped."""
    for position in (0, 1):
        bitrix24.batch_errors[FIRST_PAGE + 1 + position] = (position, {"error": code})
    bitrix24_nights.land(1, DEAL)
    assert landed(bitrix24_nights) == set(deals)
    assert bitrix24_nights.waits == [1, 2]


def test_an_error_within_a_batch_that_does_not_pass_ends_the_landing(
    bitrix24_nights: Bitrix24Nights, bitrix24: Bitrix24Server
) -> None:
    bitrix24.batch_errors[FIRST_PAGE + 1] = (
        1,
        {"error": "INVALID_ARG_VALUE", "error_description": "no field"},
    )
    with pytest.raises(SourceError, match=r"crm\.item\.list: Bitrix24 says INVALID_ARG_VALUE: no field"):
        bitrix24_nights.land(1, DEAL)
    assert landed(bitrix24_nights) == set()


def test_a_batch_that_lacks_an_answer_is_asked_again(
    bitrix24_nights: Bitrix24Nights, bitrix24: Bitrix24Server, deals: list[int]
) -> None:
    bitrix24.plan.replies = {FIRST_PAGE + 1: Reply({"result": {"result": [], "result_error": []}})}
    bitrix24_nights.land(1, DEAL)
    assert landed(bitrix24_nights) == set(deals)
    assert bitrix24_nights.waits == [1]


def test_an_error_of_one_deals_lines_ends_the_landing(
    bitrix24_nights: Bitrix24Nights, bitrix24: Bitrix24Server
) -> None:
    bitrix24.batch_errors[FIRST_PAGE + 1] = (7, {"error": "INVALID_ARG_VALUE"})
    with pytest.raises(SourceError, match="INVALID_ARG_VALUE"):
        bitrix24_nights.land(1, "crm_deal_product_rows")


def test_a_server_that_is_silent_is_asked_again(
    bitrix24_nights: Bitrix24Nights, bitrix24: Bitrix24Server, deals: list[int]
) -> None:
    bitrix24_nights.timeout = 0.3
    bitrix24.fail_next("silence")
    bitrix24_nights.land(1, DEAL)
    assert landed(bitrix24_nights) == set(deals)


def test_what_does_not_pass_ends_the_landing_and_leaves_nothing_of_it(
    bitrix24_nights: Bitrix24Nights, bitrix24: Bitrix24Server, portal: Portal, deals: list[int]
) -> None:
    bitrix24_nights.land(1, DEAL)
    portal.delete(DEAL, deals[0])
    portal.create(DEAL, title="New")
    bitrix24_nights.patience = Patience(attempts=4)
    begun = len(bitrix24.requests)
    bitrix24.plan.faults = {begun + FIRST_PAGE + number: "502" for number in range(1, 6)}
    with pytest.raises(SourceError, match="HTTP 502, 4 times in a row"):
        bitrix24_nights.land(2, DEAL)
    assert landed(bitrix24_nights, 2) == set(deals)


def test_a_login_page_is_no_answer(bitrix24_nights: Bitrix24Nights, bitrix24: Bitrix24Server) -> None:
    bitrix24.fail_next("login page")
    with pytest.raises(SourceError, match="a web page, not with data"):
        bitrix24_nights.land(1, DEAL)


def test_another_server_is_no_bitrix24(bitrix24_nights: Bitrix24Nights, bitrix24: Bitrix24Server) -> None:
    bitrix24.plan.replies = {1: Reply({"detail": "Not Found"}, 404)}
    with pytest.raises(SourceError, match=r"in a way that Bitrix24 does not \(HTTP 404"):
        bitrix24_nights.land(1, DEAL)


@pytest.mark.parametrize("code", ["INVALID_CREDENTIALS", "NO_AUTH_FOUND", "expired_token"])
def test_a_webhook_that_is_refused_is_asked_for(
    bitrix24_nights: Bitrix24Nights, bitrix24: Bitrix24Server, code: str
) -> None:
    bitrix24.plan.replies = {1: refused(code, 401)}
    with pytest.raises(UsageError, match=rf"knows no such webhook \(Bitrix24 says {code}") as raised:
        bitrix24_nights.land(1, DEAL)
    assert "A new one is made in Bitrix24" in str(raised.value)
    assert bitrix24_nights.waits == []


def test_a_wrong_code_is_refused(bitrix24_nights: Bitrix24Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CODE_NAME, "1/another-code")
    with pytest.raises(UsageError, match="knows no such webhook") as raised:
        bitrix24_nights.land(1, DEAL)
    assert "another-code" not in str(raised.value)


def test_a_webhook_that_is_deleted_midway_ends_the_landing(
    bitrix24_nights: Bitrix24Nights, bitrix24: Bitrix24Server, portal: Portal
) -> None:
    bitrix24.plan.events[FIRST_PAGE + 1] = portal.webhooks.clear
    with pytest.raises(UsageError, match="knows no such webhook"):
        bitrix24_nights.land(1, DEAL)
    assert landed(bitrix24_nights) == set()


@pytest.mark.parametrize(
    ("webhook", "found"),
    [
        ("", "no environment variable"),
        ("just-a-code", "found something else than a webhook"),
        ("https://other.bitrix24.com/rest/1/abc/", r"a webhook of other\.bitrix24\.com"),
    ],
)
def test_what_is_no_webhook_of_the_portal_is_not_sent_anywhere(
    bitrix24_nights: Bitrix24Nights,
    bitrix24: Bitrix24Server,
    monkeypatch: pytest.MonkeyPatch,
    webhook: str,
    found: str,
) -> None:
    monkeypatch.setenv(CODE_NAME, webhook)
    with pytest.raises(UsageError, match=found) as raised:
        bitrix24_nights.land(1, DEAL)
    assert "just-a-code" not in str(raised.value)
    assert "abc" not in str(raised.value)
    assert bitrix24.requests == []


def test_a_missing_right_of_the_webhook_is_named_with_what_needs_it(
    bitrix24_nights: Bitrix24Nights, portal: Portal
) -> None:
    portal.webhooks[0].scopes = ALL_SCOPES - {"telephony"}
    with pytest.raises(UsageError, match="no telephony") as raised:
        bitrix24_nights.land(1, DEAL)
    assert "Give the webhook the rights crm, department, sale, telephony, user." in str(raised.value)
    assert "not activities." in str(raised.value)


def test_what_needs_no_such_right_may_be_taken_alone(
    bitrix24_nights: Bitrix24Nights, portal: Portal, deals: list[int]
) -> None:
    portal.webhooks[0].scopes = frozenset({"crm", "user_brief"})
    bitrix24_nights.settings = {"entities": ["deals", "leads", "stage_entries", "lines"]}
    bitrix24_nights.land(1)
    assert landed(bitrix24_nights) == set(deals)


def test_a_missing_right_of_the_user_is_named(bitrix24_nights: Bitrix24Nights, portal: Portal) -> None:
    portal.webhooks[0].is_administrator = False
    with pytest.raises(SourceError, match=r"sale\.payment\.list: Bitrix24 says ACCESS_DENIED") as raised:
        bitrix24_nights.land(1, "sale_payment")
    assert "not payments." in str(raised.value)


def test_lines_that_may_not_be_read_are_no_deals_without_lines(
    bitrix24_nights: Bitrix24Nights, portal: Portal
) -> None:
    portal.webhooks[0].denied = frozenset({"crm.item.productrow.list"})
    with pytest.raises(SourceError, match=r"crm\.item\.productrow\.list: Bitrix24 says ACCESS_DENIED"):
        bitrix24_nights.land(1, "crm_deal_product_rows")


def test_a_wait_that_a_proxy_asks_for_is_kept(
    bitrix24_nights: Bitrix24Nights, bitrix24: Bitrix24Server
) -> None:
    bitrix24.plan.replies = {1: Reply({"error": "QUERY_LIMIT_EXCEEDED"}, 503, {"Retry-After": "7"})}
    bitrix24_nights.land(1, DEAL)
    assert bitrix24_nights.waits == [7]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (refused("ERROR_METHOD_NOT_FOUND", 404), r"has no crm\.item\.list.*not deals, leads, stage_entries"),
        (refused("OVERLOAD_LIMIT", 401), "Bitrix24 says OVERLOAD_LIMIT"),
        (refused("PORTAL_DELETED", 403), "Bitrix24 says PORTAL_DELETED"),
        (refused("ACCESS_DENIED", 401), "Bitrix24 says ACCESS_DENIED: ACCESS_DENIED it is"),
    ],
    ids=lambda value: value.content["error"] if isinstance(value, Reply) else "",
)
def test_whatever_else_bitrix24_says_is_passed_on(
    bitrix24_nights: Bitrix24Nights, bitrix24: Bitrix24Server, reply: Reply, said: str
) -> None:
    bitrix24_nights.settings = {"entities": ["deals", "leads", "stage_entries"]}
    bitrix24.plan.replies = {FIRST_PAGE: reply}
    with pytest.raises(SourceError, match=said):
        bitrix24_nights.land(1, DEAL)
    assert bitrix24_nights.waits == []
