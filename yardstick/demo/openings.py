"""Deals are opened: from leads that convert, and by the sellers' own prospecting."""

from dataclasses import dataclass

import numpy as np

from yardstick.demo.catalogue import ORIGINS
from yardstick.demo.chance import Chance, Whole
from yardstick.demo.columns import DAY_MINUTES, NONE, Columns
from yardstick.demo.leads import DAY_BEGINS, DAY_ENDS, Leads, draw_heirs, draw_seller_days, draw_system
from yardstick.demo.market import Market
from yardstick.demo.world import World

CONVERSION = 0.30
DAYS_TO_CONVERT = (0, 1, 2, 3, 5, 7, 10, 14, 19, 26, 36, 50, 74, 128)
MINUTES_TO_TALK = 25
#: In the first days the sellers enter the deals that they already have in hand.
GO_LIVE_DAYS, GO_LIVE_RUSH = 14, 12


@dataclass(frozen=True)
class Openings(Columns):
    """Deals at the moment they are opened; `heir` takes over if the opener leaves, `lead` may be NONE."""

    opener: Whole
    heir: Whole
    system: Whole
    lead: Whole
    created: Whole


def draw_openings(world: World, market: Market, leads: Leads, chance: Chance) -> Openings:
    """All deals ever opened, by creation."""
    openings = _from_leads(world, market, leads, chance).joined(_from_prospecting(world, market, chance))
    return openings.take(np.argsort(openings.created, kind="stable"))


def _from_leads(world: World, market: Market, leads: Leads, chance: Chance) -> Openings:
    assigned_day = leads.assigned // DAY_MINUTES
    readiness = np.array([origin.readiness for origin in ORIGINS])[leads.origin]
    converts = chance.happens(CONVERSION * readiness * market.form(leads.worker, assigned_day))
    wished = assigned_day + chance.shaped(DAYS_TO_CONVERT, len(leads)).astype(np.int64)
    day, opener = world.when_at_work(leads.worker, leads.heir, wished)
    at = day * DAY_MINUTES + chance.whole(DAY_BEGINS, DAY_ENDS, len(leads))
    return Openings(
        opener=opener,
        heir=np.where(opener == leads.worker, leads.heir, opener),
        system=leads.system,
        lead=np.arange(len(leads)),
        created=np.maximum(at, leads.assigned + MINUTES_TO_TALK),
    ).take(converts & (day < world.days))


def _from_prospecting(world: World, market: Market, chance: Chance) -> Openings:
    rush = np.where(np.arange(world.days) < GO_LIVE_DAYS, GO_LIVE_RUSH, 1.0)
    who, day = draw_seller_days(world, market, world.volumes.prospects, chance, rush)
    heir = draw_heirs(world, who, chance)
    return Openings(
        opener=who,
        heir=heir,
        system=draw_system(world, who, heir, day, chance),
        lead=np.full(len(who), NONE),
        created=day * DAY_MINUTES + chance.whole(DAY_BEGINS, DAY_ENDS, len(who)),
    )
