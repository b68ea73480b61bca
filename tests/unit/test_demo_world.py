"""The demo is a plausible company: its people, its volumes, the order of what happens."""

from collections import Counter, defaultdict
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import pairwise

import pandas as pd
import pytest

from yardstick.company.company import Company
from yardstick.demo import AS_OF, Ledger
from yardstick.demo.ledger import Deal

Files = dict[str, pd.DataFrame]


def at_plan_rate(ledger: Ledger, deal: Deal) -> Decimal:
    """The deal's amount in the company's currency, nothing where there is none."""
    if deal.amount is None or deal.currency == ledger.currency:
        return deal.amount or Decimal(0)
    return deal.amount * ledger.plan_rates[deal.currency, (deal.closed_on or ledger.as_of).year]


def won_in(ledger: Ledger, first: date, last: date) -> list[Deal]:
    return [
        deal for deal in ledger.deals
        if deal.outcome == "won" and deal.closed_on and first <= deal.closed_on <= last
    ]  # fmt: skip


# The company


def test_the_company_as_shipped_is_without_a_mistake(demo_company: Company) -> None:
    assert demo_company.settings.name == "Nordlicht Instruments"
    assert demo_company.settings.as_of == AS_OF


def test_three_regions_six_teams_and_about_forty_sellers_at_the_end(demo_company: Company) -> None:
    now = [edge for edge in demo_company.org_edges if edge.valid_to is None or edge.valid_to > AS_OF]
    assert Counter(edge.kind for edge in now) == {"person": 42, "team": 6, "region": 3}


def test_joiners_leavers_and_movers(ledger: Ledger) -> None:
    stays = [sorted(person.stays, key=lambda stay: stay.first or date.min) for person in ledger.people]
    joined = [own for own in stays if own[0].first and own[0].first > ledger.first_day]
    left = [own for own in stays if own[-1].end and own[-1].end <= AS_OF]
    moved = [own for own in stays if len(own) > 1]
    assert (len(joined), len(left), len(moved)) == (10, 4, 5)


def test_some_work_part_time_and_some_head_a_team_besides_selling(demo_company: Company) -> None:
    part_time = {person.id for person in demo_company.people if person.full_time_share < 1}
    sellers = {known.person for known in demo_company.person_ids}
    heading = {head.person for head in demo_company.heads if head.role == "head"} & sellers
    assert len(part_time) == 7
    assert {"uwe-lehmann", "bernd-schreiber"} <= part_time & heading


def test_quarters_add_up_to_the_year_and_regions_cover_the_company(demo_company: Company) -> None:
    for kpi in ("bookings", "deals_won"):
        latest = {
            (target.node, target.period): target.value
            for target in sorted(demo_company.targets, key=lambda target: target.version)
            if target.kpi == kpi and target.level == "target"
        }
        year = latest["demo", "2026"]
        assert sum(latest["demo", f"2026-Q{quarter}"] for quarter in (1, 2, 3, 4)) == year
        assert 1 <= sum(latest[region, "2026"] for region in ("north", "central", "south")) / year <= 1.1


def test_the_first_half_of_2026_lands_close_to_its_targets(demo_company: Company, ledger: Ledger) -> None:
    half = won_in(ledger, date(2026, 1, 1), date(2026, 6, 30))
    planned = {
        kpi: sum(
            target.value
            for target in demo_company.targets
            if (target.kpi, target.node) == (kpi, "demo") and target.period in ("2026-Q1", "2026-Q2")
        )
        for kpi in ("bookings", "deals_won")
    }
    assert 0.9 < sum(at_plan_rate(ledger, deal) for deal in half) / planned["bookings"] < 1.1
    assert 0.9 < len(half) / planned["deals_won"] < 1.1


# The sales


def test_volumes(ledger: Ledger, files: Files, alpine_files: Files) -> None:
    assert len(files["accounts"]) + len(alpine_files["accounts"]) == 1000
    assert 25_000 <= len(ledger.leads) <= 30_000
    assert 10_000 <= len(ledger.deals) <= 12_000
    assert 140_000 <= len(ledger.activities) <= 165_000
    rows = sum(len(frame) for frame in (*files.values(), *alpine_files.values()))
    assert rows < 1.6 * 223_704


def test_bookings_of_a_full_year_lie_between_25_and_40_million_and_grow(ledger: Ledger) -> None:
    booked = [
        sum(at_plan_rate(ledger, deal) for deal in won_in(ledger, date(year, 1, 1), date(year, 12, 31)))
        for year in (2023, 2024, 2025)
    ]
    assert 25e6 < booked[0] < booked[1] < booked[2] < 40e6


