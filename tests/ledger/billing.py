"""KPIs of invoices and payments."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache

from ledger.books import Books, Row
from ledger.credit import credits_of, parts
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
    """The invoices issued by a day whose amount is above what was paid by then, and the difference."""
    for invoice, amount, payments in _paid_invoices(books):
        if invoice.issued_on <= day:
            balance = amount - sum((paid for paid_on, paid in payments if paid_on <= day), Decimal())
            if balance > 0:
                yield invoice, balance


@lru_cache(maxsize=1)
def _paid_invoices(books: Books) -> list[tuple[Invoice, Decimal, list[tuple[date, Decimal]]]]:
    """The invoices whose amount is known, with the payments of each."""
    payments: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for payment in books.ledger.payments:
        amount = books.at_plan_rate(payment.amount, payment.currency, payment.paid_on)
        if payment.invoice is not None and amount is not None:
            payments[payment.invoice].append((payment.paid_on, amount))
    amounts = [(invoice, invoiced(books, invoice)) for invoice in books.ledger.invoices]
    return [(invoice, amount, payments[invoice.id]) for invoice, amount in amounts if amount is not None]


def invoiced(books: Books, invoice: Invoice) -> Decimal | None:
    return books.at_plan_rate(invoice.amount, invoice.currency, invoice.issued_on)
