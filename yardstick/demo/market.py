"""How good the times are, and how good the people: what moves the numbers, day by day."""

from dataclasses import dataclass

import numpy as np

from yardstick.demo.chance import Chance, Real, Whole
from yardstick.demo.world import World

#: Demand by month of the year, January first.
SEASON = (0.86, 0.96, 1.10, 1.02, 1.00, 1.06, 0.86, 0.78, 1.10, 1.12, 1.18, 0.96)
GROWTH_A_YEAR = 0.04
MARKET_LUCK = 0.05
SKILL = 0.16
LUCK = 0.10


@dataclass(frozen=True)
class Market:
    """Factors around 1: demand per day; skill per seller; a seller's luck per month of the world.

    `pace` per seller and day is below 1 while a new hire learns.
    """

    demand: Real
    skill: Real
    luck: Real
    pace: Real
    month_of_day: Whole

    def form(self, who: Whole, day: Whole) -> Real:
        """How well each of the sellers sells on a day."""
        learnt: Real = (1 + self.pace[who, day]) / 2
        return self.skill[who] * self.luck[who, self.month_of_day[day]] * learnt


def draw_market(world: World, chance: Chance) -> Market:
    """The times and the people for the whole stretch of the world."""
    days = [world.date_of(day) for day in range(world.days)]
    first = days[0]
    month_of_day = np.array([(day.year - first.year) * 12 + day.month - first.month for day in days])
    months = int(month_of_day[-1]) + 1
    season = np.array([SEASON[day.month - 1] for day in days])
    growth = 1 + GROWTH_A_YEAR * np.arange(world.days) / 365
    market_luck = 1 + MARKET_LUCK * chance.bell((months,))
    sellers = len(world.sellers)
    return Market(
        demand=season * growth * market_luck[month_of_day],
        skill=np.maximum(1 + SKILL * chance.bell((sellers,)), 0.6),
        luck=np.maximum(1 + LUCK * chance.bell((sellers, months)), 0.5),
        pace=world.pace,
        month_of_day=month_of_day,
    )
