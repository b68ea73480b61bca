"""The rules by which Bitrix24's records become the canonical core: each expectation was worked out by hand.

Handmade records land through the double of Bitrix24, on two nights; dbt stages them; what a rule is about is
looked at. The portal is in Moscow, the company in Berlin.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from doubles.bitrix24.portal import Portal
from doubles.bitrix24.server import Bitrix24Server

from yardstick import refresh
from yardstick.company import load_company
from yardstick.paths import PROJECT
from yardstick.server.embedded import Role, Server
from yardstick.transform import run_dbt
from yardstick.warehouse import connect

TINY = PROJECT / "tests" / "companies" / "tiny"
CODE, CODE_NAME = "the-webhook-of-these-rules", "BITRIX24_WEBHOOK_OF_RULES"
NIGHTS = ("2026-06-29", "2026-06-30")
SOURCE = """
  - name: b24
    kind: bitrix24
    url: {address}
    webhook: {{env: {name}}}
    fields: {{deals: {{kind: typeId}}}}
"""
STATUSES = [
    ("DEAL_STAGE", "NEW", "New", 10, None),
    ("DEAL_STAGE", "OFFER", "Offer", 20, None),
    ("DEAL_STAGE", "WON", "Won", 30, "S"),
    ("DEAL_STAGE", "LOSE", "Lost", 40, "F"),
    ("DEAL_STAGE", "APOLOGY", "Why lost", 50, "F"),
    ("DEAL_STAGE_5", "C5:NEW", "New", 10, None),
    ("DEAL_STAGE_5", "C5:TRIAL", "Trial", 20, None),
    ("DEAL_STAGE_5", "C5:WON", "Won", 30, "S"),
    ("DEAL_TYPE", "GOODS", "Renewal", 10, None),
    ("SOURCE", "FAIR", "Trade fair", 10, None),
    ("INDUSTRY", "IT", "Software", 10, None),
    ("SMART_INVOICE_STAGE_7", "DT31_7:S", "Sent", 10, None),
    ("SMART_INVOICE_STAGE_7", "DT31_7:P", "Paid", 20, "S"),
    ("SMART_INVOICE_STAGE_7", "DT31_7:D", "Not paid", 30, "F"),
]


def at(text: str) -> datetime:
    """A point in time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Records:
    """Makes records of Bitrix24; each method gives the id."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        portal.webhook(CODE)
        portal.now = at("2026-06-29T15:00")
        for reference, code, name, sort, semantics in STATUSES:
            values = {"ENTITY_ID": reference, "STATUS_ID": code, "NAME": name, "SORT": sort}
            self("crm_status", SEMANTICS=semantics, **values)
        self("crm_deal_category", id=0, name="General", sort=300, entityTypeId=2, isDefault="Y")
        self("crm_deal_category", id=5, name="Rent", sort=200, entityTypeId=2, isDefault="N")
        self("crm_currency", CURRENCY="EUR", BASE="Y")
        self("crm_currency", CURRENCY="RUB", BASE="N")
        root = self("department", NAME="Acme", UF_HEAD=1)
        north = self("department", NAME="North", PARENT=root)
        team = self("department", NAME="Team A", PARENT=north)
        self.anna = self("user", NAME="Anna", LAST_NAME="Ahlers", ACTIVE=True, UF_DEPARTMENT=[north, team])
        self.head = self("user", NAME="Hans", ACTIVE=True, UF_DEPARTMENT=[north])
        self.company = self("crm_company", title="Lamp House", industry="IT", isMyCompany="N")

    def __call__(self, table: str, /, **values: Any) -> int:
        return self.portal.create(table, **values)

    def deal(self, **values: Any) -> int:
        """An open deal of Anna's, made on 1 March, unless said otherwise."""
        made: dict[str, Any] = {
            "title": "Lamps",
            "assignedById": self.anna,
            "createdBy": self.anna,
            "companyId": self.company,
            "contactId": 0,
            "categoryId": 0,
            "stageId": "NEW",
            "stageSemanticId": "P",
            "opportunity": 100.0,
            "currencyId": "EUR",
            "isRecurring": "N",
            "leadId": 0,
            "createdTime": at("2026-03-01T09:00"),
            "closedate": date(2026, 4, 1),
            "movedTime": at("2026-03-01T09:00"),
            "movedBy": self.anna,
        }
        return self("crm_deal", **(made | values))

    def entry(self, deal: int, stage: str, moment: str, kind: int = 2, funnel: int = 0) -> int:
        """A deal's entry into a stage."""
        values = {"STAGE_ID": stage, "CREATED_TIME": at(moment), "TYPE_ID": kind, "CATEGORY_ID": funnel}
        return self("crm_deal_stage_history", OWNER_ID=deal, **values)

    def activity(self, kind: int, owner: tuple[int, int], **values: Any) -> int:
        """An activity of Anna's of a lead (1) or a deal (2); planned for 10 June unless said otherwise."""
        made: dict[str, Any] = {
            "TYPE_ID": kind,
            "OWNER_TYPE_ID": owner[0],
            "OWNER_ID": owner[1],
            "RESPONSIBLE_ID": self.anna,
            "COMPLETED": "N",
            "DIRECTION": 0,
            "CREATED": at("2026-06-01T08:00"),
            "START_TIME": at("2026-06-10T22:30"),
            "DEADLINE": at("2026-06-10T22:30"),
        }
        return self("crm_activity", **(made | values))


