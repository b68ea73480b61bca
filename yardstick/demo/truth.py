"""What a KPI of the demo must come to, in the simulator's own terms and by plain counting.

Everything is as exported, the planted defects included: a deal without an owner is counted under none,
one without an amount adds nothing, a duplicate counts again, a rejected row is not there.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from yardstick.demo.columns import DAY_MINUTES, NONE
from yardstick.demo.dirt import Planted, TableName
from yardstick.demo.records import Records, activity_id, deal_id, lead_id, owner_id
from yardstick.demo.stages import LOSS, LOST, WON
from yardstick.demo.world import AS_OF, DAYS, FIRST_DAY, World, date_of

CONVERSION_DAYS = 90
_ID_OF = {"deals": deal_id, "leads": lead_id, "activities": activity_id}


@dataclass(frozen=True)
class _Deal:
    """A deal as exported and not rejected; days are day numbers."""

    id: str
    owner: int
    amount: int | None
    created: int
    closed: int | None
    stage: int


@dataclass
class _Month:
    """What one owner did in one team and month."""

    won: int = 0
    won_cents: int = 0
    won_without_amount: int = 0
    lost: int = 0
    cycle_days: list[int] = field(default_factory=list)
    leads_due: int = 0
    leads_converted: int = 0


def truth(world: World, records: Records, planted: Sequence[Planted], seed: int) -> dict[str, Any]:
    """The truth as JSON-ready values: money as decimal text, days as ISO dates, months as 2026-06.

    `months` has a row per month, owner and team on the day, of what was won, lost, or came to the end of
    its 90 days as a lead; `open_pipeline` a row per month end and owner, in the team of that day;
    `open_deals` each open deal's amount (None: none given) by month end; `planted` a row per defect.
    A person is a node of org.csv, None for an owner who is in no list.
    """
    deals = list(_deals(records, _rejected(planted, "deals")))
    month_ends = _month_ends()
    return {
        "seed": seed,
        "first_day": FIRST_DAY.isoformat(),
        "as_of": AS_OF.isoformat(),
        "conversion_days": CONVERSION_DAYS,
        "people": [_person(world, row) for row in range(len(world.sellers))],
        **_changes(world),
        "months": _months(world, records, deals, _rejected(planted, "leads")),
        "open_pipeline": [row for day in month_ends for row in _open_by_owner(world, deals, day)],
        "open_deals": {date_of(day).isoformat(): _open_deals(deals, day) for day in month_ends},
        "reversed_deals": [
            deal_id(row) for row, at in enumerate(records.deals.entered[:, LOSS]) if at != NONE
        ],
        "planted": [_note(defect) for defect in planted],
    }


def _rejected(planted: Sequence[Planted], table: TableName) -> set[int]:
    return {note.row for note in planted if note.kind == "rejected_date" and note.table == table}


def _deals(records: Records, rejected: set[int]) -> Iterator[_Deal]:
    deals = records.deals
    columns = (deals.owner, deals.amount, deals.created // DAY_MINUTES, deals.closed, deals.last_stage)
    for row, values in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        owner, amount, created, closed, stage = values
        if row not in rejected:
            yield _Deal(
                deal_id(row),
                owner,
                None if amount == NONE else amount,
                created,
                None if closed == NONE else closed,
                stage,
            )


def _months(
    world: World, records: Records, deals: list[_Deal], rejected_leads: set[int]
) -> list[dict[str, Any]]:
    """A row per owner, team on the day, and month in which something of theirs was won, lost or due."""
    months: dict[tuple[str, int, str | None], _Month] = defaultdict(_Month)

    def month_of(owner: int, day: int) -> _Month:
        return months[date_of(day).strftime("%Y-%m"), owner, _team_on(world, owner, day)]

    for deal in deals:
        if deal.closed is not None and deal.stage == WON:
            month = month_of(deal.owner, deal.closed)
            month.won += 1
            month.won_cents += deal.amount or 0
            month.won_without_amount += deal.amount is None
            month.cycle_days.append(deal.closed - deal.created)
        elif deal.closed is not None and deal.stage == LOST:
            month_of(deal.owner, deal.closed).lost += 1

    leads, created = records.leads, (records.deals.created // DAY_MINUTES).tolist()
    columns = (leads.owner, leads.assigned // DAY_MINUTES, leads.deal)
    for row, (owner, assigned, deal_row) in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        due = assigned + CONVERSION_DAYS
        if due < DAYS and row not in rejected_leads:
            month = month_of(owner, due)
            month.leads_due += 1
            month.leads_converted += deal_row != NONE and created[deal_row] <= due

    return [
        {"month": month, **_who(world, owner), "team": team, **_figures(figures)}
        for (month, owner, team), figures in sorted(months.items(), key=lambda item: _by_text(item[0]))
    ]


def _by_text(key: tuple[str, int, str | None]) -> tuple[str, int, str]:
    month, owner, team = key
    return month, owner, team or ""


def _figures(month: _Month) -> dict[str, Any]:
    return {
        "won": month.won,
        "won_amount": _money(month.won_cents),
        "won_without_amount": month.won_without_amount,
        "lost": month.lost,
        "cycle_days": sorted(month.cycle_days),
        "leads_due": month.leads_due,
        "leads_converted": month.leads_converted,
    }


def _open_by_owner(world: World, deals: list[_Deal], day: int) -> Iterator[dict[str, Any]]:
    """A row per owner of deals that are open at the end of the day, in the team of that day."""
    amounts: dict[int, list[int]] = defaultdict(list)
    for deal in deals:
        if _is_open(deal, day):
            amounts[deal.owner].append(deal.amount or 0)
    for owner, cents in sorted(amounts.items()):
        yield {
            "day": date_of(day).isoformat(),
            **_who(world, owner),
            "team": _team_on(world, owner, day),
            "deals": len(cents),
            "amount": _money(sum(cents)),
        }


def _open_deals(deals: list[_Deal], day: int) -> dict[str, str | None]:
    return {
        deal.id: None if deal.amount is None else _money(deal.amount) for deal in deals if _is_open(deal, day)
    }


def _is_open(deal: _Deal, day: int) -> bool:
    return deal.created <= day and (deal.closed is None or day < deal.closed)


def _month_ends() -> list[int]:
    return [day for day in range(DAYS) if date_of(day + 1).day == 1]


def _who(world: World, owner: int) -> dict[str, str | None]:
    return {
        "owner_id": owner_id(world, owner),
        "person": world.sellers[owner].person if owner >= 0 else None,
    }


def _team_on(world: World, owner: int, day: int) -> str | None:
    team = int(world.team_on[owner, day]) if owner >= 0 else NONE
    return None if team == NONE else world.teams[team]


def _person(world: World, row: int) -> dict[str, Any]:
    seller = world.sellers[row]
    return {
        "person": seller.person,
        "owner_id": seller.crm_id,
        "teams": [
            {
                "team": stay.team,
                "from": stay.first.isoformat(),
                "to": None if stay.end is None else stay.end.isoformat(),
            }
            for stay in seller.stays
        ],
    }


def _changes(world: World) -> dict[str, Any]:
    """Who joined, left or moved within the world, with the first day on which it was so."""
    joiners, leavers, movers = [], [], []
    for seller in world.sellers:
        stays = sorted(seller.stays, key=lambda stay: stay.first)
        if stays[0].first > FIRST_DAY:
            joiners.append({"person": seller.person, "on": stays[0].first.isoformat()})
        end = stays[-1].end
        if end is not None and end <= AS_OF:
            leavers.append({"person": seller.person, "on": end.isoformat()})
        movers += [
            {"person": seller.person, "on": after.first.isoformat(), "from": before.team, "to": after.team}
            for before, after in pairwise(stays)
            if before.team != after.team and FIRST_DAY < after.first <= AS_OF
        ]
    return {"joiners": joiners, "leavers": leavers, "movers": movers}


def _note(defect: Planted) -> dict[str, str]:
    id_of = _ID_OF[defect.table]
    note = {
        "kind": defect.kind,
        "file": f"{defect.table}.csv",
        "id": id_of(defect.row),
        "field": defect.field,
    }
    return note if defect.original is None else {**note, "original": id_of(defect.original)}


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
