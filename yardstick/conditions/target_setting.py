"""How targets came about: raised after success, copied from the past, or unlike for people who are alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2, norm

from yardstick.conditions.chances import Array, Chance, Measure, Truths
from yardstick.conditions.finding import Finding
from yardstick.conditions.numbers import percent
from yardstick.conditions.prospects import Prospect
from yardstick.conditions.records import Grid
from yardstick.conditions.thresholds import RealismThresholds

_MONTHS_OF_A_YEAR = 12
#: Slopes that differ by less are the same, however exactly targets follow a formula.
_UNLIKE = 0.05


@dataclass(frozen=True)
class Slope:
    """By how much targets were raised per unit by which the one before was beaten, and the standard error."""

    n: int
    estimate: float
    error: float


def slope_of(gaps: Array, changes: Array) -> Slope:
    """Least squares with a constant; the error allows for spread that differs (White 1980, HC1)."""
    n = len(gaps)
    centred = gaps - gaps.mean() if n else gaps
    squares = (centred**2).sum()
    if n < 3 or squares <= 0:
        return Slope(n, np.nan, np.nan)
    estimate = (centred * changes).sum() / squares
    left = changes - changes.mean() - estimate * centred
    error = np.sqrt((centred**2 * left**2).sum() * n / (n - 2)) / squares
    return Slope(n, float(estimate), float(error))


def judge_ratchet(measure: Measure, grid: Grid, year_begins: int, thresholds: RealismThresholds) -> Finding:
    """Are targets raised by what was achieved beyond them, and not lowered as much by what was missed?

    Asked of targets per month and of those per year, which begins with the calendar month `year_begins`
    (January is 0), each in units of the person's usual target. The worse answer counts.
    """
    panels = _monthly(measure, grid), _yearly(measure, grid, year_begins)
    findings = [_ratchet(*_changes(measure, *panel), thresholds) for panel in panels]
    return min(findings, key=lambda finding: ("warn", "pass", "not enough data").index(finding.verdict))


def _monthly(measure: Measure, grid: Grid) -> tuple[Array, Array]:
    """Targets and actuals, people × months; of what adds up, per unit of load."""
    load = _load(measure, grid)
    return grid.of("target") / load, grid.of("value") / load


def _yearly(measure: Measure, grid: Grid, year_begins: int) -> tuple[Array, Array]:
    """The same, people × years, from the months in which both are known."""
    targets, values = grid.of("target"), grid.of("value")
    is_ratio = measure.kind == "ratio"
    numerators = grid.of("numerator") if is_ratio else values
    divisors = grid.of("denominator") if is_ratio else _load(measure, grid)
    year = (grid.first_month - year_begins + np.arange(grid.months)) // _MONTHS_OF_A_YEAR
    in_year = (year[:, None] == np.unique(year)).astype(np.float64)
    known = np.isfinite(targets) & np.isfinite(numerators) & np.isfinite(divisors)

    def total(of: Array) -> Array:
        return np.asarray(np.where(known, of, 0) @ in_year)

    months = total(np.ones_like(targets))
    divisor, asked_of = total(divisors), total(divisors) if measure.adds_up else months
    return (
        total(targets) / np.where(asked_of > 0, asked_of, np.nan),
        total(numerators) / np.where(divisor != 0, divisor, np.nan),
    )


def _load(measure: Measure, grid: Grid) -> Array:
    if not measure.adds_up:
        return np.ones((len(grid.people), grid.months))
    load = grid.of("season") * grid.of("capacity")
    return np.where(load > 0, load, np.nan)


def _changes(measure: Measure, targets: Array, values: Array) -> tuple[Array, Array]:
    """By how much each target was beaten, and by how much the next is harder, in units of the usual one."""
    known = np.isfinite(targets)
    usual = np.abs(np.where(known, targets, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1))
    harder = -1 if measure.direction == "down" else 1
    scale = harder / np.where(usual > 0, usual, np.nan)[:, None]
    gaps, changes = (values - targets)[:, :-1] * scale, np.diff(targets, axis=1) * scale
    both = np.isfinite(gaps) & np.isfinite(changes)
    return gaps[both], changes[both]


def _ratchet(gaps: Array, changes: Array, thresholds: RealismThresholds) -> Finding:
    """The slope above must be shown to be the greater: of two equal slopes, one is always greater."""
    above, below = (slope_of(gaps[side], changes[side]) for side in (gaps > 0, gaps < 0))
    if min(above.n, below.n) < thresholds.fewest_changes or not np.isfinite(above.error + below.error):
        return Finding(
            dimension="ratchet",
            verdict="not enough data",
            reason="ratchet_few",
            n=above.n + below.n,
            values={"needed": thresholds.fewest_changes, "beaten": above.n, "missed": below.n},
        )
    quantile = float(norm.ppf((1 + thresholds.confidence) / 2))
    difference = above.estimate - below.estimate
    is_shown = difference > max(_UNLIKE, quantile * np.hypot(above.error, below.error))
    is_ratchet = above.estimate > thresholds.ratchet and is_shown
    return Finding(
        dimension="ratchet",
        verdict="warn" if is_ratchet else "pass",
        reason="ratchet_seen" if is_ratchet else "ratchet_none",
        n=above.n + below.n,
        estimate=round(above.estimate, 6),
        lower=round(above.estimate - quantile * above.error, 6),
        upper=round(above.estimate + quantile * above.error, 6),
        threshold=thresholds.ratchet,
        values={
            "raised": percent(round(above.estimate, 2)),
            "lowered": percent(round(below.estimate, 2)),
            "beaten": above.n,
            "missed": below.n,
        },
    )


def judge_copies(grid: Grid, period: Prospect, thresholds: RealismThresholds) -> Finding:
    """Are people's targets what they last achieved in such a period, or what they achieved a year before?"""
    measure, targets = period.outlook.measure, period.targets
    pasts = [_achieved(measure, grid, begins, period.months) for begins in _earlier(grid, period)]
    asked = np.isfinite(targets) & (targets != 0) & np.isfinite(pasts).any(axis=0)
    n = int(asked.sum())
    if n < thresholds.fewest_to_compare:
        return Finding(
            dimension="copied",
            verdict="not enough data",
            reason="copied_few",
            n=n,
            values={"period": period.period, "needed": thresholds.fewest_to_compare},
        )
    copied = max(float(_same(targets, past, thresholds.same)[asked].mean()) for past in pasts)
    is_copied = copied > thresholds.copied
    return Finding(
        dimension="copied",
        verdict="warn" if is_copied else "pass",
        reason="copied_seen" if is_copied else "copied_none",
        n=n,
        estimate=round(copied, 6),
        threshold=thresholds.copied,
        values={"period": period.period, "copied": round(copied * n)},
    )


