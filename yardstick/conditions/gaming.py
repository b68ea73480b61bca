"""Does it look as if a KPI is bent? Signs in its days: reasons to ask, and never more than a warning."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import t as student

from yardstick.conditions.chances import Array, Measure
from yardstick.conditions.finding import Finding
from yardstick.conditions.numbers import percent, readable
from yardstick.conditions.thresholds import GamingThresholds

#: A node: its kind and id.
Node = tuple[str, str]

_KEYS = ["node_kind", "node_id", "month"]


@dataclass(frozen=True)
class Limits:
    """What a series of months usually does: mean, and the limits of an individuals and moving range chart."""

    lower: float
    mean: float
    upper: float

    @classmethod
    def of(cls, values: Array, factor: float) -> "Limits":
        """Of at least two values."""
        mean = float(values.mean())
        margin = factor * float(np.abs(np.diff(values)).mean())
        return cls(mean - margin, mean, mean + margin)


def judge_gaming(
    measure: Measure,
    days: pd.DataFrame,
    closings: pd.DataFrame,
    thresholds: GamingThresholds,
    *,
    counter: Measure | None = None,
    discount: str = "average_discount",
) -> Iterator[tuple[Node, Finding]]:
    """What is found of a KPI at each node: of the last closed month, beside those before it.

    - `days`, a row per KPI (it, its counter-KPI and the discount), node and day of the closed months: kpi_id,
      node_kind, node_id, month (its first day), working_day (how many of the month's working days have
      begun, that day included), working_days (of the month), season (1 where there is none), numerator,
      denominator
    - `closings`, a row per node and closed month: node_kind, node_id, month, reported (when it closed), known
      (now)

    Dimensions: `rush` and `pull_forward` of what adds up over days, `spike` where there is a counter-KPI,
    `late_discount` where there are days of the discount, `taken_back` where there are closings.
    """
    own = days[days["kpi_id"] == measure.kpi_id]
    if measure.adds_up and not measure.is_balance:
        yield from _edges(own, thresholds)
    if counter is not None and "typical" not in (measure.kind, counter.kind):
        both = _rates(measure, own), _rates(counter, days[days["kpi_id"] == counter.kpi_id])
        yield from _spikes(*both, thresholds)
    if measure.kpi_id != discount:
        yield from _late_discounts(days[days["kpi_id"] == discount], thresholds)
    if measure.adds_up and measure.direction == "up":
        yield from _taken_back(closings, thresholds)


def _edges(days: pd.DataFrame, thresholds: GamingThresholds) -> Iterator[tuple[Node, Finding]]:
    """The share of a month that falls on its last days, and how much more that is than on the next first."""
    edge = np.maximum(1, np.round(days["working_days"] * thresholds.edge))
    parts = days.assign(
        first=days["numerator"].where(days["working_day"] <= edge, 0),
        last=days["numerator"].where(days["working_day"] > days["working_days"] - edge, 0),
    )
    months = parts.groupby(_KEYS)[["numerator", "first", "last"]].sum()
    whole = months["numerator"].where(months["numerator"] > 0)
    for node, of_node in _by_node(months.assign(first=months["first"] / whole, last=months["last"] / whole)):
        first, last = of_node["first"].to_numpy(), of_node["last"].to_numpy()
        yield node, _beside_the_past(last, "rush", thresholds, share=_last(last))
        is_less = first[-1] < np.nanmean(first)
        told = {"share": _last(last[:-1]), "next_share": _last(first)}
        yield node, _beside_the_past(last[:-1] - first[1:], "pull_forward", thresholds, is_less, **told)


def _spikes(
    own: "pd.Series[float]", counter: "pd.Series[float]", thresholds: GamingThresholds
) -> Iterator[tuple[Node, Finding]]:
    """A month far better than usual, in which the counter-KPI was worse than usual."""
    for node, of_node in _by_node(pd.DataFrame({"own": own, "counter": counter})):
        against = of_node["counter"].to_numpy()
        is_worse = against[-1] < np.nanmean(against)
        yield node, _beside_the_past(of_node["own"].to_numpy(), "spike", thresholds, is_worse)


def _rates(measure: Measure, days: pd.DataFrame) -> "pd.Series[float]":
    """Per node and month, the more the better: the ratio, or what adds up per working day and season."""
    months = days.groupby(_KEYS).agg(
        {"numerator": "sum", "denominator": "sum", "working_days": "max", "season": "max"}
    )
    divisor = months["denominator"] if measure.kind == "ratio" else months["working_days"] * months["season"]
    rates = months["numerator"] / divisor.where(divisor != 0)
    return -rates if measure.direction == "down" else rates


def _late_discounts(days: pd.DataFrame, thresholds: GamingThresholds) -> Iterator[tuple[Node, Finding]]:
    """By how much discounts of the last days exceed those of the rest, on average of the closed months."""
    is_late = days["working_day"] > days["working_days"] - thresholds.last_days
    late, early = (
        days[part].groupby(_KEYS)[["numerator", "denominator"]].sum() for part in (is_late, ~is_late)
    )
    rates = [of["numerator"] / of["denominator"].where(of["denominator"] > 0) for of in (late, early)]
    for node, more in _by_node((rates[0] - rates[1]).dropna().to_frame("more")):
        values = more["more"].to_numpy()[-thresholds.late_months :]
        n = len(values)
        if n < thresholds.fewest_late_months:
            needed = {"needed": thresholds.fewest_late_months}
            yield node, Finding("late_discount", "not enough data", "gaming_few", n, values=needed)
            continue
        quantile = student.ppf((1 + thresholds.confidence) / 2, n - 1)
        mean, margin = float(values.mean()), float(quantile * values.std(ddof=1) / np.sqrt(n))
        is_more = mean - margin > 0 and mean >= thresholds.late
        yield (
            node,
            Finding(
                dimension="late_discount",
                verdict="warn" if is_more else "pass",
                reason=f"late_discount_{'seen' if is_more else 'none'}",
                n=n,
                estimate=round(mean, 6),
                lower=round(mean - margin, 6),
                upper=round(mean + margin, 6),
                threshold=thresholds.late,
                values={"more": percent(round(mean, 3)), "days": thresholds.last_days},
            ),
        )


def _taken_back(closings: pd.DataFrame, thresholds: GamingThresholds) -> Iterator[tuple[Node, Finding]]:
    """The share of a month that was reported when it closed, and is gone now."""
    reported = closings["reported"].where(closings["reported"] > 0)
    shares = closings.assign(share=(closings["reported"] - closings["known"]) / reported)
    for node, of_node in _by_node(shares.set_index(_KEYS).sort_index()):
        share = of_node["share"].to_numpy()
        is_much = share[-1] > thresholds.taken_back
        yield node, _beside_the_past(share, "taken_back", thresholds, is_much, share=_last(share))


def _by_node(months: pd.DataFrame) -> Iterator[tuple[Node, pd.DataFrame]]:
    for (kind, node), rows in months.groupby(level=["node_kind", "node_id"], sort=True):
        yield (str(kind), str(node)), rows


def _last(shares: Array) -> str:
    return percent(round(float(shares[-1]), 2)) if np.isfinite(shares[-1]) else readable(None)


def _beside_the_past(
    values: Array, sign: str, thresholds: GamingThresholds, is_suspect: bool = True, **told: object
) -> Finding:
    """Is the last value above the limits of those before it, and suspect besides?"""
    past = values[:-1][np.isfinite(values[:-1])]
    if len(past) < thresholds.minimum_months or not np.isfinite(values[-1]):
        needed = {"needed": thresholds.minimum_months}
        return Finding(sign, "not enough data", "gaming_few", len(past), values=needed)
    limits = Limits.of(past, thresholds.limit)
    is_seen = bool(values[-1] > limits.upper and is_suspect)
    return Finding(
        dimension=sign,
        verdict="warn" if is_seen else "pass",
        reason=f"{sign}_{'seen' if is_seen else 'none'}",
        n=len(past) + 1,
        estimate=round(float(values[-1]), 6),
        lower=round(limits.lower, 6),
        upper=round(limits.upper, 6),
        threshold=round(limits.upper, 6),
        values=told,
    )