def test_a_new_hire_opens_fewer_deals_in_the_first_three_months_than_later(ledger: Ledger) -> None:
    opened: dict[bool, list[float]] = defaultdict(list)
    for person in ledger.people:
        hired = person.hired_on
        if hired and ledger.first_day < hired < AS_OF - timedelta(days=400):
            own = [deal.created_on - hired for deal in ledger.deals if deal.owner == person.node]
            opened[True].append(sum(timedelta(0) <= age < timedelta(90) for age in own) / 90)
            opened[False].append(sum(timedelta(180) <= age < timedelta(400) for age in own) / 220)
    assert len(opened[True]) >= 7
    assert sum(opened[True]) < 0.75 * sum(opened[False])


def test_who_works_part_time_works_on_fewer_days(ledger: Ledger) -> None:
    worked = {activity.happened_at.date() for activity in ledger.activities
              if activity.owner == "claudia-richter"}  # fmt: skip
    assert len({day.weekday() for day in worked}) == 3


def test_steps_of_a_deal_follow_one_another(ledger: Ledger) -> None:
    for deal in ledger.deals:
        assert all(before.at < after.at for before, after in pairwise(deal.moves))


def test_a_reversed_deal_was_won_reopened_and_lost(ledger: Ledger) -> None:
    reversals = [
        deal for deal in ledger.deals
        if deal.outcome == "lost" and any(move.kind == "won" for move in deal.moves)
    ]  # fmt: skip
    assert len(reversals) >= 20
    assert all([move.kind for move in deal.moves[-3:]] == ["won", "open", "lost"] for deal in reversals)


def test_people_work_on_working_days_between_morning_and_evening(ledger: Ledger) -> None:
    starts = [activity.happened_at for activity in ledger.activities if activity.happened_at.date() <= AS_OF]
    assert {start.date() for start in starts} <= ledger.working_days
    assert all(time(8) <= start.time() < time(21) for start in starts)


def test_nobody_works_during_leave(ledger: Ledger) -> None:
    worked = {(activity.owner, activity.happened_at.date()) for activity in ledger.activities
              if activity.happened_at.date() <= AS_OF}  # fmt: skip
    away = {
        (person.node, leave.first_day + timedelta(days=day))
        for person in ledger.people
        for leave in person.leaves
        for day in range((leave.last_day - leave.first_day).days + 1)
    }
    assert len(away) > 1000
    assert not worked & away


# What hangs on a deal


def test_a_deal_is_worth_the_sum_of_its_lines(ledger: Ledger) -> None:
    deals = [deal for deal in ledger.deals if deal.amount is not None]
    assert len(deals) > 10_000
    for deal in deals:
        assert sum(line.quantity * line.unit_price for line in deal.lines) == deal.amount
        assert 1 <= len(deal.lines) <= 3


def test_lines_are_sold_at_list_price_or_below_and_seldom_under_cost(ledger: Ledger) -> None:
    lines = [line for deal in ledger.deals for line in deal.lines]
    assert all(line.unit_price <= line.list_price for line in lines if line.list_price is not None)
    assert sum(line.unit_price < line.unit_cost for line in lines) < 0.01 * len(lines)


def test_more_is_sold_only_to_whom_something_was_sold_before(ledger: Ledger) -> None:
    first_win: dict[str | None, date] = {}
    for deal in ledger.deals:
        if deal.outcome == "won" and deal.closed_on:
            first_win[deal.account] = min(first_win.get(deal.account, date.max), deal.closed_on)
    kinds = Counter(deal.kind for deal in ledger.deals)
    assert min(kinds.values()) > 1000
    late = [
        deal for deal in ledger.deals
        if deal.kind != "new" and not first_win.get(deal.account, date.max) <= deal.created_on
    ]  # fmt: skip
    assert len(late) <= 15  # a win that was corrected or deleted since


def test_the_expected_closing_slips(ledger: Ledger) -> None:
    open_deals = [deal for deal in ledger.deals if deal.outcome is None]
    told = [deal for deal in open_deals if deal.expected_close_on]
    assert 0.85 < len(told) / len(open_deals) < 1
    overdue = [deal for deal in told if deal.expected_close_on and deal.expected_close_on < AS_OF]
    assert 0 < len(overdue) < 0.4 * len(told)


def test_some_larger_deals_are_shared_by_two_or_three(ledger: Ledger) -> None:
    shared = [deal for deal in ledger.deals if deal.splits]
    assert {len(deal.splits) for deal in shared} == {2, 3}
    sums = Counter(sum(split.share for split in deal.splits) for deal in shared)
    assert sums == {Decimal(1): len(shared) - 1, Decimal("1.20"): 1}


def test_a_quote_is_sent_before_the_deal_is_closed_and_some_are_revised(ledger: Ledger) -> None:
    quotes = Counter(quote.deal for quote in ledger.quotes)
    assert set(quotes.values()) == {1, 2}
    for quote in ledger.quotes:
        deal = ledger.deal_of.get(quote.deal)
        assert deal is None or deal.closed_on is None or quote.sent_at.date() <= deal.closed_on


