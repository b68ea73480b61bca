"""Did what was foretold come true? The chances of past targets, by what was known before them."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t as student

from yardstick.conditions.chances import Array, Truths
from yardstick.conditions.finding import Finding
from yardstick.conditions.numbers import percent
from yardstick.conditions.records import Grid, Record
from yardstick.conditions.thresholds import RealismThresholds

#: How many times as much, or as little, as history has may come to be expected.
_GROWTH = (0.5, 2.0)
#: Halvings of that range: to a thousandth.
_STEPS = 11


@dataclass(frozen=True)
class Foretold:
    """Past targets, one by one: the month, whether it was reached, and what was known when the month began.

    `shares` is which share of the months of history reaches the target, `chances` what was foretold from it.
    """

    months: NDArray[np.int64]
    shares: Array
    chances: Array
    reached: Truths

    @property
    def gap(self) -> float:
        """By how much chances were foretold too high, on average."""
        return float(np.mean(self.chances - self.reached))

    def of_last(self, months: int, fewest: int) -> "Foretold":
        """The targets of so many last months, or of more if these have fewer targets than that."""
        latest, counts = np.unique(self.months, return_counts=True)
        enough = int(np.searchsorted(np.cumsum(counts[::-1]), fewest)) + 1
        within = np.isin(self.months, latest[-max(months, enough) :])
        return Foretold(self.months[within], self.shares[within], self.chances[within], self.reached[within])


def foretell(record: Record, grid: Grid, growth: float, minimum_months: int) -> Foretold:
    """The chance of every closed target of a person with so many months before it.

    A target of nothing is not counted, unless it is a band.
    """
    measure = record.measure
    targets, attained = grid.of("target"), grid.of("attained")
    loads = grid.of("season") * grid.of("capacity")
    asked = np.isfinite(attained) & (loads > 0)
    asked &= (measure.direction == "band") | (targets != 0) & np.isfinite(targets)
    loads = np.where(asked, loads, 0)
    past = record.parts[..., None] * (loads[:, None, :] if measure.kind != "typical" else 1.0)
    values = record.values(past, growth)
    month = np.arange(grid.months)
    known = np.isfinite(values) & (month[:, None] < month)
    reached = known & measure.reached(values, targets[:, None, :])
    months = known.sum(axis=1)
    asked &= months >= minimum_months
    person, at = np.nonzero(asked)
    hits, months = reached.sum(axis=1)[person, at], months[person, at]
    return Foretold(at, hits / months, (1 + hits) / (months + 2), attained[person, at] > 0)


def growth_expected(
    record: Record, grid: Grid, thresholds: RealismThresholds
) -> tuple[Foretold, Finding, float]:
    """What was foretold, how well lately, and the growth with which it would have been foretold right.

    The growth is that agreed on, unless chances were misjudged.
    """
    foretold = foretell(record, grid, thresholds.growth, thresholds.minimum_months)
    finding = _judged(_lately(foretold, thresholds), thresholds)
    growth = thresholds.growth
    if finding.verdict == "warn" and record.measure.direction != "band":
        growth *= _growth(record, grid, thresholds)
    values = {**finding.values, "growth": percent(round(growth, 2))}
    return foretold, replace(finding, values=values), growth


def _lately(foretold: Foretold, thresholds: RealismThresholds) -> Foretold:
    return foretold.of_last(thresholds.foretold_months, thresholds.fewest_foretold)


def _growth(record: Record, grid: Grid, thresholds: RealismThresholds) -> float:
    """With it, the share of months that reach a past target is, on average, that of past targets reached.

    By bisection: more growth makes a target likelier where more is better.
    """
    low, high = np.log(_GROWTH)
    sign = -1 if record.measure.direction == "down" else 1
    for _ in range(_STEPS):
        middle = (low + high) / 2
        growth = thresholds.growth * float(np.exp(middle))
        foretold = _lately(foretell(record, grid, growth, thresholds.minimum_months), thresholds)
        if sign * (foretold.shares.mean() - foretold.reached.mean()) < 0:
            low = middle
        else:
            high = middle
    return round(float(np.exp((low + high) / 2)), 3)


def _judged(foretold: Foretold, thresholds: RealismThresholds) -> Finding:
    """Misjudged only where the months agree: what hits all people in one month is one surprise, not many."""
    n = len(foretold.chances)
    if n < thresholds.fewest_foretold:
        return Finding(
            dimension="calibration",
            verdict="not enough data",
            reason="calibration_few",
            n=n,
            values={"needed": thresholds.fewest_foretold},
        )
    misses = foretold.chances - foretold.reached
    gap, margin = foretold.gap, _margin(misses, foretold.months, thresholds.confidence)
    is_off = abs(gap) > thresholds.misjudged and abs(gap) > margin
    return Finding(
        dimension="calibration",
        verdict="warn" if is_off else "pass",
        reason="calibration_right" if not is_off else "calibration_high" if gap > 0 else "calibration_low",
        n=n,
        estimate=round(gap, 6),
        lower=round(gap - margin, 6),
        upper=round(gap + margin, 6),
        threshold=thresholds.misjudged,
        values={
            "foretold": percent(round(float(np.mean(foretold.chances)), 3)),
            "reached": percent(round(float(np.mean(foretold.reached)), 3)),
            "brier": round(float(np.mean(misses**2)), 3),
        },
    )


def _margin(misses: Array, months: NDArray[np.int64], confidence: float) -> float:
    """Half of the interval of their mean, if each month counts as one observation of the whole."""
    _, at = np.unique(months, return_inverse=True)
    sums = np.bincount(at, misses - misses.mean())
    if len(sums) < 2:
        return np.inf
    error = np.sqrt((sums**2).sum() * len(sums) / (len(sums) - 1)) / len(misses)
    return float(student.ppf((1 + confidence) / 2, len(sums) - 1) * error)


def reliability(foretold: Foretold) -> pd.DataFrame:
    """A row per tenth in which chances were foretold: from, to, n, foretold and reached (means)."""
    tenths = np.minimum(np.floor(foretold.chances * 10 + 1e-9), 9).astype(int)
    rows = []
    for tenth in np.unique(tenths):
        within = tenths == tenth
        rows.append(
            (
                tenth / 10,
                (tenth + 1) / 10,
                int(within.sum()),
                round(float(foretold.chances[within].mean()), 6),
                round(float(foretold.reached[within].mean()), 6),
            )
        )
    return pd.DataFrame(rows, columns=["from", "to", "n", "foretold", "reached"])
