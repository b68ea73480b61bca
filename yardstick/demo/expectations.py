"""When sellers expect to close their deals, and how that slips."""

from dataclasses import dataclass

import numpy as np

from yardstick.demo.chance import Chance, Whole
from yardstick.demo.columns import NONE, Columns
from yardstick.demo.stages import CYCLE_DAYS
from yardstick.demo.world import World

#: What is expected in parts of what it takes.
FORESIGHT = (0.5, 0.8, 0.95, 1.0, 1.05, 1.25, 1.8)
LEAST_DAYS = 5
#: How many deals nobody says anything about.
SILENT_SHARE = 0.06
SLIPS, SLIP_SHARE = 4, 0.85
DAYS_BEFORE = (0, 0, 1, 3, 6)
SLIP_DAYS = (6, 10, 15, 24, 40, 75)


@dataclass(frozen=True)
class Expectations(Columns):
    """A row per deal, a column per saying: the day of closing expected, and the day on which it was said."""

    expected: Whole
    said: Whole

    def expected_on(self, day: int) -> Whole:
        """The closing day last expected; NONE where nobody says."""
        is_said = (self.said != NONE) & (self.said <= day)
        last = np.where(is_said, np.arange(SLIPS + 1), 0).max(axis=1)
        expected: Whole = self.expected[np.arange(len(self.expected)), last]
        return expected


def draw_expectations(world: World, created: Whole, closed: Whole, chance: Chance) -> Expectations:
    """What is expected of each deal at first, and each time that the day comes near and it is open still."""
    deals = len(created)
    expected, said = (np.full((deals, SLIPS + 1), NONE, dtype=np.int64) for _ in range(2))
    usual = chance.shaped(CYCLE_DAYS, deals)
    takes = np.where(closed == NONE, usual, closed - created) * chance.shaped(FORESIGHT, deals)
    is_told = ~chance.happens(np.full(deals, SILENT_SHARE))
    expected[:, 0] = np.where(is_told, created + np.maximum(takes.astype(np.int64), LEAST_DAYS), NONE)
    said[:, 0] = np.where(is_told, created, NONE)
    for slip in range(1, SLIPS + 1):
        before = chance.shaped(DAYS_BEFORE, deals).astype(np.int64)
        day = np.maximum(expected[:, slip - 1] - before, said[:, slip - 1] + 1)
        later = expected[:, slip - 1] + chance.shaped(SLIP_DAYS, deals).astype(np.int64)
        is_told &= (day < world.days) & ((closed == NONE) | (day < closed))
        is_told &= chance.happens(np.full(deals, SLIP_SHARE))
        expected[:, slip], said[:, slip] = np.where(is_told, later, NONE), np.where(is_told, day, NONE)
    return Expectations(expected=expected, said=said)
