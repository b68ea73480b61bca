"""The ledger says what the files say, which are read here as company.yml describes them."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from yardstick.company.company import Company
from yardstick.demo import Demo, Ledger
from yardstick.extract.csv_files import read_entity

Row = dict[str, Any]


class Exports:
    """The records of both CRMs in canonical fields, once each; ids and people as the ledger has them."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._person = {(known.source, known.id): known.person for known in company.person_ids}

    def rows(self, entity: str) -> Iterator[Row]:
        for source in self._company.settings.sources:
            if entity in source.entities:
                batches = read_entity(source, entity, self._company.folder, self._company.zone)
                found = {
                    id_: text for batch in batches for id_, text in zip(batch.ids, batch.records, strict=True)
                }
                for content in found.values():
                    record = json.loads(content, parse_float=Decimal, parse_int=Decimal)
                    yield {name: self._value(source.name, name, value) for name, value in record.items()}

    def _value(self, source: str, name: str, value: Any) -> Any:
        if value is None or name == "extra":
            return value
        if name in ("owner_id", "actor_id"):
            return self._person.get((source, value))
        if name == "id" or name.endswith("_id"):
            return f"{source}:{value}"
        if name.endswith("_at"):
            return date.fromisoformat(value) if len(value) == 10 else self._local(value)
        return value

    def _local(self, value: str) -> datetime:
        return datetime.fromisoformat(value).astimezone(self._company.zone).replace(tzinfo=None)

    def by_deal(self, entity: str) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows(entity):
            found[row["deal_id"]].append(row)
        return found


@pytest.fixture(scope="module")
def exports(demo_company: Company) -> Exports:
    return Exports(demo_company)


def test_deals(ledger: Ledger, exports: Exports) -> None:
    written = {
        (row["id"], row["owner_id"], row["account_id"], row["product_id"], row["lead_id"], row["kind"],
         row["currency"], row["amount"], row["created_at"], row["expected_close_at"], row["closed_at"],
         row["stage"])
        for row in exports.rows("deals")
    }  # fmt: skip
    told = {
        (deal.id, deal.owner, deal.account, deal.product, deal.lead, deal.kind, deal.currency, deal.amount,
         deal.created_at, deal.expected_close_on, deal.closed_on, deal.stage)
        for deal in ledger.deals
    }  # fmt: skip
    assert told == written


def test_the_way_of_each_deal_through_the_stages(
    ledger: Ledger, exports: Exports, demo_company: Company
) -> None:
    stages = {
        source.name: [*source.stages.open, *source.stages.won, *source.stages.lost]
        for source in demo_company.settings.sources
        if source.stages
    }
    written = exports.by_deal("stage_entries")
    for deal in ledger.deals:
        entries = sorted(written[deal.id], key=lambda entry: entry["entered_at"])
        assert [(move.stage, move.at, move.actor) for move in deal.moves] == [
            (entry["stage"], entry["entered_at"], entry["actor_id"]) for entry in entries
        ]
        names = stages[deal.source]
        assert [move.position for move in deal.moves] == [names.index(move.stage) + 1 for move in deal.moves]


def test_the_end_of_a_deal_is_its_last_move(ledger: Ledger) -> None:
    for deal in ledger.deals:
        is_closed = deal.moves[-1].kind != "open"
        assert deal.outcome == (deal.moves[-1].kind if is_closed else None)
        assert deal.closed_on == (deal.moves[-1].at.date() if is_closed else None)


def test_splits_and_lines_of_each_deal(ledger: Ledger, exports: Exports) -> None:
    splits, lines = exports.by_deal("deal_splits"), exports.by_deal("lines")
    for deal in ledger.deals:
        assert [(split.id, split.person, split.share) for split in deal.splits] == [
            (row["id"], row["owner_id"], row["share"]) for row in splits[deal.id]
        ]
        assert [
            (line.id, line.product, line.quantity, line.list_price, line.unit_price, line.unit_cost)
            for line in deal.lines
        ] == [
            (row["id"], row["product_id"], row["quantity"], row["list_price"], row["unit_price"],
             row["unit_cost"])
            for row in lines[deal.id]
        ]  # fmt: skip


def test_leads(ledger: Ledger, exports: Exports) -> None:
    rejected = {row["deal_id"] for row in exports.rows("leads")} - {None, *ledger.deal_of}
    assert {
        (lead.id, lead.owner, lead.origin, lead.deal, lead.received_at, lead.assigned_at)
        for lead in ledger.leads
    } == {
        (row["id"], row["owner_id"], row["origin"], None if row["deal_id"] in rejected else row["deal_id"],
         row["created_at"], row["assigned_at"])
        for row in exports.rows("leads")
    }  # fmt: skip


