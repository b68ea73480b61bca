"""Simulated people whose targets have known chances, as frames, and what is found of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm
from shipped import THRESHOLDS

from yardstick.conditions.chances import Measure
from yardstick.conditions.finding import Finding
from yardstick.conditions.realism import Realism, judge_realism
from yardstick.conditions.thresholds import GamingThresholds, RealismThresholds

Array = NDArray[np.float64]

#: Spread of the logarithm of a month: with it, ten people at a chance of 60 % make a company of 90 %.
SPREAD = 0.35
WORKING_DAYS = 20
NO_CLOSINGS = pd.DataFrame(columns=["node_kind", "node_id", "month", "reported", "known"])


def months_of(random: np.random.Generator, people: int, months: int, alike: float = 0.0) -> Array:
    """Lognormal months of people whose median is 1, people × months; `alike` correlates their logarithms."""
    shared = random.standard_normal((1, months))
    own = random.standard_normal((people, months))
    return np.asarray(np.exp(SPREAD * (np.sqrt(alike) * shared + np.sqrt(1 - alike) * own)))


def target_of(chance: float) -> float:
    """What such a month reaches with this chance."""
    return float(np.exp(SPREAD * norm.ppf(1 - chance)))


def named(people: int) -> list[str]:
    return [f"p{person:03}" for person in range(people)]


@dataclass(frozen=True)
class Frames:
    """The frames, made of arrays people × months. Everybody is in one team, unless `teams` says in which.

    The history ends with June 2026; capacity is 20 days and season 1 where nothing else is said. What is NaN
    in `values` has no row.
    """

    values: Array
    numerators: Array | None = None
    denominators: Array | None = None
    capacity: Array | None = None
    season: Array | None = None
    targets: Array | None = None
    attained: Array | None = None
    teams: Sequence[str] | None = None

    def history(self) -> pd.DataFrame:
        people, months = np.indices(self.values.shape)
        last = pd.Period("2026-06", freq="M")
        starts = [(last - back).start_time for back in range(self.values.shape[1] - 1, -1, -1)]

        def column(values: Array | None, otherwise: float) -> Any:
            return np.broadcast_to(otherwise if values is None else values, self.values.shape).ravel()

        frame = pd.DataFrame(
            {
                "person_id": np.array(named(len(self.values)))[people.ravel()],
                "team_id": np.array(self._teams())[people.ravel()],
                "region_id": "north",
                "company_id": "acme",
                "month": np.array(starts)[months.ravel()] if starts else [],
                "numerator": column(self.numerators, np.nan),
                "denominator": column(self.denominators, np.nan),
                "value": self.values.ravel(),
                "capacity": column(self.capacity, 20.0),
                "season": column(self.season, 1.0),
                "target": column(self.targets, np.nan),
                "attained": column(self.attained, np.nan),
            }
        )
        return frame.dropna(subset=["value"]).reset_index(drop=True)

    def plan(
        self, capacity: float | Array = 20.0, season: float | Array = 1.0, months: int = 24
    ) -> pd.DataFrame:
        """The months of 2026 and 2027: capacity and season are numbers, or people × months."""
        shape = len(self.values), months
        people, at = np.indices(shape)
        return pd.DataFrame(
            {
                "person_id": np.array(named(len(self.values)))[people.ravel()],
                "team_id": np.array(self._teams())[people.ravel()],
                "region_id": "north",
                "company_id": "acme",
                "month": pd.date_range("2026-01-01", periods=months, freq="MS")[at.ravel()],
                "capacity": np.broadcast_to(capacity, shape).ravel(),
                "season": np.broadcast_to(season, shape).ravel(),
            }
        )

    def _teams(self) -> Sequence[str]:
        return self.teams or ["team"] * len(self.values)


def targets_of(
    people: Sequence[float] = (),
    nodes: dict[tuple[str, str], float] | None = None,
    *,
    kind: str = "month",
    start: str = "2026-07-01",
    period: str = "2026-07",
) -> pd.DataFrame:
    """A target per person, in the order of their names, and per node, for one period."""
    rows = [("person", person, target) for person, target in zip(named(len(people)), people, strict=True)]
    rows += [(*node, target) for node, target in (nodes or {}).items()]
    frame = pd.DataFrame(rows, columns=["node_kind", "node_id", "target"])
    return frame.assign(period_kind=kind, period_start=pd.Timestamp(start), period=period)


def days_of(
    kpi_id: str, numerators: Array, denominators: Array | float = np.nan, node: str = "acme"
) -> pd.DataFrame:
    """Months × 20 working days; the months end with June 2026."""
    months, days = np.indices(numerators.shape)
    starts = pd.date_range(end="2026-06-01", periods=len(numerators), freq="MS")
    return pd.DataFrame(
        {
            "kpi_id": kpi_id,
            "node_kind": "company",
            "node_id": node,
            "month": starts[months.ravel()],
            "working_day": days.ravel() + 1,
            "working_days": WORKING_DAYS,
            "season": 1.0,
            "numerator": numerators.ravel(),
            "denominator": np.broadcast_to(denominators, numerators.shape).ravel(),
        }
    )


def realism_of(
    measure: Measure,
    history: pd.DataFrame,
    targets: pd.DataFrame,
    plan_months: pd.DataFrame,
    thresholds: RealismThresholds = THRESHOLDS.realistic,
) -> Realism:
    """What is found by the thresholds that Yardstick comes with, where nothing else is said."""
    return judge_realism(measure, history, targets, plan_months, thresholds)


def shapes_of(days: pd.DataFrame, thresholds: GamingThresholds = THRESHOLDS.realistic.gaming) -> pd.DataFrame:
    """The months of the days, as int_month_shapes has them."""
    edge = np.maximum(1, np.round(days["working_days"] * thresholds.edge))
    is_late = days["working_day"] > days["working_days"] - thresholds.last_days
    parts = days.assign(
        first_numerator=days["numerator"].where(days["working_day"] <= edge, 0),
        last_numerator=days["numerator"].where(days["working_day"] > days["working_days"] - edge, 0),
        late_numerator=days["numerator"].where(is_late, 0),
        late_denominator=days["denominator"].where(is_late, 0),
    )
    keys = ["kpi_id", "node_kind", "node_id", "month", "working_days", "season"]
    months = parts.drop(columns="working_day").groupby(keys)
    return months.sum(min_count=1).reset_index()


def ranked(months: int, hits: int) -> Array:
    """Months of one person, so many of which are 1, the others 0."""
    return np.array([[1.0] * hits + [0.0] * (months - hits)])


def of(found: Realism, dimension: str, kind: str = "person", node: str = "p000") -> Finding | None:
    subjects = [s for s in found.findings if (s.node_kind, s.node_id) == (kind, node)]
    findings = [f for s in subjects for f in found.findings[s] if f.dimension == dimension]
    return findings[0] if findings else None
