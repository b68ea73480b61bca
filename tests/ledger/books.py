"""The ledger beside the settings that bear on what counts, and what several KPIs ask of it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from ledger.exact import to_the_cent
from yardstick.company.periods import Period, fiscal_year, period_of
from yardstick.company.settings import CompanySettings
from yardstick.demo.ledger import Deal, Invoice, Ledger, Payment

#: What is added up; one KPI adds numbers of one kind.
Number = int | Decimal | Fraction
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    """What a KPI counts, or ought to count: whose, on which day, how much; None where that is not told."""

    record: str
    person: str | None
    on: date | None
    numerator: Number | None
    denominator: Number | None = None


@dataclass(frozen=True, eq=False)
class Books:
    """A ledger, and what company.yml says: of the year its first month, of a working day its minutes."""

    ledger: Ledger
    fiscal_year_start: int = 1
    work_begins: int = 9 * 60
    work_ends: int = 18 * 60

    @classmethod
    def of(cls, ledger: Ledger, settings: CompanySettings) -> "Books":
        hours = settings.working_hours
        return cls(ledger, settings.fiscal_year_start, _minute_of_day(hours.begin), _minute_of_day(hours.end))

    def at_plan_rate(self, amount: Decimal | None, currency: str, day: date) -> Decimal | None:
        """In the company's currency at the plan rate of the day's fiscal year, to the cent."""
        rate = self.plan_rate(currency, day)
        return None if amount is None or rate is None else to_the_cent(amount * rate)

    def plan_rate(self, currency: str, day: date) -> Decimal | None:
        if currency == self.ledger.currency:
            return Decimal(1)
        return self.ledger.plan_rates.get((currency, fiscal_year(day, self.fiscal_year_start)))

    # ---- deals

    def deal(self, deal_id: str | None) -> Deal | None:
        """None also where a record names a deal that is not there."""
        return None if deal_id is None else self.ledger.deal_of.get(deal_id)

    def owner(self, deal_id: str | None) -> str | None:
        """Whoever owns the deal; a single night knows of no other owner on any day."""
        deal = self.deal(deal_id)
        return None if deal is None else deal.owner

    def plan_rate_of(self, deal: Deal) -> Decimal | None:
        """Of the day on which the deal was closed; an open one takes tonight's."""
        return self.plan_rate(deal.currency, deal.closed_on or self.ledger.as_of)

    def amount_of(self, deal: Deal) -> Decimal | None:
        return self._amounts[deal.id]

    @cached_property
    def _amounts(self) -> dict[str, Decimal | None]:
        return {
            deal.id: self.at_plan_rate(deal.amount, deal.currency, deal.closed_on or self.ledger.as_of)
            for deal in self.ledger.deals
        }

    @cached_property
    def won(self) -> list[Deal]:
        """In the order in which they were won."""
        won = [(deal.closed_on, deal.id, deal) for deal in self.ledger.deals if deal.outcome == "won"]
        return [deal for closed_on, _, deal in sorted(won) if closed_on is not None]

    @cached_property
    def open_on(self) -> dict[date, list[Deal]]:
        """The deals that were open at the end of each day: created by then, and not closed."""
        open_on: dict[date, list[Deal]] = defaultdict(list)
        for deal in self.ledger.deals:
            day = deal.created_on
            end = deal.closed_on or self.ledger.as_of + DAY
            while day < end:
                open_on[day].append(deal)
                day += DAY
        return open_on

    # ---- money that was asked for and came in

    def deal_paid(self, payment: Payment) -> str | None:
        """Its own, or its invoice's."""
        invoice = self.invoice_paid(payment)
        return payment.deal or (invoice.deal if invoice else None)

    def account_paid(self, payment: Payment) -> str | None:
        """Its invoice's, or its deal's."""
        invoice, deal = self.invoice_paid(payment), self.deal(self.deal_paid(payment))
        return (invoice.account if invoice else None) or (deal.account if deal else None)

    def invoice_paid(self, payment: Payment) -> Invoice | None:
        return self.ledger.invoice_of.get(payment.invoice) if payment.invoice else None

    # ---- months

    @cached_property
    def months_over(self) -> list[Period]:
        """The calendar months from the ledger's first day on that have ended by the as-of."""
        months, month = [], period_of(self.ledger.first_day, "month", 1)
        while month.end <= self.ledger.as_of:
            months.append(month)
            month = period_of(month.end + DAY, "month", 1)
        return months


def months_before(first_of_month: date, months: int) -> date:
    """The first day of the month that lies so many months before a month's first day."""
    years, month = divmod(first_of_month.year * 12 + first_of_month.month - 1 - months, 12)
    return date(years, month + 1, 1)


def _minute_of_day(time_of_day: str) -> int:
    hour, minute = time_of_day.split(":")
    return int(hour) * 60 + int(minute)