@dataclass
class Staged:
    """What dbt staged, and the ids of the records that rules are about."""

    connection: psycopg.Connection
    ids: dict[str, int]

    def rows(self, model: str, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
        """Rows of a staging model in the order of these columns."""
        query = f"select {columns} from build.stg_bitrix24__{model} where {where} order by {columns}"
        return self.connection.execute(query).fetchall()

    def of(self, model: str, columns: str, *names: str) -> list[tuple[Any, ...]]:
        """Rows of the latest versions of some records."""
        ids = ", ".join(f"'{self.ids[name]}'" for name in names)
        return self.rows(model, columns, f"is_latest and source_record_id in ({ids})")


def first_night(r: Records) -> dict[str, int]:
    """The records of all rules."""
    carla = r("crm_contact", name="Carla", lastName="Conti", companyId=r.company)
    private = r("crm_contact", name="Paul", lastName="Privat", companyId=0)
    r("crm_company", title="Acme itself", isMyCompany="Y")
    lead = r(
        "crm_lead",
        assignedById=r.anna,
        sourceId="FAIR",
        stageId="CONVERTED",
        createdTime=at("2026-02-28T23:30"),
    )
    ids = {
        "carla": carla,
        "private": private,
        "lead": lead,
        "open": r.deal(typeId="GOODS", opportunity=0.0, contactId=carla, companyId=0),
        "of private": r.deal(companyId=0, contactId=private, currencyId=None),
        "rent": r.deal(categoryId=5, stageId="C5:TRIAL"),
        "template": r.deal(isRecurring="Y"),
        "late": r.deal(
            stageId="WON", stageSemanticId="S", closedate=date(2026, 3, 31), movedTime=at("2026-03-31T22:30")
        ),
        "converted": r.deal(leadId=lead, createdTime=at("2026-03-10T10:00")),
        "later": r.deal(leadId=lead, createdTime=at("2026-03-12T10:00")),
    }
    r.entry(ids["late"], "NEW", "2026-03-01T09:00:00", kind=1)
    r.entry(ids["late"], "OFFER", "2026-03-20T10:00:00")
    r.entry(ids["late"], "WON", "2026-03-31T22:30:02", kind=3)
    r.entry(ids["rent"], "C5:TRIAL", "2026-03-02T10:00:00", kind=5, funnel=5)
    r.entry(ids["template"], "NEW", "2026-03-02T10:00:00", kind=1)
    return ids | made_activities(r, (2, ids["late"]), (1, lead)) | made_sales(r, ids["late"])


def made_activities(r: Records, deal: tuple[int, int], lead: tuple[int, int]) -> dict[str, int]:
    ids = {
        "planned call": r.activity(2, deal),
        "call": r.activity(2, lead, COMPLETED="Y", DIRECTION=2),
        "missed": r.activity(2, deal, DIRECTION=1),
        "meeting": r.activity(1, deal, COMPLETED="Y"),
        "mail": r.activity(4, deal, DIRECTION=1),
        "task": r.activity(3, deal, DEADLINE=at("2026-06-12T20:00")),
        "to-do": r.activity(6, deal, PROVIDER_ID="CRM_TODO", DEADLINE=at("9999-12-31T00:00")),
        "chat": r.activity(6, deal, PROVIDER_ID="IMOPENLINES_SESSION", COMPLETED="Y"),
    }
    for name, code, seconds in (("call", "200", 90), ("call", "603-S", 5), ("missed", "304", 0)):
        r(
            "voximplant_statistic",
            CRM_ACTIVITY_ID=ids[name],
            CALL_FAILED_CODE=code,
            CALL_DURATION=seconds,
            CALL_START_DATE=at("2026-06-09T12:00"),
            PORTAL_USER_ID=r.head,
        )
    return ids


def made_sales(r: Records, deal: int) -> dict[str, int]:
    lamp = r("crm_product", NAME="Lamp", PRICE="100.00", CURRENCY_ID="EUR")
    price = {"price": 107.1, "priceExclusive": 90.0, "priceNetto": 100.0, "priceBrutto": 119.0, "quantity": 2}
    line = r("product_row", ownerType="D", ownerId=deal, productId=lamp, **price)
    free = r("product_row", ownerType="D", ownerId=deal, productId=0, **price)
    quote: dict[str, Any] = {"dealId": deal, "assignedById": r.anna, "currencyId": "EUR"}
    quote |= {"opportunity": 119.0, "taxValue": 19.0, "begindate": date(2026, 3, 20)}
    ids = {
        "line": line,
        "free": free,
        "lamp": lamp,
        "draft": r("crm_quote", stageId="DRAFT", **quote),
        "sent": r("crm_quote", stageId="SENT", **quote),
    }
    invoice: dict[str, Any] = {"parentId2": deal, "companyId": r.company, "currencyId": "EUR"}
    invoice |= {"opportunity": 119.0, "begindate": date(2026, 4, 2), "closedate": date(2026, 4, 16)}
    ids |= {
        "owed": r("crm_invoice", stageId="DT31_7:S", **invoice),
        "settled": r("crm_invoice", stageId="DT31_7:P", **invoice),
        "both": r("crm_invoice", stageId="DT31_7:P", **invoice),
        "failed": r("crm_invoice", stageId="DT31_7:D", **invoice),
    }
    for moment in ("2026-04-20T22:30", "2026-04-25T10:00"):
        values = {"OWNER_ID": ids["settled"], "STAGE_SEMANTIC_ID": "S", "STAGE_ID": "DT31_7:P"}
        r("crm_invoice_stage_history", CREATED_TIME=at(moment), TYPE_ID=3, **values)
    orders = {"of invoice": (31, ids["both"]), "of deal": (2, deal)}
    for number, (name, (kind, owner)) in enumerate(orders.items(), 1):
        r("crm_order_entity", orderId=number, ownerTypeId=kind, ownerId=owner)
        paid: dict[str, Any] = {"orderId": number, "paid": "Y", "datePaid": at("2026-04-10T22:30")}
        ids[name] = r("sale_payment", sum=50.5, currency="EUR", isReturn="N", **paid)
    ids["unpaid"] = r("sale_payment", orderId=1, paid="N", sum=68.5, currency="EUR", isReturn="N")
    ids["returned"] = r("sale_payment", sum=10, currency="EUR", isReturn="Y", **paid)
    return ids


def second_night(r: Records, ids: dict[str, int]) -> None:
    """The task is done at half past ten in the evening, and looked at again the next morning."""
    r.portal.write("crm_activity", ids["task"], at=at("2026-06-29T22:30"), COMPLETED="Y")
    r.portal.write("crm_deal", ids["late"], title="Lamps and more")


@pytest.fixture(scope="module")
def staged(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    """The records, landed on both nights and staged."""
    folder = tmp_path_factory.mktemp("rules") / "company"
    shutil.copytree(TINY, folder)
    records = Records(Portal())
    ids = first_night(records)
    with Bitrix24Server(records.portal) as bitrix24, pytest.MonkeyPatch.context() as patch:
        patch.setenv(CODE_NAME, f"1/{CODE}")
        file = folder / "company.yml"
        described = SOURCE.format(address=bitrix24.address, name=CODE_NAME)
        file.write_text(file.read_text().replace("sources:\n", f"sources:{described}", 1))
        for night in NIGHTS:
            if night == NIGHTS[1]:
                second_night(records, ids)
            run = {"folder": str(folder), "run_id": f"rules of bitrix24 {night}"}
            refresh.begin(params={"as_of": night}, **run)
            refresh.land(source_name="b24", **run)
    company = load_company(folder)
    assert run_dbt(company, ["run", "--select", "path:models/staging"]).success
    with connect(company, Role.OWNER) as connection:
        yield Staged(connection, ids)


def test_stages_mean_what_bitrix24_says_and_stand_in_the_order_of_their_funnels(staged: Staged) -> None:
    assert staged.rows("stages", "position, stage, stage_kind") == [
        (1, "New", "open"),
        (2, "Trial", "open"),
        (3, "Offer", "open"),
        (4, "Won", "won"),
        (5, "Lost", "lost"),
        (6, "Why lost", "lost"),
    ]


def test_a_team_is_a_department_without_any_below_and_its_region_the_one_above(staged: Staged) -> None:
    assert staged.rows("people", "person_name, team_name, region_name") == [
        ("Anna Ahlers", "Team A", "North"),
        ("Hans", None, None),
    ]


def test_accounts_are_companies_but_ones_own_and_contacts_of_none(staged: Staged) -> None:
    assert staged.rows("accounts", "account_name, account_id, industry") == [
        ("Lamp House", "b24:1", "Software"),
        ("Paul Privat", f"b24:contact-{staged.ids['private']}", None),
    ]


def test_a_deal_belongs_to_the_company_of_its_contact_and_0_is_no_amount(staged: Staged) -> None:
    columns = "account_id, amount, currency, deal_kind, lead_id, stage, source_owner_id, expected_close_on"
    assert staged.of("deals", columns, "open") == [
        ("b24:1", None, "EUR", "renewal", None, "New", "1", date(2026, 4, 1))
    ]


def test_a_deal_of_a_private_customer_in_no_currency_is_in_the_portals_own(staged: Staged) -> None:
    account = f"b24:contact-{staged.ids['private']}"
    assert staged.of("deals", "account_id, currency", "of private") == [(account, "EUR")]


def test_a_stage_is_that_of_the_deals_own_funnel_and_a_template_is_no_deal(staged: Staged) -> None:
    assert staged.of("deals", "stage, is_deleted", "rent", "template") == [("New", True), ("Trial", False)]


def test_a_deal_won_at_half_past_ten_in_utc_is_closed_on_the_next_day_in_berlin(staged: Staged) -> None:
    """Its closedate, once it is closed, is no expectation any more."""
    columns = "closed_on, expected_close_on, deal_name"
    assert staged.of("deals", columns, "late") == [(date(2026, 4, 1), None, "Lamps and more")]
    assert len(staged.rows("deals", "version_id", f"source_record_id = '{staged.ids['late']}'")) == 2


def test_the_first_deal_of_a_lead_is_what_came_of_it(staged: Staged) -> None:
    columns = "source_record_id, deal_id, origin, created_on, assigned_on"
    found = [
        (str(staged.ids["lead"]), f"b24:{staged.ids['converted']}", "Trade fair", date(2026, 3, 1), None)
    ]
    assert staged.rows("leads", columns) == found
    assert staged.of("deals", "lead_id", "later") == [(f"b24:{staged.ids['lead']}",)]


def test_stage_entries_name_who_made_the_deal_and_who_was_seen_to_move_it(staged: Staged) -> None:
    columns = "entered_on, stage, source_actor_id"
    assert staged.rows("stage_entries", columns, f"deal_id = 'b24:{staged.ids['late']}'") == [
        (date(2026, 3, 1), "New", "1"),
        (date(2026, 3, 20), "Offer", None),
        (date(2026, 4, 1), "Won", "1"),
    ]
    assert staged.rows("stage_entries", "stage", f"deal_id = 'b24:{staged.ids['rent']}'") == [("Trial",)]
    assert staged.rows("stage_entries", "stage", f"deal_id = 'b24:{staged.ids['template']}'") == []


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("planned call", ("task", None, date(2026, 6, 11), None, None, None, None)),
        # The longer of two rows of the telephony tells of it.
        ("call", ("call", date(2026, 6, 9), None, None, "out", "connected", Decimal("1.5"))),
        ("missed", ("call", date(2026, 6, 9), None, None, "in", "no_answer", Decimal(0))),
        ("meeting", ("meeting", date(2026, 6, 11), None, None, None, "held", None)),
        ("mail", ("email", date(2026, 6, 11), None, None, "in", None, None)),
        ("task", ("task", date(2026, 6, 30), date(2026, 6, 12), date(2026, 6, 30), None, None, None)),
        ("to-do", ("task", None, None, None, None, None, None)),
        ("chat", ("imopenlines_session", date(2026, 6, 11), None, None, None, None, None)),
    ],
)
def test_activities_are_what_was_done_and_tasks_what_is_planned(
    staged: Staged, name: str, row: tuple[Any, ...]
) -> None:
    columns = "activity_kind, happened_on, due_on, completed_on, direction, status, minutes"
    assert staged.of("activities", columns, name) == [row]


