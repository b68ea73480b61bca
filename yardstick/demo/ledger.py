"""The ledger of the truth: what the demo's CRMs hold on a night, as plain Python values.

Everything is as exported, the planted defects included: a deal that nobody owns has no owner, one without
an amount has none, a duplicate is there twice; a row whose dates cannot be read is not there. Ids are the
warehouse's, `<source>:<id>`; a person is a node of org.csv, None for an owner whom org.csv does not know;
moments are the company's local time; money is in the currency of its deal, to the cent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Literal

StageKind = Literal["open", "won", "lost"]
DealKind = Literal["new", "expansion", "renewal"]
ActivityKind = Literal["call", "meeting", "task"]
#: Of calls connected or no_answer, of meetings held or cancelled, of tasks done or open.
Status = Literal["connected", "no_answer", "held", "cancelled", "done", "open"]


@dataclass(frozen=True, slots=True)
class StageMove:
    """A deal enters a stage; `position` is its place in company.yml, from 1, the open stages first."""

    stage: str
    kind: StageKind
    position: int
    at: datetime
    actor: str | None


@dataclass(frozen=True, slots=True)
class Split:
    """A share of a deal's credit; the shares of a deal sum to 1, unless a defect was planted."""

    id: str
    person: str | None
    share: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """What is sold by a deal; prices and cost are per unit; list_price None: left blank."""

    id: str
    product: str
    quantity: Decimal
    list_price: Decimal | None
    unit_price: Decimal
    unit_cost: Decimal


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal as it stands on the night; `closed_on` and `outcome` are None while it is open.

    `owner_id` is the owner as exported. `moves` are in the order of time; the last one made the deal what
    it is. A reversed deal was won, reopened and lost, so it is lost.
    """

    id: str
    source: str
    owner: str | None
    owner_id: str | None
    account: str | None
    product: str | None
    lead: str | None
    kind: DealKind | None
    currency: str
    amount: Decimal | None
    created_at: datetime
    expected_close_on: date | None
    moves: tuple[StageMove, ...]
    closed_on: date | None
    outcome: Literal["won", "lost"] | None
    splits: tuple[Split, ...]
    lines: tuple[Line, ...]

    @property
    def created_on(self) -> date:
        """The day of its creation."""
        return self.created_at.date()

    @property
    def stage(self) -> str:
        """The stage in which the deal stands."""
        return self.moves[-1].stage


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead; `deal` is the first deal that came of it."""

    id: str
    source: str
    owner: str | None
    origin: str
    deal: str | None
    received_at: datetime
    assigned_at: datetime


@dataclass(frozen=True, slots=True)
class Activity:
    """A call, a meeting or a task, about a lead or a deal; `logged_at` says when it was entered.

    A task happens when it is entered; it is due at the end of a day and completed on one, if ever.
    `minutes` is None for a task and for what did not come about, `direction` for all but calls and meetings.
    """

    id: str
    source: str
    kind: ActivityKind
    owner: str | None
    deal: str | None
    lead: str | None
    direction: Literal["in", "out"] | None
    status: Status
    minutes: int | None
    happened_at: datetime
    due_on: date | None
    completed_on: date | None
    logged_at: datetime


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote as sent; a revised one is another quote of the same deal."""

    id: str
    source: str
    deal: str
    owner: str | None
    amount: Decimal
    currency: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice for a deal, or for a part of it."""

    id: str
    source: str
    deal: str
    account: str
    amount: Decimal
    currency: str
    issued_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came in, or went back (negative); what it pays is None where nobody knows."""

    id: str
    source: str
    invoice: str | None
    deal: str | None
    account: str | None
    amount: Decimal
    currency: str
    paid_on: date


@dataclass(frozen=True, slots=True)
class Survey:
    """A customer's answer, from 0 to 10."""

    id: str
    source: str
    deal: str
    account: str
    owner: str | None
    score: int
    answered_on: date


@dataclass(frozen=True, slots=True)
class TeamStay:
    """A stretch of days in one team: [first, end), from ever or to this day where None."""

    team: str
    first: date | None
    end: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the day is one of them."""
        return (self.first is None or self.first <= day) and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Leave:
    """Days of absence, both inclusive."""

    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Person:
    """A person of org.csv who sells."""

    node: str
    name: str
    stays: tuple[TeamStay, ...]
    leaves: tuple[Leave, ...]
    hired_on: date | None
    full_time_share: Decimal

    def team_on(self, day: date) -> str | None:
        """The team on a day; None before and after the person's time with the company."""
        return next((stay.team for stay in self.stays if stay.holds_on(day)), None)


@dataclass(frozen=True)
class Ledger:
    """All that the CRMs hold at the end of the day `as_of`, and what is needed to count it.

    `region_of` gives each team's region. `plan_rates` go by currency and fiscal year, `actual_rates` by
    currency and month (2026-03): the company's currency per unit, 1 for its own. `working_days` are the
    company's, from the first day of the world to the end of the as-of's year.
    """

    company: str
    currency: str
    first_day: date
    as_of: date
    people: tuple[Person, ...]
    region_of: Mapping[str, str]
    working_days: frozenset[date]
    plan_rates: Mapping[tuple[str, int], Decimal]
    actual_rates: Mapping[tuple[str, str], Decimal]
    deals: tuple[Deal, ...]
    leads: tuple[Lead, ...]
    activities: tuple[Activity, ...]
    quotes: tuple[Quote, ...]
    invoices: tuple[Invoice, ...]
    payments: tuple[Payment, ...]
    surveys: tuple[Survey, ...]

    @cached_property
    def deal_of(self) -> dict[str, Deal]:
        """Deals by id; a record may name a deal that is not there, because its row was rejected."""
        return {deal.id: deal for deal in self.deals}

    @cached_property
    def invoice_of(self) -> dict[str, Invoice]:
        """Invoices by id."""
        return {invoice.id: invoice for invoice in self.invoices}

    @cached_property
    def person_of(self) -> dict[str, Person]:
        """People by node."""
        return {person.node: person for person in self.people}

    def team_on(self, person: str | None, day: date) -> str | None:
        """The team of a person on a day; None for nobody, and for one who is not with the company then."""
        return None if person is None else self.person_of[person].team_on(day)
