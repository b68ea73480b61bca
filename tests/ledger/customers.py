"""KPIs of customers who stay: by month, each account counting for its keeper.

A customer has paid whose money came in; money that went back is none, but lessens what was paid.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache

from ledger.books import DAY, Books, Row, months_before
from yardstick.demo.ledger import Payment

#: An account is a customer's for so many calendar months from the one in which it paid.
ACTIVE_MONTHS = 12


def customer_retention(books: Books) -> Iterator[Row]:
    """Of the accounts active on the day before the month, those still active on its last day."""
    for month in books.months_over:
        before = month.start - DAY
        for account, payments in _payments_of(books).items():
            if _is_active(payments, before):
                still = _is_active(payments, month.end)
                yield Row(account, _keeper(books, payments, month.end), month.end, int(still), 1)


def _is_active(payments: list[Payment], last_of_month: date) -> bool:
    first = months_before(last_of_month.replace(day=1), ACTIVE_MONTHS - 1)
    return any(_came_in(payment) and first <= payment.paid_on <= last_of_month for payment in payments)


def net_revenue_retention(books: Books) -> Iterator[Row]:
    """Of the accounts that paid in the month a year before: what they pay now over what they paid then."""
    for month in books.months_over:
        year_before = months_before(month.start, 12)
        for account, payments in _payments_of(books).items():
            then = [payment for payment in payments if payment.paid_on.replace(day=1) == year_before]
            now = [payment for payment in payments if payment.paid_on.replace(day=1) == month.start]
            if any(_came_in(payment) for payment in then):
                keeper = _keeper(books, payments, month.end)
                yield Row(account, keeper, month.end, _sum(books, now), _sum(books, then))


def _sum(books: Books, payments: list[Payment]) -> Decimal | None:
    """What came in less what went back; None where not all of it is known."""
    total = Decimal()
    for payment in payments:
        amount = books.at_plan_rate(payment.amount, payment.currency, payment.paid_on)
        if amount is None:
            return None
        total += amount
    return total


def _keeper(books: Books, payments: list[Payment], day: date) -> str | None:
    """Whoever owns the deal of the latest payment up to a day; of several of one day the last by id."""
    latest = max(
        (payment for payment in payments if _came_in(payment) and payment.paid_on <= day),
        key=lambda payment: (payment.paid_on, payment.id),
    )
    return books.owner(books.deal_paid(latest))


def _came_in(payment: Payment) -> bool:
    return payment.amount > 0


@lru_cache(maxsize=1)
def _payments_of(books: Books) -> dict[str, list[Payment]]:
    """The payments of each account that is known."""
    payments: dict[str, list[Payment]] = defaultdict(list)
    for payment in books.ledger.payments:
        account = books.account_paid(payment)
        if account is not None:
            payments[account].append(payment)
    return payments
