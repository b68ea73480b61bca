"""Simulated sellers of whom it is known what moves their results, as `judge_controllability` takes them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shipped import THRESHOLDS

from yardstick.conditions.controllability import Ownership, judge_controllability
from yardstick.conditions.finding import Finding
from yardstick.conditions.thresholds import ControlThresholds

Array = NDArray[np.float64]

FIRST = "2023-01-01"
#: Working days of a month.
DAYS = 20.0
OWN = Ownership(owned=95, total=100, rows=100)
#: Spread of the logarithm of a month beside which people and market are as large as planted.
SPREAD = 0.2


@dataclass(frozen=True)
class Kpi:
    """What a definition says of a KPI."""

    aggregation: str = "sum"
    over_time: str = "flow"
    direction: str = "up"


@dataclass(frozen=True)
class Sellers:
    """Sellers whose months are due to who they are, to the market and to chance.

    `person` is the share of who it is once the market is out, `market` the market's share of all, `follows`
    the elasticity to the activity of the month before, `carries_over` how much of a month is in the next.
    """

    people: int = 15
    months: int = 36
    person: float = 0.3
    market: float = 0.3
    follows: float = 0.0
    carries_over: float = 0.0

    def companies(self, number: int, seed: int = 1) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
        """person_months and activity of so many companies."""
        random = np.random.default_rng(seed)
        for _ in range(number):
            yield self._company(random)

    def _company(self, random: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
        shape = self.people, self.months
        busy = carried(random, *shape, 0.5) + random.standard_normal((self.people, 1))
        activity = random.poisson(60 * np.exp(0.3 * busy)).astype(float)
        chance = carried(random, *shape, self.carries_over)
        person = np.sqrt(self.person / (1 - self.person)) * random.standard_normal((self.people, 1))
        rest = 1 / (1 - self.person)
        market = np.sqrt(rest * self.market / (1 - self.market)) * random.standard_normal((1, self.months))
        before = np.log1p(activity[:, :-1])
        own = self.follows * (before - before.mean(axis=1, keepdims=True))
        level = SPREAD * (chance + person + market) + np.pad(own, ((0, 0), (1, 0)))
        return person_months(1000 * np.exp(level)), activities(activity)


def carried(random: np.random.Generator, people: int, months: int, tie: float) -> Array:
    """Normal months of variance 1, a share of each in the next."""
    values = random.standard_normal((people, months))
    for month in range(1, months):
        values[:, month] = tie * values[:, month - 1] + np.sqrt(1 - tie**2) * values[:, month]
    return values


def person_months(
    values: Array,
    denominators: Array | None = None,
    *,
    rows: Array | float = 10.0,
    capacity: Array | float = DAYS,
    teams: NDArray[np.int64] | None = None,
    regions: int = 1,
) -> pd.DataFrame:
    """The frame of values (numerators, if there are denominators), people × months; NaN has no row.

    People are spread over the regions in turn; each is a team, unless teams are given.
    """
    people, months = np.indices(values.shape)
    region = people % regions
    team = region if teams is None else teams
    frame = pd.DataFrame(
        {
            "person_id": [f"person {person:03}" for person in people.ravel()],
            "team_id": [f"team {of}" for of in team.ravel()],
            "region_id": [f"region {of}" for of in region.ravel()],
            "month": pd.date_range(FIRST, periods=values.shape[1], freq="MS")[months.ravel()],
            "numerator": values.ravel(),
            "denominator": np.nan if denominators is None else denominators.ravel(),
            "capacity": np.broadcast_to(capacity, values.shape).ravel(),
            "rows_counted": np.broadcast_to(rows, values.shape).ravel(),
        }
    )
    by = 1.0 if denominators is None else frame["denominator"]
    frame["value"] = frame["numerator"] / by
    return frame[np.isfinite(frame["numerator"])].reset_index(drop=True)


def activities(counts: Array) -> pd.DataFrame:
    people, months = np.indices(counts.shape)
    return pd.DataFrame(
        {
            "person_id": [f"person {person:03}" for person in people.ravel()],
            "month": pd.date_range(FIRST, periods=counts.shape[1], freq="MS")[months.ravel()],
            "activities": counts.ravel(),
        }
    )


def judged(
    months: pd.DataFrame,
    activity: pd.DataFrame | None = None,
    *,
    kpi: Kpi | None = None,
    ownership: Ownership = OWN,
    thresholds: ControlThresholds = THRESHOLDS.controllable,
) -> dict[str, Finding]:
    """The findings by dimension."""
    activity = activities(np.zeros((0, 0))) if activity is None else activity
    found = judge_controllability(kpi or Kpi(), months, ownership, activity, thresholds)
    assert len({finding.dimension for finding in found}) == len(found)
    return {finding.dimension: finding for finding in found}
