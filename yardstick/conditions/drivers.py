"""Does what a goal names as its driver move with it? Rank correlations of the two over the months."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control, rankdata

from yardstick.conditions.dice import generator
from yardstick.conditions.finding import Finding, Verdict
from yardstick.conditions.month_panels import Chance, Known, Panel, Residuals, residuals
from yardstick.conditions.months import month_numbers
from yardstick.conditions.thresholds import DriverParameters

#: Keeps a correlation of 1 from an infinite logarithm.
_ALMOST_ONE = 1 - 1e-9


@dataclass(frozen=True)
class Edge:
    """A driver: more of the child goes with more (sign 1) or less (-1) of the parent, a lag later."""

    child_kpi: str
    parent_kpi: str
    sign: int
    lag_months: int


@dataclass(frozen=True)
class _Link:
    """What the months say of an edge: correlation and interval in the direction of its sign, -1 to 1."""

    months: int
    estimate: float
    lower: float
    upper: float
    p_value: float


def judge_drivers(
    panel: pd.DataFrame, edges: Sequence[Edge], parameters: DriverParameters
) -> dict[Edge, Finding]:
    """A finding per edge, in the dimension `driver`.

    `panel` has a row per kpi_id, team_id and month (its first day) that is over: value, as the KPI shows it.
    Estimate and bounds have the direction of the edge's sign: above 0 is as claimed. The values are `needed`
    and `lag`, both in months.
    """
    grids = _Grids(panel, parameters.minimum_team_months)
    findings: dict[Edge, Finding] = {}
    links: dict[Edge, _Link] = {}
    for edge in dict.fromkeys(edges):
        child, parent = grids.side_by_side(edge)
        months = int(np.isfinite(child.panel).any(axis=1).sum())
        if months < parameters.minimum_months:
            findings[edge] = _too_short(months, edge, parameters)
        else:
            links[edge] = _link(child, parent, edge, parameters)
    chances = [link.p_value for link in links.values()]
    adjusted = false_discovery_control(chances) if chances else ()
    for (edge, link), chance in zip(links.items(), adjusted, strict=True):
        findings[edge] = _finding(link, chance <= parameters.false_discovery_rate, edge, parameters)
    return findings


class _Grids:
    """The residuals of each KPI on one grid of months and teams."""

    def __init__(self, panel: pd.DataFrame, minimum_months: int) -> None:
        months = month_numbers(panel["month"])
        self._first_month = int(months.min()) if len(months) else 0
        self._months = int(months.max()) - self._first_month + 1 if len(months) else 0
        teams, names = pd.factorize(panel["team_id"], sort=True)
        self._teams = len(names)
        values = pd.to_numeric(panel["value"]).to_numpy(dtype=np.float64, na_value=np.nan)
        kpis, kpi_ids = pd.factorize(panel["kpi_id"])
        self._of: dict[str, Residuals] = {}
        for kpi, kpi_id in enumerate(kpi_ids):
            rows = kpis == kpi
            grid = self._nothing()
            grid[months[rows] - self._first_month, teams[rows]] = values[rows]
            self._of[str(kpi_id)] = residuals(grid, self._first_month, minimum_months)

    def side_by_side(self, edge: Edge) -> tuple[Residuals, Residuals]:
        """What is left of the child and, the lag later, of the parent: months and teams that have both."""
        nothing = Residuals(self._nothing(), self._first_month, has_own_seasons=False)
        child, parent = self._of.get(edge.child_kpi, nothing), self._of.get(edge.parent_kpi, nothing)
        rows = max(0, self._months - edge.lag_months)
        child_panel, parent_panel = child.panel[:rows], parent.panel[self._months - rows :]
        known = np.isfinite(child_panel) & np.isfinite(parent_panel)
        months = np.flatnonzero(known.any(axis=1))
        start = int(months[0]) if len(months) else 0
        end = int(months[-1]) + 1 if len(months) else 0
        first = self._first_month + start

        def cut(panel: Panel) -> Panel:
            return np.where(known, panel, np.nan)[start:end, known.any(axis=0)]

        return (
            Residuals(cut(child_panel), first, child.has_own_seasons),
            Residuals(cut(parent_panel), first + edge.lag_months, parent.has_own_seasons),
        )

    def _nothing(self) -> Panel:
        return np.full((self._months, self._teams), np.nan)


def _link(child: Residuals, parent: Residuals, edge: Edge, parameters: DriverParameters) -> _Link:
    child, parent = (replace(of, panel=_ranks(of.panel)) for of in (child, parent))
    known = np.isfinite(child.panel)
    seen = float(_strength(child.panel, parent.panel, known))
    random = generator("driver", edge.child_kpi, edge.parent_kpi, parent.first_month + len(known))
    like_child, like_parent = (Chance(of).draw(parameters.draws, random) for of in (child, parent))
    by_chance = np.abs(_strength(like_child, like_parent, known[:, None]))
    margin = float(np.quantile(by_chance, parameters.confidence))
    claimed = edge.sign * seen
    return _Link(
        months=int(known.any(axis=1).sum()),
        estimate=float(np.tanh(claimed)),
        lower=float(np.tanh(claimed - margin)),
        upper=float(np.tanh(claimed + margin)),
        p_value=float(1 + (by_chance >= abs(seen)).sum()) / (1 + parameters.draws),
    )


def _ranks(panel: Panel) -> Panel:
    """The rank of each value among those of all teams and months, less the mean rank."""
    known = np.isfinite(panel)
    ranks = np.full_like(panel, np.nan)
    ranks[known] = rankdata(panel[known]) - (known.sum() + 1) / 2
    return ranks


def _strength(one: Panel, other: Panel, known: Known) -> Panel:
    """Fisher's z of the correlation over months (first axis) and teams (last), where both are known."""
    one, other = np.where(known, one, 0), np.where(known, other, 0)

    def product(a: Panel, b: Panel) -> Panel:
        return np.asarray(np.einsum("m...t,m...t->...", a, b))

    spread = np.sqrt(product(one, one) * product(other, other))
    correlation = product(one, other) / np.where(spread > 0, spread, 1)
    return np.asarray(np.arctanh(np.clip(correlation, -_ALMOST_ONE, _ALMOST_ONE)))


def _finding(link: _Link, is_shown: bool, edge: Edge, parameters: DriverParameters) -> Finding:
    """Only a link that is shown counts, whichever way; decision 0028 says why a weak one is a warning."""
    verdict: Verdict
    if is_shown:
        is_as_claimed = link.estimate > 0
        verdict, reason = ("pass", "driver_supported") if is_as_claimed else ("fail", "driver_contradicted")
    elif link.upper < parameters.worthwhile:
        verdict, reason = "warn", "driver_weak"
    else:
        verdict, reason = "not enough data", "driver_unproven"
    return Finding(
        dimension="driver",
        verdict=verdict,
        reason=reason,
        n=link.months,
        estimate=round(link.estimate, 6),
        lower=round(link.lower, 6),
        upper=round(link.upper, 6),
        threshold=0.0,
        values={"lag": edge.lag_months, "needed": parameters.minimum_months},
    )


def _too_short(months: int, edge: Edge, parameters: DriverParameters) -> Finding:
    return Finding(
        dimension="driver",
        verdict="not enough data",
        reason="driver_months",
        n=months,
        values={"lag": edge.lag_months, "needed": parameters.minimum_months},
    )
