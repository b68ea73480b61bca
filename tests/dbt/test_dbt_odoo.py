"""The rules by which Odoo's records become the canonical core: each expectation was worked out by hand.

Handmade records land through the double of Odoo; dbt stages them; what a rule is about is looked at.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
import pytest
from doubles.odoo.database import OdooDatabase
from doubles.odoo.server import OdooServer

from yardstick import refresh
from yardstick.company import load_company
from yardstick.paths import PROJECT
from yardstick.server.embedded import Role, Server
from yardstick.transform import run_dbt
from yardstick.warehouse import connect

TINY = PROJECT / "tests" / "companies" / "tiny"
KEY, KEY_NAME = "the-key-of-these-rules", "ODOO_KEY_OF_RULES"
NIGHT = "2026-06-30"
SOURCE = """
  - name: odoo
    kind: odoo
    url: {address}
    database: acme
    user: bi
    api_key: {{env: {key}}}
    stages: {{lost: [Gave up]}}
    fields: {{deals: {{kind: x_kind}}, lines: {{unit_cost: purchase_price}}}}
    teams: {{Direct: north_team}}
"""


class Records:
    """Makes records of Odoo; each method gives the id."""

    def __init__(self, database: OdooDatabase) -> None:
        self.database = database
        database.models["crm.lead"]["x_kind"] = database.models["crm.lead"]["name"]
        self.admin = database.user("bi", KEY).id
        self.eur = self("res.currency", name="EUR")
        self.usd = self("res.currency", name="USD")
        self.company = self("res.company", name="Acme", currency_id=self.eur)
        self.american = self("res.company", name="Acme Inc.", currency_id=self.usd)
        self.anna_partner = self("res.partner", name="Anna")
        self.anna = self("res.users", name="Anna", share=False, partner_id=self.anna_partner)
        self.new = self("crm.stage", name="New", sequence=1)
        self.offer = self("crm.stage", name="Offer", sequence=2)
        self.won = self("crm.stage", name="Won", sequence=3, is_won=True)
        self.gave_up = self("crm.stage", name="Gave up", sequence=4)
        self.moved = self("ir.model.fields", model="crm.lead", name="stage_id")
        self.archived = self("ir.model.fields", model="crm.lead", name="active")
        self.stated = self("ir.model.fields", model="sale.order", name="state")
        self.call, self.meeting, self.todo = (
            self("mail.activity.type", name=name, category=category)
            for name, category in (("Call", "phonecall"), ("Meeting", "meeting"), ("To-Do", "default"))
        )

    def __call__(self, model: str, /, **values: Any) -> int:
        return self.database.create(model, **values)

    def lead(self, **values: Any) -> int:
        """An open deal of Anna's, made on 1 March, unless said otherwise."""
        made = {
            "type": "opportunity",
            "name": "Lamps",
            "user_id": self.anna,
            "company_id": self.company,
            "stage_id": self.new,
            "probability": 10.0,
            "expected_revenue": 100.0,
            "create_date": "2026-03-01 09:00:00.000000",
        }
        return self("crm.lead", **(made | values))

    def change(self, model: str, record: int, field: int, at: str, old: int = 0, new: int = 0) -> None:
        """A change that Anna made."""
        message = self("mail.message", model=model, res_id=record, date=at, author_id=self.anna_partner)
        self(
            "mail.tracking.value",
            field_id=field,
            mail_message_id=message,
            old_value_integer=old,
            new_value_integer=new,
        )

    def done(self, lead: int, kind: int, at: str) -> None:
        """A message that tells of an activity that Anna did."""
        self(
            "mail.message",
            model="crm.lead",
            res_id=lead,
            date=at,
            author_id=self.anna_partner,
            mail_activity_type_id=kind,
        )

    def order(self, lead: int, state: str, **values: Any) -> int:
        """A quotation or an order of a deal."""
        made = {"opportunity_id": lead, "state": state, "currency_id": self.eur, "user_id": self.anna}
        return self("sale.order", **(made | {"date_order": "2026-04-02 10:00:00", **values}))

    def line(self, order: int, quantity: float, price: float, subtotal: float, **values: Any) -> int:
        """A line of an order."""
        made = {
            "order_id": order,
            "product_uom_qty": quantity,
            "price_unit": price,
            "price_subtotal": subtotal,
        }
        return self("sale.order.line", **(made | values))