def test_a_call_is_made_by_who_spoke_and_belongs_to_its_lead(staged: Staged) -> None:
    columns = "source_owner_id, source_actor_id, deal_id, lead_id, logged_on"
    found = ("1", "2", None, f"b24:{staged.ids['lead']}", date(2026, 6, 1))
    assert staged.of("activities", columns, "call") == [found]
    assert staged.of("activities", "source_actor_id, deal_id", "meeting") == [
        (None, f"b24:{staged.ids['late']}")
    ]


def test_lines_are_without_tax_and_may_sell_what_is_no_product(staged: Staged) -> None:
    columns = "product_id, quantity, list_price, unit_price, unit_cost, deal_id"
    deal = f"b24:{staged.ids['late']}"
    assert staged.of("lines", columns, "line", "free") == [
        (f"b24:{staged.ids['lamp']}", 2, 100, 90, None, deal),
        (None, 2, 100, 90, None, deal),
    ]
    assert staged.rows("products", "product_name, list_price") == [("Lamp", 100)]


def test_a_quote_counts_on_its_own_day_once_it_is_no_draft_without_tax(staged: Staged) -> None:
    assert staged.rows("quotes", "source_record_id, sent_on, amount, currency") == [
        (str(staged.ids["sent"]), date(2026, 3, 20), 100, "EUR")
    ]


