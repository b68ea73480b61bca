"""Does it look as if a KPI is bent? Signs in its months: reasons to ask, and never more than a warning."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import t as student

from yardstick.conditions.chances import Array, Measure
from yardstick.conditions.finding import Finding
from yardstick.conditions.numbers import percent, readable
from yardstick.conditions.thresholds import GamingThresholds
from yardstick.reading.strict import Bilingual

#: A node: its kind and id.
Node = tuple[str, str]

_NODE = ["node_kind", "node_id"]


@dataclass(frozen=True)
class CounterKpi:
    """The KPI that shows when another is gamed; `is_share`: it differs by percentage points."""

    measure: Measure
    title: Bilingual
    is_share: bool = False

    def told(self) -> dict[str, object]:
        """What a reason names of it."""
        return {"counter_en": self.title.en, "counter_ru": self.title.ru}


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
    months: pd.DataFrame,
    closings: pd.DataFrame,
    thresholds: GamingThresholds,
    counter: CounterKpi | None = None,
) -> Iterator[tuple[Node, Finding]]:
    """What is found of a KPI at each node: of the last closed month, beside those before it.

    - `months`, a row per KPI (it and its counter-KPI), node and closed month: kpi_id, node_kind, node_id,
      month (its first day), working_days, season (1 where there is none), numerator, denominator; of these
      first_numerator and last_numerator, which fell on the month's first and last days, and late_numerator
      and late_denominator, which fell on the days at the end in which the counter-KPI is looked at
    - `closings`, a row per node and closed month of the KPI: node_kind, node_id, month, reported (when it
      closed), known (now)

    Dimensions: of what adds up over days `rush`, `pull_forward` and, where the counter-KPI is a share,
    `late_counter`; `spike` where there is a counter-KPI; `taken_back` where there are closings.
    """
    calendar = pd.Index(sorted(months["month"].unique()), name="month")
    own = months[months["kpi_id"] == measure.kpi_id]
    is_flow_of_days = measure.adds_up and not measure.is_balance
    if is_flow_of_days:
        yield from _edges(own, calendar, thresholds)
    if counter is not None:
        against = months[months["kpi_id"] == counter.measure.kpi_id]
        if _has_rate(measure) and _has_rate(counter.measure):
            rates = pd.DataFrame({"own": _rates(measure, own), "counter": _rates(counter.measure, against)})
            yield from _spikes(rates, calendar, counter, thresholds)
        if is_flow_of_days and _has_rate(counter.measure) and counter.is_share:
            nodes = own.set_index(_NODE).index
            yield from _late(against[against.set_index(_NODE).index.isin(nodes)], counter, thresholds)
    if is_flow_of_days and measure.direction == "up":
        yield from _taken_back(closings, thresholds)


def _has_rate(measure: Measure) -> bool:
    return measure.kind != "typical" and not measure.is_balance


def _edges(
    months: pd.DataFrame, calendar: pd.Index, thresholds: GamingThresholds
) -> Iterator[tuple[Node, Finding]]:
    """The share of a month that falls on its last days, and how much more that is than on the next first."""
    whole = months["numerator"].where(months["numerator"] > 0)
    shares = months.assign(first=months["first_numerator"] / whole, last=months["last_numerator"] / whole)
    for node, of_node in _by_node(shares.set_index([*_NODE, "month"])[["first", "last"]], calendar):
        first, last = of_node["first"], of_node["last"]
        yield node, _beside_the_past(last, "rush", thresholds, share=_last(last))
        if len(last) > 1:
            is_less = bool(first[-1] < _mean(first))
            told = {"share": _last(last[:-1]), "next_share": _last(first)}
            yield node, _beside_the_past(last[:-1] - first[1:], "pull_forward", thresholds, is_less, **told)


def _spikes(
    rates: pd.DataFrame, calendar: pd.Index, counter: CounterKpi, thresholds: GamingThresholds
) -> Iterator[tuple[Node, Finding]]:
    """A month far better than usual, in which the counter-KPI was worse than usual."""
    for node, of_node in _by_node(rates.dropna(), calendar):
        against = of_node["counter"]
        is_worse = bool(against[-1] < _mean(against))
        yield node, _beside_the_past(of_node["own"], "spike", thresholds, is_worse, **counter.told())


def _rates(measure: Measure, months: pd.DataFrame) -> "pd.Series[float]":
    """Per node and month, the more the better: the ratio, or what adds up per working day and season."""
    of = months.set_index([*_NODE, "month"])
    divisor = of["denominator"] if measure.kind == "ratio" else of["working_days"] * of["season"]
    return _better_upward(measure, of["numerator"] / divisor.where(divisor != 0))


def _better_upward(measure: Measure, values: "pd.Series[float]") -> "pd.Series[float]":
    return -values if measure.direction == "down" else values


def _late(
    months: pd.DataFrame, counter: CounterKpi, thresholds: GamingThresholds
) -> Iterator[tuple[Node, Finding]]:
    """By how much the counter-KPI is worse on the last days than on the others, on average of the months."""
    of = months.set_index([*_NODE, "month"])
    early = of["numerator"] - of["late_numerator"], of["denominator"] - of["late_denominator"]
    rates = [
        _better_upward(counter.measure, above / below.where(below > 0))
        for above, below in (early, (of["late_numerator"], of["late_denominator"]))
    ]
    worse = (rates[0] - rates[1]).dropna().to_frame("worse").sort_index()
    for (kind, node), rows in worse.groupby(level=_NODE, sort=True):
        finding = _late_finding(rows["worse"].to_numpy()[-thresholds.late_months :], counter, thresholds)
        yield (str(kind), str(node)), finding


def _late_finding(worse: Array, counter: CounterKpi, thresholds: GamingThresholds) -> Finding:
    n = len(worse)
    if n < thresholds.fewest_late_months:
        needed = {"needed": thresholds.fewest_late_months}
        return Finding("late_counter", "not enough data", "gaming_few", n, values=needed)
    quantile = student.ppf((1 + thresholds.confidence) / 2, n - 1)
    mean, margin = float(worse.mean()), float(quantile * worse.std(ddof=1) / np.sqrt(n))
    is_worse = mean - margin > 0 and mean >= thresholds.late
    return Finding(
        dimension="late_counter",
        verdict="warn" if is_worse else "pass",
        reason=f"late_counter_{'seen' if is_worse else 'none'}",
        n=n,
        estimate=round(mean, 6),
        lower=round(mean - margin, 6),
        upper=round(mean + margin, 6),
        threshold=thresholds.late,
        values={"points": readable(round(100 * mean, 1)), "days": thresholds.last_days, **counter.told()},
    )


def _taken_back(closings: pd.DataFrame, thresholds: GamingThresholds) -> Iterator[tuple[Node, Finding]]:
    """The share of a month that was reported when it closed, and is gone now."""
    reported = closings["reported"].where(closings["reported"] > 0)
    shares = closings.assign(share=(closings["reported"] - closings["known"]) / reported)
    calendar = pd.Index(sorted(closings["month"].unique()), name="month")
    for node, of_node in _by_node(shares.set_index([*_NODE, "month"])[["share"]], calendar):
        share = of_node["share"]
        is_much = bool(share[-1] > thresholds.taken_back)
        yield node, _beside_the_past(share, "taken_back", thresholds, is_much, share=_last(share))


def _by_node(months: pd.DataFrame, calendar: pd.Index) -> Iterator[tuple[Node, dict[str, Array]]]:
    """Of each node and column every month of the calendar, in order: what a node lacks is not known."""
    wide = {str(of): values.unstack("month").reindex(columns=calendar) for of, values in months.items()}
    nodes = next(iter(wide.values())).index
    values = {of: rows.to_numpy(dtype=float) for of, rows in wide.items()}
    for row, (kind, node) in enumerate(nodes):
        yield (str(kind), str(node)), {of: rows[row] for of, rows in values.items()}


def _mean(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else np.nan


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
