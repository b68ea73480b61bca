"""Deals: who they are with, what they are worth, where they stand."""

from dataclasses import dataclass

import numpy as np

from yardstick.demo.catalogue import PRODUCTS, Account
from yardstick.demo.chance import Chance, Flags, Whole
from yardstick.demo.columns import DAY_MINUTES, NONE
from yardstick.demo.leads import Leads
from yardstick.demo.market import Market
from yardstick.demo.openings import Openings, draw_openings
from yardstick.demo.stages import LOST, WON, Ways, draw_ways
from yardstick.demo.world import World

QUANTITY = (1, 1, 1, 2, 2, 3, 4, 6, 9)
DISCOUNT_PERCENT = (0, 0, 3, 5, 8, 10, 12, 15, 22)


@dataclass(frozen=True)
class Deals(Ways):
    """Deals as exported, and their ways; `amount` in cents, `closed` a day, `created`, `modified` moments."""

    owner: Whole
    account: Whole
    product: Whole
    lead: Whole
    amount: Whole
    created: Whole
    closed: Whole
    modified: Whole

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


def draw_deals(
    world: World, market: Market, leads: Leads, accounts: tuple[Account, ...], chance: Chance
) -> Deals:
    """All deals of the world, by creation, without any defect."""
    openings = draw_openings(world, market, leads, chance)
    product = chance.pick([product.weight for product in PRODUCTS], len(openings))
    ways = draw_ways(world, market, openings, product, chance)
    is_closed = np.isin(ways.last_stage, (WON, LOST))
    keeper = np.where(world.has_left[openings.opener], openings.heir, openings.opener)
    return Deals(
        owner=np.where(is_closed, ways.last_mover, keeper),
        account=_accounts(world, openings, accounts, chance),
        product=product,
        lead=openings.lead,
        amount=_amounts(product, chance),
        created=openings.created,
        closed=np.where(is_closed, ways.last_entered // DAY_MINUTES, NONE),
        modified=ways.last_entered,
        stage=ways.stage,
        entered=ways.entered,
        mover=ways.mover,
    )


def _accounts(world: World, openings: Openings, accounts: tuple[Account, ...], chance: Chance) -> Whole:
    """An account of the region that the opener worked in on that day."""
    team = world.team_on[openings.opener, openings.created // DAY_MINUTES]
    region = world.region_of_team[team]
    chosen = np.full(len(openings), NONE, dtype=np.int64)
    for served in np.unique(world.region_of_team):
        nearby = [position for position, account in enumerate(accounts) if account.region == served]
        rows = np.flatnonzero(region == served)
        picked = chance.pick([accounts[position].weight for position in nearby], len(rows))
        chosen[rows] = np.array(nearby)[picked]
    return chosen


def _amounts(product: Whole, chance: Chance) -> Whole:
    """List price × quantity less discount, in cents."""
    price = np.array([product.list_price for product in PRODUCTS])[product]
    quantity = chance.shaped(QUANTITY, len(product)).astype(np.int64)
    discount = chance.shaped(DISCOUNT_PERCENT, len(product)).astype(np.int64)
    return price * quantity * (100 - discount)
