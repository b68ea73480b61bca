"""Credit splits: some larger deals are worked, and credited, together."""

from dataclasses import dataclass

import numpy as np

from yardstick.demo.chance import Chance, Whole
from yardstick.demo.columns import CRM, DAY_MINUTES, NONE, Columns
from yardstick.demo.deals import Deals
from yardstick.demo.stages import PROPOSAL
from yardstick.demo.world import World

#: Of the deals worth more than this in cents, how many are shared, and among how many people.
LARGE, SHARED_SHARE, THREE_SHARE = 6_000_000, 0.4, 0.25
#: Percent of the credit, the owner's first.
SHARES = (((70, 30), (60, 40), (50, 50)), ((50, 30, 20), (40, 40, 20), (34, 33, 33)))


@dataclass(frozen=True)
class Splits(Columns):
    """A person's share of a deal, in percent; entered at the moment `since`."""

    deal: Whole
    person: Whole
    percent: Whole
    since: Whole


def draw_splits(world: World, deals: Deals, amounts: Whole, chance: Chance) -> Splits:
    """The splits of the larger CRM; who shares a deal with its opener is of the same region on the day."""
    reached = deals.entered[:, PROPOSAL]
    is_large = (amounts >= LARGE) & (reached != NONE) & (deals.system == CRM)
    deal = np.flatnonzero(chance.happens(np.where(is_large, SHARED_SHARE, 0.0)))
    is_of_three = chance.happens(np.full(len(deal), THREE_SHARE))
    pattern, luck = chance.whole(0, 3, len(deal)), chance.whole(0, 2**31, 2 * len(deal)).reshape(-1, 2)
    rows = []
    for row, of_three, way, (first, second) in zip(
        deal.tolist(), is_of_three.tolist(), pattern.tolist(), luck.tolist(), strict=True
    ):
        opener, since = int(deals.opener[row]), int(reached[row])
        mates = _mates(world, opener, since // DAY_MINUTES)
        if len(mates) > 1:
            one = mates[first % len(mates)]
            other = mates[mates != one][second % (len(mates) - 1)]
            people = zip((opener, one, other), SHARES[of_three][way], strict=False)
            rows += [(row, person, percent, since) for person, percent in people]
    return Splits(*np.array(rows, dtype=np.int64).reshape(-1, 4).T)


def _mates(world: World, opener: int, day: int) -> Whole:
    """Others who are with the company in the opener's region on the day."""
    team = world.team_on[:, min(day, world.days - 1)]
    region = np.where(team == NONE, NONE, world.region_of_team[team])
    mates = np.flatnonzero(region == region[opener])
    others: Whole = mates[mates != opener]
    return others
