"""Calls, meetings, tasks, leads, quotes and answers, by hand."""

import pytest

from ledger.activities import connect_rate, meetings_held, outbound_calls, overdue_tasks_share
from ledger.hand_made import activity, at, books, deal, lead, on, payment, quote, survey, told
from ledger.leads import (
    day_of_working_minute,
    first_response_time,
    lead_to_deal_conversion,
    leads_answered_in_sla,
    leads_worked_share,
    working_minutes,
)
from ledger.service import net_promoter_score, proposal_to_payment_conversion, proposals_sent


def test_calls_connect_that_last_and_meetings_count_that_are_held() -> None:
    known = books(
        activity("call", "2026-06-01"),
        activity("call", "2026-06-02", direction="in", minutes=0),
        activity("call", "2026-06-03", status="no_answer", minutes=None),
        activity("call", "2026-06-04", minutes=None),
        activity("meeting", "2026-06-05"),
        activity("meeting", "2026-06-06", status="cancelled"),
    )
    assert [row[1] for row in told(outbound_calls(known))] == ["2026-06-01", "2026-06-03", "2026-06-04"]
    assert [row[2:] for row in told(connect_rate(known))] == [(1, 1), (0, 1), (0, 1), (None, 1)]
    assert told(meetings_held(known)) == [("anna", "2026-06-05", 1)]


def test_a_task_is_judged_on_its_day() -> None:
    known = books(
        activity("task", "2026-06-01", due_on=on("2026-06-05"), completed_on=on("2026-06-05")),
        activity("task", "2026-06-01", due_on=on("2026-06-05"), completed_on=on("2026-06-06")),
        activity("task", "2026-06-01", due_on=on("2026-06-30")),
        activity("task", "2026-06-01", due_on=on("2026-07-01")),
    )
    assert [row[1:] for row in told(overdue_tasks_share(known))] == [
        ("2026-06-05", 0, 1),
        ("2026-06-05", 1, 1),
        ("2026-06-30", 1, 1),
    ]


# ---- leads


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-06-01 10:00", "2026-06-01 10:20", 20),
        ("2026-06-01 17:50", "2026-06-02 09:05", 15),
        ("2026-06-05 17:00", "2026-06-08 10:00", 120),
        ("2026-06-06 10:00", "2026-06-07 20:00", 0),
        ("2026-06-01 20:00", "2026-06-02 07:00", 0),
        ("2026-06-01 07:00", "2026-06-03 20:00", 27 * 60),
    ],
)
def test_minutes_count_within_the_working_hours_of_working_days(start: str, end: str, minutes: int) -> None:
    assert working_minutes(books(), at(start), at(end)) == minutes


@pytest.mark.parametrize(
    ("start", "day"),
    [
        ("2026-06-01 17:45", "2026-06-01"),
        ("2026-06-01 17:46", "2026-06-02"),
        ("2026-06-05 18:30", "2026-06-08"),
        ("2026-06-06 10:00", "2026-06-08"),
        ("2026-06-01 08:00", "2026-06-01"),
    ],
)
def test_fifteen_working_minutes_may_last_until_another_day(start: str, day: str) -> None:
    assert day_of_working_minute(books(), at(start), 15) == on(day)


def test_a_lead_is_answered_by_the_first_activity_of_ours_since_its_assignment() -> None:
    """A call before it, one that came in and a task are no answer. 17:50 to 9:06 are 16 working minutes."""
    known = books(
        lead("2026-06-01 17:50", id="crm:1"),
        activity("call", "2026-06-01 17:40", lead="crm:1"),
        activity("call", "2026-06-01 17:55", lead="crm:1", direction="in"),
        activity("task", "2026-06-01 17:56", lead="crm:1"),
        activity("call", "2026-06-02 09:06", "cleo", lead="crm:1", status="no_answer"),
        activity("call", "2026-06-02 09:30", lead="crm:1"),
    )
    assert told(first_response_time(known)) == [("anna", "2026-06-02", 16)]
    assert told(leads_answered_in_sla(known)) == [("anna", "2026-06-02", 0, 1)]


def test_a_lead_is_judged_when_its_fifteen_minutes_are_over() -> None:
    """Assigned at 17:50 it has until 9:05; an evening call counts. What is due after tonight waits."""
    known = books(
        lead("2026-06-01 17:50", id="crm:1"),
        activity("call", "2026-06-01 19:00", lead="crm:1"),
        lead("2026-06-02 10:00"),
        lead("2026-06-30 17:50"),
    )
    assert told(leads_answered_in_sla(known)) == [("anna", "2026-06-02", 1, 1), ("anna", "2026-06-02", 0, 1)]


def test_a_lead_is_worked_that_is_touched_within_seven_days() -> None:
    known = books(
        lead("2026-06-01", id="crm:1"),
        activity("meeting", "2026-06-08 23:00", lead="crm:1"),
        lead("2026-06-01", id="crm:2"),
        activity("call", "2026-06-09", lead="crm:2"),
        lead("2026-06-24"),
    )
    assert [row[1:] for row in told(leads_worked_share(known))] == [
        ("2026-06-08", 1, 1),
        ("2026-06-08", 0, 1),
    ]


def test_a_lead_converts_into_the_first_deal_that_names_it_or_that_it_names() -> None:
    """Assigned on 1 March it has until 30 May. A deal that is not there is none."""
    known = books(
        lead("2026-03-01", id="crm:1", deal="crm:D1"),
        deal(id="crm:D1", created_at=at("2026-05-31")),
        deal(lead="crm:1", created_at=at("2026-05-30")),
        lead("2026-03-01", deal="crm:D1"),
        lead("2026-03-01", deal="crm:D9"),
        lead("2026-04-02", deal="crm:D1"),
    )
    assert [row[1:] for row in told(lead_to_deal_conversion(known))] == [
        ("2026-05-30", 1, 1),
        ("2026-05-30", 0, 1),
        ("2026-05-30", 0, 1),
    ]


# ---- quotes and answers


def test_a_deal_is_proposed_once_and_converts_by_a_payment_in_the_window() -> None:
    """Sent on 1 February it has until 1 June, the 120th day after it."""
    first, second = deal(), deal()
    known = books(
        first,
        second,
        quote(first, "2026-02-02", "cleo"),
        quote(first, "2026-02-01"),
        quote(second, "2026-02-01", "boris"),
        payment(first, "1.00", "2026-06-01"),
        payment(second, "1.00", "2026-01-31"),
        payment(second, "1.00", "2026-06-02"),
    )
    assert sorted(told(proposals_sent(known))) == [("anna", "2026-02-01", 1), ("boris", "2026-02-01", 1)]
    assert sorted(told(proposal_to_payment_conversion(known))) == [
        ("anna", "2026-06-01", 1, 1),
        ("boris", "2026-06-01", 0, 1),
    ]


def test_nine_and_ten_promote_and_six_and_less_detract() -> None:
    known = books(*(survey(score, "2026-06-01") for score in (10, 9, 8, 7, 6, 0)))
    assert [row[2] for row in told(net_promoter_score(known))] == [1, 1, 0, 0, -1, -1]
