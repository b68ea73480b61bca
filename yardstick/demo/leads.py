"""Leads come in on working days, and are worked by whoever they are assigned to."""

from dataclasses import dataclass

import numpy as np

from yardstick.demo.catalogue import ORIGINS
from yardstick.demo.chance import Chance, Real, Whole
from yardstick.demo.columns import ALPINE, CRM, DAY_MINUTES, NONE, Columns
from yardstick.demo.market import Market
from yardstick.demo.world import World

#: Of the records of the region that the smaller CRM serves.
ALPINE_SHARE = 0.34
MINUTES_UNTIL_ASSIGNED = (1, 4, 9, 18, 40, 90, 170)
DAY_BEGINS, DAY_ENDS = 8 * 60, 17 * 60
#: Leads younger than this go to the heir when their owner leaves.
YOUNG_DAYS = 90


@dataclass(frozen=True)
class Leads(Columns):
    """`worker` got the lead, `heir` takes over if the worker leaves; `deal` came of it."""

    worker: Whole
    heir: Whole
    system: Whole
    origin: Whole
    received: Whole
    assigned: Whole
    deal: Whole

    def owner_on(self, world: World, day: int) -> Whole:
        """Who has the lead: when its worker leaves, a young one goes to the heir."""
        last = world.last_day[self.worker]
        is_young = last < self.assigned // DAY_MINUTES + YOUNG_DAYS
        return np.where(world.has_left[self.worker] & (last < day) & is_young, self.heir, self.worker)


def draw_leads(world: World, market: Market, chance: Chance) -> Leads:
    """All leads of the world, by the moment they were assigned; no deal has come of them yet."""
    who, day = draw_seller_days(world, market, world.volumes.leads, chance)
    assigned = day * DAY_MINUTES + chance.whole(DAY_BEGINS, DAY_ENDS, len(day))
    heir = draw_heirs(world, who, chance)
    leads = Leads(
        worker=who,
        heir=heir,
        system=draw_system(world, who, heir, day, chance),
        origin=chance.pick([origin.weight for origin in ORIGINS], len(who)),
        received=assigned - chance.shaped(MINUTES_UNTIL_ASSIGNED, len(who)).astype(np.int64),
        assigned=assigned,
        deal=np.full(len(who), NONE),
    )
    return leads.take(np.argsort(assigned, kind="stable"))


def draw_seller_days(
    world: World, market: Market, rate: float, chance: Chance, rush: Real | float = 1.0
) -> tuple[Whole, Whole]:
    """Who and on which day, for events that come at `rate` a working day in fair times.

    A new hire has fewer; `rush` is a factor by day.
    """
    who, day = np.nonzero(world.at_work)
    slots = 2 + int(3 * rate)
    expected = rate * (rush * market.demand)[day] * market.pace[who, day]
    hit = np.nonzero(chance.happens(np.repeat((expected / slots)[:, np.newaxis], slots, axis=1)))[0]
    return who[hit], day[hit]


def draw_heirs(world: World, who: Whole, chance: Chance) -> Whole:
    """For each record of one who leaves, the colleague that will take it over; others keep their own."""
    heir = who.copy()
    for leaver in np.flatnonzero(world.has_left):
        rows = np.flatnonzero(who == leaver)
        heir[rows] = world.heirs[leaver][chance.whole(0, len(world.heirs[leaver]), len(rows))]
    return heir


def draw_system(world: World, who: Whole, heir: Whole, day: Whole, chance: Chance) -> Whole:
    """In which CRM each record is entered."""
    is_alpine = chance.happens(np.where(world.in_alpine(who, heir, day), ALPINE_SHARE, 0.0))
    return np.where(is_alpine, ALPINE, CRM)
