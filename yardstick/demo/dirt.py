"""What goes wrong in a CRM: defects planted at low doses, each of them noted.

The two months that decide whether a KPI is measurable stay clean on purpose, but for one won deal that
nobody owns and one seller whose open deal lacks its amount (on a won one it would put the company's bookings
in doubt). Older months and open deals carry the usual dirt.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np

from yardstick.demo.activities import TASK, Activities
from yardstick.demo.billing import Payments
from yardstick.demo.catalogue import PRODUCTS
from yardstick.demo.chance import Chance, Flags, Whole
from yardstick.demo.columns import CRM, DAY_MINUTES, NONE, turns
from yardstick.demo.deals import Deals
from yardstick.demo.edits import AMOUNT, CLOSED, DISCOUNT, OWNER, edited, edits_of
from yardstick.demo.leads import Leads
from yardstick.demo.lines import Lines
from yardstick.demo.records import EX_EMPLOYEE, Records, TableName
from yardstick.demo.splits import Splits
from yardstick.demo.volumes import AS_OF
from yardstick.demo.world import World

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
    "splits_over_one",
    "missing_list_price",
    "unallocated_payment",
]

MISSING_OWNER_SHARE, MISSING_AMOUNT_SHARE, DUPLICATE_SHARE, ALIAS_SHARE = 0.004, 0.003, 0.003, 0.02
UNKNOWN_OWNERS, CLOSED_BEFORE_CREATED = 6, 5
REJECTED_ACTIVITIES, REPEATED_ACTIVITIES = 2, 2
MISSING_LIST_PRICES, UNALLOCATED_PAYMENTS = 5, 4
ALIASED_PRODUCT = "NX-200"
TOO_MUCH_PERCENT = 20
LEAST_WINS = 50

#: The clean months: the open one, and the last closed one.
CLEAN_FROM, LAST_MONTH = date(AS_OF.year, AS_OF.month - 1, 1), AS_OF.replace(day=1)


@dataclass(frozen=True)
class Planted:
    """A defect: in which table and row, in which canonical field; of a duplicate also its original's row."""

    kind: Kind
    table: TableName
    row: int
    field: str
    original: int | None = None


def plant(world: World, records: Records, chance: Chance) -> tuple[Records, tuple[Planted, ...]]:
    """The records with their defects, and a note of each.

    What shows only in the text of an export (rejected dates, aliases, repeated rows) is noted here and
    left to the export to write.
    """
    clean_from = world.day_of(CLEAN_FROM)
    records, in_deals = _plant_in_deals(world, records, clean_from, chance)
    in_leads = _plant_in_leads(records.leads, clean_from, chance)
    activities, in_activities = _plant_in_activities(world, records.activities, clean_from, chance)
    splits, in_splits = _plant_in_splits(records.deals, records.splits, clean_from, chance)
    lines, in_lines = _plant_in_lines(records.deals, records.lines, clean_from, chance)
    payments, in_payments = _plant_in_payments(records, clean_from, chance)
    return (
        replace(records, activities=activities, splits=splits, lines=lines, payments=payments),
        (*in_deals, *in_leads, *in_activities, *in_splits, *in_lines, *in_payments),
    )


class _Bed:
    """The records of one table in which defects are planted, one in a record at most."""

    def __init__(self, table: TableName, is_free: Flags, chance: Chance) -> None:
        self.planted: list[Planted] = []
        self._table, self._chance, self._is_free = table, chance, is_free

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


