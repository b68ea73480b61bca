"""KPIs of open deals: what they are worth, how they move, how well they are kept."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from ledger.books import Books, Row
from ledger.exact import percentile, to_the_cent
from ledger.stages import Stretch, months_after, open_stretch_on, stretches, win_rate_of
from yardstick.demo.ledger import Activity, Deal

CONVERSION_DAYS = timedelta(days=30)
QUIET_WORKING_DAYS = 14
LEAST_STRETCHES = 10
#: Field of a deal → from which stage on, counted from 1, it must be filled in.
REQUIRED_FROM = {
    "owner_id": 1,
    "account": 1,
    "amount": 2,
    "expected_close_on": 2,
    "product": 3,
}


def open_pipeline(books: Books, day: date) -> Iterator[Row]:
    for deal in books.open_on[day]:
        yield Row(deal.id, deal.owner, day, books.amount_of(deal))


def weighted_pipeline(books: Books, day: date) -> Iterator[Row]:
    """Each open deal by the chance of winning from its stage."""
    for deal in books.open_on[day]:
        stretch = open_stretch_on(books, deal, day)
        if stretch is not None:
            amount = books.amount_of(deal)
            chance = win_rate_of(books, deal, stretch.move.stage, day)
            weighted = None if amount is None else to_the_cent(Fraction(amount) * chance)
            yield Row(deal.id, deal.owner, day, weighted)


def pipeline_created(books: Books) -> Iterator[Row]:
    """The amount at the plan rate of the day of creation; a single night knows of no other amount."""
    for deal in books.ledger.deals:
        amount = books.at_plan_rate(deal.amount, deal.currency, deal.created_on)
        yield Row(deal.id, deal.owner, deal.created_on, amount)


def stage_conversion(books: Books) -> Iterator[Row]:
    """Of the first entries into an open stage, those followed in time by a later open stage or a win."""
    for deal in books.ledger.deals:
        seen = set()
        for place, move in enumerate(deal.moves):
            if move.kind != "open" or move.stage in seen:
                continue
            seen.add(move.stage)
            due = move.at.date() + CONVERSION_DAYS
            if due <= books.ledger.as_of:
                went_on = any(
                    later.at.date() <= due
                    and (later.kind == "won" or (later.kind == "open" and later.position > move.position))
                    for later in deal.moves[place + 1 :]
                )
                yield Row(deal.id, deal.owner, due, int(went_on), 1)


# ---- stalled deals


def stalled_deals_share(books: Books, day: date) -> Iterator[Row]:
    for deal in books.open_on[day]:
        is_stalled = _is_long_in_stage(books, deal, day) or _is_quiet(books, deal, day)
        yield Row(deal.id, deal.owner, day, int(is_stalled), 1)


def _is_long_in_stage(books: Books, deal: Deal, day: date) -> bool:
    """Longer in its stage than three quarters of the stays of the deals that were won in the year before."""
    stretch = open_stretch_on(books, deal, day)
    if stretch is None:
        return False
    usual = _stays(books).get((deal.source, stretch.move.stage, day.replace(day=1)), [])
    return len(usual) >= LEAST_STRETCHES and (day - stretch.first).days > percentile(usual, Fraction(3, 4))


@lru_cache(maxsize=1)
def _stays(books: Books) -> dict[tuple[str, str, date], list[int]]:
    """By source, stage and month: the days of each stay of the deals won in the twelve months before it."""
    stays: dict[tuple[str, str, date], list[int]] = defaultdict(list)
    for deal in books.won:
        for month in months_after(deal):
            for stretch in stretches(deal):
                if stretch.move.kind == "open" and stretch.end is not None:
                    stays[deal.source, stretch.move.stage, month].append(_days(stretch))
    return {place: sorted(days) for place, days in stays.items()}


def _days(stretch: Stretch) -> int:
    assert stretch.end is not None
    return (stretch.end - stretch.first).days


def _is_quiet(books: Books, deal: Deal, day: date) -> bool:
    """Nothing was done about it for so many working days of the company."""
    touches = _touches(books)[deal.id]
    last = touches[bisect_right(touches, day) - 1]
    working_days = _working_days(books)
    return bisect_right(working_days, day) - bisect_right(working_days, last) >= QUIET_WORKING_DAYS


@lru_cache(maxsize=1)
def _touches(books: Books) -> dict[str, list[date]]:
    """The days on which each deal was created, moved, talked or written about."""
    touches = {
        deal.id: [deal.created_on, *(move.at.date() for move in deal.moves)] for deal in books.ledger.deals
    }
    for activity in books.ledger.activities:
        if activity.kind != "task" and activity.deal in touches:
            touches[activity.deal].append(activity.happened_at.date())
    return {deal: sorted(days) for deal, days in touches.items()}


@lru_cache(maxsize=1)
def _working_days(books: Books) -> list[date]:
    return sorted(books.ledger.working_days)


# ---- how well they are kept


def deals_without_next_step_share(books: Books, day: date) -> Iterator[Row]:
    """Without a task that was begun, is not done, and is due on the day or later."""
    tasks = _tasks(books)
    for deal in books.open_on[day]:
        has_next_step = any(_is_ahead(task, day) for task in tasks[deal.id])
        yield Row(deal.id, deal.owner, day, int(not has_next_step), 1)


def _is_ahead(task: Activity, day: date) -> bool:
    return (
        task.due_on is not None
        and task.logged_at.date() <= day <= task.due_on
        and (task.completed_on is None or task.completed_on > day)
    )


@lru_cache(maxsize=1)
def _tasks(books: Books) -> dict[str, list[Activity]]:
    tasks: dict[str, list[Activity]] = defaultdict(list)
    for activity in books.ledger.activities:
        if activity.kind == "task" and activity.deal is not None:
            tasks[activity.deal].append(activity)
    return tasks


def crm_completeness(books: Books, day: date) -> Iterator[Row]:
    """Of the fields required from the deal's stage on, those filled in as the record is known now."""
    for deal in books.open_on[day]:
        stretch = open_stretch_on(books, deal, day)
        if stretch is not None:
            required = [name for name, first in REQUIRED_FROM.items() if stretch.move.position >= first]
            filled = sum(getattr(deal, name) is not None for name in required)
            yield Row(deal.id, deal.owner, day, filled, len(required))
