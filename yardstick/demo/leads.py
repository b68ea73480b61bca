"""Leads come in on working days, and are worked by whoever they are assigned to."""

from dataclasses import dataclass

import numpy as np

from yardstick.demo.catalogue import ORIGINS
from yardstick.demo.chance import Chance, Real, Whole
from yardstick.demo.columns import DAY_MINUTES, NONE, Columns
from yardstick.demo.market import Market
from yardstick.demo.world import World

LEADS_A_DAY = 0.68
SLOTS_A_DAY = 4
MINUTES_UNTIL_ASSIGNED = (1, 4, 9, 18, 40, 90, 170)
DAY_BEGINS, DAY_ENDS = 8 * 60, 17 * 60
#: Leads younger than this go to the heir when their owner leaves.
YOUNG_DAYS = 90


@dataclass(frozen=True)
class Leads(Columns):
    """`worker` got the lead; `owner` has it as exported; `heir` takes over if the worker leaves."""

    worker: Whole
    heir: Whole
    owner: Whole
    origin: Whole
    received: Whole
    assigned: Whole
    deal: Whole


def draw_leads(world: World, market: Market, chance: Chance) -> Leads:
    """All leads of the world, by the moment they were assigned; no deal has come of them yet."""
    who, day = draw_seller_days(world, LEADS_A_DAY * market.demand, SLOTS_A_DAY, chance)
    assigned = day * DAY_MINUTES + chance.whole(DAY_BEGINS, DAY_ENDS, len(day))
    heir = draw_heirs(world, who, chance)
    leaves_soon = world.has_left[who] & (world.last_day[who] < day + YOUNG_DAYS)
    leads = Leads(
        worker=who,
        heir=heir,
        owner=np.where(leaves_soon, heir, who),
        origin=chance.pick([origin.weight for origin in ORIGINS], len(who)),
        received=assigned - chance.shaped(MINUTES_UNTIL_ASSIGNED, len(who)).astype(np.int64),
        assigned=assigned,
        deal=np.full(len(who), NONE),
    )
    return leads.take(np.argsort(assigned, kind="stable"))


def draw_seller_days(world: World, rate: Real, slots: int, chance: Chance) -> tuple[Whole, Whole]:
    """Who and on which day, for events that come at `rate` a working day and at most `slots` a day."""
    who, day = np.nonzero(world.at_work)
    chances = np.repeat((rate[day] / slots)[:, np.newaxis], slots, axis=1)
    hit = np.nonzero(chance.happens(chances))[0]
    return who[hit], day[hit]


def draw_heirs(world: World, who: Whole, chance: Chance) -> Whole:
    """For each record of one who leaves, the colleague that will take it over; others keep their own."""
    heir = who.copy()
    for leaver in np.flatnonzero(world.has_left):
        rows = np.flatnonzero(who == leaver)
        heir[rows] = world.heirs[leaver][chance.whole(0, len(world.heirs[leaver]), len(rows))]
    return heir
