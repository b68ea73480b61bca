"""Simulated months of teams, in which it is known what drives what."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]
FIRST = "2021-01-01"


@dataclass(frozen=True)
class World:
    """Pairs of a child and a parent. Their noise has standard deviation 1, half of it common to all teams.

    `carries_over` is how much of a month's noise stays in the next; `link` the correlation of the parent's
    noise with the child's `lag` months before. Each pair has its own season, of spread 1, and each side a
    trend of its own, which moves it by about 1.
    """

    pairs: int
    months: int
    teams: int
    carries_over: float = 0.0
    link: float = 0.0
    lag: int = 0

    def sides(self, random: np.random.Generator) -> tuple[Array, Array]:
        """Child and parent: pairs × months × teams. They have the same season."""
        child, rest = self._noise(random), self._noise(random)
        driven = np.roll(child, self.lag, axis=1)
        parent = self.link * driven + np.sqrt(1 - self.link**2) * rest
        season = random.standard_normal((self.pairs, 12))[:, np.arange(self.months) % 12, None]
        return child + season + self._trend(random), parent + season + self._trend(random)

    def _noise(self, random: np.random.Generator) -> Array:
        warm_up = 40
        months = self.months + warm_up
        shared = random.standard_normal((self.pairs, months, 1))
        own = random.standard_normal((self.pairs, months, self.teams))
        noise = np.sqrt(0.5) * (shared + own)
        for month in range(1, months):
            noise[:, month] *= np.sqrt(1 - self.carries_over**2)
            noise[:, month] += self.carries_over * noise[:, month - 1]
        return noise[:, warm_up:]

    def _trend(self, random: np.random.Generator) -> Array:
        line = np.linspace(-1, 1, self.months)[None, :, None]
        return line * random.standard_normal((self.pairs, 1, 1))


def panel_of(**kpis: Array) -> pd.DataFrame:
    """The panel of KPIs, each months × teams; what is NaN has no row."""
    frames = []
    for kpi_id, values in kpis.items():
        months, teams = np.indices(values.shape)
        frames.append(
            pd.DataFrame(
                {
                    "kpi_id": kpi_id,
                    "team_id": [f"team {team}" for team in teams.ravel()],
                    "month": pd.date_range(FIRST, periods=len(values), freq="MS")[months.ravel()],
                    "value": values.ravel(),
                }
            )
        )
    return pd.concat(frames).dropna().reset_index(drop=True)
