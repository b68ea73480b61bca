"""KPIs of deals that were won or lost: who is credited, with how much, on the day of closing."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from ledger.books import Books, Row
from ledger.credit import credits_of, parts
from ledger.exact import to_the_cent
from yardstick.demo.ledger import Deal, Line


@dataclass(frozen=True)
class Sale:
    """A person's part of a won deal; the amount is None where the deal's is not known."""

    deal: Deal
    person: str | None
    share: Fraction
    amount: Decimal | None


@lru_cache(maxsize=1)
def sales(books: Books) -> list[Sale]:
    found = []
    for deal in books.won:
        credited = credits_of(deal)
        for credit, amount in zip(credited, parts(books.amount_of(deal), credited), strict=True):
            found.append(Sale(deal, credit.person, credit.share, amount))
    return found


def bookings(books: Books) -> Iterator[Row]:
    for sale in sales(books):
        yield Row(sale.deal.id, sale.person, sale.deal.closed_on, sale.amount)


def deals_won(books: Books) -> Iterator[Row]:
    for sale in sales(books):
        yield Row(sale.deal.id, sale.person, sale.deal.closed_on, sale.share)


def average_deal_size(books: Books) -> Iterator[Row]:
    for sale in sales(books):
        yield Row(sale.deal.id, sale.person, sale.deal.closed_on, sale.amount, sale.share)


def upsell_amount(books: Books) -> Iterator[Row]:
    for sale in sales(books):
        if sale.deal.kind == "expansion":
            yield Row(sale.deal.id, sale.person, sale.deal.closed_on, sale.amount)


def repeat_sales_share(books: Books) -> Iterator[Row]:
    """Of a deal without an account nobody can tell whether it is a repetition."""
    first_of = first_sales(books)
    for sale in sales(books):
        account = sale.deal.account
        if account is None:
            again = None
        elif first_of[account] is sale.deal:
            again = None if sale.amount is None else Decimal()
        else:
            again = sale.amount
        yield Row(sale.deal.id, sale.person, sale.deal.closed_on, again, sale.amount)


def new_customers(books: Books) -> Iterator[Row]:
    """An account is new with its first won deal, to whoever owns that."""
    for deal in first_sales(books).values():
        yield Row(deal.id, deal.owner, deal.closed_on, 1)


def first_sales(books: Books) -> dict[str, Deal]:
    """The first won deal of each account; of several of one day the first by id."""
    first: dict[str, Deal] = {}
    for deal in books.won:
        if deal.account is not None:
            first.setdefault(deal.account, deal)
    return first


def win_rate(books: Books) -> Iterator[Row]:
    """Won or lost, to whoever owned it; splits do not bear on it."""
    for deal in books.ledger.deals:
        if deal.outcome is not None:
            yield Row(deal.id, deal.owner, deal.closed_on, int(deal.outcome == "won"), 1)


def sales_cycle(books: Books) -> Iterator[Row]:
    """Days from creation to winning."""
    for deal in books.won:
        assert deal.closed_on is not None
        yield Row(deal.id, deal.owner, deal.closed_on, (deal.closed_on - deal.created_on).days)


# ---- lines of won deals


@dataclass(frozen=True)
class SoldLine:
    """A person's part of a line of a won deal, in the company's currency."""

    deal: Deal
    line: Line
    person: str | None
    net: Decimal | None
    list: Decimal | None
    cost: Decimal | None


@lru_cache(maxsize=1)
def sold_lines(books: Books) -> list[SoldLine]:
    found = []
    for deal in books.won:
        credited, rate = credits_of(deal), books.plan_rate_of(deal)
        for line in deal.lines:
            per_unit = (line.unit_price, line.list_price, line.unit_cost)
            values = [parts(_value(line.quantity, price, rate), credited) for price in per_unit]
            for credit, *amounts in zip(credited, *values, strict=True):
                found.append(SoldLine(deal, line, credit.person, *amounts))
    return found


def _value(quantity: Decimal, price: Decimal | None, rate: Decimal | None) -> Decimal | None:
    return None if price is None or rate is None else to_the_cent(quantity * price * rate)


def gross_profit(books: Books) -> Iterator[Row]:
    for line in sold_lines(books):
        yield Row(line.line.id, line.person, line.deal.closed_on, _less(line.net, line.cost))


def gross_margin(books: Books) -> Iterator[Row]:
    for line in sold_lines(books):
        yield Row(line.line.id, line.person, line.deal.closed_on, _less(line.net, line.cost), line.net)


def average_discount(books: Books) -> Iterator[Row]:
    """Of a line without a list price nobody can tell the discount."""
    for line in sold_lines(books):
        yield Row(line.line.id, line.person, line.deal.closed_on, _less(line.list, line.net), line.list)


def _less(amount: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if amount is None or other is None else amount - other
