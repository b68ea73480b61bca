"""Which share of a team's targets is reached: in the months that are over, and to be expected now."""

import numpy as np
from numpy.typing import NDArray

from yardstick.conditions.chances import Array, Truths, wilson
from yardstick.conditions.finding import Finding, Verdict
from yardstick.conditions.numbers import percent
from yardstick.conditions.thresholds import RealismThresholds


def likeness_within_months(reached: Truths, months: NDArray[np.int64]) -> float:
    """How much more alike the targets of one month are than those of different months: 0 (not) to 1.

    The intraclass correlation of a one-way analysis of variance.
    """
    _, at = np.unique(months, return_inverse=True)
    sizes = np.bincount(at)
    n, groups = len(reached), len(sizes)
    if groups < 2 or n <= groups:
        return 0.0
    means = np.bincount(at, reached) / sizes
    between = (sizes * (means - reached.mean()) ** 2).sum() / (groups - 1)
    within = ((reached - means[at]) ** 2).sum() / (n - groups)
    size = (n - (sizes**2).sum() / n) / (groups - 1)
    total = between + (size - 1) * within
    return float(np.clip((between - within) / total, 0, 1)) if total > 0 else 0.0


def judge_share(
    reached: Truths, months: NDArray[np.int64], likeness: float, thresholds: RealismThresholds
) -> Finding:
    """The share of a node's targets that were reached, an entry per person and closed month.

    Only the last months count. A share outside of what is tolerated fails if it is surely not the wanted one,
    given how alike the targets of one month are.
    """
    last = np.unique(months)[-thresholds.share_months :]
    within = np.isin(months, last)
    reached, months = reached[within], months[within]
    n = len(reached)
    if len(last) < thresholds.fewest_share_months:
        return Finding(
            dimension="share",
            verdict="not enough data",
            reason="share_few",
            n=n,
            values={"months": len(last), "needed": thresholds.fewest_share_months},
        )
    share = float(reached.mean())
    sizes = np.unique(months, return_counts=True)[1]
    independent = n / (1 + ((sizes**2).sum() / n - 1) * likeness)
    lower, upper = wilson(np.array(share), np.array(independent), thresholds.confidence)
    is_low = share < thresholds.wanted
    is_sure = upper < thresholds.wanted if is_low else lower > thresholds.wanted
    verdict = _banded(share, thresholds)
    reason = "share_right" if verdict == "pass" else "share_low" if is_low else "share_high"
    if verdict == "warn" and len(last) < thresholds.share_months:
        verdict, reason = "not enough data", "share_unsure"
    if verdict == "fail" and not is_sure:
        verdict = "warn"
    return Finding(
        dimension="share",
        verdict=verdict,
        reason=reason,
        n=n,
        estimate=round(share, 6),
        lower=round(float(lower), 6),
        upper=round(float(upper), 6),
        threshold=thresholds.share.lowest if is_low else thresholds.share.highest,
        values={"share": percent(round(share, 2)), "months": len(last), **_wanted(thresholds)},
    )


def judge_expected(chances: Array, period: str, thresholds: RealismThresholds, *, may_fail: bool) -> Finding:
    """The share of a node's people who may be expected to reach their targets, given each one's chance.

    The bounds are those of the share that will come, if people had nothing in common.
    """
    n = len(chances)
    if n < thresholds.fewest_people:
        return Finding(
            dimension="expected",
            verdict="not enough data",
            reason="expected_few",
            n=n,
            values={"period": period, "needed": thresholds.fewest_people},
        )
    expected = float(chances.mean())
    verdict = _banded(expected, thresholds)
    is_low = expected < thresholds.wanted
    if verdict == "fail" and not may_fail:
        verdict = "warn"
    tail = (1 - thresholds.confidence) / 2
    fewest, most = (quantile / n for quantile in poisson_binomial_quantiles(chances, tail, 1 - tail))
    return Finding(
        dimension="expected",
        verdict=verdict,
        reason="expected_right" if verdict == "pass" else "expected_low" if is_low else "expected_high",
        n=n,
        estimate=round(expected, 6),
        lower=round(fewest, 6),
        upper=round(most, 6),
        threshold=thresholds.share.lowest if is_low else thresholds.share.highest,
        values={"period": period, "expected": percent(round(expected, 2)), **_wanted(thresholds)},
    )


def poisson_binomial_quantiles(chances: Array, *levels: float) -> list[int]:
    """How many of independent events come true, at the least, with each probability: by exact convolution."""
    probabilities = np.ones(1)
    for chance in chances:
        probabilities = np.convolve(probabilities, (1 - chance, chance))
    cumulated = np.cumsum(probabilities)
    return [int(np.searchsorted(cumulated, level)) for level in levels]


def _banded(share: float, thresholds: RealismThresholds) -> Verdict:
    if thresholds.share.holds(share):
        return "pass"
    return "warn" if thresholds.tolerated_share.holds(share) else "fail"


def _wanted(thresholds: RealismThresholds) -> dict[str, str]:
    return {"from": percent(thresholds.share.lowest), "to": percent(thresholds.share.highest)}
