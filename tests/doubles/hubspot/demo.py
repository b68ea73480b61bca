"""The demo company's CRM in the double of HubSpot, and what HubSpot can hold of it in canonical fields.

HubSpot has one date for the expected and the actual closing of a deal, a history of its stage that ends in
the stage in which it is, and always says when a record was made. So what the double is fed is first bent to
that, in canonical fields with the ids that HubSpot gives: what reads HubSpot has to come to the same.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from doubles.hubspot.account import HubspotAccount, stamp
from doubles.hubspot.properties import OWN_TEXT

Record = dict[str, Any]
#: Entity → id → record in canonical fields.
Canonical = dict[str, dict[str, Record]]
Key = tuple[str, str]

WON, LOST = "Closed Won", "Closed Lost"
#: So many deals and companies are there twice on the first night and merged on the next; as many are deleted.
DOUBLED = 3
_PRIMARY, _PLAIN = 5, 1
_LONG_AGO = datetime(2025, 1, 1, 9, tzinfo=UTC)
_CALL_STATUS = {"connected": "COMPLETED", "no_answer": "NO_ANSWER"}
_OUTCOMES = {"held": "COMPLETED", "cancelled": "CANCELED"}
_KINDS = {"call": "calls", "meeting": "meetings", "task": "tasks"}


@dataclass
class HubspotDemo:
    """Keeps the double as the CRM is on a night; ids stay from night to night."""

    account: HubspotAccount
    zone: ZoneInfo
    stages: tuple[str, ...]
    ids: dict[Key, int] = field(default_factory=dict)
    _wanted: dict[Key, Record] = field(default_factory=dict)
    _at: dict[Key, datetime] = field(default_factory=dict)
    _history: dict[int, list[Record]] = field(default_factory=dict)
    _links: set[tuple[str, int, str, int, int]] = field(default_factory=set)
    _linked: set[tuple[str, int, str, int, int]] = field(default_factory=set)
    _held: dict[str, list[Record]] = field(default_factory=dict)
    _doubles: dict[Key, Key] = field(default_factory=dict)
    _split_ids: dict[str, int] = field(default_factory=dict)
    _is_later: bool = False

    def __post_init__(self) -> None:
        self.account.types["deals"]["deal_kind"] = OWN_TEXT
        closing = {WON: (1.0, True), LOST: (0.0, True)}
        self.account.pipeline(
            "default",
            "Sales",
            [(_stage_id(name), name, *closing.get(name, (0.4, False))) for name in self.stages],
        )

    def become(self, crm: Canonical) -> Canonical:
        """Be what the CRM is; what HubSpot holds of it, in canonical fields and under its ids."""
        self._wanted, self._at, self._history, self._links = {}, {}, {}, set()
        self._held = defaultdict(list)
        self._lists(crm)
        self._deals(crm)
        self._leads(crm)
        self._lines(crm)
        self._activities(crm)
        if not self._is_later:
            self._double("deals", "deals")
            self._double("companies", "accounts")
        self._write()
        self._is_later = True
        return {
            entity: {_text(row["id"]) or "": self._canonical(row) for row in rows}
            for entity, rows in self._held.items()
        }

    def people(self) -> dict[str, str]:
        """The export's id of each person → that of HubSpot's owner."""
        return {key: str(number) for (kind, key), number in self.ids.items() if kind == "owners"}

    def _id(self, kind: str, key: str) -> int:
        if (kind, key) not in self.ids:
            self.ids[kind, key] = self.account.next_id()
        return self.ids[kind, key]

    def _want(self, kind: str, key: str, at: datetime | None, /, **values: Any) -> int:
        self._wanted[kind, key] = values
        self._at[kind, key] = at or _LONG_AGO
        return self._id(kind, key)

    def _hold(self, entity: str, kind: str, key: str, /, **fields: Any) -> None:
        self._held[entity].append({**fields, "made_of": (kind, key)})

    def _link(self, kind: str, key: str, to: str, other: str, type_id: int = _PLAIN) -> None:
        self._links.add((kind, self._id(kind, key), to, self._id(to, other), type_id))

    def _canonical(self, row: Record) -> Record:
        """A record as an export writes it."""
        kind, key = row["made_of"]
        record = self.account.records.get(kind, {}).get(self.ids.get((kind, key), 0))
        texts = {name: _text(value) for name, value in row.items() if name != "made_of"}
        return texts | {"modified_at": _text(record.updated) if record else None}

    def _double(self, kind: str, entity: str) -> None:
        """Somebody entered the first records twice; half of the second ones are merged, half deleted."""
        for place, row in enumerate(self._held[entity][: 2 * DOUBLED]):
            key = row["made_of"][1]
            twin = f"{key} again"
            if place < DOUBLED:
                self._doubles[kind, twin] = (kind, key)
            number = self._want(kind, twin, self._at[kind, key], **self._wanted[kind, key])
            self._hold(
                entity, kind, twin, **({**row, "id": number, "made_of": None} | _without_links(entity))
            )
            if kind == "deals":
                self._history[number] = history = self._history[self.ids[kind, key]]
                for entry in history:
                    self._hold_entry(twin, number, entry)

    def _write(self) -> None:
        now = self.account.now
        for kind, key in [known for known in self.ids if known[0] != "owners" and known not in self._wanted]:
            number, twin = self.ids.pop((kind, key)), self._doubles.get((kind, key))
            if twin:
                self.account.merge(kind, self.ids[twin], number)
            else:
                self.account.archive(kind, number)
        for (kind, key), values in self._wanted.items():
            number = self.ids[kind, key]
            texts = {name: _property(value) for name, value in values.items()}
            record = self.account.records[kind].get(number)
            if record is None:
                self.account.create(kind, at=self._at[kind, key], number=number, **texts)
            elif self._is_other(number, texts, record):
                self.account.update(kind, number, at=now, **texts)
            if number in self._history:
                self.account.records[kind][number].history["dealstage"] = [
                    entry["as_told"] for entry in reversed(self._history[number])
                ]
        for kind, number, to, other, type_id in self._links - self._linked:
            self.account.link(kind, number, to, other, type_id)
        for kind, number, to, other, _ in self._linked - self._links:
            self.account.unlink(kind, number, to, other)
        self._linked = self._links
        self.account.now = now + timedelta(seconds=1)

    def _is_other(self, number: int, texts: Record, record: Any) -> bool:
        told = [entry["as_told"] for entry in reversed(self._history.get(number, []))]
        moved = bool(told) and told != record.history["dealstage"]
        return moved or any(record.values.get(name) != value for name, value in texts.items())

    def _moment(self, text: str | None) -> datetime | None:
        """A day is its noon."""
        if not text:
            return None
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(12), self.zone)
        return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)

    def _day(self, moment: datetime | None) -> str | None:
        return moment and moment.astimezone(self.zone).date().isoformat()

    def _owner(self, person: str | None) -> int | None:
        return self._id("owners", person) if person else None

    def _user(self, person: str | None) -> int | None:
        owner = self._owner(person)
        return owner and self.account.owners[owner]["userId"]

    def _lists(self, crm: Canonical) -> None:
        """Owners, companies, products."""
        rows = [row for entity in crm.values() for row in entity.values()]
        named = {row.get(name) for row in rows for name in ("owner_id", "actor_id")}
        for place, person in enumerate(sorted(filter(None, named | crm["people"].keys()))):
            name = crm["people"].get(person, {}).get("name") or person
            first, _, last = name.partition(" ")
            self.ids.setdefault(("owners", person), 41_629_000 + 10 * len(self.ids) + place)
            number = self.ids["owners", person]
            self.account.owner(number, first, last, archived=person not in crm["people"])
            self._held["people"].append({"id": number, "name": name, "made_of": ("owners", person)})
        for key, row in crm["accounts"].items():
            fields = {name: row[name] for name in ("name", "industry", "country")}
            number = self._want("companies", key, None, **fields)
            self._hold("accounts", "companies", key, id=number, **fields)
        for key, row in crm["products"].items():
            number = self._want("products", key, None, name=row["name"], price=row["list_price"])
            fields = {"name": row["name"], "list_price": row["list_price"]}
            self._hold("products", "products", key, id=number, **fields)

    def _deals(self, crm: Canonical) -> None:
        paths = defaultdict(list)
        for entry in crm["stage_entries"].values():
            if entry["entered_at"]:
                paths[entry["deal_id"]].append(entry)
        for key, deal in crm["deals"].items():
            created = self._moment(deal["created_at"])
            if created is None:
                continue
            path = self._path(deal, created, paths[key])
            stage = path[-1]["stage"]
            closed = self._moment(deal["closed_at"]) if stage in (WON, LOST) else None
            is_open = stage not in (WON, LOST)
            closes = self._moment(deal["expected_close_at"]) if is_open else closed
            currency = deal["currency"] or "EUR"
            amount = Decimal(str(deal["amount"])) if deal["amount"] not in (None, "") else None
            modified = self._moment(deal["modified_at"]) or created
            number = self._want(
                "deals",
                key,
                min(modified, self.account.now),
                dealname=deal["name"],
                hubspot_owner_id=self._owner(deal["owner_id"]),
                pipeline="default",
                dealstage=_stage_id(stage),
                amount=amount,
                deal_currency_code=currency,
                deal_kind=deal["kind"],
                closedate=closes,
                createdate=created,
            )
            account = deal["account_id"] if deal["account_id"] in crm["accounts"] else None
            if account:
                self._link("deals", key, "companies", account, _PRIMARY)
            lead = deal["lead_id"] if self._is_held_lead(crm, deal["lead_id"]) else None
            if lead:
                self._link("leads", lead, "deals", key)
            self._history[number] = path
            self._hold(
                "deals",
                "deals",
                key,
                id=number,
                name=deal["name"],
                owner_id=self._owner(deal["owner_id"]),
                account_id=account and self._id("companies", account),
                lead_id=lead and self._id("leads", lead),
                stage=stage,
                amount=amount,
                currency=currency,
                kind=deal["kind"],
                created_at=created,
                expected_close_at=self._day(closes),
                closed_at=closed,
            )
            for entry in path:
                self._hold_entry(key, number, entry)
        self._splits(crm)

    def _path(self, deal: Record, created: datetime, entries: list[Record]) -> list[Record]:
        """The deal's stages in order: none twice in a row, and one at a time."""
        path: list[Record] = []
        for entry in sorted(entries, key=lambda entry: (entry["entered_at"], entry["id"])):
            moment = self._moment(entry["entered_at"])
            if path and path[-1]["stage"] == entry["stage"]:
                continue
            if path and path[-1]["moment"] == moment:
                path.pop()
                if path and path[-1]["stage"] == entry["stage"]:
                    continue
            path.append({"stage": entry["stage"], "moment": moment, "actor": entry["actor_id"]})
        path = path or [{"stage": deal["stage"], "moment": created, "actor": None}]
        for entry in path:
            told = {
                "value": _stage_id(entry["stage"]),
                "timestamp": stamp(entry["moment"]),
                "sourceType": "CRM_UI",
            }
            user = self._user(entry["actor"])
            entry["as_told"] = told | (
                {"sourceId": f"userId:{user}", "updatedByUserId": user} if user else {}
            )
        return path

    def _hold_entry(self, key: str, number: int, entry: Record) -> None:
        self._hold(
            "stage_entries",
            "deals",
            key,
            id=f"{number}-{int(entry['moment'].timestamp() * 1000)}",
            deal_id=number,
            stage=entry["stage"],
            actor_id=self._owner(entry["actor"]),
            entered_at=entry["moment"],
        )

    def _splits(self, crm: Canonical) -> None:
        """HubSpot takes shares that come to the whole only."""
        shares = defaultdict(list)
        for key, split in crm["deal_splits"].items():
            shares[split["deal_id"]].append((key, split))
        self.account.splits.clear()
        for deal, rows in shares.items():
            if ("deals", deal) not in self._wanted or sum(Decimal(row["share"]) for _, row in rows) != 1:
                continue
            self.account.splits[self._id("deals", deal)] = told = []
            for key, row in rows:
                number, owner = self._split_id(key), self._owner(row["owner_id"])
                told.append(_split(number, owner, row["share"]))
                self._held["deal_splits"].append(
                    {
                        "id": number,
                        "deal_id": self._id("deals", deal),
                        "owner_id": owner,
                        "share": row["share"],
                        "made_of": ("splits", key),
                    }
                )

    def _split_id(self, key: str) -> int:
        return self._split_ids.setdefault(key, self.account.next_id())

    def _is_held_lead(self, crm: Canonical, key: str | None) -> bool:
        return key in crm["leads"] and bool(crm["leads"][key or ""]["created_at"])

    def _leads(self, crm: Canonical) -> None:
        deals_of = defaultdict(list)
        for kind, lead, to, deal, _ in self._links:
            if (kind, to) == ("leads", "deals"):
                deals_of[lead].append(deal)
        for key, lead in crm["leads"].items():
            if not self._is_held_lead(crm, key):
                continue
            created, assigned = self._moment(lead["created_at"]), self._moment(lead["assigned_at"])
            modified = self._moment(lead["modified_at"]) or created
            number = self._want(
                "leads",
                key,
                min(modified or _LONG_AGO, self.account.now),
                hs_lead_name=f"Enquiry by {lead['origin']}",
                hs_lead_source=lead["origin"],
                hubspot_owner_id=self._owner(lead["owner_id"]),
                hubspot_owner_assigneddate=assigned,
                hs_createdate=created,
            )
            self._hold(
                "leads",
                "leads",
                key,
                id=number,
                owner_id=self._owner(lead["owner_id"]),
                origin=lead["origin"],
                deal_id=min(deals_of[number], default=None),
                created_at=created,
                assigned_at=assigned,
            )

    def _lines(self, crm: Canonical) -> None:
        for key, line in crm["lines"].items():
            if ("deals", line["deal_id"]) not in self._wanted or not Decimal(line["quantity"] or 0):
                continue
            quantity, unit = Decimal(str(line["quantity"])), Decimal(str(line["unit_price"]))
            listed = Decimal(str(line["list_price"])) if line["list_price"] else unit
            product = line["product_id"] if line["product_id"] in crm["products"] else None
            values = {"quantity": quantity, "price": listed, "amount": quantity * unit}
            number = self._want(
                "line_items",
                key,
                self._at["deals", line["deal_id"]],
                hs_product_id=product and self._id("products", product),
                hs_cost_of_goods_sold=line["unit_cost"],
                **values,
            )
            self._link("line_items", key, "deals", line["deal_id"])
            self._hold(
                "lines",
                "line_items",
                key,
                id=number,
                deal_id=self._id("deals", line["deal_id"]),
                product_id=product and self._id("products", product),
                quantity=quantity,
                list_price=listed,
                unit_price=unit,
                unit_cost=line["unit_cost"],
            )

    def _activities(self, crm: Canonical) -> None:
        for key, activity in crm["activities"].items():
            kind = _KINDS.get(activity["kind"] or "")
            logged, happened = self._moment(activity["logged_at"]), self._moment(activity["happened_at"])
            if (
                kind is None
                or logged is None
                or happened is None
                or (kind == "tasks" and not activity["due_at"])
            ):
                continue
            values, told = getattr(self, f"_as_{kind}")(activity, happened)
            user, owner = self._user(activity["owner_id"]), self._owner(activity["owner_id"])
            common = {"hubspot_owner_id": owner, "hs_created_by_user_id": user, "hs_createdate": logged}
            at = min(max(logged, self._moment(activity["completed_at"]) or logged), self.account.now)
            number = self._want(kind, key, at, **common, **values)
            ids: Record = {}
            for to, name in (("deals", "deal_id"), ("leads", "lead_id")):
                is_there = (to, activity[name] or "") in self._wanted
                ids[name] = self._id(to, activity[name]) if is_there else None
                if is_there:
                    self._link(kind, key, to, activity[name])
            self._hold(
                "activities",
                kind,
                key,
                id=f"{activity['kind']}-{number}",
                kind=activity["kind"],
                owner_id=owner,
                actor_id=owner,
                logged_at=logged,
                **ids,
                **told,
            )

    def _as_calls(self, activity: Record, happened: datetime) -> tuple[Record, Record]:
        minutes = Decimal(activity["minutes"]) if activity["minutes"] else None
        values = {
            "hs_timestamp": happened,
            "hs_call_direction": {"out": "OUTBOUND", "in": "INBOUND"}.get(activity["direction"]),
            "hs_call_status": _CALL_STATUS.get(activity["status"]),
            "hs_call_duration": minutes and minutes * 60_000,
        }
        names = ("direction", "status", "minutes")
        return values, {"happened_at": happened} | {name: activity[name] for name in names}

    def _as_meetings(self, activity: Record, happened: datetime) -> tuple[Record, Record]:
        minutes = Decimal(activity["minutes"]) if activity["minutes"] else None
        values = {
            "hs_timestamp": happened,
            "hs_meeting_start_time": happened,
            "hs_meeting_end_time": minutes and happened + timedelta(minutes=float(minutes)),
            "hs_meeting_outcome": _OUTCOMES.get(activity["status"]),
        }
        return values, {"happened_at": happened, "status": activity["status"], "minutes": activity["minutes"]}

    def _as_tasks(self, activity: Record, _: datetime) -> tuple[Record, Record]:
        completed = self._moment(activity["completed_at"])
        values = {
            "hs_timestamp": self._moment(activity["due_at"]),
            "hs_task_status": "COMPLETED" if completed else "NOT_STARTED",
            "hs_task_completion_date": completed,
        }
        return values, {
            "happened_at": completed,
            "due_at": activity["due_at"],
            "completed_at": completed,
            "status": "done" if completed else "open",
        }


def _without_links(entity: str) -> Record:
    """What a record that was entered twice lacks the second time."""
    return {"account_id": None, "lead_id": None} if entity == "deals" else {}


def _split(number: int, owner: int | None, share: str) -> Record:
    made = stamp(_LONG_AGO)
    properties = {"hubspot_owner_id": str(owner), "hs_deal_split_percentage": share}
    times = {"createdAt": made, "updatedAt": made, "archived": False}
    return {"id": str(number), "properties": properties, **times}


def _stage_id(name: str) -> str:
    return name.lower().replace(" ", "")


def _property(value: Any) -> str | None:
    """A value as HubSpot keeps it."""
    match value:
        case None:
            return None
        case datetime():
            return stamp(value)
        case Decimal():
            return f"{value:f}"
    return str(value)


def _text(value: Any) -> str | None:
    """A value of a canonical field as an export writes it."""
    match value:
        case None:
            return None
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S+00:00")
        case Decimal():
            return f"{value:f}"
    return str(value)