def test_invoices_are_with_tax_unless_their_stage_means_failure(staged: Staged) -> None:
    owed = [str(staged.ids[name]) for name in ("owed", "settled", "both")]
    found = staged.rows("invoices", "source_record_id, amount, issued_on, due_on, account_id")
    assert found == [(number, 119, date(2026, 4, 2), date(2026, 4, 16), "b24:1") for number in owed]


def test_payments_are_those_of_orders_and_of_invoices_that_came_to_a_stage_of_success(staged: Staged) -> None:
    ids = staged.ids
    assert staged.rows("payments", "source_record_id, amount, paid_on, invoice_id, deal_id") == sorted(
        [
            (str(ids["of invoice"]), Decimal("50.5"), date(2026, 4, 11), f"b24:{ids['both']}", None),
            (str(ids["of deal"]), Decimal("50.5"), date(2026, 4, 11), None, f"b24:{ids['late']}"),
            (str(ids["returned"]), Decimal(-10), date(2026, 4, 11), None, f"b24:{ids['late']}"),
            (f"invoice-{ids['settled']}", Decimal(119), date(2026, 4, 21), f"b24:{ids['settled']}", None),
        ],
        key=lambda row: row[0],
    )


def test_every_entity_has_the_columns_that_exports_have(staged: Staged) -> None:
    columns = """
        select split_part(table_name, '__', 2),
            array_agg(column_name || ' ' || data_type order by ordinal_position)
        from information_schema.columns
        where table_schema = 'build' and table_name like %s
        group by 1
    """
    staged_columns, csv = (
        dict(staged.connection.execute(columns, [f"stg\\_{kind}\\_\\_%"]).fetchall())
        for kind in ("bitrix24", "csv")
    )
    assert {entity: staged_columns[entity] for entity in staged_columns if entity in csv} == {
        entity: csv[entity] for entity in csv if entity in staged_columns
    }
    assert len(staged_columns.keys() & csv.keys()) == 11
