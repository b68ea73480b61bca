"""Small ledgers, made by hand: Anna and Boris are in team Nord of region Coast, Cleo in Alps of Hills."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import count
from typing import Any

from ledger.books import Books, Row
from yardstick.demo.ledger import (
    Activity,
    Deal,
    Invoice,
    Lead,
    Ledger,
    Line,
    Payment,
    Person,
    Quote,
    Split,
    StageKind,
    StageMove,
    Survey,
    TeamStay,
)

FIRST_DAY, AS_OF = date(2025, 1, 1), date(2026, 6, 30)
_ids = count(1)
_MADE = {
    Deal: "deals",
    Lead: "leads",
    Activity: "activities",
    Quote: "quotes",
    Invoice: "invoices",
    Payment: "payments",
    Survey: "surveys",
}
_POSITIONS = {"Discovery": 1, "Proposal": 2, "Talks": 3, "Won": 4, "Lost": 5}
_KINDS: dict[str, StageKind] = {"Won": "won", "Lost": "lost"}


def on(text: str) -> date:
    """2026-06-30."""
    return date.fromisoformat(text)


def at(text: str) -> datetime:
    """2026-06-30 14:05; noon where only the day is told."""
    return datetime.fromisoformat(text if " " in text else f"{text} 12:00")


def person(node: str, *stays: TeamStay) -> Person:
    return Person(node, node.title(), stays, (), None, Decimal(1))


def books(*records: Any, people: Iterable[Person] = (), **settings: Any) -> Books:
    """A ledger of these records, without holidays; a dollar is planned at 0.9 in 2025 and at 0.8 in 2026."""
    made: dict[str, tuple[Any, ...]] = dict.fromkeys(_MADE.values(), ())
    for record in records:
        made[_MADE[type(record)]] += (record,)
    days = (FIRST_DAY + timedelta(days=passed) for passed in range(730))
    ledger = Ledger(
        company="demo",
        currency="EUR",
        first_day=FIRST_DAY,
        as_of=AS_OF,
        people=(
            person("anna", TeamStay("nord", None, None)),
            person("boris", TeamStay("nord", None, None)),
            person("cleo", TeamStay("alps", None, None)),
            *people,
        ),
        region_of={"nord": "coast", "alps": "hills"},
        working_days=frozenset(day for day in days if day.weekday() < 5),
        plan_rates={("EUR", 2025): Decimal(1), ("USD", 2025): Decimal("0.9"), ("USD", 2026): Decimal("0.8")},
        actual_rates={},
        **made,
    )
    return Books(replace(ledger, **settings))


def deal(owner: str | None = "anna", amount: str | None = "100.00", **fields: Any) -> Deal:
    """An open deal in the first stage, unless told otherwise."""
    given = {"created_at": at("2026-05-01"), "closed_on": None, "outcome": None, **fields}
    number = f"crm:{next(_ids):04}"
    return Deal(
        **{
            "id": number,
            "source": "crm",
            "owner": owner,
            "owner_id": owner,
            "account": "crm:A1",
            "product": None,
            "lead": None,
            "kind": "new",
            "currency": "EUR",
            "amount": None if amount is None else Decimal(amount),
            "expected_close_on": None,
            "moves": (move("Discovery", given["created_at"]),),
            "splits": (),
            "lines": (),
            **given,
        }
    )


def won(day: str, owner: str | None = "anna", amount: str | None = "100.00", **fields: Any) -> Deal:
    return deal(owner, amount, **{"closed_on": on(day), "outcome": "won", **fields})


def lost(day: str, owner: str | None = "anna", amount: str | None = "100.00", **fields: Any) -> Deal:
    return deal(owner, amount, **{"closed_on": on(day), "outcome": "lost", **fields})


def moves(*entries: tuple[str, str]) -> tuple[StageMove, ...]:
    return tuple(move(stage, at(moment)) for stage, moment in entries)


def move(stage: str, moment: datetime) -> StageMove:
    return StageMove(stage, _KINDS.get(stage, "open"), _POSITIONS[stage], moment, None)


def split(**shares: str) -> tuple[Split, ...]:
    """Shares by person; `nobody` is someone whom org.csv does not know."""
    return tuple(
        Split(f"crm:S{next(_ids)}", None if name == "nobody" else name, Decimal(share))
        for name, share in shares.items()
    )


def line(quantity: str, list_price: str | None, unit_price: str, unit_cost: str) -> Line:
    return Line(
        f"crm:L{next(_ids)}",
        "crm:P1",
        Decimal(quantity),
        None if list_price is None else Decimal(list_price),
        Decimal(unit_price),
        Decimal(unit_cost),
    )


def lead(assigned_at: str, owner: str | None = "anna", **fields: Any) -> Lead:
    moment = at(assigned_at)
    given = {"origin": "Website", "deal": None, "received_at": moment, "assigned_at": moment, **fields}
    return Lead(**{"id": f"crm:L{next(_ids)}", "source": "crm", "owner": owner, **given})


def activity(kind: str, happened_at: str, owner: str | None = "anna", **fields: Any) -> Activity:
    """A call that was answered, a meeting that was held, or an open task."""
    moment = at(happened_at)
    given = {
        "status": {"call": "connected", "meeting": "held", "task": "open"}[kind],
        "direction": None if kind == "task" else "out",
        "minutes": None if kind == "task" else 5,
        "happened_at": moment,
        "logged_at": moment,
        **fields,
    }
    nothing = {"deal": None, "lead": None, "due_on": None, "completed_on": None}
    return Activity(
        **{**nothing, "id": f"crm:C{next(_ids)}", "source": "crm", "kind": kind, "owner": owner, **given}
    )


def quote(of: Deal, sent_at: str, owner: str | None = "anna") -> Quote:
    return Quote(f"crm:Q{next(_ids)}", "crm", of.id, owner, Decimal(100), "EUR", at(sent_at))


def invoice(of: Deal, amount: str, issued: str, due: str, currency: str = "EUR") -> Invoice:
    number = f"crm:I{next(_ids)}"
    return Invoice(number, "crm", of.id, of.account or "", Decimal(amount), currency, on(issued), on(due))


def payment(of: Deal | Invoice | None, amount: str, paid: str, currency: str = "EUR") -> Payment:
    """Of an invoice, of a deal itself, or of what nobody knows."""
    number, money = f"crm:Y{next(_ids):04}", (Decimal(amount), currency, on(paid))
    match of:
        case Invoice():
            return Payment(number, "crm", of.id, of.deal, of.account, *money)
        case Deal():
            return Payment(number, "crm", None, of.id, of.account, *money)
        case _:
            return Payment(number, "crm", None, None, None, *money)


def survey(score: int, answered: str, owner: str | None = "anna") -> Survey:
    return Survey(f"crm:N{next(_ids)}", "crm", "", "", owner, score, on(answered))


def told(rows: Iterable[Row]) -> list[tuple[Any, ...]]:
    """Person, day, numerator and, of a ratio, denominator of some rows; numbers as they are read best."""
    return [
        (row.person, row.on and row.on.isoformat(), *map(_plain, (row.numerator, row.denominator)))[
            : 3 if row.denominator is None else 4
        ]
        for row in rows
    ]


def _plain(number: Any) -> Any:
    return str(number) if isinstance(number, Decimal | Fraction) else number
