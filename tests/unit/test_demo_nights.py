"""The exports of a night hold what was known then: nothing of the days after, and nothing edited since."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from yardstick.demo import AS_OF, Demo, Ledger, simulate, write_demo
from yardstick.demo.ledger import Deal
from yardstick.errors import UsageError

NIGHT = date(2026, 5, 31)
TABLES = ("leads", "activities", "quotes", "invoices", "payments", "surveys")


@pytest.fixture(scope="module")
def then(demo: Demo) -> Ledger:
    """What the night of 31 May 2026 knew."""
    return demo.on(NIGHT).ledger


def edits(demo: Demo, what: str) -> Iterator[tuple[str, date]]:
    """The deals that are ever edited so, and the day."""
    for note in demo.notes["edited"]:
        if note["what"] == what:
            yield f"{note['source']}:{note['id']}", date.fromisoformat(note["on"])


def by_id(records: tuple[Any, ...]) -> dict[str, Any]:
    return {record.id: record for record in records}


# Nothing of the days after


def test_nothing_happened_after_the_night(then: Ledger, demo: Demo) -> None:
    """But for the two dates that were planted in the future."""
    happened = [move.at.date() for deal in then.deals for move in deal.moves]
    happened += [lead.assigned_at.date() for lead in then.leads]
    happened += [activity.happened_at.date() for activity in then.activities]
    happened += [activity.logged_at.date() for activity in then.activities]
    happened += [activity.completed_on for activity in then.activities if activity.completed_on]
    happened += [quote.sent_at.date() for quote in then.quotes]
    happened += [invoice.issued_on for invoice in then.invoices]
    happened += [payment.paid_on for payment in then.payments]
    happened += [survey.answered_on for survey in then.surveys]
    assert sum(day > NIGHT for day in happened) <= 2


def test_deals_that_were_closed_since_were_open(then: Ledger, ledger: Ledger) -> None:
    closed_since = [deal for deal in ledger.deals
                    if deal.closed_on and deal.closed_on > NIGHT and deal.id in then.deal_of]  # fmt: skip
    assert len(closed_since) > 100
    assert all(then.deal_of[deal.id].outcome is None for deal in closed_since)


def test_an_open_task_was_completed_since(then: Ledger, ledger: Ledger) -> None:
    was = by_id(then.activities)
    done_since = [task for task in ledger.activities if task.completed_on and task.completed_on > NIGHT]
    open_then = [was[task.id] for task in done_since if task.id in was]
    assert len(open_then) > 50
    assert {task.status for task in open_then} == {"open"}


def test_a_lead_had_not_become_a_deal_yet(then: Ledger, ledger: Ledger) -> None:
    was = by_id(then.leads)
    converted = [
        lead for lead in ledger.leads if lead.deal and lead.id in was and lead.deal not in then.deal_of
    ]
    assert len(converted) > 50
    assert {was[lead.id].deal for lead in converted} == {None}


def test_a_seller_who_left_later_still_had_the_open_deals(demo: Demo) -> None:
    before = demo.on(date(2025, 10, 30)).ledger
    assert any(deal.owner == "irina-lebedeva" and deal.outcome is None for deal in before.deals)
    after = demo.on(date(2025, 11, 30)).ledger
    assert not any(deal.owner == "irina-lebedeva" and deal.outcome is None for deal in after.deals)


# Only later touched records differ


@pytest.mark.parametrize("table", TABLES)
def test_a_record_keeps_its_id_and_stays_unless_its_deal_is_deleted(
    then: Ledger, ledger: Ledger, demo: Demo, table: str
) -> None:
    was, now = by_id(getattr(then, table)), by_id(getattr(ledger, table))
    deleted = {deal for deal, on in edits(demo, "deleted") if on > NIGHT}
    gone = [record for key, record in was.items() if key not in now]
    assert all(record.deal in deleted for record in gone)
    assert len(now) > len(was)


def test_a_deal_that_is_told_otherwise_was_moved_edited_or_slipped(
    then: Ledger, ledger: Ledger, demo: Demo
) -> None:
    edited = {note["id"] for note in demo.notes["edited"] if date.fromisoformat(note["on"]) > NIGHT}

    def is_explained(was: Deal, now: Deal) -> bool:
        return (
            now.id.partition(":")[2] in edited
            or now.moves[-1].at.date() > NIGHT
            or (was.outcome is None and replace(now, expected_close_on=was.expected_close_on) == was)
            or {split.id for split in now.splits} > {split.id for split in was.splits}
        )

    changed = [(was, ledger.deal_of[was.id]) for was in then.deals if was.id in ledger.deal_of]
    changed = [(was, now) for was, now in changed if was != now]
    assert len(changed) > 200
    assert [now.id for was, now in changed if not is_explained(was, now)] == []


def test_what_a_deal_is_about_never_changes(then: Ledger, ledger: Ledger) -> None:
    fixed = ("source", "account", "product", "lead", "kind", "currency", "created_at")
    for deal in then.deals:
        now = ledger.deal_of.get(deal.id)
        assert now is None or all(getattr(now, name) == getattr(deal, name) for name in fixed)


# Late edits


def test_deletions_owners_amounts_and_closing_dates_change_on_the_day_of_the_edit(demo: Demo) -> None:
    nights: dict[date, Ledger] = {}

    def on(day: date) -> Ledger:
        return nights.setdefault(day, demo.on(day).ledger)

    field_of = {"owner_id": "owner", "amount": "amount", "closed_at": "closed_on"}
    for what, field in field_of.items():
        deal, day = list(edits(demo, what))[-1]
        before, after = on(day - timedelta(days=1)).deal_of[deal], on(day).deal_of[deal]
        assert before.closed_on is not None
        changed = {
            column.name
            for column in fields(Deal)
            if getattr(before, column.name) != getattr(after, column.name)
        }
        assert changed >= {field}
        assert changed <= {field, "moves", "lines", "owner_id"}
    deal, day = list(edits(demo, "deleted"))[-1]
    assert deal in on(day - timedelta(days=1)).deal_of
    assert deal not in on(day).deal_of


def test_a_modest_number_of_edits_most_of_them_in_the_last_three_months(demo: Demo) -> None:
    days = [date.fromisoformat(note["on"]) for note in demo.notes["edited"]]
    recent = [day for day in days if day > date(2026, 3, 31)]
    assert 30 < len(recent) < 80
    assert len(recent) > len(days) / 2


def test_some_deals_and_payments_of_a_closed_month_are_entered_in_the_next(
    then: Ledger, ledger: Ledger
) -> None:
    may = (date(2026, 5, 1), NIGHT)
    deals = [
        deal for deal in ledger.deals if may[0] <= deal.created_on <= may[1] and deal.id not in then.deal_of
    ]
    known = {payment.id for payment in then.payments}
    payments = [payment for payment in ledger.payments
                if may[0] <= payment.paid_on <= may[1] and payment.id not in known]  # fmt: skip
    assert deals
    assert payments


# The files


def test_the_files_of_a_night_are_those_of_its_ledger(
    demo_folder: Path, tmp_path: Path, then: Ledger
) -> None:
    for file in demo_folder.glob("*.*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    written = {file.path.relative_to(tmp_path / "crm").as_posix(): file.rows
               for file in write_demo(tmp_path, as_of=NIGHT).files}  # fmt: skip
    rejected, repeated = 1, 1
    in_crm = sum(deal.source == "crm" for deal in then.deals)
    assert written["deals.csv"] == in_crm + rejected + repeated
    assert written["alpine/deals.csv"] == len(then.deals) - in_crm
    assert written["invoices.csv"] == sum(invoice.source == "crm" for invoice in then.invoices)


def test_the_last_night_is_the_default(demo: Demo) -> None:
    assert demo.view.as_of == AS_OF


@pytest.mark.parametrize("day", [date(2022, 6, 30), date(2026, 7, 1)])
def test_a_day_outside_the_world_is_an_error(demo_folder: Path, day: date) -> None:
    with pytest.raises(UsageError, match=f"nothing for {day}"):
        simulate(demo_folder, as_of=day)
