"""KPIs of leads: how soon they are answered, and what becomes of them."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from ledger.books import DAY, Books, Row
from yardstick.demo.ledger import Activity, Deal, Lead

CONVERSION_DAYS = timedelta(days=90)
WORKED_DAYS = timedelta(days=7)
SLA_MINUTES = 15


def lead_to_deal_conversion(books: Books) -> Iterator[Row]:
    for lead in books.ledger.leads:
        due = lead.assigned_at.date() + CONVERSION_DAYS
        if due <= books.ledger.as_of:
            converted_on = _converted_on(books, lead)
            has_converted = converted_on is not None and converted_on <= due
            yield Row(lead.id, lead.owner, due, int(has_converted), 1)


def _converted_on(books: Books, lead: Lead) -> date | None:
    """The day on which the first deal was created that names the lead, or is named by it."""
    named = books.deal(lead.deal)
    deals = [*_deals_of_leads(books)[lead.id], *([named] if named else [])]
    return min((deal.created_on for deal in deals), default=None)


@lru_cache(maxsize=1)
def _deals_of_leads(books: Books) -> dict[str, list[Deal]]:
    deals: dict[str, list[Deal]] = defaultdict(list)
    for deal in books.ledger.deals:
        if deal.lead is not None:
            deals[deal.lead].append(deal)
    return deals


# ---- answers


def first_response_time(books: Books) -> Iterator[Row]:
    """Working minutes from assignment to answer, of answered leads, on the day of the answer."""
    for lead in books.ledger.leads:
        touch = first_touch(books, lead)
        if touch is not None:
            minutes = working_minutes(books, lead.assigned_at, touch.happened_at)
            yield Row(lead.id, lead.owner, touch.happened_at.date(), minutes)


def leads_answered_in_sla(books: Books) -> Iterator[Row]:
    for lead in books.ledger.leads:
        due = day_of_working_minute(books, lead.assigned_at, SLA_MINUTES)
        if due <= books.ledger.as_of:
            touch = first_touch(books, lead)
            in_time = (
                touch is not None
                and working_minutes(books, lead.assigned_at, touch.happened_at) <= SLA_MINUTES
            )
            yield Row(lead.id, lead.owner, due, int(in_time), 1)


def leads_worked_share(books: Books) -> Iterator[Row]:
    for lead in books.ledger.leads:
        due = lead.assigned_at.date() + WORKED_DAYS
        if due <= books.ledger.as_of:
            touch = first_touch(books, lead)
            is_worked = touch is not None and touch.happened_at.date() <= due
            yield Row(lead.id, lead.owner, due, int(is_worked), 1)


def first_touch(books: Books, lead: Lead) -> Activity | None:
    """The first activity of ours about a lead since it was assigned: no task, and nothing that came in."""
    since = [touch for touch in _touches(books)[lead.id] if touch.happened_at >= lead.assigned_at]
    return min(since, key=lambda touch: touch.happened_at, default=None)


@lru_cache(maxsize=1)
def _touches(books: Books) -> dict[str, list[Activity]]:
    touches: dict[str, list[Activity]] = defaultdict(list)
    for activity in books.ledger.activities:
        is_over = activity.happened_at.date() <= books.ledger.as_of
        if activity.lead is not None and activity.kind != "task" and activity.direction != "in" and is_over:
            touches[activity.lead].append(activity)
    return touches


# ---- working time


def working_minutes(books: Books, start: datetime, end: datetime) -> int:
    """The minutes between two moments that lie in the working hours of the company's working days."""
    minutes, day = 0, start.date()
    while day <= end.date():
        if day in books.ledger.working_days:
            begins = max(_minutes_into(start, day), books.work_begins)
            ends = min(_minutes_into(end, day), books.work_ends)
            minutes += max(ends - begins, 0)
        day += DAY
    return minutes


def day_of_working_minute(books: Books, start: datetime, minutes: int) -> date:
    """The day on which so many working minutes from a moment on have passed; after the as-of, any day."""
    day, left = start.date(), minutes
    while day <= books.ledger.as_of:
        if day in books.ledger.working_days:
            left -= max(books.work_ends - max(_minutes_into(start, day), books.work_begins), 0)
            if left <= 0:
                break
        day += DAY
    return day


def _minutes_into(moment: datetime, day: date) -> int:
    """Minutes from the day's midnight to the moment, below 0 where it lies before; seconds are not told."""
    return int((moment - datetime.combine(day, time())).total_seconds()) // 60
