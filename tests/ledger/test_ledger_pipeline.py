"""Open deals, their stages and what is expected of them, by hand."""

from typing import Any

import pytest

from ledger.forecast import forecast_accuracy, slippage_rate
from ledger.hand_made import activity, at, books, deal, lost, moves, on, split, told, won
from ledger.pipeline import (
    crm_completeness,
    deals_without_next_step_share,
    open_pipeline,
    pipeline_created,
    stage_conversion,
    stalled_deals_share,
    weighted_pipeline,
)
from ledger.stages import stretches


def test_a_deal_is_open_from_its_creation_until_before_its_closing() -> None:
    known = books(lost("2026-06-10", created_at=at("2026-06-08 23:00"), currency="USD"))
    assert told(open_pipeline(known, on("2026-06-07"))) == []
    assert told(open_pipeline(known, on("2026-06-08"))) == [("anna", "2026-06-08", "80.00")]
    assert told(open_pipeline(known, on("2026-06-09"))) == [("anna", "2026-06-09", "80.00")]
    assert told(open_pipeline(known, on("2026-06-10"))) == []


def test_what_is_created_is_valued_on_the_day_of_creation() -> None:
    known = books(won("2026-06-10", created_at=at("2025-12-31"), currency="USD"))
    assert told(pipeline_created(known)) == [("anna", "2025-12-31", "90.00")]


def test_the_last_entry_of_a_day_stands_for_it() -> None:
    entered = moves(
        ("Discovery", "2026-06-01 09:00"), ("Proposal", "2026-06-01 10:00"), ("Won", "2026-06-04 09:00")
    )
    stays = [(stay.move.stage, stay.first, stay.end) for stay in stretches(deal(moves=entered))]
    assert stays == [("Proposal", on("2026-06-01"), on("2026-06-04")), ("Won", on("2026-06-04"), None)]


def test_a_pipeline_is_weighted_by_the_wins_of_the_year_before_the_month() -> None:
    """Before June a deal that had been in Discovery was won and another lost: (1 + 1) / (2 + 2); before May
    the loss alone: 1 / 3. The win of June is no history yet; that of May 2025 is too old for June."""
    entered = moves(("Discovery", "2026-04-01"))
    known = books(
        deal(created_at=at("2026-04-01"), moves=entered),
        lost("2026-04-20", moves=entered, created_at=at("2026-04-20")),
        won("2026-05-20", moves=entered, created_at=at("2026-05-20")),
        won("2026-06-01", moves=entered, created_at=at("2026-06-01")),
        won("2025-05-31", moves=entered, created_at=at("2025-05-31")),
        won("2026-05-20", moves=entered, created_at=at("2026-05-20"), source="erp"),
    )
    assert told(weighted_pipeline(known, on("2026-06-30"))) == [("anna", "2026-06-30", "50.00")]
    assert told(weighted_pipeline(known, on("2026-05-01"))) == [("anna", "2026-05-01", "50.00")]
    assert told(weighted_pipeline(known, on("2026-04-01"))) == [("anna", "2026-04-01", "66.67")]


def test_a_deal_converts_by_going_on_in_the_funnel_within_the_window() -> None:
    """Entered on 1 April, it has until 1 May. A step back and a loss are none; a win is, from anywhere."""
    known = books(
        deal(
            moves=moves(("Discovery", "2026-04-01"), ("Proposal", "2026-05-01"), ("Discovery", "2026-05-02"))
        ),
        lost("2026-04-05", "boris", moves=moves(("Proposal", "2026-04-01"), ("Lost", "2026-04-05"))),
        won("2026-04-05", "cleo", moves=moves(("Discovery", "2026-04-01"), ("Won", "2026-04-05"))),
        deal("cleo", moves=moves(("Discovery", "2026-06-01"))),
    )
    assert told(stage_conversion(known)) == [
        ("anna", "2026-05-01", 1, 1),
        ("anna", "2026-05-31", 0, 1),
        ("boris", "2026-05-01", 0, 1),
        ("cleo", "2026-05-01", 1, 1),
    ]


# ---- stalled


def test_a_deal_is_quiet_after_fourteen_working_days_without_a_touch() -> None:
    """Touched on Friday 5 June; the 14th working day after it is Thursday the 25th. A task is no touch."""
    quiet = deal(created_at=at("2026-06-01"), id="crm:1")
    known = books(
        quiet, activity("call", "2026-06-05", deal="crm:1"), activity("task", "2026-06-20", deal="crm:1")
    )
    assert told(stalled_deals_share(known, on("2026-06-24"))) == [("anna", "2026-06-24", 0, 1)]
    assert told(stalled_deals_share(known, on("2026-06-25"))) == [("anna", "2026-06-25", 1, 1)]