def _plant_in_deals(
    world: World, records: Records, clean_from: int, chance: Chance
) -> tuple[Records, list[Planted]]:
    deals, closed = records.deals, records.deals.closed
    bed = _Bed("deals", _is_untouched(records), chance)
    is_settled = (closed != NONE) & (closed < clean_from)
    is_usual = is_settled | (closed == NONE)
    is_own = deals.lead == NONE
    is_of_crm = deals.system == CRM
    is_of_first_year = is_settled & (deals.created < 365 * DAY_MINUTES)
    is_just_opened = is_own & (deals.last_stage == 0)
    is_settled_win = is_settled & deals.is_won
    is_aliasable = is_usual & is_of_crm & (deals.product == [p.code for p in PRODUCTS].index(ALIASED_PRODUCT))
    small_win, small_deal = _small_deals(world, records)

    no_amounts = MISSING_AMOUNT_SHARE * deals.is_won.sum()
    no_amount = [bed.choose("missing_amount", "amount", is_settled_win, no_amounts)]
    no_owner = [
        bed.choose("missing_owner", "owner_id", small_win, 1),
        bed.choose("missing_owner", "owner_id", is_usual, MISSING_OWNER_SHARE * len(deals)),
    ]
    stranger = bed.choose("unknown_owner", "owner_id", is_of_first_year & is_of_crm, UNKNOWN_OWNERS)
    late = bed.choose("closed_before_created", "created_at", is_settled & is_own, CLOSED_BEFORE_CREATED)
    future = bed.choose("after_as_of", "created_at", is_just_opened, 1)
    bed.choose("rejected_date", "created_at", is_settled & is_own & is_of_crm & deals.is_lost, 1)
    bed.choose("product_alias", "product_id", is_aliasable, ALIAS_SHARE * is_aliasable.sum())
    bed.choose("repeated_row", "id", is_settled & is_of_crm, 1)
    original = bed.pick(is_usual, DUPLICATE_SHARE * len(deals))
    no_amount.append(bed.choose("missing_amount", "amount", small_deal, 1))

    created, entered = deals.created.copy(), deals.entered.copy()
    created[late] = deals.last_entered[late] + DAY_MINUTES * chance.whole(1, 10, len(late))
    created[future] = entered[future, 0] = _two_days_after_the_end(world)
    edits = (
        edits_of(AMOUNT, np.concatenate(no_amount), 0, NONE)
        .joined(edits_of(OWNER, np.concatenate(no_owner), 0, NONE))
        .joined(edits_of(OWNER, stranger, 0, EX_EMPLOYEE))
    )
    copies = [
        Planted("suspected_duplicate", "deals", len(deals) + nth, "id", int(row))
        for nth, row in enumerate(original)
    ]
    soiled = replace(
        records,
        deals=replace(deals, created=created, entered=entered).joined(
            _entered_again(deals.take(original), chance)
        ),
        lines=records.lines.joined(_lines_again(records.lines, original, len(deals))),
        edits=records.edits.joined(edits),
    )
    return soiled, bed.planted + copies


def _is_untouched(records: Records) -> Flags:
    """The deals that nobody corrects or deletes later."""
    edits = records.edits
    is_untouched: Flags = records.deals.deleted == NONE
    is_untouched[edits.row[np.isin(edits.field, (OWNER, CLOSED))]] = False
    is_untouched[records.lines.deal[edits.row[edits.field == DISCOUNT]]] = False
    return is_untouched


def _two_days_after_the_end(world: World) -> int:
    return (world.days + 1) * DAY_MINUTES + 10 * 60 + 15


def _small_deals(world: World, records: Records) -> tuple[Flags, Flags]:
    """The smallest deal that all but the busiest seller won in the last month, and the smallest that this one
    opened in the month before and has not closed.

    Where so few were won that two defects would withhold the company's numbers, there are none.
    """
    deals, amounts = records.deals, records.lines.amounts(len(records.deals))
    owner = edited(deals.owner_on(world, world.days - 1), records.edits, OWNER, world.end)
    opened = deals.created // DAY_MINUTES
    is_win = deals.is_won & (deals.closed >= world.day_of(LAST_MONTH)) & _is_alone(records)
    is_recent = (opened >= world.day_of(CLEAN_FROM)) & (opened < world.day_of(LAST_MONTH))
    is_open = (deals.closed == NONE) & is_recent & _is_alone(records)
    busiest = np.bincount(owner[is_win], minlength=1).argmax()
    is_free = _is_untouched(records) & (is_win.sum() >= LEAST_WINS)
    return (
        _smallest(amounts, is_win & is_free & (owner != busiest)),
        _smallest(amounts, is_open & is_free & (owner == busiest)),
    )


