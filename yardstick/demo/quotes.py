"""Quotes: sent when a deal reaches the proposal, some revised later."""

from dataclasses import dataclass

import numpy as np

from yardstick.demo.chance import Chance, Whole
from yardstick.demo.columns import DAY_MINUTES, NONE, Columns, turns
from yardstick.demo.deals import Deals
from yardstick.demo.leads import DAY_BEGINS, DAY_ENDS
from yardstick.demo.stages import CLOSING, PROPOSAL
from yardstick.demo.world import World

#: Of the deals that reach the proposal, how many get a quote, and how many of these get another.
QUOTED_SHARE, REVISED_SHARE = 0.93, 0.25
DAYS_TO_SEND, DAYS_TO_REVISE = (0, 0, 1, 2, 4), (3, 6, 9, 14, 25)
#: By how many percent a first quote lies above what is revised.
FIRST_ABOVE = (1, 3, 5, 9)


@dataclass(frozen=True)
class Quotes(Columns):
    """A quote as sent; `amount` in cents of the deal's currency."""

    deal: Whole
    owner: Whole
    amount: Whole
    sent: Whole


def draw_quotes(world: World, deals: Deals, amounts: Whole, chance: Chance) -> Quotes:
    """All quotes of the world, by the moment they were sent; none after the deal was closed."""
    reached = deals.entered[:, PROPOSAL]
    count = chance.happens(np.where(reached != NONE, QUOTED_SHARE, 0.0)).astype(np.int64)
    count += count * chance.happens(np.full(len(deals), REVISED_SHARE))
    deal, turn = turns(count)
    waits = chance.shaped(DAYS_TO_SEND, len(deal)) + turn * chance.shaped(DAYS_TO_REVISE, len(deal))
    wished = reached[deal] // DAY_MINUTES + waits.astype(np.int64)
    day, owner = world.when_at_work(deals.opener[deal], deals.heir[deal], wished)
    at = day * DAY_MINUTES + chance.whole(DAY_BEGINS, DAY_ENDS, len(deal))
    sent = np.maximum(at, reached[deal] + 5)
    above = np.where(turn + 1 < count[deal], chance.shaped(FIRST_ABOVE, len(deal)).astype(np.int64), 0)
    quotes = Quotes(deal=deal, owner=owner, amount=amounts[deal] * (100 + above) // 100, sent=sent)
    closing = deals.entered[deal, CLOSING]
    quotes = quotes.take((day < world.days) & ((closing == NONE) | (sent < closing)))
    return quotes.take(np.argsort(quotes.sent, kind="stable"))