@pytest.mark.parametrize(("stays", "stalled_on_the_ninth_day"), [(10, 1), (9, 0)])
def test_a_deal_is_stalled_that_stays_longer_than_three_quarters_of_ten_or_more(
    stays: int, stalled_on_the_ninth_day: int
) -> None:
    """Stays of 1 to 10 days: three quarters are within 7.75. On 9 June it is 8 days in Discovery."""
    history = [
        won(
            f"2026-03-{1 + days:02}",
            created_at=at("2026-03-01"),
            moves=moves(("Discovery", "2026-03-01"), ("Won", f"2026-03-{1 + days:02}")),
        )
        for days in range(1, stays + 1)
    ]
    fresh = deal(created_at=at("2026-06-01"), id="crm:1")
    known = books(fresh, *history, activity("call", "2026-06-05", deal="crm:1"))
    assert told(stalled_deals_share(known, on("2026-06-08"))) == [("anna", "2026-06-08", 0, 1)]
    assert told(stalled_deals_share(known, on("2026-06-09"))) == [
        ("anna", "2026-06-09", stalled_on_the_ninth_day, 1)
    ]


# ---- how well they are kept


def test_a_next_step_is_a_task_begun_and_not_yet_due_or_done() -> None:
    known = books(
        deal(created_at=at("2026-06-01"), id="crm:1"),
        activity("task", "2026-06-03", deal="crm:1", due_on=on("2026-06-08"), completed_on=on("2026-06-06")),
        activity("task", "2026-06-10", deal="crm:1", due_on=on("2026-06-12"), completed_on=on("2026-06-15")),
    )
    without = {
        day: row[2]
        for day in range(1, 16)
        for row in told(deals_without_next_step_share(known, on(f"2026-06-{day:02}")))
    }
    assert [day for day, is_without in without.items() if not is_without] == [3, 4, 5, 10, 11, 12]


def test_more_fields_are_required_the_further_a_deal_has_come() -> None:
    """In Discovery owner and account; in Proposal amount and expected close, too; in Talks the product."""
    entered = moves(("Discovery", "2026-06-01"), ("Proposal", "2026-06-02"), ("Talks", "2026-06-03"))
    known = books(deal(None, None, created_at=at("2026-06-01"), moves=entered, owner_id="crm:U99"))
    assert [told(crm_completeness(known, on(f"2026-06-0{day}")))[0][2:] for day in (1, 2, 3)] == [
        (2, 2),
        (2, 4),
        (2, 5),
    ]


# ---- what was expected


def test_a_forecast_counts_what_was_open_and_due_by_the_odds_of_its_stage() -> None:
    """Nothing had closed, so the odds were 1 / 2: of Anna 50.00 of 100.00 was expected. She booked 80.00,
    30.00 off; Boris booked 40.00 out of the blue; Cleo, of whom 50.00 was expected, nothing."""
    due: dict[str, Any] = {"created_at": at("2026-04-20"), "expected_close_on": on("2026-05-31")}
    known = books(
        deal("anna", **due),
        deal("cleo", **due),
        won("2026-05-05", "anna", "80.00", created_at=at("2026-05-02")),
        won("2026-05-06", "boris", "40.00", created_at=at("2026-05-02")),
        deal("boris", created_at=at("2026-05-02"), expected_close_on=on("2026-05-31")),
    )
    assert told(forecast_accuracy(known)) == [
        ("anna", "2026-05-31", "50.00", "80.00"),
        ("boris", "2026-05-31", "0.00", "40.00"),
        ("cleo", "2026-05-31", "-50.00", "0"),
    ]


def test_bookings_in_a_forecast_go_to_those_who_share_the_deal() -> None:
    known = books(won("2026-06-05", "anna", "80.00", splits=split(anna="0.5", boris="0.5")))
    assert told(forecast_accuracy(known)) == [
        ("anna", "2026-06-30", "0.00", "40.00"),
        ("boris", "2026-06-30", "0.00", "40.00"),
    ]


def test_a_deal_has_slipped_that_was_due_in_the_month_and_did_not_close_in_it() -> None:
    due: dict[str, Any] = {"created_at": at("2026-04-20"), "expected_close_on": on("2026-05-31")}
    known = books(
        lost("2026-05-31", "anna", **due),
        won("2026-06-01", "boris", **due),
        deal("cleo", **due),
        deal("cleo", created_at=at("2026-05-02"), expected_close_on=on("2026-05-31")),
    )
    assert told(slippage_rate(known)) == [
        ("anna", "2026-05-31", 0, 1),
        ("boris", "2026-05-31", 1, 1),
        ("cleo", "2026-05-31", 1, 1),
    ]
