"""KPIs of invoices and payments."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache

from ledger.books import Books, Row
from ledger.credit import credits_of, parts
from ledger.exact import to_the_cent
from yardstick.demo.ledger import Invoice


def revenue_collected(books: Books) -> Iterator[Row]:
    """Payments, to those who are credited with the deal; to no one where the deal is not known."""
    for payment in books.ledger.payments:
        amount = books.at_plan_rate(payment.amount, payment.currency, payment.paid_on)
        deal = books.deal(books.deal_paid(payment))
        if deal is None:
            yield Row(payment.id, None, payment.paid_on, amount)
            continue
        credited = credits_of(deal)
        for credit, part in zip(credited, parts(amount, credited), strict=True):
            yield Row(payment.id, credit.person, payment.paid_on, part)


def invoiced_sales(books: Books) -> Iterator[Row]:
    for invoice in books.ledger.invoices:
        yield Row(invoice.id, books.owner(invoice.deal), invoice.issued_on, invoiced(books, invoice))


def overdue_receivables(books: Books, day: date) -> Iterator[Row]:
    """What is still to come of the invoices that were due before the day."""
    for invoice, balance in receivables(books, day):
        if invoice.due_on < day:
            yield Row(invoice.id, books.owner(invoice.deal), day, balance)


def overdue_share(books: Books, day: date) -> Iterator[Row]:
    for invoice, balance in receivables(books, day):
        overdue = balance if invoice.due_on < day else balance * 0
        yield Row(invoice.id, books.owner(invoice.deal), day, overdue, balance)


def receivables(books: Books, day: date) -> Iterator[tuple[Invoice, Decimal]]:
    """The invoices issued by a day of which something is still owed then, and how much.

    All of it is worth what the invoice's currency was when it was issued.
    """
    for invoice, rate, payments in _paid_invoices(books):
        if invoice.issued_on <= day:
            owed = invoice.amount - sum((paid for paid_on, paid in payments if paid_on <= day), Decimal())
            balance = to_the_cent(owed * rate)
            if balance > 0:
                yield invoice, balance


@lru_cache(maxsize=1)
def _paid_invoices(books: Books) -> list[tuple[Invoice, Decimal, list[tuple[date, Decimal]]]]:
    """The invoices of which the rate is known, with it and the payments, which are in the same currency."""
    payments: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for payment in books.ledger.payments:
        if payment.invoice is not None:
            payments[payment.invoice].append((payment.paid_on, payment.amount))
    rates = [(i, books.plan_rate(i.currency, i.issued_on)) for i in books.ledger.invoices]
    return [(invoice, rate, payments[invoice.id]) for invoice, rate in rates if rate is not None]


def invoiced(books: Books, invoice: Invoice) -> Decimal | None:
    return books.at_plan_rate(invoice.amount, invoice.currency, invoice.issued_on)
