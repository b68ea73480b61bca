"""What goes wrong in a CRM: defects planted at low doses, each of them noted.

The two months that decide whether a KPI is measurable stay clean on purpose, but for one deal that nobody
owns and one seller whose deal lacks its amount; older months and open deals carry the usual dirt.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np

from yardstick.demo.activities import Activities
from yardstick.demo.catalogue import PRODUCTS
from yardstick.demo.chance import Chance, Flags, Whole
from yardstick.demo.columns import DAY_MINUTES, NONE
from yardstick.demo.deals import Deals
from yardstick.demo.leads import Leads
from yardstick.demo.records import EX_EMPLOYEE, Records
from yardstick.demo.world import AS_OF, DAYS, day_number

Kind = Literal[
    "missing_owner",
    "unknown_owner",
    "missing_amount",
    "closed_before_created",
    "after_as_of",
    "suspected_duplicate",
    "rejected_date",
    "product_alias",
    "repeated_row",
]
TableName = Literal["deals", "leads", "activities"]

MISSING_OWNER_SHARE, MISSING_AMOUNT_SHARE, DUPLICATE_SHARE, ALIAS_SHARE = 0.004, 0.003, 0.003, 0.02
UNKNOWN_OWNERS, CLOSED_BEFORE_CREATED = 6, 5
REJECTED_ACTIVITIES, REPEATED_ACTIVITIES = 2, 2
ALIASED_PRODUCT = "NX-200"

QUIET_FROM = day_number(date(AS_OF.year, AS_OF.month - 1, 1))
LAST_MONTH = day_number(AS_OF.replace(day=1))
TWO_DAYS_AFTER_AS_OF = (DAYS + 1) * DAY_MINUTES + 10 * 60 + 15


@dataclass(frozen=True)
class Planted:
    """A defect: in which table and row, in which canonical field; of a duplicate also its original's row."""

    kind: Kind
    table: TableName
    row: int
    field: str
    original: int | None = None


def plant(records: Records, chance: Chance) -> tuple[Records, tuple[Planted, ...]]:
    """The records with their defects, and a note of each.

    What shows only in the text of an export (rejected dates, aliases, repeated rows) is noted here and
    left to the export to write.
    """
    deals, in_deals = _plant_in_deals(records.deals, chance)
    in_leads = _plant_in_leads(records.leads, chance)
    activities, in_activities = _plant_in_activities(records.activities, chance)
    return replace(records, deals=deals, activities=activities), (*in_deals, *in_leads, *in_activities)


class _Bed:
    """The records of one table in which defects are planted, one in a record at most."""

    def __init__(self, table: TableName, size: int, chance: Chance) -> None:
        self.planted: list[Planted] = []
        self._table, self._chance = table, chance
        self._is_free = np.ones(size, dtype=np.bool_)

    def pick(self, among: Flags, number: float) -> Whole:
        """Rows without a defect yet; fewer than asked for where there are no more."""
        rows = self._chance.sample(np.flatnonzero(among & self._is_free), round(number))
        self._is_free[rows] = False
        return rows

    def choose(self, kind: Kind, field: str, among: Flags, number: float) -> Whole:
        """Rows for a defect, noted."""
        rows = self.pick(among, number)
        self.planted += [Planted(kind, self._table, int(row), field) for row in rows]
        return rows