def _is_alone(records: Records) -> Flags:
    """The deals that nobody shares."""
    is_alone = np.ones(len(records.deals), dtype=np.bool_)
    is_alone[records.splits.deal] = False
    return is_alone


def _smallest(amounts: Whole, among: Flags) -> Flags:
    rows = np.flatnonzero(among)
    is_smallest = np.zeros(len(amounts), dtype=np.bool_)
    is_smallest[rows[np.argsort(amounts[rows], kind="stable")[:1]]] = True
    return is_smallest


def _entered_again(deals: Deals, chance: Chance) -> Deals:
    """The same deals as someone else would enter them, some minutes later and without the lead."""
    later = chance.whole(2, 40, len(deals))
    return replace(
        deals,
        lead=np.full(len(deals), NONE),
        created=deals.created + later,
        known=deals.known + later,
        entered=np.where(deals.entered == NONE, NONE, deals.entered + later[:, np.newaxis]),
    )


def _lines_again(lines: Lines, original: Whole, first_copy: int) -> Lines:
    """The lines of the originals once more, for the copies."""
    begin = np.searchsorted(lines.deal, original)
    end = np.searchsorted(lines.deal, original, side="right")
    nth, turn = turns(end - begin)
    return replace(lines.take(begin[nth] + turn), deal=first_copy + nth)


def _plant_in_leads(leads: Leads, clean_from: int, chance: Chance) -> list[Planted]:
    bed = _Bed("leads", leads.system == CRM, chance)
    is_old = leads.assigned < (clean_from - 365) * DAY_MINUTES
    bed.choose("rejected_date", "assigned_at", is_old & (leads.deal == NONE), 1)
    return bed.planted


def _plant_in_activities(
    world: World, activities: Activities, clean_from: int, chance: Chance
) -> tuple[Activities, list[Planted]]:
    bed = _Bed("activities", (activities.system == CRM) & (activities.kind != TASK), chance)
    is_old = activities.start < clean_from * DAY_MINUTES
    bed.choose("rejected_date", "happened_at", is_old, REJECTED_ACTIVITIES)
    bed.choose("repeated_row", "id", is_old, REPEATED_ACTIVITIES)
    is_new = ~is_old & activities.is_held & (activities.logged < world.end)
    future = bed.choose("after_as_of", "happened_at", is_new, 1)
    start = activities.start.copy()
    start[future] = _two_days_after_the_end(world)
    return replace(activities, start=start), bed.planted


def _plant_in_splits(
    deals: Deals, splits: Splits, clean_from: int, chance: Chance
) -> tuple[Splits, list[Planted]]:
    is_settled_win = deals.is_won & (deals.closed < clean_from) & (deals.deleted == NONE)
    bed = _Bed("deal_splits", is_settled_win[splits.deal], chance)
    row = bed.choose("splits_over_one", "share", splits.percent < 100 - TOO_MUCH_PERCENT, 1)
    percent = splits.percent.copy()
    percent[row] += TOO_MUCH_PERCENT
    return replace(splits, percent=percent), bed.planted


def _plant_in_lines(
    deals: Deals, lines: Lines, clean_from: int, chance: Chance
) -> tuple[Lines, list[Planted]]:
    is_settled_win = deals.is_won & (deals.closed < clean_from)
    bed = _Bed("lines", is_settled_win[lines.deal], chance)
    row = bed.choose("missing_list_price", "list_price", lines.discount == 0, MISSING_LIST_PRICES)
    is_listed = np.ones(len(lines), dtype=np.bool_)
    is_listed[row] = False
    return replace(lines, is_listed=is_listed), bed.planted


def _plant_in_payments(records: Records, clean_from: int, chance: Chance) -> tuple[Payments, list[Planted]]:
    payments = records.payments
    is_of_crm = records.deals.system[payments.deal] == CRM
    bed = _Bed("payments", is_of_crm & (payments.paid < clean_from), chance)
    row = bed.choose("unallocated_payment", "invoice_id", payments.amount > 0, UNALLOCATED_PAYMENTS)
    invoice, deal = payments.invoice.copy(), payments.deal.copy()
    invoice[row] = deal[row] = NONE
    return replace(payments, invoice=invoice, deal=deal), bed.planted
