"""A company of 40 sellers with a clean CRM, and what goes wrong in one, at a stated dose."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from small_worlds import COMPANY_YML, GOALS_YML, ORG_HEADER, mapping

from yardstick.extract.entities import ENTITIES

#: How exports write dates there, and here.
DATES, MOMENTS = "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"
AS_OF = date(2025, 5, 15)
SELLERS = tuple(f"s{number:02}" for number in range(1, 41))
LEAVER = SELLERS[-1]
TEAMS = {"red": "north", "blue": "north", "green": "south", "white": "south"}
LEFT_ON = date(2025, 4, 15)

#: Weekdays of the open and the last closed month, which decide whether a KPI is measurable. On each of them a
#: seller sells once.
DAYS = tuple(
    day for day in (date(2025, 4, 1) + timedelta(number) for number in range(44)) if day.weekday() < 5
)

#: A record's cells, by canonical field; what is not named is blank.
Cells = dict[str, str]
#: Entity → id → the record.
Exports = dict[str, dict[str, Cells]]
#: What a record's id begins with → its entity; calls, meetings and tasks are activities.
ENTITY_OF = {
    "A": "accounts", "L": "leads", "D": "deals", "E": "stage_entries", "C": "activities", "M": "activities",
    "T": "activities", "Q": "quotes", "P": "lines", "I": "invoices", "B": "payments", "S": "surveys",
}  # fmt: skip


def clean_exports() -> Exports:
    """An export of each entity in which nothing is wrong: 32 sales a seller, and all that goes with each."""
    exports: Exports = {entity: {} for entity in ENTITIES if entity not in ("people", "targets")}
    exports["products"]["lamp"] = {"name": "Lamp", "list_price": "120"}
    for place, seller in enumerate(SELLERS):
        exports["accounts"][f"A-{seller}"] = {"name": f"Customer of {seller}"}
        for number, day in enumerate(DAYS):
            _sell(exports, seller, day, f"{seller}-{number:02}", 1000 + 100 * place + number)
    return exports


def _sell(exports: Exports, seller: str, day: date, sale: str, amount: int) -> None:
    """A lead that was called, met and won within a day, then billed, paid and asked for its opinion."""

    def at(hour: int, minute: int = 0, days: int = 0) -> str:
        return f"{datetime.combine(day + timedelta(days), time(hour, minute)):%Y-%m-%dT%H:%M:%SZ}"

    deal = {"deal_id": f"D-{sale}"}
    money = {"amount": f"{amount}", "currency": "EUR"}
    exports["leads"][f"L-{sale}"] = {
        "owner_id": seller, "origin": "web", "created_at": at(7), "assigned_at": at(7, 5), **deal,
    }  # fmt: skip
    exports["deals"][f"D-{sale}"] = {
        "name": sale, "owner_id": seller, "account_id": f"A-{seller}", "product_id": "lamp",
        "lead_id": f"L-{sale}", "stage": "Won", "kind": "expansion", "created_at": at(8),
        "expected_close_at": at(14), "closed_at": at(14), **money,
    }  # fmt: skip
    for stage, hour in (("New", 8), ("Offer", 10), ("Won", 14)):
        exports["stage_entries"][f"E-{sale}-{stage}"] = {
            "stage": stage, "actor_id": seller, "entered_at": at(hour), **deal,
        }  # fmt: skip
    done = {"owner_id": seller, "actor_id": seller, "lead_id": f"L-{sale}", **deal}
    exports["activities"][f"C-{sale}"] = {
        "kind": "call", "direction": "out", "status": "connected", "minutes": "5",
        "happened_at": at(7, 15), "logged_at": at(7, 20), **done,
    }  # fmt: skip
    exports["activities"][f"M-{sale}"] = {
        "kind": "meeting", "status": "held", "minutes": "30",
        "happened_at": at(9), "logged_at": at(10), **done,
    }  # fmt: skip
    exports["activities"][f"T-{sale}"] = {
        "kind": "task", "due_at": at(12), "completed_at": at(11), "logged_at": at(8), **done,
    }  # fmt: skip
    exports["quotes"][f"Q-{sale}"] = {"owner_id": seller, "sent_at": at(10), **deal, **money}
    exports["lines"][f"P-{sale}"] = {
        "product_id": "lamp", "quantity": "1", "list_price": f"{amount + 20}", "unit_price": f"{amount}",
        "unit_cost": f"{amount / 2}", **deal,
    }  # fmt: skip
    exports["invoices"][f"I-{sale}"] = {
        "account_id": f"A-{seller}", "issued_at": at(15), "due_at": at(15, days=14), **deal, **money,
    }  # fmt: skip
    exports["payments"][f"B-{sale}"] = {"invoice_id": f"I-{sale}", "paid_at": at(9, days=1), **deal, **money}
    exports["surveys"][f"S-{sale}"] = {
        "account_id": f"A-{seller}", "owner_id": seller, "score": "9", "answered_at": at(16), **deal,
    }  # fmt: skip


def write_company(folder: Path, exports: Exports, has_left: bool = False) -> Path:
    """The company's folder with these exports; one seller may have left, whose sales go on."""
    (folder / "crm").mkdir(parents=True, exist_ok=True)
    files = {
        "company.yml": COMPANY_YML.replace(DATES, MOMENTS) + "".join(map(mapping, exports)),
        "goals.yml": GOALS_YML,
        "org.csv": ORG_HEADER + "".join(_org_rows(has_left)),
        "targets.csv": "kpi,node,period,level,value,currency,version,decided_on,decided_by,note\n",
        "absences.csv": "person,first_day,last_day,note\n",
        "rates.csv": "currency,kind,period,rate\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    for entity, records in exports.items():
        with (folder / "crm" / f"{entity}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(ENTITIES[entity]), restval="")
            writer.writeheader()
            writer.writerows({"id": record_id, **cells} for record_id, cells in records.items())
    return folder


def _org_rows(has_left: bool) -> Iterator[str]:
    for region in dict.fromkeys(TEAMS.values()):
        yield f"{region},region,,worlds,,,,,\n"
    for team, region in TEAMS.items():
        yield f"{team},team,,{region},,,,,\n"
    for number, seller in enumerate(SELLERS):
        team = tuple(TEAMS)[number % len(TEAMS)]
        left_on = LEFT_ON if has_left and seller == LEAVER else ""
        yield f"{seller},person,,{team},2024-01-01,{left_on},,,crm:{seller}\n"


@dataclass(frozen=True)
class Defect:
    """What is wrong with a record, and what follows where there is much of it.

    `record` is the letter that the ids of such records begin with, and of a stage entry its stage. `soil`
    gives the cells that are otherwise than they should be; with `is_copied` they stand in a copy of the
    record. `rule` lists the record in data_issues, or the one of the same sale whose letter is `listed`.
    `dimension` of "measurable" fails for the KPIs named.
    """

    name: str
    record: str
    soil: Callable[[Cells], Cells]
    rule: str
    dimension: str
    kpis: str
    listed: str | None = None
    is_copied: bool = False


def soiled(exports: Exports, defects: Mapping[str, Defect], dose: int) -> tuple[Exports, dict[str, set[str]]]:
    """The exports in which the first records of each seller named have the defect, and what is listed."""
    exports = {entity: dict(records) for entity, records in exports.items()}
    planted: dict[str, set[str]] = {}
    for seller, defect in defects.items():
        letter, _, stage = defect.record.partition("-")
        records = exports[ENTITY_OF[letter]]
        for number in range(dose):
            record_id = "-".join(filter(None, (letter, seller, f"{number:02}", stage)))
            changed = f"{record_id}-again" if defect.is_copied else record_id
            records[changed] = {**records[record_id], **defect.soil(records[record_id])}
            listed = f"{defect.listed}-{seller}-{number:02}" if defect.listed else changed
            planted.setdefault(seller, set()).add(f"crm:{listed}")
    return exports, planted


def wrong(**cells: str) -> Callable[[Cells], Cells]:
    """Cells that hold something else."""
    return lambda _: cells


def moved(by: timedelta, *fields: str) -> Callable[[Cells], Cells]:
    """Moments that are said to be earlier or later than they were."""

    def soil(cells: Cells) -> Cells:
        moments = {field: datetime.fromisoformat(cells[field]) + by for field in fields}
        return {field: f"{moment:%Y-%m-%dT%H:%M:%SZ}" for field, moment in moments.items()}

    return soil