def _plant_in_deals(deals: Deals, chance: Chance) -> tuple[Deals, list[Planted]]:
    bed = _Bed("deals", len(deals), chance)
    is_settled = (deals.closed != NONE) & (deals.closed < QUIET_FROM)
    is_usual = is_settled | (deals.closed == NONE)
    is_own = deals.lead == NONE
    is_of_first_year = is_settled & (deals.created < 365 * DAY_MINUTES)
    is_just_opened = is_own & (deals.last_stage == 0)
    is_settled_win = is_settled & deals.is_won
    is_aliasable = is_usual & (deals.product == [p.code for p in PRODUCTS].index(ALIASED_PRODUCT))
    win_of_busiest, win_of_others = _small_wins_of_last_month(deals)

    no_amount = [
        bed.choose("missing_amount", "amount", win_of_busiest, 1),
        bed.choose("missing_amount", "amount", is_settled_win, MISSING_AMOUNT_SHARE * deals.is_won.sum()),
    ]
    no_owner = [
        bed.choose("missing_owner", "owner_id", win_of_others, 1),
        bed.choose("missing_owner", "owner_id", is_usual, MISSING_OWNER_SHARE * len(deals)),
    ]
    stranger = bed.choose("unknown_owner", "owner_id", is_of_first_year, UNKNOWN_OWNERS)
    late = bed.choose("closed_before_created", "created_at", is_settled & is_own, CLOSED_BEFORE_CREATED)
    future = bed.choose("after_as_of", "created_at", is_just_opened, 1)
    bed.choose("rejected_date", "created_at", is_settled & is_own, 1)
    bed.choose("product_alias", "product_id", is_aliasable, ALIAS_SHARE * is_aliasable.sum())
    bed.choose("repeated_row", "id", is_settled, 1)
    original = bed.pick(is_usual, DUPLICATE_SHARE * len(deals))

    owner, amount, created = deals.owner.copy(), deals.amount.copy(), deals.created.copy()
    entered = deals.entered.copy()
    amount[np.concatenate(no_amount)] = NONE
    owner[np.concatenate(no_owner)] = NONE
    owner[stranger] = EX_EMPLOYEE
    created[late] = deals.modified[late] + DAY_MINUTES * chance.whole(1, 10, len(late))
    created[future] = entered[future, 0] = TWO_DAYS_AFTER_AS_OF
    soiled = replace(deals, owner=owner, amount=amount, created=created, entered=entered)
    copies = [
        Planted("suspected_duplicate", "deals", len(deals) + nth, "id", int(row))
        for nth, row in enumerate(original)
    ]
    return soiled.joined(_entered_again(soiled.take(original), chance)), bed.planted + copies


def _small_wins_of_last_month(deals: Deals) -> tuple[Flags, Flags]:
    """The smallest deal that the busiest seller won in the last month, and the smallest of all others."""
    is_win = deals.is_won & (deals.closed >= LAST_MONTH)
    busiest = np.bincount(deals.owner[is_win], minlength=1).argmax()
    return (
        _smallest(deals, is_win & (deals.owner == busiest)),
        _smallest(deals, is_win & (deals.owner != busiest)),
    )


def _smallest(deals: Deals, among: Flags) -> Flags:
    rows = np.flatnonzero(among)
    is_smallest = np.zeros(len(deals), dtype=np.bool_)
    is_smallest[rows[np.argsort(deals.amount[rows], kind="stable")[:1]]] = True
    return is_smallest


def _entered_again(deals: Deals, chance: Chance) -> Deals:
    """The same deals as someone else would enter them, some minutes later and without the lead."""
    later = chance.whole(2, 40, len(deals))
    return replace(
        deals,
        lead=np.full(len(deals), NONE),
        created=deals.created + later,
        modified=deals.modified + later,
        entered=np.where(deals.entered == NONE, NONE, deals.entered + later[:, np.newaxis]),
    )


def _plant_in_leads(leads: Leads, chance: Chance) -> list[Planted]:
    bed = _Bed("leads", len(leads), chance)
    is_old = leads.assigned < (QUIET_FROM - 365) * DAY_MINUTES
    bed.choose("rejected_date", "assigned_at", is_old & (leads.deal == NONE), 1)
    return bed.planted


def _plant_in_activities(activities: Activities, chance: Chance) -> tuple[Activities, list[Planted]]:
    bed = _Bed("activities", len(activities), chance)
    is_old = activities.start < QUIET_FROM * DAY_MINUTES
    bed.choose("rejected_date", "happened_at", is_old, REJECTED_ACTIVITIES)
    bed.choose("repeated_row", "id", is_old, REPEATED_ACTIVITIES)
    future = bed.choose("after_as_of", "happened_at", ~is_old & activities.is_held, 1)
    start = activities.start.copy()
    start[future] = TWO_DAYS_AFTER_AS_OF
    return replace(activities, start=start), bed.planted
