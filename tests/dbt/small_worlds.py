"""Small companies as hypothesis makes them up: people move, deals change hands, credit is split."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from yardstick.company import load_company
from yardstick.company_tables import write_company_tables
from yardstick.definitions.files import load_definitions
from yardstick.extract.entities import ENTITIES

FIRST_DAY, AS_OF = date(2025, 1, 1), date(2025, 4, 30)
NIGHTS = (date(2025, 3, 10), AS_OF)
PEOPLE = ("ada", "ben", "cleo", "dan")
TEAMS = {"red": "north", "blue": "north", "green": "south"}
CURRENCIES = ("EUR", "USD", None)

COMPANY_YML = """\
id: worlds
name: Worlds
currency: EUR
time_zone: Europe/Berlin
country: DE
sources:
  - name: crm
    kind: csv
    folder: crm
    date_format: "%Y-%m-%d"
    stages: {open: [New, Offer], won: [Won], lost: [Lost]}
    entities:
"""
GOALS_YML = """\
goals:
  - {id: revenue, title: {en: Sell more, ru: Продавать больше}, kpi: bookings, owner: Ada}
"""
TABLES = {
    "targets.csv": "kpi,node,period,level,value,currency,version,decided_on,decided_by,note\n"
    "bookings,worlds,2025,target,120000,EUR,1,2024-12-01,Board,\n",
    "absences.csv": "person,first_day,last_day,note\nada,2025-02-03,2025-02-14,\n",
    "rates.csv": "currency,kind,period,rate\nUSD,plan,2024,0.91\nUSD,plan,2025,0.93\n",
}
ORG_HEADER = "node,kind,name,parent,valid_from,valid_to,hired_on,full_time_share,crm_ids\n"

Record = dict[str, Any]


@dataclass(frozen=True)
class Stay:
    """A person in one team from a day on, until the next stay."""

    team: str
    first: date


@dataclass(frozen=True)
class SmallWorld:
    """Who is where when, and what the CRM holds: entity → id → the record as each of the nights saw it."""

    stays: dict[str, list[Stay]]
    records: dict[str, dict[str, Sequence[Record]]] = field(default_factory=dict)


days = st.integers(0, (AS_OF - FIRST_DAY).days).map(lambda number: FIRST_DAY + timedelta(number))
owners = st.sampled_from((*PEOPLE, "a stranger", None))
amounts = st.one_of(st.none(), st.integers(1, 9_999_999).map(lambda cents: cents / 100))
later_days = days.filter(lambda day: day > FIRST_DAY)


@st.composite
def stays(draw: st.DrawFn) -> list[Stay]:
    """One to three teams, the first from the first day on."""
    moves = sorted(draw(st.lists(later_days, max_size=2, unique=True)))
    return [Stay(draw(st.sampled_from(tuple(TEAMS))), first) for first in (FIRST_DAY, *moves)]


@st.composite
def deals(draw: st.DrawFn) -> list[Record]:
    """A deal as the two nights see it; between them it may change hands or amount."""
    created = draw(days)
    stage = draw(st.sampled_from(("New", "Offer", "Won", "Lost")))
    closed = created + timedelta(draw(st.integers(0, 40))) if stage in ("Won", "Lost") else None
    deal = {
        "owner_id": draw(owners),
        "account_id": draw(st.sampled_from(("A", "B", "C", None))),
        "stage": stage if closed is None or closed <= AS_OF else "Offer",
        "amount": draw(amounts),
        "currency": draw(st.sampled_from(CURRENCIES)),
        "kind": draw(st.sampled_from(("new", "expansion", "renewal", None))),
        "created_at": created,
        "expected_close_at": created + timedelta(draw(st.integers(0, 60))),
        "closed_at": closed if closed is not None and closed <= AS_OF else None,
    }
    later = {**deal, "owner_id": draw(owners), "amount": draw(amounts)}
    return [deal, draw(st.sampled_from((deal, later)))]


@st.composite
def worlds(draw: st.DrawFn) -> SmallWorld:
    """A company of four people and at most ten deals, with what goes with them."""
    crm: dict[str, dict[str, Sequence[Record]]] = {entity: {} for entity in ENTITIES}
    crm["deals"] = {f"D{n}": deal for n, deal in enumerate(draw(st.lists(deals(), max_size=10)))}
    for deal_id in crm["deals"]:
        _split(draw, crm, deal_id)
        _bill(draw, crm, deal_id)
        _sell(draw, crm, deal_id)
    for n in range(draw(st.integers(0, 6))):
        _contact(draw, crm, n)
    return SmallWorld({person: draw(stays()) for person in PEOPLE}, crm)


def _split(draw: st.DrawFn, crm: dict[str, dict[str, Sequence[Record]]], deal_id: str) -> None:
    hundredths = draw(st.sampled_from(((), (), (50, 50), (33, 33, 34), (1, 99))))
    people = draw(st.permutations(PEOPLE))
    for person, share in zip(people, hundredths, strict=False):
        split = {"deal_id": deal_id, "owner_id": person, "share": share / 100}
        crm["deal_splits"][f"{deal_id}-{person}"] = [split]


def _bill(draw: st.DrawFn, crm: dict[str, dict[str, Sequence[Record]]], deal_id: str) -> None:
    for n in range(draw(st.integers(0, 2))):
        issued, invoice_id = draw(days), f"I{deal_id}-{n}"
        invoice = {"deal_id": deal_id, "amount": draw(amounts), "currency": draw(st.sampled_from(CURRENCIES))}
        crm["invoices"][invoice_id] = [{**invoice, "issued_at": issued, "due_at": issued + timedelta(14)}]
        for part in range(draw(st.integers(0, 2))):
            payment = {"invoice_id": invoice_id, "amount": draw(amounts), "currency": invoice["currency"]}
            crm["payments"][f"P{invoice_id}-{part}"] = [{**payment, "paid_at": draw(days)}]


def _sell(draw: st.DrawFn, crm: dict[str, dict[str, Sequence[Record]]], deal_id: str) -> None:
    if draw(st.booleans()):
        price = draw(st.integers(1, 99_999)) / 100
        line = {"deal_id": deal_id, "quantity": draw(st.integers(1, 9)), "unit_price": price}
        crm["lines"][f"L{deal_id}"] = [{**line, "list_price": price + 1, "unit_cost": price / 2}]
        crm["quotes"][f"Q{deal_id}"] = [{"deal_id": deal_id, "sent_at": draw(days)}]
        survey = {"deal_id": deal_id, "score": draw(st.integers(0, 10)), "answered_at": draw(days)}
        crm["surveys"][f"S{deal_id}"] = [survey]


def _contact(draw: st.DrawFn, crm: dict[str, dict[str, Sequence[Record]]], n: int) -> None:
    deal_id = draw(st.sampled_from((*crm["deals"], None)))
    created = draw(days)
    crm["leads"][f"L{n}"] = [
        {"owner_id": draw(owners), "created_at": created, "assigned_at": created, "deal_id": deal_id}
    ]
    crm["activities"][f"C{n}"] = [
        {
            "kind": draw(st.sampled_from(("call", "meeting", "task"))),
            "owner_id": draw(owners),
            "deal_id": deal_id,
            "lead_id": f"L{n}",
            "direction": draw(st.sampled_from(("in", "out", None))),
            "status": draw(st.sampled_from(("held", "no_answer", None))),
            "minutes": draw(st.sampled_from((0, 1, 25, None))),
            "happened_at": draw(days),
            "due_at": draw(days),
            "completed_at": draw(st.one_of(st.none(), days)),
        }
    ]


def write_company(folder: Path, world: SmallWorld | None = None) -> Path:
    """The company folder of a world; without one, with everybody in one team."""
    stays = world.stays if world else {person: [Stay("red", FIRST_DAY)] for person in PEOPLE}
    mappings = (mapping(entity) for entity in ENTITIES if entity != "people")
    (folder / "crm").mkdir(parents=True, exist_ok=True)
    for entity, fields in ENTITIES.items():
        (folder / "crm" / f"{entity}.csv").write_text(",".join(fields) + "\n", encoding="utf-8")
    files = {
        "company.yml": COMPANY_YML + "".join(mappings),
        "goals.yml": GOALS_YML,
        "org.csv": ORG_HEADER + "".join(_org_rows(stays)),
        **TABLES,
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def mapping(entity: str) -> str:
    """An entity in company.yml whose file and columns have its own names."""
    fields = ", ".join(f"{name}: {name}" for name in ENTITIES[entity])
    return f"      {entity}: {{file: {entity}.csv, fields: {{{fields}}}}}\n"


def _org_rows(stays: Mapping[str, Sequence[Stay]]) -> list[str]:
    rows = [f"{region},region,,worlds,,,,,\n" for region in dict.fromkeys(TEAMS.values())]
    rows += [f"{team},team,,{region},,,,,\n" for team, region in TEAMS.items()]
    for person, parts in stays.items():
        ends = [*(stay.first for stay in parts[1:]), ""]
        ids = [f"crm:{person}", *[""] * (len(parts) - 1)]
        rows += [
            f"{person},person,,{stay.team},{stay.first},{end},,,{crm_id}\n"
            for stay, end, crm_id in zip(parts, ends, ids, strict=True)
        ]
    return rows


def put(connection: psycopg.Connection, folder: Path, world: SmallWorld, order: Sequence[str] = ()) -> None:
    """Put the world into schemas `raw_crm` and `company`, its records in the order of the ids given."""
    write_company(folder, world)
    company = load_company(folder, needs_exports=False)
    write_company_tables(connection, company, load_definitions(), AS_OF)
    for entity, records in world.records.items():
        if entity != "people":
            connection.execute(f"delete from raw_crm.{entity}")
            for record_id in sorted(records, key=order.index if order else None):
                for night, record in zip(NIGHTS, records[record_id], strict=False):
                    _put_version(connection, entity, record_id, night, record)


def _put_version(
    connection: psycopg.Connection, entity: str, record_id: str, night: date, record: Record
) -> None:
    values = {name: value.isoformat() if isinstance(value, date) else value for name, value in record.items()}
    connection.execute(
        f"insert into raw_crm.{entity} (id, is_deleted, record, content_hash, as_of) "
        "values (%s, false, %s, %s, %s)",
        [record_id, Jsonb({"id": record_id, "extra": {}, **values}), uuid.uuid4(), night],
    )