def test_activities(ledger: Ledger, exports: Exports) -> None:
    assert {
        (activity.id, activity.kind, activity.owner, activity.deal, activity.lead, activity.direction,
         activity.status, activity.minutes, activity.happened_at, activity.due_on, activity.completed_on,
         activity.logged_at)
        for activity in ledger.activities
    } == {
        (row["id"], row["kind"], row["owner_id"], row["deal_id"], row["lead_id"], row["direction"],
         row["status"], row["minutes"], row["happened_at"], row["due_at"], row["completed_at"],
         row["logged_at"])
        for row in exports.rows("activities")
    }  # fmt: skip


def test_quotes_invoices_payments_and_surveys(ledger: Ledger, exports: Exports) -> None:
    assert {
        (quote.id, quote.deal, quote.owner, quote.amount, quote.currency, quote.sent_at)
        for quote in ledger.quotes
    } == {
        (row["id"], row["deal_id"], row["owner_id"], row["amount"], row["currency"], row["sent_at"])
        for row in exports.rows("quotes")
    }
    assert {
        (invoice.id, invoice.deal, invoice.account, invoice.amount, invoice.currency, invoice.issued_on,
         invoice.due_on)
        for invoice in ledger.invoices
    } == {
        (row["id"], row["deal_id"], row["account_id"], row["amount"], row["currency"], row["issued_at"],
         row["due_at"])
        for row in exports.rows("invoices")
    }  # fmt: skip
    assert {
        (payment.id, payment.invoice, payment.amount, payment.currency, payment.paid_on)
        for payment in ledger.payments
    } == {
        (row["id"], row["invoice_id"], row["amount"], row["currency"], row["paid_at"])
        for row in exports.rows("payments")
    }
    assert {
        (survey.id, survey.deal, survey.account, survey.owner, survey.score, survey.answered_on)
        for survey in ledger.surveys
    } == {
        (row["id"], row["deal_id"], row["account_id"], row["owner_id"], row["score"], row["answered_at"])
        for row in exports.rows("surveys")
    }


def test_a_payment_is_for_the_deal_and_account_of_its_invoice(ledger: Ledger) -> None:
    for payment in ledger.payments:
        if payment.invoice:
            invoice = ledger.invoice_of[payment.invoice]
            assert (payment.deal, payment.account, payment.currency) == (
                invoice.deal,
                invoice.account,
                invoice.currency,
            )


@pytest.mark.parametrize("entity", ["deals", "leads", "activities", "quotes", "invoices", "payments"])
def test_ids_are_unique(ledger: Ledger, entity: str) -> None:
    ids = [record.id for record in getattr(ledger, entity)]
    assert len(set(ids)) == len(ids)


def test_people_and_rates_are_those_of_the_company(ledger: Ledger, demo_company: Company) -> None:
    edges = [edge for edge in demo_company.org_edges if edge.kind == "person"]
    assert {
        (person.node, stay.team, stay.first, stay.end) for person in ledger.people for stay in person.stays
    } == {(edge.node, edge.parent, edge.valid_from, edge.valid_to) for edge in edges}
    shares = {person.node: (person.hired_on, person.full_time_share) for person in ledger.people}
    assert shares == {person.id: (person.hired_on, person.full_time_share) for person in demo_company.people}
    assert len(ledger.plan_rates) + len(ledger.actual_rates) == len(demo_company.rates)
    assert ledger.plan_rates["CHF", 2026] == Decimal("1.07")


def test_the_company_works_on_no_weekend_and_no_holiday(ledger: Ledger) -> None:
    assert date(2026, 6, 30) in ledger.working_days
    assert date(2026, 5, 1) not in ledger.working_days
    assert date(2026, 6, 28) not in ledger.working_days


def test_a_seller_who_moves_is_in_two_teams_one_after_the_other(ledger: Ledger) -> None:
    assert ledger.team_on("sarah-bennett", date(2026, 5, 10)) == "leipzig"
    assert ledger.team_on("sarah-bennett", date(2026, 5, 11)) == "berlin"
    assert ledger.team_on("malte-brandt", date(2025, 5, 1)) is None
    assert ledger.team_on(None, date(2025, 5, 1)) is None


def test_what_else_there_is_to_know_lies_beside_the_files(demo: Demo, demo_folder: Path) -> None:
    notes = json.loads((demo_folder / "crm" / "truth.json").read_text(encoding="utf-8"))
    assert notes == demo.notes
    assert {who["person"] for who in notes["leavers"]} == {
        "malte-brandt",
        "lena-ahrens",
        "irina-lebedeva",
        "julia-bachmann",
    }
    assert pd.Series([note["what"] for note in notes["edited"]]).value_counts().to_dict().keys() == {
        "owner_id",
        "closed_at",
        "amount",
        "deleted",
    }
