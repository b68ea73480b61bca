"""Where in the funnel a deal is on a day, and how often deals were won from there."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

from ledger.books import Books, months_before
from yardstick.demo.ledger import Deal, StageMove

#: History is that of the closed deals of so many months before the month.
HISTORY_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in one stage: [first, end), to this day where end is None."""

    move: StageMove
    first: date
    end: date | None


def stretches(deal: Deal) -> list[Stretch]:
    """From each entry's day to the next entry's; of several entries of one day the last stands for it."""
    standing: dict[date, StageMove] = {move.at.date(): move for move in deal.moves}
    days = sorted(standing)
    ends = [*days[1:], None][: len(days)]
    return [Stretch(standing[day], day, end) for day, end in zip(days, ends, strict=True)]


def open_stretch_on(books: Books, deal: Deal, day: date) -> Stretch | None:
    """The deal's stay in an open stage on a day."""
    for stretch in reversed(_stretches(books)[deal.id]):
        if stretch.first <= day:
            return stretch if stretch.move.kind == "open" else None
    return None


@lru_cache(maxsize=1)
def _stretches(books: Books) -> dict[str, list[Stretch]]:
    return {deal.id: stretches(deal) for deal in books.ledger.deals}


def win_rate_of(books: Books, deal: Deal, stage: str, day: date) -> Fraction:
    """The chance of winning from a stage, by the history before the day's month: of the deals of the same
    source that were ever in the stage and were closed in the twelve months, (won + 1) / (closed + 2)."""
    won, closed = _closed_by_stage(books)[deal.source, stage, day.replace(day=1)]
    return Fraction(won + 1, closed + 2)


Place = tuple[str, str, date]


@lru_cache(maxsize=1)
def _closed_by_stage(books: Books) -> dict[Place, tuple[int, int]]:
    """By source, stage and month: how many deals were won, and closed, in the twelve months before it."""
    counts: dict[Place, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for deal in books.ledger.deals:
        for month in months_after(deal):
            for stage in {move.stage for move in deal.moves if move.kind == "open"}:
                won, closed = counts[deal.source, stage, month]
                counts[deal.source, stage, month] = (won + (deal.outcome == "won"), closed + 1)
    return counts


def months_after(deal: Deal) -> Iterator[date]:
    """The first days of the months for which the deal's closing is history."""
    if deal.closed_on is not None:
        for months in range(1, HISTORY_MONTHS + 1):
            yield months_before(deal.closed_on.replace(day=1), -months)
