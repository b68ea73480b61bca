"""How often something happens, against what is stated: by the exact 95 % interval of what was seen."""

import os
from collections.abc import Iterable

from scipy.stats import binomtest

_TIMES = int(os.environ.get("YARDSTICK_RATES_TIMES", "1"))


def times(number: int) -> int:
    """How many to simulate: so many, or as many times that as YARDSTICK_RATES_TIMES says."""
    return number * _TIMES


def at_most(hits: Iterable[bool], stated: float) -> None:
    """The interval must hold the stated rate, or lie below it."""
    _compare(list(hits), stated, "at most")


def at_least(hits: Iterable[bool], stated: float) -> None:
    """The interval must hold the stated rate, or lie above it."""
    _compare(list(hits), stated, "at least")


def _compare(seen: list[bool], stated: float, relation: str) -> None:
    interval = binomtest(sum(seen), len(seen)).proportion_ci(0.95)
    rate = f"{sum(seen) / len(seen):.1%} ({interval.low:.1%} to {interval.high:.1%}) of {len(seen):,}"
    print(f"{rate}; stated: {relation} {stated:.1%}")  # noqa: T201 - what `make bench` shows of each test
    assert interval.low <= stated if relation == "at most" else interval.high >= stated, rate
