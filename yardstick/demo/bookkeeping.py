"""Keeps the ledger of a night: what the exports hold, told in plain values instead of text."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from datetime import date, datetime, time
from decimal import Decimal
from types import SimpleNamespace
from typing import TypeVar

from yardstick.company.calendar import calendar_days
from yardstick.company.periods import fiscal_year, parse_period
from yardstick.demo.activities import ACTIVITY_KINDS, TASK
from yardstick.demo.catalogue import CURRENCIES, EUR, ORIGINS
from yardstick.demo.columns import CRM, DAY_MINUTES, NONE, SYSTEMS, Columns
from yardstick.demo.deals import DEAL_KINDS
from yardstick.demo.dirt import Planted
from yardstick.demo.ledger import (
    Activity,
    Deal,
    Invoice,
    Lead,
    Leave,
    Ledger,
    Line,
    Payment,
    Person,
    Quote,
    Split,
    StageMove,
    Status,
    Survey,
    TeamStay,
)
from yardstick.demo.pen import DAYS_BEYOND, Pen
from yardstick.demo.records import TableName
from yardstick.demo.stages import STAGE_KINDS
from yardstick.demo.tables import completed_days, statuses
from yardstick.demo.view import View
from yardstick.demo.world import World

STATUSES: tuple[Status, ...] = ("connected", "no_answer", "held", "cancelled", "done", "open")

Entry = TypeVar("Entry")


def keep_ledger(view: View, planted: Sequence[Planted]) -> Ledger:
    """The ledger of a night's view, without the rows whose dates were planted unreadable."""
    return _Bookkeeper(view, planted).ledger()


def _hundredths(value: int) -> Decimal:
    return Decimal(value).scaleb(-2)


def _plain(records: Columns) -> SimpleNamespace:
    """The same columns as lists of plain values, which are quicker to tell one by one."""
    return SimpleNamespace(
        **{column.name: getattr(records, column.name).tolist() for column in fields(records)}
    )


