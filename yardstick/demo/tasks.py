"""Tasks: the next step of a deal, set as it enters a stage, done in time, late or never."""

from dataclasses import dataclass

import numpy as np

from yardstick.demo.chance import Chance, Whole
from yardstick.demo.columns import DAY_MINUTES, NONE, Columns
from yardstick.demo.deals import Deals
from yardstick.demo.stages import OPEN_STAGES
from yardstick.demo.world import World

SET_SHARE, NEVER_SHARE = 0.65, 0.10
MINUTES_TO_SET = (2, 10, 30, 90)
DUE_DAYS = (3, 6, 11, 18, 28, 45)
#: Days from the due day to the completion.
DAYS_TO_COMPLETE = (-5, -2, 0, 0, 0, 0, 0, 2, 10)


@dataclass(frozen=True)
class Tasks(Columns):
    """A task of a deal: entered at a moment, due and completed on days, completed NONE: never."""

    deal: Whole
    owner: Whole
    entered: Whole
    due: Whole
    completed: Whole


def draw_tasks(world: World, deals: Deals, chance: Chance) -> Tasks:
    """All tasks of the world; due and done on working days of whoever set them."""
    deal, step = np.nonzero(deals.entered[:, :OPEN_STAGES] != NONE)
    is_set = chance.happens(np.full(len(deal), SET_SHARE))
    deal, step = deal[is_set], step[is_set]
    size = len(deal)
    owner = deals.mover[deal, step]
    entered = deals.entered[deal, step] + chance.shaped(MINUTES_TO_SET, size).astype(np.int64)
    set_on = entered // DAY_MINUTES
    due, _ = world.when_at_work(owner, owner, set_on + chance.shaped(DUE_DAYS, size).astype(np.int64))
    takes = chance.shaped(DAYS_TO_COMPLETE, size).astype(np.int64)
    done, _ = world.when_at_work(owner, owner, np.maximum(due + takes, set_on))
    is_never = (done >= world.days) | chance.happens(np.full(size, NEVER_SHARE))
    return Tasks(deal=deal, owner=owner, entered=entered, due=due, completed=np.where(is_never, NONE, done))
