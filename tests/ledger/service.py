"""KPIs of quotes, and of what customers say."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from ledger.books import Books, Row
from yardstick.demo.ledger import Quote

PAID_WITHIN = timedelta(days=120)
PROMOTES_FROM, DETRACTS_UP_TO = 9, 6


def proposals_sent(books: Books) -> Iterator[Row]:
    for quote in first_quotes(books):
        yield Row(quote.id, quote.owner, quote.sent_at.date(), 1)


def proposal_to_payment_conversion(books: Books) -> Iterator[Row]:
    paid_on = _payment_days(books)
    for quote in first_quotes(books):
        sent_on = quote.sent_at.date()
        due = sent_on + PAID_WITHIN
        if due <= books.ledger.as_of:
            is_paid = any(sent_on <= day <= due for day in paid_on[quote.deal])
            yield Row(quote.id, quote.owner, due, int(is_paid), 1)


def first_quotes(books: Books) -> list[Quote]:
    """The first quote of each deal; of several of one moment the first by id."""
    first: dict[str, Quote] = {}
    for quote in sorted(books.ledger.quotes, key=lambda quote: (quote.sent_at, quote.id)):
        first.setdefault(quote.deal, quote)
    return list(first.values())


@lru_cache(maxsize=1)
def _payment_days(books: Books) -> dict[str, list[date]]:
    days: dict[str, list[date]] = defaultdict(list)
    for payment in books.ledger.payments:
        deal = books.deal_paid(payment)
        if deal is not None:
            days[deal].append(payment.paid_on)
    return days


def net_promoter_score(books: Books) -> Iterator[Row]:
    """Who gives 9 or 10 promotes, who gives 6 or less detracts."""
    for survey in books.ledger.surveys:
        answer = int(survey.score >= PROMOTES_FROM) - int(survey.score <= DETRACTS_UP_TO)
        yield Row(survey.id, survey.owner, survey.answered_on, answer, 1)