@dataclass
class Staged:
    """What dbt staged, and the ids of the records that rules are about."""

    connection: psycopg.Connection
    ids: dict[str, int]

    def rows(self, model: str, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
        """Rows of a staging model in the order of these columns."""
        query = f"select {columns} from build.stg_odoo__{model} where {where} order by {columns}"
        return self.connection.execute(query).fetchall()


def made(records: Records) -> dict[str, int]:
    """The records of all rules."""
    ids: dict[str, int] = {}
    ids |= made_deals(records)
    ids |= made_activities(records)
    ids |= made_orders(records)
    return ids


def made_deals(r: Records) -> dict[str, int]:
    v19 = {"won_status": "lost"} if r.database.version >= 19 else {}
    pending = {"won_status": "pending"} if r.database.version >= 19 else {}
    company = r("res.partner", name="Lamp House")
    r.database.write("res.partner", company, commercial_partner_id=company)
    contact = r("res.partner", name="Carla", commercial_partner_id=company)
    origin = r("utm.source", name="Fair")
    ids = {
        "open": r.lead(partner_id=contact, x_kind="Renewal", expected_revenue=0.0),
        "dollars": r.lead(company_id=r.american),
        "lost": r.lead(active=False, probability=0.0, date_closed="2026-05-05 12:00:00", **v19),
        "archived": r.lead(active=False, probability=30.0, **pending),
        "gave up": r.lead(stage_id=r.gave_up),
        "late": r.lead(date_closed="2026-03-31 22:30:00", stage_id=r.won, probability=100.0),
        "lead": r.lead(type="lead", source_id=origin, date_open="2026-03-02 08:00:00"),
        "converted": r.lead(date_conversion="2026-03-10 10:00:00", stage_id=r.offer),
        "partner": company,
    }
    r.change("crm.lead", ids["converted"], r.moved, "2026-03-20 10:00:00", r.new, r.offer)
    r.change("crm.lead", ids["lost"], r.archived, "2026-05-05 12:00:00", 1, 0)
    return ids


def made_activities(r: Records) -> dict[str, int]:
    lead = r.lead(date_conversion="2026-04-10 10:00:00", name="Busy")
    r.done(lead, r.call, "2026-04-01 22:30:00")
    r.done(lead, r.todo, "2026-04-20 08:00:00")
    r.done(lead, r.meeting, "2026-04-21 08:00:00")
    common = {"res_model": "crm.lead", "res_id": lead, "user_id": r.anna}
    planned = r("mail.activity", activity_type_id=r.call, date_deadline="2026-07-05", **common)
    event = r("calendar.event", opportunity_id=lead, user_id=r.anna, start="2026-05-01 09:00:00")
    coming = r("calendar.event", opportunity_id=lead, user_id=r.anna, start="2026-07-09 09:00:00")
    r("calendar.event", opportunity_id=lead, user_id=r.anna, start="2026-05-02 09:00:00", active=False)
    r("mail.activity", activity_type_id=r.meeting, calendar_event_id=coming, **common)
    kept = r(
        "mail.activity",
        active=False,
        activity_type_id=r.todo,
        date_deadline="2026-05-10",
        date_done="2026-05-12",
        **common,
    )
    r.done(lead, r.todo, "2026-05-12 15:00:00")
    return {"busy": lead, "planned": planned, "event": event, "coming": coming, "kept": kept}


def made_orders(r: Records) -> dict[str, int]:
    quoted, sold = r.lead(name="Quoted"), r.lead(name="Sold", stage_id=r.won)
    r.line(r.order(quoted, "sent"), 1, 50.0, 50.0)
    latest = r.order(quoted, "sent", amount_untaxed=95.0, amount_total=113.05)
    line = r.line(latest, 2, 50.0, 95.0, discount=5.0, purchase_price=20.0)
    r.line(latest, 0, 0.0, 0.0, display_type="line_section")
    r.line(r.order(quoted, "cancel"), 9, 50.0, 450.0)
    r.order(quoted, "draft")
    confirmed = r.order(sold, "sale", date_order="2026-04-30 10:00:00", amount_untaxed=10.0)
    r.change("sale.order", confirmed, r.stated, "2026-04-03 10:00:00")
    r.change("sale.order", confirmed, r.stated, "2026-04-30 10:00:00")
    sold_line = r.line(confirmed, 1, 10.0, 10.0)
    r.line(r.order(sold, "sent"), 7, 10.0, 70.0)
    owed = r("account.account", account_type="asset_receivable")
    posted = {"state": "posted", "currency_id": r.eur, "invoice_date": "2026-05-03"}
    invoice = r(
        "account.move", move_type="out_invoice", amount_total=11.9, invoice_date_due="2026-06-02", **posted
    )
    refund = r("account.move", move_type="out_refund", amount_total=1.9, **posted)
    entry = r("account.move", move_type="entry", state="posted")
    line_values = {"parent_state": "posted", "date": "2026-05-03"}
    r("account.move.line", move_id=invoice, display_type="product", sale_line_ids=[sold_line], **line_values)
    bill, credit, paid = (
        r("account.move.line", move_id=move, account_id=owed, **{**line_values, "date": day})
        for move, day in ((invoice, "2026-05-03"), (refund, "2026-05-04"), (entry, "2026-05-20"))
    )
    matching = {"debit_move_id": bill, "debit_currency_id": r.eur}
    payment = r("account.partial.reconcile", credit_move_id=paid, debit_amount_currency=10.0, **matching)
    r("account.partial.reconcile", credit_move_id=credit, debit_amount_currency=1.9, **matching)
    r("crm.team", name="Direct", invoiced_target=5_000.0)
    return {
        "quoted": quoted,
        "sold": sold,
        "latest": latest,
        "line": line,
        "confirmed": confirmed,
        "sold line": sold_line,
        "invoice": invoice,
        "refund": refund,
        "payment": payment,
    }


@pytest.fixture(scope="module", params=[17, 19])
def staged(
    request: pytest.FixtureRequest, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Staged]:
    """The records, landed and staged."""
    folder = tmp_path_factory.mktemp("rules") / "company"
    shutil.copytree(TINY, folder)
    database = OdooDatabase(request.param)
    ids = made(Records(database))
    with OdooServer(database) as odoo, pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_NAME, KEY)
        file = folder / "company.yml"
        described = SOURCE.format(address=odoo.address, key=KEY_NAME)
        file.write_text(file.read_text().replace("sources:\n", f"sources:{described}", 1))
        night = {"folder": str(folder), "run_id": f"rules of odoo {request.param}"}
        refresh.begin(params={"as_of": NIGHT}, **night)
        refresh.land(source_name="odoo", **night)
    company = load_company(folder)
    assert run_dbt(company, ["run", "--select", "path:models/staging"]).success
    with connect(company, Role.OWNER) as connection:
        yield Staged(connection, ids)