class _Bookkeeper:
    """Tells the records of a view, row by row."""

    def __init__(self, view: View, planted: Sequence[Planted]) -> None:
        self._view, self._world = view, view.world
        self._pens = [Pen(view, system) for system in range(len(SYSTEMS))]
        self._rejected = {(note.table, note.row) for note in planted if note.kind == "rejected_date"}
        self._people = [seller.person for seller in self._world.sellers]
        self._days = [self._world.date_of(day) for day in range(self._world.days + DAYS_BEYOND)]
        self._ids: dict[TableName, list[str]] = {}

    def ledger(self) -> Ledger:
        """The whole of it."""
        view, world = self._view, self._world
        days = calendar_days(world.settings, world.first_day, date(view.as_of.year, 12, 31))
        return Ledger(
            company=world.settings.id,
            currency=world.settings.currency,
            first_day=world.first_day,
            as_of=view.as_of,
            people=_people(world),
            region_of=world.staff.region_of,
            working_days=frozenset(day.date for day in days if day.is_working_day),
            plan_rates=dict(_plan_rates(world)),
            actual_rates={
                (rate.currency, rate.period): rate.rate for rate in world.rates if rate.kind == "actual"
            },
            deals=self._told("deals", self._deal_teller()),
            leads=self._told("leads", self._lead_teller()),
            activities=self._told("activities", self._activity_teller()),
            quotes=self._told("quotes", self._quote_teller()),
            invoices=self._told("invoices", self._invoice_teller()),
            payments=self._told("payments", self._payment_teller()),
            surveys=self._told("surveys", self._survey_teller()),
        )

    def _told(self, table: TableName, tell: Callable[[int], Entry]) -> tuple[Entry, ...]:
        rows = self._view.rows[table].tolist()
        return tuple(tell(row) for row in rows if (table, row) not in self._rejected)

    def _id(self, table: TableName, row: int) -> str:
        if table not in self._ids:
            records = self._view.records
            written = [
                f"{source}:{pen.dialect.ids.get(table)}"
                for source, pen in zip(SYSTEMS, self._pens, strict=True)
            ]
            numbered = zip(records.systems[table].tolist(), records.numbers[table].tolist(), strict=True)
            self._ids[table] = [written[system] % number for system, number in numbered]
        return self._ids[table][row]

    def _id_or_none(self, table: TableName, row: int) -> str | None:
        return None if row == NONE else self._id(table, row)

    def _product(self, system: int, product: int) -> str:
        return f"{SYSTEMS[system]}:{self._pens[system].product(product)}"

    def _person(self, seller: int) -> str | None:
        return self._people[seller] if seller >= 0 else None

    def _moment(self, moment: int) -> datetime:
        day, minute = divmod(moment, DAY_MINUTES)
        return datetime.combine(self._days[day], time(minute // 60, minute % 60))

    def _day_or_none(self, day: int) -> date | None:
        return None if day == NONE else self._days[day]

    def _deal_teller(self) -> Callable[[int], Deal]:
        view, deals = self._view, _plain(self._view.deals)
        owners, amounts, expected = view.owner.tolist(), view.amount.tolist(), view.expected.tolist()
        closed, is_won = view.deals.closed.tolist(), view.deals.is_won.tolist()
        splits, lines = self._splits_by_deal(), self._lines_by_deal()

        def tell(row: int) -> Deal:
            system, is_open = deals.system[row], closed[row] == NONE
            return Deal(
                id=self._id("deals", row),
                source=SYSTEMS[system],
                owner=self._person(owners[row]),
                owner_id=self._pens[system].person(owners[row]),
                account=self._id("accounts", deals.account[row]),
                product=self._product(system, deals.product[row]),
                lead=self._id_or_none("leads", deals.lead[row]),
                kind=DEAL_KINDS[deals.kind[row]],
                currency=CURRENCIES[deals.currency[row]],
                amount=None if amounts[row] == NONE else _hundredths(amounts[row]),
                created_at=self._moment(deals.created[row]),
                expected_close_on=self._day_or_none(expected[row]),
                moves=tuple(self._moves(system, deals.stage[row], deals.entered[row], deals.mover[row])),
                closed_on=self._day_or_none(closed[row]),
                outcome=None if is_open else "won" if is_won[row] else "lost",
                splits=tuple(splits[row]),
                lines=tuple(lines[row]),
            )

        return tell

    def _moves(
        self, system: int, stages: list[int], entered: list[int], movers: list[int]
    ) -> Iterator[StageMove]:
        names = self._pens[system].dialect.stages
        for stage, at, mover in zip(stages, entered, movers, strict=True):
            if stage != NONE:
                yield StageMove(
                    names[stage], STAGE_KINDS[stage], stage + 1, self._moment(at), self._person(mover)
                )

    def _splits_by_deal(self) -> dict[int, list[Split]]:
        splits, found = _plain(self._view.records.splits), defaultdict(list)
        for row in self._view.rows["deal_splits"].tolist():
            person, share = self._person(splits.person[row]), _hundredths(splits.percent[row])
            found[splits.deal[row]].append(Split(self._id("deal_splits", row), person, share))
        return found

    def _lines_by_deal(self) -> dict[int, list[Line]]:
        lines, found = _plain(self._view.lines), defaultdict(list)
        system, unit_price = self._view.deals.system.tolist(), self._view.lines.unit_price.tolist()
        for row in self._view.rows["lines"].tolist():
            deal = lines.deal[row]
            line = Line(
                id=self._id("lines", row),
                product=self._product(system[deal], lines.product[row]),
                quantity=Decimal(lines.quantity[row]),
                list_price=_hundredths(lines.list_price[row]) if lines.is_listed[row] else None,
                unit_price=_hundredths(unit_price[row]),
                unit_cost=_hundredths(lines.cost[row]),
            )
            found[deal].append(line)
        return found

    def _lead_teller(self) -> Callable[[int], Lead]:
        view, leads = self._view, _plain(self._view.records.leads)
        owners, deals = view.lead_owner.tolist(), view.lead_deal.tolist()

        def tell(row: int) -> Lead:
            is_readable = ("deals", deals[row]) not in self._rejected
            return Lead(
                id=self._id("leads", row),
                source=SYSTEMS[leads.system[row]],
                owner=self._person(owners[row]),
                origin=ORIGINS[leads.origin[row]].name,
                deal=self._id_or_none("deals", deals[row]) if is_readable else None,
                received_at=self._moment(leads.received[row]),
                assigned_at=self._moment(leads.assigned[row]),
            )

        return tell

    def _activity_teller(self) -> Callable[[int], Activity]:
        activities = _plain(self._view.records.activities)
        status, completed = statuses(self._view).tolist(), completed_days(self._view).tolist()

        def tell(row: int) -> Activity:
            is_task, minutes = activities.kind[row] == TASK, activities.minutes[row]
            return Activity(
                id=self._id("activities", row),
                source=SYSTEMS[activities.system[row]],
                kind=ACTIVITY_KINDS[activities.kind[row]],
                owner=self._person(activities.owner[row]),
                deal=self._id_or_none("deals", activities.deal[row]),
                lead=self._id_or_none("leads", activities.lead[row]),
                direction=None if is_task else "in" if activities.is_inbound[row] else "out",
                status=STATUSES[status[row]],
                minutes=None if minutes == NONE else minutes,
                happened_at=self._moment(activities.start[row]),
                due_on=self._day_or_none(activities.due[row]),
                completed_on=self._day_or_none(completed[row]),
                logged_at=self._moment(activities.logged[row]),
            )

        return tell

    def _quote_teller(self) -> Callable[[int], Quote]:
        quotes, deals = _plain(self._view.records.quotes), _plain(self._view.deals)

        def tell(row: int) -> Quote:
            deal = quotes.deal[row]
            return Quote(
                id=self._id("quotes", row),
                source=SYSTEMS[deals.system[deal]],
                deal=self._id("deals", deal),
                owner=self._person(quotes.owner[row]),
                amount=_hundredths(quotes.amount[row]),
                currency=CURRENCIES[deals.currency[deal]],
                sent_at=self._moment(quotes.sent[row]),
            )

        return tell

    def _invoice_teller(self) -> Callable[[int], Invoice]:
        invoices, deals = _plain(self._view.records.invoices), _plain(self._view.deals)

        def tell(row: int) -> Invoice:
            deal = invoices.deal[row]
            return Invoice(
                id=self._id("invoices", row),
                source=SYSTEMS[deals.system[deal]],
                deal=self._id("deals", deal),
                account=self._id("accounts", deals.account[deal]),
                amount=_hundredths(invoices.amount[row]),
                currency=CURRENCIES[deals.currency[deal]],
                issued_on=self._days[invoices.issued[row]],
                due_on=self._days[invoices.due[row]],
            )

        return tell

    def _payment_teller(self) -> Callable[[int], Payment]:
        payments, deals = _plain(self._view.records.payments), _plain(self._view.deals)

        def tell(row: int) -> Payment:
            deal = payments.deal[row]
            is_allocated = deal != NONE
            return Payment(
                id=self._id("payments", row),
                source=SYSTEMS[deals.system[deal] if is_allocated else CRM],
                invoice=self._id_or_none("invoices", payments.invoice[row]),
                deal=self._id_or_none("deals", deal),
                account=self._id("accounts", deals.account[deal]) if is_allocated else None,
                amount=_hundredths(payments.amount[row]),
                currency=CURRENCIES[deals.currency[deal] if is_allocated else EUR],
                paid_on=self._days[payments.paid[row]],
            )

        return tell

    def _survey_teller(self) -> Callable[[int], Survey]:
        surveys, deals = _plain(self._view.records.surveys), _plain(self._view.deals)

        def tell(row: int) -> Survey:
            deal = surveys.deal[row]
            return Survey(
                id=self._id("surveys", row),
                source=SYSTEMS[deals.system[deal]],
                deal=self._id("deals", deal),
                account=self._id("accounts", deals.account[deal]),
                owner=self._person(surveys.owner[row]),
                score=surveys.score[row],
                answered_on=self._days[surveys.answered[row]],
            )

        return tell


def _people(world: World) -> tuple[Person, ...]:
    return tuple(
        Person(
            node=seller.person,
            name=seller.name,
            stays=tuple(TeamStay(stay.team, stay.first, stay.end) for stay in seller.stays),
            leaves=tuple(
                Leave(absence.first_day, absence.last_day)
                for absence in world.staff.absences
                if absence.person == seller.person
            ),
            hired_on=seller.hired_on,
            full_time_share=seller.full_time_share,
        )
        for seller in world.sellers
    )


def _plan_rates(world: World) -> Iterator[tuple[tuple[str, int], Decimal]]:
    start = world.settings.fiscal_year_start
    for rate in world.rates:
        if rate.kind == "plan":
            yield (rate.currency, fiscal_year(parse_period(rate.period, start).start, start)), rate.rate
