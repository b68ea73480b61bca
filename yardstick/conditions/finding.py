"""What a test of a condition says of one KPI, at one node where the test is per node."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["pass", "warn", "fail", "not enough data"]

#: Of several verdicts, the one that speaks first.
WORST_FIRST: tuple[Verdict, ...] = ("fail", "warn", "pass", "not enough data")


@dataclass(frozen=True)
class Finding:
    """A verdict, what it rests on, and which text says it.

    `reason` is the key of a text in the condition's file of expectations/, which `values` fill in. Estimate,
    bounds and threshold have the unit of the dimension (mostly shares, from 0 to 1); None where nothing
    could be estimated. `n` counts what was tested: rows, person-months, edges.
    """

    dimension: str
    verdict: Verdict
    reason: str
    n: int
    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None
    threshold: float | None = None
    values: Mapping[str, object] = field(default_factory=dict)