def test_invoices_of_a_deal_come_to_what_was_sold_in_one_part_or_two(ledger: Ledger) -> None:
    billed: dict[str, list[Decimal]] = defaultdict(list)
    for invoice in ledger.invoices:
        deal = ledger.deal_of[invoice.deal]
        assert deal.closed_on is not None
        assert deal.outcome == "won"
        assert deal.closed_on < invoice.issued_on < invoice.due_on
        assert invoice.due_on - invoice.issued_on in {timedelta(days) for days in (14, 30, 45, 60)}
        billed[invoice.deal].append(invoice.amount)
    assert {len(amounts) for amounts in billed.values()} == {1, 2}


def test_payments_come_on_time_late_in_parts_or_go_back(ledger: Ledger) -> None:
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for payment in ledger.payments:
        if payment.invoice:
            assert payment.paid_on >= ledger.invoice_of[payment.invoice].issued_on
            paid[payment.invoice] += payment.amount
    old = [invoice for invoice in ledger.invoices if invoice.due_on < AS_OF - timedelta(days=200)]
    settled = [paid[invoice.id] == invoice.amount for invoice in old]
    assert 0.93 < sum(settled) / len(old) < 1
    assert all(paid[invoice.id] <= invoice.amount for invoice in ledger.invoices)
    assert sum(payment.amount < 0 for payment in ledger.payments) > 20
    late = [payment for payment in ledger.payments if payment.invoice
            and payment.paid_on > ledger.invoice_of[payment.invoice].due_on]  # fmt: skip
    assert 0.2 < len(late) / len(ledger.payments) < 0.6


def test_tasks_are_done_in_time_late_or_never(ledger: Ledger) -> None:
    tasks = [task for task in ledger.activities if task.kind == "task"]
    due = [task for task in tasks if task.due_on and task.due_on <= AS_OF]
    in_time = sum(task.completed_on is not None and task.completed_on <= task.due_on for task in due
                  if task.due_on)  # fmt: skip
    never = sum(task.completed_on is None for task in due)
    assert 0.5 < in_time / len(due) < 0.85
    assert 0.05 < never / len(due) < 0.2
    assert all(task.deal and task.due_on and task.minutes is None for task in tasks)
    assert all((task.status == "done") == (task.completed_on is not None) for task in tasks)


def test_customers_answer_after_a_win(ledger: Ledger) -> None:
    scores = [survey.score for survey in ledger.surveys]
    assert set(scores) <= set(range(11))
    assert len(scores) > 800
    for survey in ledger.surveys:
        closed_on = ledger.deal_of[survey.deal].closed_on
        assert closed_on is not None
        assert closed_on < survey.answered_on <= AS_OF


def test_most_activities_are_entered_on_the_day_and_some_days_later(ledger: Ledger) -> None:
    late = [activity.logged_at.date() > activity.happened_at.date() for activity in ledger.activities
            if activity.happened_at.date() <= AS_OF]  # fmt: skip
    assert 0.02 < sum(late) / len(late) < 0.08


# Two CRMs


def test_the_smaller_crm_has_a_tenth_of_the_deals_mainly_in_francs(ledger: Ledger) -> None:
    alpine = [deal for deal in ledger.deals if deal.source == "alpine"]
    assert 0.08 < len(alpine) / len(ledger.deals) < 0.14
    assert Counter(deal.currency for deal in alpine).most_common(1)[0][0] == "CHF"
    assert {deal.currency for deal in ledger.deals if deal.source == "crm"} == {"EUR", "USD"}


def test_its_people_are_those_of_the_larger_one(ledger: Ledger, alpine_files: Files) -> None:
    owners = {deal.owner for deal in ledger.deals if deal.source == "alpine"} - {None}
    assert owners <= {person.node for person in ledger.people}
    assert 10 < len(owners) <= len(alpine_files["users"])


@pytest.mark.parametrize("source", ["crm", "alpine"])
def test_records_refer_to_records_of_their_own_crm(
    source: str, files: Files, alpine_files: Files, demo_company: Company
) -> None:
    """Whatever column is mapped to a field ending in _id holds an id of that entity, or nothing."""
    frames, described = files if source == "crm" else alpine_files, demo_company.source(source)
    ids = {name: set(frame.index) for name, frame in frames.items()}
    entities = {"account": "accounts", "deal": "deals", "lead": "leads", "invoice": "invoices"}
    for name, entity in described.entities.items():
        frame = frames[entity.file.removesuffix(".csv")]
        for field, column in entity.fields.items():
            if field.removesuffix("_id") in entities and field != "id":
                referred = set(frame[column].dropna())
                assert referred, (name, field)
                assert referred <= ids[entities[field.removesuffix("_id")]], (name, field)


def test_the_smaller_one_knows_neither_surveys_nor_shared_deals(demo_company: Company) -> None:
    crm, alpine = (set(demo_company.source(name).entities) for name in ("crm", "alpine"))
    assert crm - alpine == {"deal_splits", "surveys"}
    assert alpine < crm