def test_stages_are_won_as_odoo_says_and_lost_as_the_company_says(staged: Staged) -> None:
    assert staged.rows("stages", "position, stage, stage_kind") == [
        (1, "New", "open"),
        (2, "Offer", "open"),
        (3, "Won", "won"),
        (4, "Gave up", "lost"),
        (5, "Lost", "lost"),
    ]


@pytest.mark.parametrize(
    ("deal", "stage", "is_deleted"),
    [
        ("open", "New", False),
        ("lost", "Lost", False),
        ("archived", "New", True),
        ("gave up", "Gave up", False),
        ("late", "Won", False),
    ],
)
def test_a_deal_is_lost_where_odoo_says_so_and_gone_where_it_is_only_archived(
    staged: Staged, deal: str, stage: str, is_deleted: bool
) -> None:
    where = f"source_record_id = '{staged.ids[deal]}'"
    assert staged.rows("deals", "stage, is_deleted", where) == [(stage, is_deleted)]


def test_a_deal_belongs_to_the_company_of_its_contact_and_0_is_no_amount(staged: Staged) -> None:
    where = f"source_record_id = '{staged.ids['open']}'"
    found = staged.rows("deals", "account_id, amount, currency, deal_kind, lead_id", where)
    assert found == [(f"odoo:{staged.ids['partner']}", None, "EUR", "renewal", None)]


def test_an_amount_is_in_the_currency_of_the_deals_company(staged: Staged) -> None:
    where = f"source_record_id = '{staged.ids['dollars']}'"
    assert staged.rows("deals", "amount, currency", where) == [(100, "USD")]


def test_a_deal_closed_at_half_past_ten_in_utc_is_closed_on_the_next_day_in_berlin(staged: Staged) -> None:
    where = f"source_record_id = '{staged.ids['late']}'"
    assert staged.rows("deals", "closed_on", where) == [(date(2026, 4, 1),)]


def test_a_lead_is_no_deal_until_it_is_converted_and_then_both(staged: Staged) -> None:
    lead, converted = staged.ids["lead"], staged.ids["converted"]
    columns, where = "source_record_id, deal_id, created_on", f"source_record_id in ('{lead}', '{converted}')"
    assert staged.rows("leads", columns, where) == [
        (str(lead), None, date(2026, 3, 1)),
        (str(converted), f"odoo:{converted}", date(2026, 3, 1)),
    ]
    assert staged.rows("deals", "source_record_id, lead_id, created_on", where) == [
        (str(converted), f"odoo:{converted}", date(2026, 3, 10))
    ]
    assert staged.rows("leads", "origin, assigned_on", f"source_record_id = '{lead}'") == [
        ("Fair", date(2026, 3, 2))
    ]


