"""The way of each deal through the stages, as far as it comes until the as-of."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from yardstick.demo.catalogue import PRODUCTS
from yardstick.demo.chance import Chance, Flags, Real, Whole
from yardstick.demo.columns import DAY_MINUTES, NONE, Columns
from yardstick.demo.leads import DAY_BEGINS, DAY_ENDS
from yardstick.demo.ledger import StageKind
from yardstick.demo.market import Market
from yardstick.demo.openings import Openings
from yardstick.demo.world import World

OPEN_STAGES = 4
PROPOSAL, NEGOTIATION, WON, LOST = 2, 3, 4, 5
#: By stage; the CRMs have names of their own for them.
STAGE_KINDS: tuple[StageKind, ...] = ("open", "open", "open", "open", "won", "lost")
#: A way: the open stages, the closing, and for a reversed deal the reopening and the loss.
CLOSING, REOPENING, LOSS, STEPS = 4, 5, 6, 7

WIN = 0.40
CYCLE_DAYS = (3, 10, 17, 24, 32, 41, 52, 66, 86, 118, 190)
#: How often a lost deal is lost out of each open stage.
LOST_OUT_OF = (34, 28, 23, 15)
#: The part of the cycle that has passed when each open stage begins, and how far that varies.
STAGE_BEGINS, STAGE_SPREAD = (0.0, 0.14, 0.40, 0.70), 0.10
REVERSED = 0.01
DAYS_TO_REOPEN = (2, 6, 12, 24)
DAYS_TO_LOSE = (3, 8, 15, 35)
MINUTES_BETWEEN_STAGES = 15


@dataclass(frozen=True)
class Ways(Columns):
    """A row per deal and a column per step: the stage, the moment of entry, who moved it; NONE: not gone."""

    stage: Whole
    entered: Whole
    mover: Whole

    @property
    def last_stage(self) -> Whole:
        """The stage that each deal stands in."""
        return self._at_last_step(self.stage)

    @property
    def last_entered(self) -> Whole:
        """The moment of the last step."""
        return self._at_last_step(self.entered)

    @property
    def last_mover(self) -> Whole:
        """Who made the last step."""
        return self._at_last_step(self.mover)

    @property
    def is_won(self) -> Flags:
        """Won, and not reversed since."""
        won: Flags = self.last_stage == WON
        return won

    @property
    def is_lost(self) -> Flags:
        """Lost, be it after having been won."""
        lost: Flags = self.last_stage == LOST
        return lost

    @property
    def closed(self) -> Whole:
        """The day of the last step of a won or lost deal, else NONE."""
        return np.where(self.is_won | self.is_lost, self.last_entered // DAY_MINUTES, NONE)

    def until(self, end: int) -> Self:
        """The ways as far as they have come before a moment; the first step is always there."""
        is_gone = self.entered < end
        is_gone[:, 0] = True
        return replace(
            self,
            stage=np.where(is_gone, self.stage, NONE),
            entered=np.where(is_gone, self.entered, NONE),
            mover=np.where(is_gone, self.mover, NONE),
        )

    def _at_last_step(self, values: Whole) -> Whole:
        last_step = np.where(self.stage != NONE, np.arange(STEPS), 0).max(axis=1)
        found: Whole = values[np.arange(len(self)), last_step]
        return found


def draw_ways(world: World, market: Market, openings: Openings, product: Whole, chance: Chance) -> Ways:
    """How each deal went."""
    is_won = _wins(market, openings, product, chance)
    last_open = np.where(is_won, NEGOTIATION, chance.pick(LOST_OUT_OF, len(openings)))
    stage = _planned_stages(is_won, last_open, chance)
    cycle = chance.shaped(CYCLE_DAYS, len(openings)) / market.skill[openings.opener]
    return _walk(world, openings, stage, _planned_days(cycle, last_open, chance), chance)


def _wins(market: Market, openings: Openings, product: Whole, chance: Chance) -> Flags:
    ease = np.array([product.ease for product in PRODUCTS])[product]
    return chance.happens(WIN * ease * market.form(openings.opener, openings.created // DAY_MINUTES))


def _planned_stages(is_won: Flags, last_open: Whole, chance: Chance) -> Whole:
    stage = np.full((len(is_won), STEPS), NONE, dtype=np.int64)
    for step in range(OPEN_STAGES):
        stage[:, step] = np.where(step <= last_open, step, NONE)
    stage[:, CLOSING] = np.where(is_won, WON, LOST)
    is_reversed = is_won & chance.happens(np.full(len(is_won), REVERSED))
    stage[is_reversed, REOPENING] = NEGOTIATION
    stage[is_reversed, LOSS] = LOST
    return stage


def _planned_days(cycle: Real, last_open: Whole, chance: Chance) -> Whole:
    """Days from creation to each step, had nobody a day off."""
    deals = len(cycle)
    begins = np.ones((deals, OPEN_STAGES + 1))
    for step, begin in enumerate(STAGE_BEGINS):
        spread = STAGE_SPREAD if step else 0.0
        begins[:, step] = begin + spread * chance.shaped((-1, 1), deals)
    ends = begins[np.arange(deals), last_open + 1]
    days = np.empty((deals, STEPS), dtype=np.int64)
    days[:, :CLOSING] = cycle[:, np.newaxis] * begins[:, :CLOSING] / ends[:, np.newaxis]
    days[:, CLOSING] = cycle
    days[:, REOPENING] = days[:, CLOSING] + chance.shaped(DAYS_TO_REOPEN, deals).astype(np.int64)
    days[:, LOSS] = days[:, REOPENING] + chance.shaped(DAYS_TO_LOSE, deals).astype(np.int64)
    return days


def _walk(world: World, openings: Openings, stage: Whole, days: Whole, chance: Chance) -> Ways:
    """Steps fall on working days of whoever owns the deal then, one after the other."""
    created_day = openings.created // DAY_MINUTES
    entered, mover = np.full_like(stage, NONE), np.full_like(stage, NONE)
    entered[:, 0], mover[:, 0] = openings.created, openings.opener
    latest = openings.created
    for step in range(1, STEPS):
        day, who = world.when_at_work(openings.opener, openings.heir, created_day + days[:, step])
        at = day * DAY_MINUTES + chance.whole(DAY_BEGINS, DAY_ENDS, len(day))
        is_gone = (stage[:, step] != NONE) & (day < world.days)
        latest = np.where(is_gone, np.maximum(at, latest + MINUTES_BETWEEN_STAGES), latest)
        entered[:, step] = np.where(is_gone, latest, NONE)
        mover[:, step] = np.where(is_gone, who, NONE)
    return Ways(stage=np.where(entered != NONE, stage, NONE), entered=entered, mover=mover)
