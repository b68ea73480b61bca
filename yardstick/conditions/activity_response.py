"""Does a KPI follow what a person did the month before? The slope within people, once months are out.

People and months are fixed effects, so neither who is busier than others nor what moves everybody in a month
counts. The interval is the jackknife's over whole people (CV3 of MacKinnon, Nielsen and Webb 2023, with t of
people − 1 degrees of freedom): it holds with as few as eight people, however a person's months hang together.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import t

from yardstick.conditions.variance_components import Array, Codes, indicators

#: What is smaller than this share of the whole is due to rounding. So much is added to the months, to keep
#: them solvable without the only person who has one of them.
_ROUNDING = 1e-9
#: If leaving out a person leaves less than this share of what tells the slope, that person alone tells it.
_LITTLE = 1e-6


@dataclass(frozen=True)
class Slope:
    """How the value changes with the activity, with one-sided bounds."""

    estimate: float
    lower: float
    upper: float


def slope_within_people(
    values: Array, activity: Array, weights: Array, person: Codes, month: Codes, confidence: float
) -> Slope | None:
    """The slope of the values on the activity; rows are sorted by person, weights relative.

    None where fewer than two people do more in one month than in another, beyond what moves all of them.
    """
    is_first = np.r_[True, person[1:] != person[:-1]]
    starts, of = np.flatnonzero(is_first), np.cumsum(is_first) - 1
    roots = np.sqrt(weights)[:, None]
    totals = np.add.reduceat(weights, starts)[:, None]

    def within_people(columns: Array) -> Array:
        means = np.add.reduceat(weights[:, None] * columns, starts, axis=0) / totals
        return np.asarray(roots * (columns - means[of]))

    months = within_people(indicators(month))
    both = within_people(np.column_stack([activity, values]))
    left = both - months @ np.linalg.pinv(months.T @ months, rcond=_ROUNDING, hermitian=True) @ (
        months.T @ both
    )
    by_person = np.add.reduceat(both[:, 0] ** 2, starts)
    people, rounding = len(starts), _ROUNDING * float(weights @ activity**2)
    varying = int((by_person > rounding).sum())
    told = float(left[:, 0] @ left[:, 0])
    if varying < 2 or told <= rounding:
        return None
    estimate = float(left[:, 0] @ left[:, 1]) / told
    parts = np.split(np.hstack([left, months]), starts[1:])
    products = np.stack([part.T @ part for part in parts])
    without = _without_months(products.sum(axis=0) - products)
    if (without[:, 0, 0] <= _LITTLE * told).any():
        return None
    slopes = without[:, 0, 1] / without[:, 0, 0]
    error = np.sqrt((people - 1) / people * ((slopes - estimate) ** 2).sum())
    margin = float(t.ppf(confidence, varying - 1) * error)
    return Slope(estimate, estimate - margin, estimate + margin)


def _without_months(products: Array) -> Array:
    """Sums of products of activity and value, stacked, once the months behind them are taken out."""
    months, both = products[:, 2:, 2:], products[:, 2:, :2]
    sizes = np.trace(months, axis1=1, axis2=2)[:, None, None]
    solved = np.linalg.solve(months + _ROUNDING * sizes * np.eye(months.shape[-1]), both)
    return np.asarray(products[:, :2, :2] - both.transpose(0, 2, 1) @ solved)
