"""The demo company's CRM in the double of Bitrix24, and what Bitrix24 can hold of it in canonical fields.

Bitrix24 knows no empty amount, does not say when a quote was sent or when a task was done, and who moved a
deal only of its last move. So what the double is fed is first bent to that, in canonical fields with the ids
that Bitrix24 gives: a source that reads Bitrix24 has to come to the same.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from doubles.bitrix24.lists import FIELDS, STAMPS
from doubles.bitrix24.portal import Portal

Record = dict[str, Any]
#: Entity → id → record in canonical fields.
Canonical = dict[str, dict[str, Record]]
Key = tuple[str, str]

WON, LOST = "Closed Won", "Closed Lost"
SENT, PAID = "DT31_7:S", "DT31_7:P"
_DEAL, _INVOICE = 2, 31


@dataclass
class Bitrix24Demo:
    """Keeps the double as the CRM is on a night; ids stay from night to night."""

    portal: Portal
    zone: ZoneInfo
    stages: tuple[str, ...]
    ids: dict[Key, Any] = field(default_factory=dict)
    #: Who made a deal enter a stage, and when a task was done, as far as a night saw it.
    movers: dict[str, str | None] = field(default_factory=dict)
    doings: dict[str, datetime] = field(default_factory=dict)
    _last_id: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _wanted: dict[Key, Record] = field(default_factory=dict)
    _stamps: dict[Key, datetime] = field(default_factory=dict)
    _held: dict[str, list[Record]] = field(default_factory=dict)
    #: Deal → its stage entries in order.
    _paths: dict[str, list[Record]] = field(default_factory=dict)
    #: Up to when the last night knew.
    _until: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    def become(self, crm: Canonical) -> Canonical:
        """Be what the CRM is; what Bitrix24 holds of it, in canonical fields and under its ids."""
        self._wanted, self._stamps, self._held = {}, {}, defaultdict(list)
        self._paths = _paths(crm)
        self._lists(crm)
        leads, deals = self._leads_and_deals(crm)
        self._stage_entries(crm, deals)
        self._activities(crm, deals, leads)
        self._lines(crm, deals)
        self._quotes(crm, deals)
        self._bills(crm, deals)
        self._write()
        self._until = self.portal.now
        return {
            entity: {str(row["id"]): self._canonical(row) for row in rows}
            for entity, rows in self._held.items()
        }

    def people(self) -> dict[str, str]:
        """The export's id of each person → Bitrix24's."""
        return {key: str(number) for (table, key), number in self.ids.items() if table == "user"}

    def _id(self, table: str, key: str) -> Any:
        if (table, key) not in self.ids:
            self._last_id[table] += 1
            self.ids[table, key] = self._last_id[table]
        return self.ids[table, key]

    def _want(self, table: str, key: str, /, **values: Any) -> Any:
        self._wanted[table, key] = values
        return self._id(table, key)

    def _hold(self, entity: str, made_of: Key, /, **fields: Any) -> None:
        self._held[entity].append({**fields, "made_of": made_of})

    def _write(self) -> None:
        for table, key in [known for known in self.ids if known not in self._wanted]:
            self.portal.delete(table, self.ids.pop((table, key)))
        touched = set()
        for (table, key), values in self._wanted.items():
            number, at = self.ids[table, key], self._stamps.get((table, key))
            row = self.portal.rows[table].get(number)
            is_new = row is None
            if row is None:
                self.portal.create(table, at=at, **{FIELDS[table][0]: number, **values})
            elif any(row.get(name) != value for name, value in values.items()):
                self.portal.write(table, number, at=at, **values)
            else:
                continue
            if table == "product_row" and not is_new:
                touched.add(values["ownerId"])
        for number in touched:
            self.portal.write("crm_deal", number)

    def _canonical(self, row: Record) -> Record:
        """A record as an export writes it."""
        table, key = row["made_of"]
        stored = self.portal.rows[table][self.ids[table, key]]
        modified = stored[STAMPS[table][1]] if table in STAMPS else None
        texts = {name: _text(value) for name, value in row.items() if name != "made_of"}
        return texts | {"modified_at": _text(modified)}

    def _moment(self, text: str | None) -> datetime | None:
        if not text:
            return None
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(12), self.zone)
        return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)

    def _midnight(self, text: str) -> datetime:
        return datetime.combine(date.fromisoformat(text[:10]), time(), self.zone)

    def _day(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).date().isoformat()

    def _user(self, person: str | None) -> int | None:
        return self._id("user", person) if person else None

    def _status(self, reference: str, name: str | None, semantics: str | None = None) -> str | None:
        """The code of an entry of a reference list."""
        if name is None:
            return None
        code = name.upper().replace(" ", "_")
        key = f"{reference} {code}"
        values = {"ENTITY_ID": reference, "STATUS_ID": code, "NAME": name, "SEMANTICS": semantics}
        self._want("crm_status", key, SORT=10 * len(self._wanted), **values)
        return code

    def _lists(self, crm: Canonical) -> None:
        """People, accounts, products, and what the portal has of its own: stages and currencies."""
        rows = [row for entity in crm.values() for row in entity.values()]
        named = {row.get(name) for row in rows for name in ("owner_id", "actor_id")}
        for person in sorted(filter(None, named | crm["people"].keys())):
            name = crm["people"].get(person, {}).get("name") or person
            is_there = person in crm["people"]
            number = self._want("user", person, NAME=name, ACTIVE=is_there, UF_DEPARTMENT=[])
            self._hold("people", ("user", person), id=number, name=name)
        for stage in self.stages:
            self._status("DEAL_STAGE", stage, {WON: "S", LOST: "F"}.get(stage))
        for code, name, semantics in ((SENT, "Sent", None), (PAID, "Paid", "S")):
            values = {"ENTITY_ID": "SMART_INVOICE_STAGE_7", "STATUS_ID": code, "NAME": name}
            self._want("crm_status", code, SORT=10, SEMANTICS=semantics, **values)
        self._want("crm_deal_category", "general", name="General", sort=300, entityTypeId=2, isDefault="Y")
        self.ids["crm_deal_category", "general"] = 0
        for currency in sorted({row["currency"] or "EUR" for row in crm["deals"].values()} | {"EUR"}):
            self._want("crm_currency", currency, BASE="Y" if currency == "EUR" else "N")
            self.ids["crm_currency", currency] = currency
        for account, row in crm["accounts"].items():
            industry = self._status("INDUSTRY", row["industry"])
            number = self._want("crm_company", account, title=row["name"], industry=industry, isMyCompany="N")
            made_of = ("crm_company", account)
            self._hold("accounts", made_of, id=number, name=row["name"], industry=row["industry"])
        for product, row in crm["products"].items():
            price = row["list_price"]
            number = self._want("crm_product", product, NAME=row["name"], PRICE=price, CURRENCY_ID="EUR")
            self._hold("products", ("crm_product", product), id=number, name=row["name"], list_price=price)

    def _leads_and_deals(self, crm: Canonical) -> tuple[dict[str, int], dict[str, int]]:
        """Lead → number and deal → number of those that Bitrix24 can hold: it knows when each was made."""
        leads = {key: self._id("crm_lead", key) for key, row in crm["leads"].items() if row["created_at"]}
        deals = {key: self._id("crm_deal", key) for key, row in crm["deals"].items() if row["created_at"]}
        first: dict[str, int] = {}
        in_order = sorted(deals, key=lambda key: (self._moment(crm["deals"][key]["created_at"]), deals[key]))
        for key in in_order:
            deal = crm["deals"][key]
            lead = deal["lead_id"] if deal["lead_id"] in leads else None
            if lead:
                first.setdefault(lead, deals[key])
            self._deal(key, deals[key], deal, leads.get(lead or ""))
        for key, number in leads.items():
            lead = crm["leads"][key]
            created = self._moment(lead["created_at"])
            source = self._status("SOURCE", lead["origin"])
            owner = self._user(lead["owner_id"])
            title = f"Enquiry by {lead['origin']}"
            self._want("crm_lead", key, title=title, assignedById=owner, sourceId=source, createdTime=created)
            fields = {"origin": lead["origin"], "deal_id": first.get(key), "created_at": created}
            self._hold("leads", ("crm_lead", key), id=number, owner_id=owner, **fields)
        return leads, deals

    def _deal(self, key: str, number: int, deal: Record, lead: int | None) -> None:
        semantics = {WON: "S", LOST: "F"}.get(deal["stage"], "P")
        created = self._moment(deal["created_at"])
        path = self._paths[key]
        last = path[-1] if path and path[-1]["stage"] == deal["stage"] else None
        moved = self._moment(last["entered_at"] if last else deal["closed_at"]) or created
        assert moved is not None
        if last:
            self.movers[last["id"]] = last["actor_id"]
        is_open = semantics == "P"
        expected = deal["expected_close_at"] if is_open else self._day(moved)
        account = self.ids.get(("crm_company", deal["account_id"] or ""))
        owner, amount = self._user(deal["owner_id"]), Decimal(str(deal["amount"] or 0))
        self._want(
            "crm_deal",
            key,
            title=deal["name"],
            assignedById=owner,
            createdBy=self._user(path[0]["actor_id"]) if path else None,
            companyId=account or 0,
            contactId=0,
            categoryId=0,
            stageId=self._code(deal["stage"]),
            stageSemanticId=semantics,
            closed="N" if is_open else "Y",
            opportunity=float(amount),
            currencyId=deal["currency"],
            typeId=self._status("DEAL_TYPE", deal["kind"]),
            isRecurring="N",
            leadId=lead or 0,
            createdTime=created,
            closedate=date.fromisoformat(expected) if expected else None,
            movedTime=moved,
            movedBy=self._user(last["actor_id"]) if last else None,
        )
        self._hold(
            "deals",
            ("crm_deal", key),
            id=number,
            name=deal["name"],
            owner_id=owner,
            account_id=account,
            lead_id=lead,
            stage=deal["stage"],
            amount=amount or None,
            currency=deal["currency"] or "EUR",
            kind=deal["kind"],
            created_at=created,
            expected_close_at=expected if is_open else None,
            closed_at=None if is_open else moved,
        )

    def _code(self, stage: str) -> str:
        return stage.upper().replace(" ", "_")

    def _stage_entries(self, crm: Canonical, deals: dict[str, int]) -> None:
        """The first entry makes the deal; of others it is known who made them if they once were the last."""
        for key, number in deals.items():
            for place, entry in enumerate(self._paths[key]):
                entered = self._moment(entry["entered_at"])
                semantics = {WON: "S", LOST: "F"}.get(entry["stage"], "P")
                history = self._want(
                    "crm_deal_stage_history",
                    entry["id"],
                    OWNER_ID=number,
                    TYPE_ID=1 if place == 0 else 2 if semantics == "P" else 3,
                    CATEGORY_ID=0,
                    STAGE_ID=self._code(entry["stage"]),
                    STAGE_SEMANTIC_ID=semantics,
                    CREATED_TIME=entered,
                )
                actor = entry["actor_id"] if place == 0 else self.movers.get(entry["id"])
                self._hold(
                    "stage_entries",
                    ("crm_deal_stage_history", entry["id"]),
                    id=history,
                    deal_id=number,
                    stage=entry["stage"],
                    actor_id=self._user(actor),
                    entered_at=entered,
                )

    def _activities(self, crm: Canonical, deals: dict[str, int], leads: dict[str, int]) -> None:
        for key, activity in crm["activities"].items():
            deal = deals.get(activity["deal_id"] or "")
            lead = None if deal else leads.get(activity["lead_id"] or "")
            kind, status = activity["kind"], activity["status"]
            logged, happened = self._moment(activity["logged_at"]), self._moment(activity["happened_at"])
            is_nowhere = not (deal or lead) or logged is None or (kind != "task" and happened is None)
            if is_nowhere or (kind == "meeting" and status == "cancelled"):
                continue
            done = self._moment(activity["completed_at"]) if kind == "task" else None
            is_done = kind == "call" or status == "held" or done is not None
            owner = self._user(activity["owner_id"])
            due = self._midnight(activity["due_at"]) if kind == "task" and activity["due_at"] else None
            direction = activity["direction"] if kind == "call" else None
            number = self._want(
                "crm_activity",
                key,
                TYPE_ID={"meeting": 1, "call": 2, "task": 3}[kind],
                OWNER_TYPE_ID=_DEAL if deal else 1,
                OWNER_ID=deal or lead,
                RESPONSIBLE_ID=owner,
                AUTHOR_ID=owner,
                SUBJECT=kind.title(),
                COMPLETED="Y" if is_done else "N",
                DIRECTION={"in": 1, "out": 2}.get(direction or "", 0),
                START_TIME=happened if kind != "task" else logged,
                DEADLINE=due if kind == "task" else happened,
                CREATED=logged,
            )
            told: Record = {"owner_id": owner, "deal_id": deal, "lead_id": lead, "logged_at": logged}
            told |= {"kind": kind if is_done else "task", "direction": direction}
            if kind == "task":
                done = self._noted(key, done)
                told |= {"happened_at": done, "completed_at": done, "due_at": activity["due_at"]}
            elif not is_done:
                assert happened is not None
                told |= {"due_at": self._day(happened)}
            else:
                told |= {"happened_at": happened, "status": "held" if kind == "meeting" else None}
            if kind == "call":
                told |= self._call(key, number, activity, owner, happened)
            self._hold("activities", ("crm_activity", key), id=number, **told)

    def _noted(self, key: str, done: datetime | None) -> datetime | None:
        """When a task was done, as far as Bitrix24 tells: it was changed then, and a night saw it done."""
        if done is not None and key not in self.doings:
            is_known = self.ids["crm_activity", key] in self.portal.rows["crm_activity"]
            # What is entered belatedly was changed when it was entered.
            self.doings[key] = self.portal.now if is_known and done <= self._until else done
            self._stamps["crm_activity", key] = self.doings[key]
        return None if done is None else self.doings[key]

    def _call(
        self, key: str, number: int, activity: Record, owner: int | None, happened: datetime | None
    ) -> Record:
        seconds = int(Decimal(activity["minutes"] or 0) * 60)
        is_connected = activity["status"] == "connected"
        self._want(
            "voximplant_statistic",
            key,
            PORTAL_USER_ID=owner,
            PHONE_NUMBER="+49 30 1234567",
            CALL_TYPE=2 if activity["direction"] == "in" else 1,
            CALL_DURATION=seconds,
            CALL_START_DATE=happened,
            CALL_FAILED_CODE="200" if is_connected else "304",
            CRM_ACTIVITY_ID=number,
        )
        status = "connected" if is_connected else "no_answer"
        return {"actor_id": owner, "status": status, "minutes": Decimal(seconds) / 60}

    def _lines(self, crm: Canonical, deals: dict[str, int]) -> None:
        for key, line in crm["lines"].items():
            if line["deal_id"] not in deals:
                continue
            unit, quantity = Decimal(str(line["unit_price"])), Decimal(str(line["quantity"] or 0))
            listed = Decimal(str(line["list_price"])) if line["list_price"] else unit
            product = self.ids.get(("crm_product", line["product_id"] or ""))
            deal = deals[line["deal_id"]]
            number = self._want(
                "product_row",
                key,
                ownerType="D",
                ownerId=deal,
                productId=product or 0,
                priceExclusive=float(unit),
                priceNetto=float(listed),
                quantity=float(quantity),
            )
            self._hold(
                "lines",
                ("crm_deal", line["deal_id"]),
                id=number,
                deal_id=deal,
                product_id=product,
                quantity=quantity,
                list_price=listed,
                unit_price=unit,
            )

    def _quotes(self, crm: Canonical, deals: dict[str, int]) -> None:
        for key, quote in crm["quotes"].items():
            sent = self._moment(quote["sent_at"])
            if quote["deal_id"] not in deals or sent is None:
                continue
            amount = Decimal(str(quote["amount"]))
            tax = round(amount * Decimal("0.19"), 2)
            owner, day = self._user(quote["owner_id"]), self._day(sent)
            number = self._want(
                "crm_quote",
                key,
                stageId="SENT",
                dealId=deals[quote["deal_id"]],
                assignedById=owner,
                opportunity=float(amount + tax),
                taxValue=float(tax),
                currencyId=quote["currency"],
                begindate=date.fromisoformat(day),
            )
            fields = {"owner_id": owner, "amount": amount, "currency": quote["currency"], "sent_at": day}
            self._hold("quotes", ("crm_quote", key), id=number, deal_id=deals[quote["deal_id"]], **fields)

    def _bills(self, crm: Canonical, deals: dict[str, int]) -> None:
        """An invoice that one payment settles is, in half of the cases, only moved to a stage of success."""
        payments = defaultdict(list)
        for payment in crm["payments"].values():
            if payment["paid_at"] and Decimal(str(payment["amount"] or 0)):
                payments[payment["invoice_id"]].append(payment)
        for key, invoice in crm["invoices"].items():
            if not invoice["issued_at"] or invoice["amount"] is None:
                continue
            amount = Decimal(str(invoice["amount"]))
            paid = payments[key]
            is_settled = (
                len(paid) == 1
                and Decimal(str(paid[0]["amount"])) == amount
                and paid[0]["currency"] == invoice["currency"]
                and int(key[-1], 36) % 2 == 0
            )
            number = self._invoice(
                key, invoice, deals.get(invoice["deal_id"] or ""), PAID if is_settled else SENT
            )
            if is_settled:
                self._settled(key, number, paid[0])
            elif paid:
                order = self._want("crm_order_entity", key, ownerTypeId=_INVOICE, ownerId=number)
                for payment in paid:
                    self._paid(number, order, payment)

    def _invoice(self, key: str, invoice: Record, deal: int | None, stage: str) -> int:
        account = self.ids.get(("crm_company", invoice["account_id"] or ""))
        number = self._want(
            "crm_invoice",
            key,
            stageId=stage,
            parentId2=deal or 0,
            companyId=account or 0,
            contactId=0,
            opportunity=float(invoice["amount"]),
            currencyId=invoice["currency"],
            begindate=date.fromisoformat(invoice["issued_at"][:10]),
            closedate=date.fromisoformat(invoice["due_at"][:10]) if invoice["due_at"] else None,
        )
        fields = {name: invoice[name] for name in ("amount", "currency", "issued_at", "due_at")}
        self._hold("invoices", ("crm_invoice", key), id=number, deal_id=deal, account_id=account, **fields)
        return number

    def _settled(self, key: str, invoice: int, payment: Record) -> None:
        self._want(
            "crm_invoice_stage_history",
            key,
            OWNER_ID=invoice,
            TYPE_ID=3,
            STAGE_ID=PAID,
            STAGE_SEMANTIC_ID="S",
            CREATED_TIME=self._midnight(payment["paid_at"]),
        )
        fields = {name: payment[name] for name in ("amount", "currency", "paid_at")}
        self._hold("payments", ("crm_invoice", key), id=f"invoice-{invoice}", invoice_id=invoice, **fields)

    def _paid(self, invoice: int, order: int, payment: Record) -> None:
        amount = Decimal(str(payment["amount"]))
        number = self._want(
            "sale_payment",
            payment["id"],
            orderId=order,
            paid="Y",
            datePaid=self._midnight(payment["paid_at"]),
            sum=float(abs(amount)),
            currency=payment["currency"],
            isReturn="Y" if amount < 0 else "N",
        )
        fields = {"amount": amount, "currency": payment["currency"], "paid_at": payment["paid_at"]}
        self._hold("payments", ("sale_payment", payment["id"]), id=number, invoice_id=invoice, **fields)


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


def _paths(crm: Canonical) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for entry in crm["stage_entries"].values():
        if entry["entered_at"]:
            found[entry["deal_id"]].append(entry)
    for entries in found.values():
        entries.sort(key=lambda entry: (entry["entered_at"], entry["id"]))
    return found
