"""KPIs of what was expected of a month on its first day, and what came."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ledger.books import Books, Row
from ledger.exact import to_the_cent
from ledger.sales import sales
from ledger.stages import open_stretch_on, win_rate_of
from yardstick.company.periods import Period
from yardstick.demo.ledger import Deal

#: First day of the month, and person.
Share = tuple[date, str | None]


def forecast_accuracy(books: Books) -> Iterator[Row]:
    """Bookings less what they differ by from the forecast, over bookings; per person and month.

    Months count from the first one on whose every day there may have been deals.
    """
    first_day = min((deal.created_on for deal in books.ledger.deals), default=books.ledger.as_of)
    booked, forecast = _booked(books), _forecast(books)
    for month in books.months_over:
        for first, person in {**booked, **forecast}:
            if first == month.start >= first_day:
                actual, expected = booked[first, person], forecast[first, person]
                yield Row(person or "unassigned", person, month.end, actual - abs(expected - actual), actual)


def _booked(books: Books) -> dict[Share, Decimal]:
    booked: dict[Share, Decimal] = defaultdict(Decimal)
    for sale in sales(books):
        assert sale.deal.closed_on is not None
        booked[sale.deal.closed_on.replace(day=1), sale.person] += sale.amount or 0
    return booked


def _forecast(books: Books) -> dict[Share, Decimal]:
    """What the deals due in a month were worth on its first day by the odds of the stages they were in."""
    forecast: dict[Share, Decimal] = defaultdict(Decimal)
    for month in books.months_over:
        for deal in due_in(books, month):
            amount, stretch = books.amount_of(deal), open_stretch_on(books, deal, month.start)
            if amount is not None and stretch is not None:
                odds = win_rate_of(books, deal, stretch.move.stage, month.start)
                forecast[month.start, deal.owner] += to_the_cent(Fraction(amount) * odds)
    return forecast


def slippage_rate(books: Books) -> Iterator[Row]:
    """Of the deals open on the month's first day and expected to close in it, those that did not."""
    for month in books.months_over:
        for deal in due_in(books, month):
            has_slipped = deal.closed_on is None or deal.closed_on > month.end
            yield Row(deal.id, deal.owner, month.end, int(has_slipped), 1)


def due_in(books: Books, month: Period) -> list[Deal]:
    """A single night knows of no other expectation than tonight's."""
    return [
        deal
        for deal in books.open_on[month.start]
        if deal.expected_close_on is not None and month.start <= deal.expected_close_on <= month.end
    ]