def _earlier(grid: Grid, period: Prospect) -> tuple[int, int]:
    """When the last period of that length began that was over, and when the one a year before."""
    return min(
        period.begins, grid.first_month + grid.months
    ) - period.months, period.begins - _MONTHS_OF_A_YEAR


def _achieved(measure: Measure, grid: Grid, begins: int, months: int) -> Array:
    """What each person came to in a period; NaN where a month of it is not known."""
    first, last = begins - grid.first_month, begins - grid.first_month + months
    if first < 0 or last > grid.months:
        return np.full(len(grid.people), np.nan)
    if measure.is_balance or months == 1:
        return grid.of("value")[:, last - 1]
    if measure.adds_up:
        return np.asarray(grid.of("value")[:, first:last].sum(axis=1))
    if measure.kind == "typical":
        return np.full(len(grid.people), np.nan)
    numerators, denominators = (
        grid.of(part)[:, first:last].sum(axis=1) for part in ("numerator", "denominator")
    )
    is_there = denominators != 0
    return np.asarray(np.where(is_there, numerators, np.nan) / np.where(is_there, denominators, 1))


def _same(targets: Array, past: Array, tolerance: float) -> Truths:
    return np.asarray(np.abs(targets - past) <= tolerance * np.maximum(np.abs(targets), np.abs(past)))


def judge_likeness(chances: Sequence[Chance], period: str, thresholds: RealismThresholds) -> Finding:
    """Are the people's chances alike? Their spread beyond what so few months make of equal chances."""
    n = len(chances)
    if n < thresholds.fewest_to_compare:
        return Finding(
            dimension="likeness",
            verdict="not enough data",
            reason="likeness_few",
            n=n,
            values={"period": period, "needed": thresholds.fewest_to_compare},
        )
    estimates, lower, upper, _ = np.array(chances).T
    by_chance = ((upper - lower) / 2 / norm.ppf((1 + thresholds.confidence) / 2)) ** 2
    variance, mean = estimates.var(ddof=1), estimates.mean()
    tail = (1 - thresholds.confidence) / 2
    spreads = [
        np.sqrt(max(0.0, variance * (n - 1) / freedom - by_chance.mean())) / mean
        for freedom in (n - 1, chi2.ppf(1 - tail, n - 1), chi2.ppf(tail, n - 1))
    ]
    estimate, least, most = (round(float(spread), 6) for spread in spreads)
    is_unlike = estimate > thresholds.unlike and least > 0
    return Finding(
        dimension="likeness",
        verdict="warn" if is_unlike else "pass",
        reason="likeness_wrong" if is_unlike else "likeness_right",
        n=n,
        estimate=estimate,
        lower=least,
        upper=most,
        threshold=thresholds.unlike,
        values={
            "period": period,
            "lowest": percent(round(float(estimates.min()), 2)),
            "highest": percent(round(float(estimates.max()), 2)),
        },
    )
