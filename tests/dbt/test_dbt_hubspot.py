"""The rules by which HubSpot's records become the canonical core: each expectation was worked out by hand.

Handmade records land through the double of HubSpot; dbt stages them; what a rule is about is looked at.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from doubles.hubspot.account import App, HubspotAccount
from doubles.hubspot.properties import OWN_TEXT
from doubles.hubspot.server import HubspotServer

from yardstick import refresh
from yardstick.company import load_company
from yardstick.paths import PROJECT
from yardstick.server.embedded import Role, Server
from yardstick.transform import run_dbt
from yardstick.warehouse import connect

TINY = PROJECT / "tests" / "companies" / "tiny"
TOKEN, TOKEN_NAME = "the-token-of-these-rules", "HUBSPOT_TOKEN_OF_RULES"
NIGHT = "2026-06-30"
ANNA, BEN, CARL = 42, 43, 44
SOURCE = """
  - name: hubspot
    kind: hubspot
    url: {address}
    token: {{env: {token}}}
    calls_in_10_seconds: 100000
    fields: {{deals: {{kind: deal_kind}}}}
    goals: {{Quota: bookings, Calls: outbound_calls}}
    teams: {{North: north_team}}
"""


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@dataclass
class Staged:
    """What dbt staged, and the ids of the records that rules are about."""

    connection: psycopg.Connection
    ids: dict[str, int]

    def rows(self, model: str, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
        """Rows of a staging model in the order of these columns."""
        query = f"select {columns} from build.stg_hubspot__{model} where {where} order by {columns}"
        return self.connection.execute(query).fetchall()

    def of(self, name: str, model: str, columns: str) -> tuple[Any, ...]:
        """The one row of a record."""
        [row] = self.rows(model, columns, f"source_record_id like '%{self.ids[name]}'")
        return row


def people(account: HubspotAccount) -> None:
    north, south = ({"id": str(n), "name": name} for n, name in ((8, "North"), (7, "South")))
    account.owner(ANNA, "Anna", "Ahlers", teams=[south | {"primary": False}, north | {"primary": True}])
    account.owner(BEN, "Ben", archived=True, userId=None, teams=[south | {"primary": False}])
    account.owner(CARL, "Leads", type="QUEUE")


def deals(a: HubspotAccount) -> dict[str, int]:
    a.types["deals"]["deal_kind"] = OWN_TEXT
    a.pipeline(
        "default",
        "Sales",
        [("new", "New", 0.2, False), ("won", "Won", 1.0, True), ("lost", "Lost", 0.0, True)],
    )
    a.pipeline(
        "2", "Renewals", [("21", "New", 0.1, False), ("22", "Lost", 0.3, False), ("23", "Won", 1.0, True)]
    )
    ids = {
        "open": a.create("deals", at(3, 1), dealname="Lamps", dealstage="new", closedate=at(7, 31, 22, 30)),
        "won": a.create("deals", at(3, 1), dealstage="new", amount="99.90", deal_currency_code="USD"),
        "odd": a.create("deals", at(3, 1), dealstage="22", deal_kind="Renewal", amount="n/a"),
    }
    a.update("deals", ids["open"], hubspot_owner_id=ANNA, deal_kind="newbusiness")
    a.update("deals", ids["won"], at=at(3, 5), by=ANNA + 500, dealstage="lost")
    a.update("deals", ids["won"], at=at(3, 6), dealstage="new")
    a.update(
        "deals", ids["won"], at=at(3, 31, 22, 30), by=BEN + 500, dealstage="won", closedate=at(3, 31, 22, 30)
    )
    first, main = a.create("companies", name="First", country="Germany"), a.create("companies", name="Main")
    a.link("deals", ids["open"], "companies", first, 341)
    a.link("deals", ids["open"], "companies", main, 5)
    a.split(ids["won"], (ANNA, "0.25"), (BEN, "0.75"))
    return ids | {"first": first, "main": main}


def leads(a: HubspotAccount, deal: int) -> dict[str, int]:
    ids = {
        "told": a.create("leads", at(4, 1), hs_lead_source="Fair", hubspot_owner_assigneddate=at(4, 2)),
        "untold": a.create("leads", at(4, 3), hubspot_owner_id=ANNA),
    }
    other, primary = (a.create("contacts", hs_analytics_source=source) for source in ("OTHER", "SOCIAL"))
    a.link("leads", ids["untold"], "contacts", other, 600)
    a.link("leads", ids["untold"], "contacts", primary, 578)
    a.link("leads", ids["told"], "contacts", other, 578)
    a.link("leads", ids["told"], "deals", deal)
    return ids


def activities(a: HubspotAccount, deal: int, lead: int) -> dict[str, int]:
    by = {"hubspot_owner_id": ANNA, "hs_created_by_user_id": BEN + 500}
    ids = {
        "call": a.create(
            "calls",
            at(4, 2),
            **by,
            hs_timestamp=at(4, 1, 22, 30),
            hs_call_direction="OUTBOUND",
            hs_call_status="COMPLETED",
            hs_call_duration=90_000,
        ),
        "missed": a.create("calls", hs_call_direction="INBOUND", hs_call_status="MISSED"),
        "meeting": a.create(
            "meetings",
            hs_timestamp=at(5, 1),
            hs_meeting_start_time=at(5, 1),
            hs_meeting_end_time=at(5, 1, 9, 45),
            hs_meeting_outcome="COMPLETED",
        ),
        "unsaid": a.create("meetings", hs_timestamp=at(5, 2)),
        "done": a.create(
            "tasks",
            hs_timestamp=at(5, 10),
            hs_task_status="COMPLETED",
            hs_task_completion_date=at(5, 12),
        ),
        "reopened": a.create(
            "tasks",
            hs_timestamp=at(7, 5),
            hs_task_status="NOT_STARTED",
            hs_task_completion_date=at(5, 12),
        ),
        "sent": a.create("emails", hs_timestamp=at(5, 20), hs_email_direction="EMAIL"),
        "came": a.create("emails", hs_timestamp=at(5, 21), hs_email_direction="INCOMING_EMAIL"),
    }
    a.link("calls", ids["call"], "leads", lead)
    a.link("meetings", ids["meeting"], "deals", deal)
    return ids


def lines(a: HubspotAccount, deal: int) -> dict[str, int]:
    product = a.create("products", name="Lamp", price="50")
    ids = {
        "line": a.create(
            "line_items",
            hs_product_id=product,
            quantity="3",
            price="50",
            amount="135",
            hs_cost_of_goods_sold="20",
        ),
        "of a quote": a.create("line_items", quantity="3", price="50"),
    }
    a.link("line_items", ids["line"], "deals", deal)
    return ids | {"product": product}


def goals(a: HubspotAccount) -> dict[str, int]:
    def goal(name: str, begin: datetime, end: datetime, **more: Any) -> int:
        days = {"hs_start_datetime": begin, "hs_end_datetime": end}
        return a.create("goal_targets", hs_goal_name=name, hs_target_amount="2000.00", **days, **more)

    july = at(7, 1, 0)
    return {
        "month": goal("Quota", at(6, 1, 0), july, hs_assignee_user_id=ANNA + 500),
        "quarter": goal(
            "Quota", at(4, 1, 0), datetime(2026, 6, 30, 23, 59, 59, 999_000, UTC), hs_assignee_team_id=8
        ),
        "calls": goal("Calls", at(6, 1, 0), at(6, 8, 0), hs_assignee_user_id=ANNA + 500),
        "odd days": goal("Quota", at(6, 2, 0), july, hs_assignee_user_id=ANNA + 500),
        "unnamed": goal("Coffee", at(6, 1, 0), july),
    }


@pytest.fixture(scope="module")
def staged(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    """The records, landed and staged."""
    folder = tmp_path_factory.mktemp("rules") / "company"
    shutil.copytree(TINY, folder)
    account = HubspotAccount(currency="CHF")
    account.apps.append(App(TOKEN))
    people(account)
    ids = deals(account)
    ids |= leads(account, ids["won"])
    ids |= activities(account, ids["open"], ids["told"]) | lines(account, ids["won"]) | goals(account)
    with HubspotServer(account) as hubspot, pytest.MonkeyPatch.context() as patch:
        patch.setenv(TOKEN_NAME, TOKEN)
        patch.setattr("yardstick.extract.hubspot_wire.SEARCHES_A_SECOND", 10_000)
        file = folder / "company.yml"
        described = SOURCE.format(address=hubspot.address, token=TOKEN_NAME)
        file.write_text(file.read_text().replace("sources:\n", f"sources:{described}", 1))
        night = {"folder": str(folder), "run_id": "rules of hubspot"}
        refresh.begin(params={"as_of": NIGHT}, **night)
        refresh.land(source_name="hubspot", **night)
    company = load_company(folder)
    assert run_dbt(company, ["run", "--select", "path:models/staging"]).success
    with connect(company, Role.OWNER) as connection:
        yield Staged(connection, ids)


def test_people_are_owners_those_who_left_too_in_their_main_team_and_a_queue_is_none(staged: Staged) -> None:
    assert staged.rows("people", "source_record_id, person_name, team_name") == [
        ("42", "Anna Ahlers", "North"),
        ("43", "Ben", "South"),
    ]


def test_stages_mean_what_hubspot_says_and_are_told_apart_where_they_mean_two_things(staged: Staged) -> None:
    assert staged.rows("stages", "position, stage, stage_kind") == [
        (1, "New", "open"),
        (2, "Lost (Renewals)", "open"),
        (3, "Won", "won"),
        (4, "Lost (Sales)", "lost"),
    ]


def test_a_deal_is_expected_to_close_on_the_local_day_and_its_account_is_the_primary_company(
    staged: Staged,
) -> None:
    columns = "stage, source_owner_id, account_id, expected_close_on, closed_at, amount, currency, deal_kind"
    main = f"hubspot:{staged.ids['main']}"
    assert staged.of("open", "deals", columns) == (
        "New",
        "42",
        main,
        date(2026, 8, 1),
        None,
        None,
        "CHF",
        "new",
    )


def test_a_closed_deal_closed_on_its_close_date_and_has_the_lead_that_is_linked_to_it(staged: Staged) -> None:
    columns = "stage, closed_on, amount, currency, lead_id, deal_kind"
    lead = f"hubspot:{staged.ids['told']}"
    assert staged.of("won", "deals", columns) == (
        "Won",
        date(2026, 4, 1),
        Decimal("99.90"),
        "USD",
        lead,
        None,
    )


def test_an_amount_that_is_no_number_is_none(staged: Staged) -> None:
    assert staged.of("odd", "deals", "stage, amount, deal_kind") == ("Lost (Renewals)", None, "renewal")


def test_each_change_of_the_stage_is_an_entry_by_whoever_made_it(staged: Staged) -> None:
    where = f"deal_id = 'hubspot:{staged.ids['won']}'"
    assert staged.rows("stage_entries", "entered_on, stage, source_actor_id", where) == [
        (date(2026, 3, 1), "New", None),
        (date(2026, 3, 5), "Lost (Sales)", "42"),
        (date(2026, 3, 6), "New", None),
        (date(2026, 4, 1), "Won", "43"),
    ]


def test_splits_are_shares_of_owners(staged: Staged) -> None:
    deal = f"hubspot:{staged.ids['won']}"
    rows = staged.rows("deal_splits", "deal_id, source_owner_id, share")
    assert rows == [(deal, "42", Decimal("0.25")), (deal, "43", Decimal("0.75"))]


def test_a_lead_has_its_own_origin_or_that_of_its_primary_contact(staged: Staged) -> None:
    deal = f"hubspot:{staged.ids['won']}"
    columns = "origin, deal_id, created_on, assigned_on"
    assert staged.of("told", "leads", columns) == ("Fair", deal, date(2026, 4, 1), date(2026, 4, 2))
    assert staged.of("untold", "leads", columns) == ("SOCIAL", None, date(2026, 4, 3), None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # At half past midnight in Berlin.
        ("call", ("call", "out", "connected", Decimal("1.5"), date(2026, 4, 2), None, None)),
        ("missed", ("call", "in", "no_answer", None, None, None, None)),
        ("meeting", ("meeting", None, "held", Decimal(45), date(2026, 5, 1), None, None)),
        ("unsaid", ("meeting", None, None, None, date(2026, 5, 2), None, None)),
        ("done", ("task", None, "done", None, date(2026, 5, 12), date(2026, 5, 10), date(2026, 5, 12))),
        ("reopened", ("task", None, "open", None, None, date(2026, 7, 5), None)),
        ("sent", ("email", "out", None, None, date(2026, 5, 20), None, None)),
        ("came", ("email", "in", None, None, date(2026, 5, 21), None, None)),
    ],
)
def test_an_activity_says_what_became_of_it(staged: Staged, name: str, expected: tuple[Any, ...]) -> None:
    columns = "activity_kind, direction, status, minutes, happened_on, due_on, completed_on"
    assert staged.of(name, "activities", columns) == expected


def test_an_activity_belongs_to_what_it_is_linked_to_and_was_made_by_a_user(staged: Staged) -> None:
    lead, deal = f"hubspot:{staged.ids['told']}", f"hubspot:{staged.ids['open']}"
    columns = "deal_id, lead_id, source_owner_id, source_actor_id, logged_on"
    assert staged.of("call", "activities", columns) == (None, lead, "42", "43", date(2026, 4, 2))
    assert staged.of("meeting", "activities", columns)[:2] == (deal, None)


def test_a_line_sells_at_what_its_amount_comes_to_and_a_quotes_copy_is_none(staged: Staged) -> None:
    deal, product = f"hubspot:{staged.ids['won']}", f"hubspot:{staged.ids['product']}"
    columns = "deal_id, product_id, quantity, list_price, unit_price, unit_cost"
    assert staged.rows("lines", columns) == [(deal, product, 3, 50, 45, 20)]


def test_goals_that_company_yml_names_are_targets_of_their_period(staged: Staged) -> None:
    columns = "kpi_id, node_id, source_owner_id, period_name, value, currency"
    assert staged.of("month", "targets", columns) == ("bookings", None, "42", "2026-06", 2000, "CHF")
    assert staged.of("quarter", "targets", columns)[:4] == ("bookings", "north_team", None, "2026-Q2")
    assert staged.of("calls", "targets", columns)[3:] == ("2026-W23", 2000, None)
    assert staged.of("odd days", "targets", columns)[3] == "2026-06-02 to 2026-06-30"
    assert len(staged.rows("targets", columns)) == 4


def test_every_entity_has_the_columns_that_exports_have(staged: Staged) -> None:
    columns = """
        select substr(table_name, %s), array_agg(column_name || ' ' || data_type order by ordinal_position)
        from information_schema.columns
        where table_schema = 'build' and table_name like %s
        group by 1
    """
    hubspot = dict(staged.connection.execute(columns, [14, "stg\\_hubspot\\_\\_%"]).fetchall())
    csv = dict(staged.connection.execute(columns, [10, "stg\\_csv\\_\\_%"]).fetchall())
    assert {entity: hubspot[entity] for entity in hubspot if entity in csv} == {
        entity: csv[entity] for entity in csv if entity in hubspot
    }
    assert len(hubspot.keys() & csv.keys()) == 10
