"""Surveys: some customers say after a win how content they are, from 0 to 10."""

from dataclasses import dataclass

import numpy as np

from yardstick.demo.chance import Chance, Whole
from yardstick.demo.columns import CRM, NONE, Columns
from yardstick.demo.deals import Deals
from yardstick.demo.market import Market
from yardstick.demo.stages import CLOSING, LOSS, WON
from yardstick.demo.world import World

ANSWERED_SHARE = 0.34
DAYS_TO_ANSWER = (7, 14, 21, 35, 60)
SCORES = (0, 4, 6, 7, 8, 9, 9, 10, 10)


@dataclass(frozen=True)
class Surveys(Columns):
    """An answer on a day, about the deal that `owner` won."""

    deal: Whole
    owner: Whole
    score: Whole
    answered: Whole


def draw_surveys(world: World, market: Market, deals: Deals, chance: Chance) -> Surveys:
    """All answers of the larger CRM, by day; the customers of those who sell well are more content."""
    is_asked = (deals.stage[:, CLOSING] == WON) & (deals.entered[:, LOSS] == NONE) & (deals.system == CRM)
    deal = np.flatnonzero(chance.happens(np.where(is_asked, ANSWERED_SHARE, 0.0)))
    owner = deals.last_mover[deal]
    mood = chance.shaped(SCORES, len(deal)) * (2 + market.skill[owner]) / 3
    surveys = Surveys(
        deal=deal,
        owner=owner,
        score=np.minimum((mood + 0.5).astype(np.int64), 10),
        answered=deals.closed[deal] + chance.shaped(DAYS_TO_ANSWER, len(deal)).astype(np.int64),
    )
    surveys = surveys.take(surveys.answered < world.days)
    return surveys.take(np.argsort(surveys.answered, kind="stable"))
