"""Late edits: closed deals that are corrected or deleted, most of them in the world's last months."""

from dataclasses import dataclass, replace

import numpy as np

from yardstick.demo.chance import Chance, Flags, Whole
from yardstick.demo.columns import DAY_MINUTES, NONE, Columns
from yardstick.demo.deals import Deals
from yardstick.demo.leads import DAY_BEGINS, DAY_ENDS
from yardstick.demo.lines import Lines
from yardstick.demo.stages import CLOSING, LOSS
from yardstick.demo.world import World

#: Fields that an edit changes: a deal's owner, its amount (to NONE), its closing, a line's discount.
OWNER, AMOUNT, CLOSED, DISCOUNT = 0, 1, 2, 3

RECENT_DAYS, LEAST_DAYS = 100, 4
DAYS_TO_EDIT = (2, 4, 8, 14, 24, 40)
#: Of the deals closed recently how many are edited so, and of those closed earlier in parts of that.
EDITED_SHARE = {OWNER: 0.04, CLOSED: 0.025, DISCOUNT: 0.06}
DELETED_SHARE, EARLIER = 0.02, 0.06
#: A closing is corrected to the same weekday some weeks earlier.
WEEK, MOST_WEEKS = 7, 3


@dataclass(frozen=True)
class Edits(Columns):
    """From the moment `at` on, a field of the row is `value`; a defect is an edit from the beginning on."""

    field: Whole
    row: Whole
    at: Whole
    value: Whole


def edits_of(field: int, row: Whole, at: Whole | int, value: Whole | int) -> Edits:
    """Edits of one field."""
    return Edits(*(np.broadcast_to(column, row.shape).astype(np.int64) for column in (field, row, at, value)))


def edited(values: Whole, edits: Edits, field: int, end: int) -> Whole:
    """The values of a field as they were before a moment."""
    is_made = (edits.field == field) & (edits.at < end)
    values = values.copy()
    values[edits.row[is_made]] = edits.value[is_made]
    return values


def draw_edits(world: World, deals: Deals, lines: Lines, chance: Chance) -> tuple[Deals, Edits]:
    """The deals, some of them deleted, and the edits of others; each is edited at most once."""
    closed, last = deals.closed, world.days - 1
    is_free = (closed != NONE) & (deals.entered[:, LOSS] == NONE) & (deals.known == deals.created)
    is_free &= closed <= last - LEAST_DAYS
    weight = np.where(closed > last - RECENT_DAYS, 1.0, EARLIER)
    days = chance.shaped(DAYS_TO_EDIT, len(deals)).astype(np.int64)
    at = (closed + days) * DAY_MINUTES + chance.whole(DAY_BEGINS, DAY_ENDS, len(deals))
    is_free &= at < world.end

    def choose(share: float, among: Flags) -> Whole:
        rows = np.flatnonzero(is_free & among & chance.happens(share * weight))
        is_free[rows] = False
        return rows

    deleted = choose(DELETED_SHARE, deals.lead == NONE)
    handed, heir = _handed_over(world, deals, choose(EDITED_SHARE[OWNER], deals.is_won))
    weeks = chance.whole(1, MOST_WEEKS + 1, len(deals)) * WEEK * DAY_MINUTES
    earlier = deals.last_entered - weeks
    before = np.where(deals.entered[:, :CLOSING] != NONE, deals.entered[:, :CLOSING], 0).max(axis=1)
    redated = choose(EDITED_SHARE[CLOSED], earlier > before + DAY_MINUTES)
    repriced = choose(EDITED_SHARE[DISCOUNT], deals.is_won)
    first_line = np.searchsorted(lines.deal, repriced)
    new_discount = lines.discount[first_line] + chance.whole(1, 9, len(repriced))
    edits = (
        edits_of(OWNER, handed, at[handed], heir)
        .joined(edits_of(CLOSED, redated, at[redated], earlier[redated]))
        .joined(edits_of(DISCOUNT, first_line, at[repriced], new_discount))
    )
    moment = deals.deleted.copy()
    moment[deleted] = at[deleted]
    return replace(deals, deleted=moment), edits


def _handed_over(world: World, deals: Deals, rows: Whole) -> tuple[Whole, Whole]:
    """The deals that have a colleague of the closer's team to go to, and who it is."""
    pairs = []
    columns = (column[rows].tolist() for column in (deals.last_mover, deals.closed, deals.system))
    for row, closer, day, system in zip(rows.tolist(), *columns, strict=True):
        mates = np.flatnonzero(
            (world.team_on[:, day] == world.team_on[closer, day]) & ~world.has_left & world.has_id[:, system]
        )
        mates = mates[mates != closer]
        if len(mates):
            pairs.append((row, mates[row % len(mates)]))
    chosen = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return chosen[:, 0], chosen[:, 1]
