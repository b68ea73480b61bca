"""How often something happens, against what is stated: by the exact 95 % interval of what was seen."""

from collections.abc import Iterable

from scipy.stats import binomtest


def at_most(hits: Iterable[bool], stated: float) -> None:
    """The interval must hold the stated rate, or lie below it."""
    seen = list(hits)
    interval = binomtest(sum(seen), len(seen)).proportion_ci(0.95)
    assert interval.low <= stated, f"{sum(seen)} of {len(seen)}"


def at_least(hits: Iterable[bool], stated: float) -> None:
    """The interval must hold the stated rate, or lie above it."""
    at_most((not hit for hit in hits), 1 - stated)
