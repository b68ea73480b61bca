"""The demo company's CRM in the double of Odoo, and what Odoo can hold of it in canonical fields.

Odoo holds a lead and the deal that came of it as one record, one currency per company within it, and no
status of calls and meetings. So what the double is fed is first bent to that, in canonical fields with the
ids that Odoo gives: a source that reads Odoo has to come to the same.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from doubles.odoo.database import OdooDatabase

Record = dict[str, Any]
#: Entity → id → record in canonical fields.
Canonical = dict[str, dict[str, Record]]
Key = tuple[str, str]

LOST = "Closed Lost"
COUNTRIES = {
    "Austria": "AT",
    "Czechia": "CZ",
    "Denmark": "DK",
    "Germany": "DE",
    "Poland": "PL",
    "Switzerland": "CH",
    "United States": "US",
}
CATEGORIES = {"call": "phonecall", "meeting": "meeting", "task": "default"}
TAX = Decimal("1.19")


@dataclass(frozen=True)
class Ref:
    """The id that another record has, or will have."""

    model: str
    key: str


@dataclass
class OdooDemo:
    """Keeps the double as the CRM is on a night; ids stay from night to night."""

    database: OdooDatabase
    zone: ZoneInfo
    stages: tuple[str, ...]
    ids: dict[Key, int] = field(default_factory=dict)
    converted: set[str] = field(default_factory=set)
    _wanted: dict[Key, Record] = field(default_factory=dict)

    def become(self, crm: Canonical) -> Canonical:
        """Be what the CRM is; what Odoo holds of it, in canonical fields and under Odoo's ids."""
        self._wanted, held = {}, _Held()
        self._lists(crm, held)
        leads = self._leads(crm, held)
        self._stage_entries(crm, leads, held)
        self._activities(crm, leads, held)
        lines = self._orders(crm, leads, held)
        self._bills(crm, leads, lines, held)
        self._write()
        return {
            entity: {str(self._text(row["id"])): self._canonical(row) for row in rows}
            for entity, rows in held.rows.items()
        }

    def _canonical(self, row: Record) -> Record:
        record = row["id"] if isinstance(row["id"], Ref) else row["id"][1]
        written = self.database.rows[record.model][self.ids[record.model, record.key]]["write_date"]
        texts = {name: self._text(value) for name, value in row.items()}
        return texts | {"modified_at": f"{written[:19]}+00:00"}

    def _want(self, model: str, key: str, /, **values: Any) -> Ref:
        self._wanted[model, key] = values
        return Ref(model, key)

    def _write(self) -> None:
        for model, key in self.ids.keys() - self._wanted.keys():
            self.database.unlink(model, self.ids.pop((model, key)))
        for model, key in self._wanted:
            if (model, key) not in self.ids:
                self.ids[model, key] = self.database.create(model)
        for (model, key), values in self._wanted.items():
            number = self.ids[model, key]
            resolved = {name: self._resolved(value) for name, value in values.items()}
            row = self.database.rows[model][number]
            if any(row.get(name) != value for name, value in resolved.items()):
                self.database.write(model, number, **resolved)

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, Ref):
            return self.ids[value.model, value.key]
        return [self._resolved(item) for item in value] if isinstance(value, list) else value

    def _text(self, value: Any) -> str | None:
        """A value of a canonical field as an export writes it."""
        match value:
            case None:
                return None
            case Ref(model, key):
                return str(self.ids[model, key])
            case (str() as prefix, Ref() as ref):
                return f"{prefix}{self._text(ref)}"
            case datetime():
                return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S+00:00")
            case Decimal():
                return f"{value:f}"
        return str(value)

    def _moment(self, text: str | None) -> datetime | None:
        if not text:
            return None
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(12), self.zone)
        return datetime.fromisoformat(text).astimezone(UTC)

    def _lists(self, crm: Canonical, held: "_Held") -> None:
        """People, accounts, products, and what Odoo keeps of its own: stages, currencies, types."""
        owners = {
            row[name] for rows in crm.values() for row in rows.values() for name in row if name == "owner_id"
        }
        actors = {row.get("actor_id") for row in crm["stage_entries"].values()}
        for person in sorted(filter(None, owners | actors | crm["people"].keys())):
            name = crm["people"].get(person, {}).get("name") or person
            partner = self._want("res.partner", f"of {person}", name=name, active=True)
            self._wanted["res.partner", partner.key]["commercial_partner_id"] = partner
            is_there = person in crm["people"]
            user = self._want(
                "res.users", person, name=name, login=person, share=False, partner_id=partner, active=is_there
            )
            held.add("people", id=user, name=name)
        for country, code in COUNTRIES.items():
            self._want("res.country", country, name=country, code=code)
        for account, row in crm["accounts"].items():
            industry = row["industry"] and self._want(
                "res.partner.industry", row["industry"], name=row["industry"]
            )
            country = Ref("res.country", row["country"]) if row["country"] else None
            values = {"name": row["name"], "industry_id": industry, "country_id": country, "active": True}
            partner = self._want("res.partner", account, **values)
            self._wanted["res.partner", account]["commercial_partner_id"] = partner
            code = row["country"] and COUNTRIES[row["country"]]
            held.add("accounts", id=partner, name=row["name"], industry=row["industry"], country=code)
        for product, row in crm["products"].items():
            price = row["list_price"]
            ref = self._want(
                "product.product", product, name=row["name"], list_price=float(price), active=True
            )
            held.add("products", id=ref, name=row["name"], list_price=price)
        for sequence, stage in enumerate(self.stages):
            self._want("crm.stage", stage, name=stage, sequence=sequence, is_won=stage == "Closed Won")
        for currency in sorted({row["currency"] or "EUR" for row in crm["deals"].values()} | {"EUR"}):
            ref = self._want("res.currency", currency, name=currency, active=True)
            self._want("res.company", currency, name=f"Nordlicht {currency}", currency_id=ref)
        for name, kind in CATEGORIES.items():
            self._want("mail.activity.type", name, name=name, category=kind, active=True)
        for model, name in (("crm.lead", "stage_id"), ("crm.lead", "active"), ("sale.order", "state")):
            self._want("ir.model.fields", f"{model}.{name}", model=model, name=name)
        self._want("account.account", "receivable", code="1400", account_type="asset_receivable")

    def _leads(self, crm: Canonical, held: "_Held") -> "_Leads":
        """One record for a lead, for a deal, and for a lead with the first deal that came of it."""
        leads = _Leads()
        told_before = {
            entry["deal_id"]
            for entry in crm["stage_entries"].values()
            if entry["stage"] != self.stages[0] and not self._is_after(entry, crm)
        }
        in_order = sorted(crm["deals"].values(), key=lambda deal: (deal["created_at"] or "", deal["id"]))
        for deal in in_order:
            deal_id, lead_id = deal["id"], deal["lead_id"]
            is_first = lead_id in crm["leads"] and lead_id not in leads.deal_of_lead
            if not deal["created_at"] or deal_id in told_before:
                continue  # Odoo tells of no change before the record was made
            key = f"lead {lead_id}" if is_first else f"deal {deal_id}"
            leads.record_of_deal[deal_id] = Ref("crm.lead", key)
            if is_first:
                leads.deal_of_lead[lead_id] = deal_id
        entries = defaultdict(list)
        for entry in crm["stage_entries"].values():
            if entry["deal_id"] in leads.record_of_deal and entry["entered_at"]:
                entries[entry["deal_id"]].append(entry)
        lead_of_deal = {deal: lead for lead, deal in leads.deal_of_lead.items()}
        for deal_id, record in leads.record_of_deal.items():
            deal, lead = crm["deals"][deal_id], crm["leads"].get(lead_of_deal.get(deal_id, ""))
            path = sorted(entries[deal_id], key=lambda entry: (entry["entered_at"], entry["id"]))
            self._deal(crm, held, leads, deal_id, record, deal, lead, path)
        self.converted |= leads.deal_of_lead.keys()
        for lead_id, lead in crm["leads"].items():
            if lead_id in leads.deal_of_lead:
                continue
            if lead_id in self.converted or not lead["created_at"]:
                continue  # its record was its deal's, and went with it
            record = self._want(
                "crm.lead", f"lead {lead_id}", type="lead", active=True, **self._lead_values(lead)
            )
            leads.record_of_lead[lead_id] = record
            held.add("leads", id=record, deal_id=None, **self._lead_fields(lead))
        return leads

    def _is_after(self, entry: Record, crm: Canonical) -> bool:
        deal = crm["deals"].get(entry["deal_id"])
        entered, created = self._moment(entry["entered_at"]), deal and self._moment(deal["created_at"])
        return bool(entered and created and entered > created)

    def _lead_values(self, lead: Record) -> Record:
        origin = lead["origin"] and self._want("utm.source", lead["origin"], name=lead["origin"])
        return {
            "name": f"Enquiry by {lead['origin']}",
            "user_id": _user(lead["owner_id"]),
            "source_id": origin,
            "create_date": _stored(self._moment(lead["created_at"])),
            "date_open": _stored(self._moment(lead["assigned_at"])),
        }

    def _lead_fields(self, lead: Record) -> Record:
        return {
            "owner_id": _user(lead["owner_id"]),
            "origin": lead["origin"],
            "created_at": self._moment(lead["created_at"]),
            "assigned_at": self._moment(lead["assigned_at"]),
        }

    def _deal(
        self,
        crm: Canonical,
        held: "_Held",
        leads: "_Leads",
        deal_id: str,
        record: Ref,
        deal: Record,
        lead: Record | None,
        path: list[Record],
    ) -> None:
        is_lost = deal["stage"] == LOST
        created = self._moment(deal["created_at"])
        open_path = [entry for entry in path if entry["stage"] != LOST]
        closing = path[-1] if path and deal["closed_at"] and path[-1]["stage"] == deal["stage"] else None
        closed = self._moment(closing["entered_at"] if closing else deal["closed_at"])
        owner = _user(deal["owner_id"])
        stood = open_path[-1]["stage"] if open_path else self.stages[0]
        stage = stood if is_lost else deal["stage"]
        account = deal["account_id"] if deal["account_id"] in crm["accounts"] else None
        currency = deal["currency"] or "EUR"
        amount = Decimal(str(deal["amount"])) if deal["amount"] else None
        values: Record = {
            "name": deal["name"],
            "type": "opportunity",
            "active": not is_lost,
            "probability": 0.0 if is_lost else 100.0 if stage == "Closed Won" else 40.0,
            "user_id": owner,
            "company_id": Ref("res.company", currency),
            "partner_id": Ref("res.partner", account) if account else None,
            "stage_id": Ref("crm.stage", stage),
            "expected_revenue": float(amount or 0),
            "date_deadline": deal["expected_close_at"],
            "date_closed": _stored(closed) if deal["closed_at"] else None,
            "x_studio_kind": deal["kind"],
        }
        if self.database.version >= 19:
            values["won_status"] = "lost" if is_lost else "won" if stage == "Closed Won" else "pending"
        if lead:
            with_owner = {**lead, "owner_id": deal["owner_id"]}
            values |= {k: v for k, v in self._lead_values(with_owner).items() if k not in ("name", "user_id")}
            values["date_conversion"] = _stored(created)
            held.add("leads", id=record, deal_id=record, **self._lead_fields(with_owner))
        else:
            first = path[0]["actor_id"] if path else None
            values["create_uid"] = _user(first)
            values["create_date"] = _stored(created)
        self._wanted[record.model, record.key] = values
        leads.created[record] = created
        leads.is_converted[record] = lead is not None
        held.add(
            "deals",
            id=record,
            name=deal["name"],
            owner_id=owner,
            account_id=Ref("res.partner", account) if account else None,
            lead_id=record if lead else None,
            stage="Lost" if is_lost else stage,
            amount=amount or None,
            currency=currency,
            kind=deal["kind"],
            created_at=created,
            expected_close_at=deal["expected_close_at"],
            closed_at=closed if deal["closed_at"] else None,
        )

    def _stage_entries(self, crm: Canonical, leads: "_Leads", held: "_Held") -> None:
        """The first entry is the record's own beginning; each other one a change that Odoo keeps."""
        of_deal = defaultdict(list)
        for entry in crm["stage_entries"].values():
            if entry["deal_id"] in leads.record_of_deal and entry["entered_at"]:
                of_deal[entry["deal_id"]].append(entry)
        for deal_id, record in leads.record_of_deal.items():
            path = sorted(of_deal[deal_id], key=lambda entry: (entry["entered_at"], entry["id"]))
            first = path[0] if path else None
            is_converted, created = leads.is_converted[record], leads.created[record]
            before = first["stage"] if first and first["stage"] != LOST else self.stages[0]
            actor = (
                None
                if is_converted or not first or not first["actor_id"]
                else Ref("res.users", first["actor_id"])
            )
            held.add(
                "stage_entries",
                id=("deal-", record),
                deal_id=record,
                stage=before,
                actor_id=actor,
                entered_at=created,
            )
            is_lost_told = False
            for entry in path[1:] if first and first["stage"] == before else path:
                moment = self._moment(entry["entered_at"])
                mover = _user(entry["actor_id"])
                if entry["stage"] == LOST:
                    self._change(
                        f"lost {entry['id']}", "crm.lead", record, "active", moment, entry["actor_id"], 1, 0
                    )
                    is_lost_told = True
                    held.add(
                        "stage_entries",
                        id=("lost-", record),
                        deal_id=record,
                        stage="Lost",
                        actor_id=mover,
                        entered_at=moment,
                    )
                    continue
                if entry["stage"] == before or moment is None or created is None or moment <= created:
                    continue
                old, new = Ref("crm.stage", before), Ref("crm.stage", entry["stage"])
                change = self._change(
                    entry["id"], "crm.lead", record, "stage_id", moment, entry["actor_id"], old, new
                )
                before = entry["stage"]
                held.add(
                    "stage_entries",
                    id=change,
                    deal_id=record,
                    stage=entry["stage"],
                    actor_id=mover,
                    entered_at=moment,
                )
            if crm["deals"][deal_id]["stage"] == LOST and not is_lost_told:
                closed = self._moment(crm["deals"][deal_id]["closed_at"])
                held.add(
                    "stage_entries",
                    id=("lost-", record),
                    deal_id=record,
                    stage="Lost",
                    actor_id=None,
                    entered_at=closed,
                )

    def _change(
        self,
        key: str,
        model: str,
        record: Ref,
        name: str,
        moment: datetime | None,
        actor: str | None,
        old: Any,
        new: Any,
    ) -> Ref:
        message = self._want(
            "mail.message",
            f"change {key}",
            model=model,
            res_id=record,
            date=_shown(moment),
            author_id=Ref("res.partner", f"of {actor}") if actor else None,
            body="",
        )
        return self._want(
            "mail.tracking.value",
            key,
            field_id=Ref("ir.model.fields", f"{model}.{name}"),
            mail_message_id=message,
            old_value_integer=old,
            new_value_integer=new,
        )

    def _activities(self, crm: Canonical, leads: "_Leads", held: "_Held") -> None:
        for key, activity in crm["activities"].items():
            record = leads.record_of_deal.get(activity["deal_id"] or "")
            if record is None and activity["lead_id"]:
                deal_id = leads.deal_of_lead.get(activity["lead_id"])
                record = (
                    leads.record_of_deal[deal_id]
                    if deal_id
                    else leads.record_of_lead.get(activity["lead_id"])
                )
            if record is None or (activity["kind"] == "meeting" and activity["status"] == "cancelled"):
                continue
            logged, happened = self._moment(activity["logged_at"]), self._moment(activity["happened_at"])
            is_task, is_meeting = activity["kind"] == "task", activity["kind"] == "meeting"
            completed = self._moment(activity["completed_at"]) if is_task else happened
            if not is_task and happened is None:
                continue
            if logged is None or (is_meeting and not self._is_over(happened)):
                continue
            owner = _user(activity["owner_id"])
            told: Record = {"owner_id": owner, "logged_at": logged, "happened_at": completed}
            of_record = self._of_record(leads, record, completed or logged)
            if is_meeting:
                event = self._want(
                    "calendar.event",
                    key,
                    name="Meeting",
                    active=True,
                    opportunity_id=record,
                    user_id=owner,
                    allday=False,
                    start=_shown(happened),
                    create_date=_stored(logged),
                )
                held.add(
                    "activities", id=("event-", event), kind="meeting", actor_id=None, **told, **of_record
                )
                continue
            due = activity["due_at"] or _day(completed or logged, self.zone).isoformat()
            kept = self._want(
                "mail.activity",
                key,
                res_model="crm.lead",
                res_id=record,
                active=completed is None,
                activity_type_id=Ref("mail.activity.type", activity["kind"]),
                user_id=owner,
                date_deadline=due,
                date_done=completed and _day(completed, UTC).isoformat(),
                create_date=_stored(logged),
            )
            if completed is not None:
                self._want(
                    "mail.message",
                    f"done {key}",
                    model="crm.lead",
                    res_id=record,
                    date=_shown(completed),
                    author_id=Ref("res.partner", f"of {activity['owner_id']}") if owner else None,
                    mail_activity_type_id=Ref("mail.activity.type", activity["kind"]),
                    body="",
                )
            held.add(
                "activities",
                id=("activity-", kept),
                kind="task" if completed is None else activity["kind"],
                actor_id=owner if completed else None,
                due_at=due,
                completed_at=completed,
                **told,
                **of_record,
            )

    def _is_over(self, moment: datetime | None) -> bool:
        return moment is not None and _day(moment, self.zone) <= _day(self.database.now, self.zone)

    def _of_record(self, leads: "_Leads", record: Ref, moment: datetime) -> Record:
        created = leads.created.get(record)
        if created is None:
            return {"deal_id": None, "lead_id": record}
        if leads.is_converted[record] and moment < created:
            return {"deal_id": None, "lead_id": record}
        return {"deal_id": record, "lead_id": None}

    def _orders(self, crm: Canonical, leads: "_Leads", held: "_Held") -> dict[str, Ref]:
        """The first order line of each deal that has one: its latest order holds what it sells."""
        quotes, lines = defaultdict(list), defaultdict(list)
        for quote in crm["quotes"].values():
            if quote["deal_id"] in leads.record_of_deal and quote["sent_at"]:
                quotes[quote["deal_id"]].append(quote)
        for line in crm["lines"].values():
            if line["deal_id"] in leads.record_of_deal and Decimal(line["quantity"] or 0):
                lines[line["deal_id"]].append(line)
        first_lines: dict[str, Ref] = {}
        for deal_id, record in leads.record_of_deal.items():
            deal = crm["deals"][deal_id]
            sent = sorted(quotes[deal_id], key=lambda quote: (quote["sent_at"], quote["id"]))
            order = None
            for quote in sent:
                order = self._quote(
                    deal, record, quote, is_won=deal["stage"] == "Closed Won" and quote is sent[-1]
                )
                held.add(
                    "quotes",
                    id=order,
                    deal_id=record,
                    owner_id=_user(quote["owner_id"]),
                    amount=Decimal(str(quote["amount"])),
                    currency=quote["currency"],
                    sent_at=self._moment(quote["sent_at"]),
                )
            if order is None and lines[deal_id]:
                order = self._want(
                    "sale.order", f"draft {deal_id}", state="draft", opportunity_id=record, date_order=None
                )
            for line in lines[deal_id]:
                first_lines.setdefault(deal_id, self._line(held, record, order, line))
        return first_lines

    def _quote(self, deal: Record, record: Ref, quote: Record, *, is_won: bool) -> Ref:
        moment = self._moment(quote["sent_at"])
        amount = Decimal(str(quote["amount"]))
        order = self._want(
            "sale.order",
            quote["id"],
            state="sale" if is_won else "sent",
            opportunity_id=record,
            user_id=_user(quote["owner_id"]),
            currency_id=Ref("res.currency", quote["currency"] or "EUR"),
            # Confirming an order moves its date; the change of its state still tells when it was sent.
            date_order=_shown(self._moment(deal["closed_at"]) if is_won else moment),
            amount_untaxed=float(amount),
            amount_total=float(amount * TAX),
        )
        if is_won:
            self._change(
                f"sent {quote['id']}", "sale.order", order, "state", moment, quote["owner_id"], None, None
            )
        return order

    def _line(self, held: "_Held", record: Ref, order: Ref | None, line: Record) -> Ref:
        unit, quantity = Decimal(str(line["unit_price"])), Decimal(str(line["quantity"]))
        listed = Decimal(str(line["list_price"])) if line["list_price"] else unit
        cost = Decimal(str(line["unit_cost"])) if line["unit_cost"] else None
        product = Ref("product.product", line["product_id"]) if line["product_id"] else None
        ref = self._want(
            "sale.order.line",
            line["id"],
            order_id=order,
            product_id=product,
            product_uom_qty=float(quantity),
            price_unit=float(listed),
            discount=float(100 - 100 * unit / listed),
            price_subtotal=float(quantity * unit),
            purchase_price=float(cost or 0),
        )
        held.add(
            "lines",
            id=ref,
            deal_id=record,
            product_id=product,
            quantity=quantity,
            list_price=listed,
            unit_price=unit,
            unit_cost=cost or Decimal(0),
        )
        return ref

    def _bills(self, crm: Canonical, leads: "_Leads", lines: dict[str, Ref], held: "_Held") -> None:
        receivable = Ref("account.account", "receivable")
        billed = {}
        for key, invoice in crm["invoices"].items():
            if invoice["deal_id"] not in lines or not invoice["issued_at"]:
                continue
            amount, currency = Decimal(str(invoice["amount"])), invoice["currency"] or "EUR"
            known = invoice["account_id"] in crm["accounts"]
            account = Ref("res.partner", invoice["account_id"]) if known else None
            move = self._want(
                "account.move",
                key,
                name=key,
                move_type="out_invoice",
                state="posted",
                commercial_partner_id=account,
                amount_total=float(amount),
                currency_id=Ref("res.currency", currency),
                invoice_date=invoice["issued_at"],
                invoice_date_due=invoice["due_at"],
            )
            common = {"move_id": move, "parent_state": "posted", "date": invoice["issued_at"]}
            order_line = lines[invoice["deal_id"]]
            self._want(
                "account.move.line",
                f"{key} goods",
                display_type="product",
                sale_line_ids=[order_line],
                **common,
            )
            line = self._want(
                "account.move.line",
                f"{key} owed",
                display_type="payment_term",
                account_id=receivable,
                **common,
            )
            billed[key] = (line, currency)
            held.add(
                "invoices",
                id=move,
                deal_id=leads.record_of_deal[invoice["deal_id"]],
                account_id=account,
                amount=amount,
                currency=currency,
                issued_at=invoice["issued_at"],
                due_at=invoice["due_at"],
            )
        for key, payment in crm["payments"].items():
            if payment["invoice_id"] not in billed or Decimal(str(payment["amount"] or 0)) <= 0:
                continue
            owed, currency = billed[payment["invoice_id"]]
            amount = Decimal(str(payment["amount"]))
            entry = self._want("account.move", f"payment {key}", move_type="entry", state="posted")
            paid = self._want(
                "account.move.line",
                f"payment {key}",
                move_id=entry,
                parent_state="posted",
                date=payment["paid_at"],
                display_type="payment_term",
                account_id=receivable,
            )
            matching = self._want(
                "account.partial.reconcile",
                key,
                debit_move_id=owed,
                credit_move_id=paid,
                debit_amount_currency=float(amount),
                debit_currency_id=Ref("res.currency", currency),
            )
            held.add(
                "payments",
                id=matching,
                invoice_id=Ref("account.move", payment["invoice_id"]),
                amount=amount,
                currency=currency,
                paid_at=payment["paid_at"],
            )


class _Held:
    """What Odoo holds, in canonical fields, ids still to be given."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Record]] = defaultdict(list)

    def add(self, entity: str, /, **fields: Any) -> None:
        self.rows[entity].append(fields)


@dataclass
class _Leads:
    """Which record a deal or a lead is."""

    record_of_deal: dict[str, Ref] = field(default_factory=dict)
    record_of_lead: dict[str, Ref] = field(default_factory=dict)
    deal_of_lead: dict[str, str] = field(default_factory=dict)
    created: dict[Ref, datetime | None] = field(default_factory=dict)
    is_converted: dict[Ref, bool] = field(default_factory=dict)


def custom_fields(database: OdooDatabase) -> None:
    """Fields that the company made."""
    database.models["crm.lead"]["x_studio_kind"] = database.models["crm.lead"]["name"]


def _stored(moment: datetime | None) -> str | None:
    return moment and moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.000000")


def _shown(moment: datetime | None) -> str | None:
    return moment and moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _day(moment: datetime, zone: Any) -> date:
    return moment.astimezone(zone).date()


def _user(person: str | None) -> Ref | None:
    return Ref("res.users", person) if person else None
