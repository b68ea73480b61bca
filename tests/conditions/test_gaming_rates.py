"""How often signs of gaming are seen where nobody games, and where somebody does, in simulated companies.

Each rate is asserted with its exact 95 % interval, which must hold the stated rate or lie on its better side.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from rates import at_least, at_most
from shipped import THRESHOLDS
from target_worlds import NO_CLOSINGS, WORKING_DAYS, Array, days_of, shapes_of

from yardstick.conditions.chances import Measure
from yardstick.conditions.gaming import CounterKpi, judge_gaming
from yardstick.reading.strict import Bilingual

SALES = Measure("bookings", "up", "sum")
CALLS = Measure("outbound_calls", "up", "sum")
DISCOUNT = CounterKpi(
    Measure("average_discount", "down", "ratio"), Bilingual(en="Discount", ru="Скидка"), True
)
CONNECTS = CounterKpi(
    Measure("connect_rate", "up", "ratio"), Bilingual(en="Connects", ru="Доля дозвонов"), True
)
MONTHS = 26


def is_warned(sign: str, shapes: pd.DataFrame, measure: Measure, counter: CounterKpi | None) -> list[bool]:
    """Of each node with a verdict that is one."""
    found = judge_gaming(measure, shapes, NO_CLOSINGS, THRESHOLDS.realistic.gaming, counter)
    return [
        finding.verdict == "warn"
        for _, finding in found
        if finding.dimension == sign and finding.verdict != "not enough data"
    ]


class TestTeams:
    """26 months of 400 teams with so many sellers, whose deals come as they come."""

    @staticmethod
    @cache
    def shapes(people: int, rush: float, discount: float, until: str) -> pd.DataFrame:
        """In the last month but one, so many times as much falls on the last two days: of the next month's.

        And on the last five days of all months the discount is so much higher than the usual 10 %.
        """
        random = np.random.default_rng(people)
        frames = []
        for node in range(400):
            deals = random.poisson(people * 2.5 / 20, (MONTHS, WORKING_DAYS))
            sales = np.where(deals > 0, random.gamma(np.maximum(deals, 1) * 2.0), 0)
            more = sales[-2, -2:] * (rush - 1)
            sales[-2, -2:] += more
            sales[-1, :2] = np.maximum(sales[-1, :2] - more, 0)
            given = np.clip(0.10 + 0.05 * random.standard_normal(sales.shape), 0, 1) * sales
            given[:, -5:] += discount * sales[:, -5:]
            calls = random.poisson(people * 12, (MONTHS, WORKING_DAYS)).astype(float)
            luck = np.exp(0.05 * random.standard_normal((MONTHS, 1)))
            reached = random.binomial(calls.astype(int), 0.3 * luck)
            frames += [
                days_of("bookings", sales, node=str(node)),
                days_of("average_discount", given, sales, node=str(node)),
                days_of("outbound_calls", calls, node=str(node)),
                days_of("connect_rate", reached, calls, node=str(node)),
            ]
        days = pd.concat(frames)
        return shapes_of(days[days["month"] <= until])

    def seen(
        self,
        sign: str,
        people: int = 46,
        *,
        rush: float = 1.0,
        discount: float = 0.0,
        until: str = "2026-06-01",
    ) -> list[bool]:
        pair = (CALLS, CONNECTS) if sign == "spike" else (SALES, DISCOUNT)
        return is_warned(sign, self.shapes(people, rush, discount, until), *pair)

    @pytest.mark.parametrize(
        ("sign", "people", "stated"),
        [
            ("rush", 8, 0.02),
            ("rush", 46, 0.02),
            ("pull_forward", 8, 0.02),
            ("pull_forward", 46, 0.02),
            ("spike", 8, 0.01),
            ("spike", 46, 0.01),
            ("late_counter", 8, 0.05),
            ("late_counter", 46, 0.05),
        ],
    )
    def test_a_month_like_any_other_is_seldom_a_sign(self, sign: str, people: int, stated: float) -> None:
        at_most(self.seen(sign, people), stated)

    def test_four_times_as_much_on_the_last_days_is_found(self) -> None:
        at_least(self.seen("rush", rush=4.0, until="2026-05-01"), 0.90)

    def test_and_so_is_what_the_next_month_lacks(self) -> None:
        at_least(self.seen("pull_forward", rush=4.0), 0.90)

    def test_four_points_more_discount_at_the_end_are_found(self) -> None:
        at_least(self.seen("late_counter", discount=0.04), 0.95)


class TestASellerWhoRushes:
    """Companies of five teams of four, each of whom closes two small deals a day.

    In the last month, one seller of the first team closes all of them on the last two days.
    """

    TEAMS = 5
    SELLERS = 4

    @classmethod
    @cache
    def companies(cls, rushes: bool) -> pd.DataFrame:
        random = np.random.default_rng(5)
        frames = []
        for company in range(150):
            deals = random.poisson(2.0, (cls.TEAMS, cls.SELLERS, MONTHS, WORKING_DAYS))
            sales: Array = np.where(deals > 0, random.gamma(np.maximum(deals, 1) * 2.0), 0)
            if rushes:
                whole = sales[0, 0, -1].sum()
                sales[0, 0, -1] = [0] * (WORKING_DAYS - 2) + [whole / 2] * 2
            frames += [
                days_of("bookings", sales[team].sum(axis=0), node=f"{company} {team}")
                for team in range(cls.TEAMS)
            ]
        return shapes_of(pd.concat(frames))

    def warned(self, rushes: bool, team: str) -> list[bool]:
        shapes = self.companies(rushes)
        return is_warned("rush", shapes[shapes["node_id"].str.endswith(team)], SALES, None)

    def test_is_seen_in_the_team(self) -> None:
        at_least(self.warned(True, " 0"), 0.95)

    def test_is_not_seen_in_the_other_teams(self) -> None:
        at_most([seen for team in range(1, 5) for seen in self.warned(True, f" {team}")], 0.02)

    def test_is_not_seen_where_nobody_rushes(self) -> None:
        at_most(self.warned(False, ""), 0.02)
