"""Deals: who they are with, what they are about, where they stand."""

from dataclasses import dataclass

import numpy as np

from yardstick.demo.accounts import Account
from yardstick.demo.catalogue import PRODUCTS
from yardstick.demo.chance import Chance, Whole
from yardstick.demo.columns import ALPINE, DAY_MINUTES, NONE
from yardstick.demo.expectations import Expectations, draw_expectations
from yardstick.demo.leads import Leads
from yardstick.demo.ledger import DealKind
from yardstick.demo.market import Market
from yardstick.demo.openings import Openings, draw_openings
from yardstick.demo.stages import CLOSING, LOSS, Ways, draw_ways
from yardstick.demo.world import World

DEAL_KINDS: tuple[DealKind, ...] = ("new", "expansion", "renewal")
NEW = 0
#: What a deal with an account that was won before is: by DEAL_KINDS.
KINDS_OF_CUSTOMERS = (35, 45, 20)
#: Of the deals that come of no lead, how many are entered late, and by how many days.
LATE_SHARE, DAYS_LATE = 0.05, (1, 2, 4, 6, 10, 20)


@dataclass(frozen=True)
class Deals(Expectations, Ways):
    """Deals and their ways; `known` is the moment at which one was entered in the CRM, `deleted` its end.

    `created` is what the CRM says of their beginning. Who opened a deal has it while it is open, or the
    heir once the opener has left.
    """

    opener: Whole
    heir: Whole
    system: Whole
    lead: Whole
    account: Whole
    product: Whole
    currency: Whole
    kind: Whole
    created: Whole
    known: Whole
    deleted: Whole

    def owner_on(self, world: World, day: int) -> Whole:
        """Who has a deal that has come as far as this: of a closed one, whoever closed it."""
        has_left = world.has_left[self.opener] & (world.last_day[self.opener] < day)
        keeper = np.where(has_left, self.heir, self.opener)
        return np.where(self.closed != NONE, self.last_mover, keeper)


def draw_deals(
    world: World, market: Market, leads: Leads, accounts: tuple[Account, ...], chance: Chance
) -> Deals:
    """All deals of the world, by creation, without any defect."""
    openings = draw_openings(world, market, leads, chance)
    product = chance.pick([product.weight for product in PRODUCTS], len(openings))
    ways = draw_ways(world, market, openings, product, chance)
    expectations = draw_expectations(world, openings.created // DAY_MINUTES, ways.closed, chance)
    account = _accounts(world, openings, accounts, chance)
    return Deals(
        **vars(openings),
        **vars(ways),
        **vars(expectations),
        account=account,
        product=product,
        currency=np.array([account.currency for account in accounts])[account],
        kind=_kinds(openings, ways, account, chance),
        known=_known(world, openings, chance),
        deleted=np.full(len(openings), NONE),
    )


def _accounts(world: World, openings: Openings, accounts: tuple[Account, ...], chance: Chance) -> Whole:
    """An account of the region that the opener worked in on that day, or any of the smaller CRM's.

    One that is not found yet then gives way to another that was there from the beginning.
    """
    region = world.region_of_team[world.team_on[openings.opener, openings.created // DAY_MINUTES]]
    group = np.where(openings.system == ALPINE, NONE, region)
    groups = np.array([NONE if account.system == ALPINE else account.region for account in accounts])
    weight = np.array([account.weight for account in accounts])
    found = np.array([account.found for account in accounts]) * world.end
    chosen = np.full(len(openings), NONE, dtype=np.int64)
    for served in np.unique(group):
        nearby = np.flatnonzero(groups == served)
        old = np.flatnonzero((groups == served) & (found == 0))
        rows = np.flatnonzero(group == served)
        wished = nearby[chance.pick(weight[nearby], len(rows))]
        other = old[chance.pick(weight[old], len(rows))]
        chosen[rows] = np.where(found[wished] <= openings.created[rows], wished, other)
    return chosen


def _kinds(openings: Openings, ways: Ways, account: Whole, chance: Chance) -> Whole:
    """New with an account that was not won before; with one that was, new or more of the same."""
    stands_won = ways.is_won & (ways.entered[:, LOSS] == NONE)
    first_win = np.full(account.max(initial=0) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first_win, account[stands_won], ways.entered[stands_won, CLOSING])
    is_customer = first_win[account] < openings.created
    return np.where(is_customer, chance.pick(KINDS_OF_CUSTOMERS, len(account)), NEW)


def _known(world: World, openings: Openings, chance: Chance) -> Whole:
    """Most deals are entered at once; some of the seller's own later, as long as the world lasts."""
    is_late = chance.happens(np.where(openings.lead == NONE, LATE_SHARE, 0.0))
    late = openings.created + chance.shaped(DAYS_LATE, len(openings)).astype(np.int64) * DAY_MINUTES
    return np.where(is_late & (late < world.end), late, openings.created)
