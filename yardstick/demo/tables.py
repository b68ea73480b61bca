"""The files of an export, column by column, written as they are read: in pieces."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from yardstick.demo.activities import CALL, MEETING, TASK
from yardstick.demo.catalogue import CURRENCIES, EUR, PRICE_LIST, list_cents
from yardstick.demo.chance import Whole
from yardstick.demo.columns import CRM, DAY_MINUTES, NONE, SYSTEMS
from yardstick.demo.dirt import Planted
from yardstick.demo.pen import Column, Pen
from yardstick.demo.records import TableName
from yardstick.demo.view import View

#: Writes a field of some rows.
Write = Callable[[Whole], Column]

PRODUCT_ALIAS = "NX 200"
#: What was typed by hand instead of a date in the export's format: canonical field, text.
MISTYPED = {
    "created_at": "2024-06-03 09:15",
    "assigned_at": "31.06.2025 10:00",
    "happened_at": "03/14/2025 2 PM",
}
_ROWS_AT_ONCE = 50_000


@dataclass(frozen=True)
class Table:
    """One file of an export: the rows that it has, and how each of its columns is written.

    `instead` holds what stands in a column and row instead of what would be written there.
    """

    file: str
    delimiter: str
    rows: Whole
    columns: Mapping[str, Write]
    instead: Mapping[str, dict[int, str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def lines(self) -> Iterator[tuple[str, ...]]:
        """The rows below the header."""
        for begin in range(0, len(self.rows), _ROWS_AT_ONCE):
            rows = self.rows[begin : begin + _ROWS_AT_ONCE]
            written = [self._written(name, rows) for name in self.columns]
            yield from zip(*written, strict=True)

    def _written(self, name: str, rows: Whole) -> Column:
        column = self.columns[name](rows)
        for row, text in self.instead.get(name, {}).items():
            for position in np.flatnonzero(rows == row).tolist():
                column[position] = text
        return column


def export(view: View, planted: Sequence[Planted]) -> Iterator[Table]:
    """All files of both exports, with the defects that only show in their text."""
    for system in range(len(SYSTEMS)):
        pen = Pen(view, system)
        fields = {
            "users": _users(view, pen),
            "accounts": _accounts(view, pen),
            "products": _products(pen),
            "deals": _deals(view, pen),
            "deal_splits": _deal_splits(view, pen),
            "stage_entries": _stage_entries(view, pen),
            "lines": _lines(view, pen),
            "leads": _leads(view, pen),
            "activities": _activities(view, pen),
            "quotes": _quotes(view, pen),
            "invoices": _invoices(view, pen),
            "payments": _payments(view, pen),
            "surveys": _surveys(view, pen),
        }
        for table, headings in pen.dialect.headings.items():
            defects = [defect for defect in planted if defect.table == table] if system == CRM else []
            rows = _rows(view, system, table)
            repeated = [defect.row for defect in defects if defect.kind == "repeated_row"]
            yield Table(
                file="/".join(filter(None, [pen.dialect.folder, f"{table}.csv"])),
                delimiter=pen.dialect.delimiter,
                rows=np.append(rows, np.array(repeated, dtype=np.int64)[np.isin(repeated, rows)]),
                columns={headings[name]: write for name, write in fields[table].items() if name in headings},
                instead=_instead(defects, headings),
            )


def _rows(view: View, system: int, table: str) -> Whole:
    match table:
        case "users":
            has_come = view.world.team_on[:, : view.day + 1].max(axis=1) != NONE
            return np.flatnonzero(view.world.has_id[:, system] & has_come)
        case "products":
            return np.arange(len(PRICE_LIST))
        case _:
            name: TableName = table  # type: ignore[assignment]
            rows = view.rows[name]
            chosen: Whole = rows[view.records.systems[name][rows] == system]
            return chosen


def _instead(defects: Sequence[Planted], headings: Mapping[str, str]) -> dict[str, dict[int, str]]:
    texts: dict[str, dict[int, str]] = {}
    for defect in defects:
        match defect.kind:
            case "rejected_date":
                texts.setdefault(headings[defect.field], {})[defect.row] = MISTYPED[defect.field]
            case "product_alias":
                texts.setdefault(headings[defect.field], {})[defect.row] = PRODUCT_ALIAS
    return texts


def _users(view: View, pen: Pen) -> dict[str, Write]:
    sellers, is_here = view.world.sellers, view.world.team_on[:, view.day] != NONE
    return {
        "id": pen.people,
        "name": lambda rows: [sellers[row].name for row in rows.tolist()],
        "active": lambda rows: ["yes" if is_here[row] else "no" for row in rows.tolist()],
    }


def _accounts(view: View, pen: Pen) -> dict[str, Write]:
    accounts = view.records.accounts
    return {
        "id": lambda rows: pen.ids("accounts", rows),
        "name": lambda rows: [accounts[row].name for row in rows.tolist()],
        "industry": lambda rows: [accounts[row].industry for row in rows.tolist()],
        "country": lambda rows: [accounts[row].country for row in rows.tolist()],
        "segment": lambda rows: [accounts[row].segment for row in rows.tolist()],
    }


def _products(pen: Pen) -> dict[str, Write]:
    return {
        "id": pen.products,
        "name": lambda rows: [PRICE_LIST[row].name for row in rows.tolist()],
        "list_price": lambda rows: pen.hundredths(list_cents(rows, np.full(len(rows), EUR))),
        "family": lambda rows: [PRICE_LIST[row].family for row in rows.tolist()],
    }


def _deals(view: View, pen: Pen) -> dict[str, Write]:
    deals, accounts = view.deals, view.records.accounts
    stage, closed = deals.last_stage, np.where(deals.closed != NONE, deals.last_entered, NONE)

    def names(rows: Whole) -> Column:
        return [
            f"{accounts[account].name} – {PRICE_LIST[product].code}"
            for account, product in zip(
                deals.account[rows].tolist(), deals.product[rows].tolist(), strict=True
            )
        ]

    return {
        "id": lambda rows: pen.ids("deals", rows),
        "name": names,
        "owner_id": lambda rows: pen.people(view.owner[rows]),
        "account_id": lambda rows: pen.ids("accounts", deals.account[rows]),
        "product_id": lambda rows: pen.products(deals.product[rows]),
        "lead_id": lambda rows: pen.ids("leads", deals.lead[rows]),
        "kind": lambda rows: pen.words("kind", deals.kind[rows]),
        "stage": lambda rows: pen.stages(stage[rows]),
        "amount": lambda rows: pen.hundredths(view.amount[rows], nothing=NONE),
        "currency": lambda rows: _currencies(deals.currency[rows]),
        "created_at": lambda rows: pen.moments(deals.created[rows]),
        "expected_close_at": lambda rows: pen.days(view.expected[rows]),
        "closed_at": lambda rows: pen.days(np.where(closed[rows] == NONE, NONE, closed[rows] // DAY_MINUTES)),
        "modified_at": lambda rows: pen.moments(view.modified[rows]),
    }


def _currencies(codes: Whole) -> Column:
    return [CURRENCIES[code] for code in codes.tolist()]


def _deal_splits(view: View, pen: Pen) -> dict[str, Write]:
    splits = view.records.splits
    return {
        "id": lambda rows: pen.ids("deal_splits", rows),
        "deal_id": lambda rows: pen.ids("deals", splits.deal[rows]),
        "owner_id": lambda rows: pen.people(splits.person[rows]),
        "share": lambda rows: pen.hundredths(splits.percent[rows]),
    }


def _stage_entries(view: View, pen: Pen) -> dict[str, Write]:
    deals, (deal, step) = view.deals, view.records.stage_entries
    return {
        "id": lambda rows: pen.ids("stage_entries", rows),
        "deal_id": lambda rows: pen.ids("deals", deal[rows]),
        "stage": lambda rows: pen.stages(deals.stage[deal[rows], step[rows]]),
        "actor_id": lambda rows: pen.people(deals.mover[deal[rows], step[rows]]),
        "entered_at": lambda rows: pen.moments(deals.entered[deal[rows], step[rows]]),
    }


def _lines(view: View, pen: Pen) -> dict[str, Write]:
    lines = view.lines
    listed = np.where(lines.is_listed, lines.list_price, NONE)
    return {
        "id": lambda rows: pen.ids("lines", rows),
        "deal_id": lambda rows: pen.ids("deals", lines.deal[rows]),
        "product_id": lambda rows: pen.products(lines.product[rows]),
        "quantity": lambda rows: pen.whole(lines.quantity[rows]),
        "list_price": lambda rows: pen.hundredths(listed[rows], nothing=NONE),
        "unit_price": lambda rows: pen.hundredths(lines.unit_price[rows]),
        "unit_cost": lambda rows: pen.hundredths(lines.cost[rows]),
    }


def _leads(view: View, pen: Pen) -> dict[str, Write]:
    leads, known = view.records.leads, np.append(view.deals.known, 0)
    return {
        "id": lambda rows: pen.ids("leads", rows),
        "owner_id": lambda rows: pen.people(view.lead_owner[rows]),
        "origin": lambda rows: pen.words("origin", leads.origin[rows]),
        "deal_id": lambda rows: pen.ids("deals", view.lead_deal[rows]),
        "created_at": lambda rows: pen.moments(leads.received[rows]),
        "assigned_at": lambda rows: pen.moments(leads.assigned[rows]),
        "modified_at": lambda rows: pen.moments(
            np.maximum(leads.assigned[rows], known[view.lead_deal[rows]])
        ),
    }


#: A status by kind of activity, and then by whether it came about.
CONNECTED, NO_ANSWER, HELD, CANCELLED, DONE, OPEN = range(6)
_STATUS = {CALL: (NO_ANSWER, CONNECTED), MEETING: (CANCELLED, HELD), TASK: (OPEN, DONE)}


def statuses(view: View) -> Whole:
    """The status of each activity on the night."""
    activities = view.records.activities
    is_done = (completed_days(view) != NONE) | activities.is_held
    status: Whole = np.array([_STATUS[kind] for kind in range(len(_STATUS))])[
        activities.kind, is_done.astype(np.int64)
    ]
    return status


def completed_days(view: View) -> Whole:
    """The day on which each task was completed, as far as the night knows; else NONE."""
    completed = view.records.activities.completed
    return np.where(completed <= view.day, completed, NONE)


def _activities(view: View, pen: Pen) -> dict[str, Write]:
    activities, status, completed = view.records.activities, statuses(view), completed_days(view)
    direction = np.where(activities.kind == TASK, NONE, activities.is_inbound.astype(np.int64))
    return {
        "id": lambda rows: pen.ids("activities", rows),
        "kind": lambda rows: pen.words("activity_kind", activities.kind[rows]),
        "owner_id": lambda rows: pen.people(activities.owner[rows]),
        "deal_id": lambda rows: pen.ids("deals", activities.deal[rows]),
        "lead_id": lambda rows: pen.ids("leads", activities.lead[rows]),
        "direction": lambda rows: pen.words("direction", direction[rows]),
        "status": lambda rows: pen.words("status", status[rows]),
        "minutes": lambda rows: pen.whole(activities.minutes[rows]),
        "happened_at": lambda rows: pen.moments(activities.start[rows]),
        "due_at": lambda rows: pen.days(activities.due[rows]),
        "completed_at": lambda rows: pen.days(completed[rows]),
        "logged_at": lambda rows: pen.moments(activities.logged[rows]),
    }


def _quotes(view: View, pen: Pen) -> dict[str, Write]:
    quotes, currency = view.records.quotes, view.deals.currency
    return {
        "id": lambda rows: pen.ids("quotes", rows),
        "deal_id": lambda rows: pen.ids("deals", quotes.deal[rows]),
        "owner_id": lambda rows: pen.people(quotes.owner[rows]),
        "amount": lambda rows: pen.hundredths(quotes.amount[rows]),
        "currency": lambda rows: _currencies(currency[quotes.deal[rows]]),
        "sent_at": lambda rows: pen.moments(quotes.sent[rows]),
    }


def _invoices(view: View, pen: Pen) -> dict[str, Write]:
    invoices, deals = view.records.invoices, view.deals
    return {
        "id": lambda rows: pen.ids("invoices", rows),
        "deal_id": lambda rows: pen.ids("deals", invoices.deal[rows]),
        "account_id": lambda rows: pen.ids("accounts", deals.account[invoices.deal[rows]]),
        "amount": lambda rows: pen.hundredths(invoices.amount[rows]),
        "currency": lambda rows: _currencies(deals.currency[invoices.deal[rows]]),
        "issued_at": lambda rows: pen.days(invoices.issued[rows]),
        "due_at": lambda rows: pen.days(invoices.due[rows]),
    }


def _payments(view: View, pen: Pen) -> dict[str, Write]:
    payments, currency = view.records.payments, np.append(view.deals.currency, EUR)
    return {
        "id": lambda rows: pen.ids("payments", rows),
        "invoice_id": lambda rows: pen.ids("invoices", payments.invoice[rows]),
        "amount": lambda rows: pen.hundredths(payments.amount[rows]),
        "currency": lambda rows: _currencies(currency[payments.deal[rows]]),
        "paid_at": lambda rows: pen.days(payments.paid[rows]),
    }


def _surveys(view: View, pen: Pen) -> dict[str, Write]:
    surveys, account = view.records.surveys, view.deals.account
    return {
        "id": lambda rows: pen.ids("surveys", rows),
        "account_id": lambda rows: pen.ids("accounts", account[surveys.deal[rows]]),
        "deal_id": lambda rows: pen.ids("deals", surveys.deal[rows]),
        "owner_id": lambda rows: pen.people(surveys.owner[rows]),
        "score": lambda rows: pen.whole(surveys.score[rows]),
        "answered_at": lambda rows: pen.days(surveys.answered[rows]),
    }