def test_a_deal_enters_its_first_stage_when_it_is_made_and_each_other_when_it_changes(staged: Staged) -> None:
    deal = staged.ids["converted"]
    rows = staged.rows("stage_entries", "entered_on, stage, source_record_id", f"deal_id = 'odoo:{deal}'")
    assert [(day, stage) for day, stage, _ in rows] == [
        (date(2026, 3, 10), "New"),
        (date(2026, 3, 20), "Offer"),
    ]
    assert rows[0][2] == f"deal-{deal}"


def test_a_lost_deal_enters_lost_when_it_is_closed_by_who_archived_it(staged: Staged) -> None:
    deal = staged.ids["lost"]
    rows = staged.rows(
        "stage_entries", "entered_on, stage, source_actor_id is null", f"deal_id = 'odoo:{deal}'"
    )
    assert rows == [(date(2026, 3, 1), "New", True), (date(2026, 5, 5), "Lost", False)]


def test_activities_are_what_was_done_and_tasks_what_is_planned(staged: Staged) -> None:
    columns = "activity_kind, happened_on, due_on, completed_on, deal_id is null, lead_id is null"
    busy, lead = f"'odoo:{staged.ids['busy']}'", True
    rows = staged.rows("activities", columns, f"coalesce(deal_id, lead_id) = {busy}")
    assert rows == [
        # Told by a message, before the conversion: at half past midnight in Berlin.
        ("call", date(2026, 4, 2), None, date(2026, 4, 2), lead, not lead),
        ("meeting", date(2026, 5, 1), None, None, not lead, lead),
        ("task", date(2026, 4, 20), None, date(2026, 4, 20), not lead, lead),
        # Kept by Odoo and told by a message: once.
        ("task", date(2026, 5, 12), date(2026, 5, 10), date(2026, 5, 12), not lead, lead),
        ("task", None, date(2026, 7, 5), None, lead, not lead),
        ("task", None, date(2026, 7, 9), None, not lead, lead),
    ]


def test_a_deal_sells_what_its_latest_quotation_with_a_line_says_until_one_is_confirmed(
    staged: Staged,
) -> None:
    columns = "source_record_id::bigint, deal_id, quantity, list_price, unit_price, unit_cost"
    assert staged.rows("lines", columns) == sorted(
        [
            (staged.ids["line"], f"odoo:{staged.ids['quoted']}", 2, 50, 47.5, 20),
            (staged.ids["sold line"], f"odoo:{staged.ids['sold']}", 1, 10, 10, 0),
        ]
    )


def test_a_quotation_counts_once_it_is_sent_without_tax_from_the_first_change_of_its_state(
    staged: Staged,
) -> None:
    ids = f"'{staged.ids['latest']}', '{staged.ids['confirmed']}'"
    rows = staged.rows("quotes", "sent_on, amount, currency", f"source_record_id in ({ids})")
    assert rows == [(date(2026, 4, 2), 95, "EUR"), (date(2026, 4, 3), 10, "EUR")]


def test_invoices_are_with_tax_and_credit_notes_negative(staged: Staged) -> None:
    assert staged.rows("invoices", "amount::text, deal_id, due_on") == [
        ("-1.9", None, None),
        ("11.9", f"odoo:{staged.ids['sold']}", date(2026, 6, 2)),
    ]


def test_a_payment_is_what_was_matched_on_its_own_day_and_a_credit_note_is_none(staged: Staged) -> None:
    assert staged.rows("payments", "invoice_id, amount, currency, paid_on") == [
        (f"odoo:{staged.ids['invoice']}", 10, "EUR", date(2026, 5, 20))
    ]


def test_a_teams_target_is_for_the_month_of_the_night_that_saw_it(staged: Staged) -> None:
    assert staged.rows("targets", "kpi_id, node_id, period_name, value") == [
        ("invoiced_sales", "north_team", "2026-06", 5000)
    ]


def test_every_entity_has_the_columns_that_exports_have(staged: Staged) -> None:
    columns = """
        select substr(table_name, 10), array_agg(column_name || ' ' || data_type order by ordinal_position)
        from information_schema.columns
        where table_schema = 'build' and table_name like %s
        group by 1
    """
    odoo = dict(staged.connection.execute(columns.replace("10", "11"), ["stg\\_odoo\\_\\_%"]).fetchall())
    csv = dict(staged.connection.execute(columns, ["stg\\_csv\\_\\_%"]).fetchall())
    assert {entity: odoo[entity] for entity in odoo if entity in csv} == {
        entity: csv[entity] for entity in csv if entity in odoo
    }
    assert len(odoo.keys() & csv.keys()) == 12
