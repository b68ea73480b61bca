"""The CRMs as they stand at the end of a day: what is not yet entered, edited or deleted then."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from yardstick.demo.chance import Flags, Whole
from yardstick.demo.columns import DAY_MINUTES, NONE
from yardstick.demo.deals import Deals
from yardstick.demo.edits import AMOUNT, CLOSED, DISCOUNT, OWNER, edited
from yardstick.demo.lines import Lines
from yardstick.demo.records import Records, TableName
from yardstick.demo.stages import CLOSING
from yardstick.demo.world import World


@dataclass(frozen=True)
class View:
    """What a night knows. `rows` are the rows of each table that are there; ids are of `records` always.

    `deals` and `lines` are those of the records as they stand; `owner`, `amount` (cents, NONE where there is
    none), `expected` and `modified` go with the deals, `lead_owner` and `lead_deal` with the leads.
    """

    world: World
    records: Records
    day: int
    deals: Deals
    lines: Lines
    owner: Whole
    amount: Whole
    expected: Whole
    modified: Whole
    lead_owner: Whole
    lead_deal: Whole
    rows: Mapping[TableName, Whole]

    @property
    def as_of(self) -> date:
        """The day at whose end this is known."""
        return self.world.date_of(self.day)


def view_on(world: World, records: Records, day: int) -> View:
    """What the CRMs hold at the end of a day."""
    end = (day + 1) * DAY_MINUTES
    edits = records.edits
    entered = records.deals.entered.copy()
    entered[:, CLOSING] = edited(entered[:, CLOSING], edits, CLOSED, end)
    deals = replace(records.deals, entered=entered).until(end)
    lines = replace(records.lines, discount=edited(records.lines.discount, edits, DISCOUNT, end))
    is_there = (deals.known < end) & ~_is_before(deals.deleted, end)
    lead_deal = records.leads.deal
    return View(
        world=world,
        records=records,
        day=day,
        deals=deals,
        lines=lines,
        owner=edited(deals.owner_on(world, day), edits, OWNER, end),
        amount=edited(lines.amounts(len(deals)), edits, AMOUNT, end),
        expected=deals.expected_on(day),
        modified=_modified(records, deals, end),
        lead_owner=records.leads.owner_on(world, day),
        lead_deal=np.where(np.append(is_there, False)[lead_deal], lead_deal, NONE),
        rows=_rows(records, deals, is_there, day),
    )


def _is_before(moment: Whole, end: int) -> Flags:
    is_over: Flags = (moment != NONE) & (moment < end)
    return is_over


def _modified(records: Records, deals: Deals, end: int) -> Whole:
    """The moment of a deal's last step or edit."""
    edits = records.edits
    modified = np.maximum(np.where(deals.last_entered < end, deals.last_entered, 0), deals.known)
    is_made = (edits.at < end) & (edits.at > 0)
    on_line = edits.field == DISCOUNT
    row = edits.row.copy()
    row[on_line] = records.lines.deal[edits.row[on_line]]
    np.maximum.at(modified, row[is_made], edits.at[is_made])
    return modified


def _rows(records: Records, deals: Deals, is_there: Flags, day: int) -> dict[TableName, Whole]:
    end = (day + 1) * DAY_MINUTES
    is_there = np.append(is_there, True)  # NONE, the last, stands for no deal
    is_gone = np.append(_is_before(deals.deleted, end), False)
    entry_deal, entry_step = records.stage_entries
    kept: dict[TableName, Flags] = {
        "accounts": np.ones(len(records.accounts), dtype=np.bool_),
        "deals": is_there[:-1],
        "deal_splits": is_there[records.splits.deal] & (records.splits.since < end),
        "stage_entries": is_there[entry_deal] & (deals.entered[entry_deal, entry_step] != NONE),
        "lines": is_there[records.lines.deal],
        "leads": records.leads.assigned < end,
        "activities": ~is_gone[records.activities.deal] & (records.activities.logged < end),
        "quotes": is_there[records.quotes.deal] & (records.quotes.sent < end),
        "invoices": is_there[records.invoices.deal] & (records.invoices.issued <= day),
        "payments": is_there[records.payments.deal] & (records.payments.known <= day),
        "surveys": is_there[records.surveys.deal] & (records.surveys.answered <= day),
    }
    return {table: np.flatnonzero(rows) for table, rows in kept.items()}
