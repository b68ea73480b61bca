"""Targets with the wanted chance, in place of those that fail, and what people's targets sum to then."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

import numpy as np
import pandas as pd

from yardstick.conditions.chances import Array, Outlook
from yardstick.conditions.prospects import Prospect
from yardstick.conditions.realism import Realism, Subject

#: A round number may differ from a target by no more than this share of it.
_ROUND = 0.01
_DECIMALS_OF_CHANCE = 6

_PERIOD = ["node_kind", "node_id", "period_kind", "period_start", "period"]
_TARGETS = [*_PERIOD, "months", "target", "chance", "proposed", "proposed_chance", "lower", "upper"]
_TOTALS = [
    *_PERIOD,
    *("target", "chance", "people_target", "people_chance", "proposed", "proposed_chance", "proposed_apart"),
]


@dataclass(frozen=True)
class Proposals:
    """What is proposed. Both frames begin with node_kind, node_id, period_kind, period_start and period.

    - `targets`, a row per failing target: months (of history), target and chance, proposed and
      proposed_chance, lower and upper (of that chance)
    - `totals`, of a KPI that adds up, a row per node and period in which a person is proposed another target:
      target and chance (the node's own; missing where it has none), people_target (what its people's targets
      sum to), people_chance (that they reach this together), proposed (what they would sum to),
      proposed_chance, and proposed_apart, the chance if people had nothing in common
    """

    targets: pd.DataFrame
    totals: pd.DataFrame


def propose(realism: Realism, wanted: float | None = None) -> Proposals:
    """For each target that fails, of people and nodes, the one with the wanted chance.

    A warning is no reason to change what was agreed: it may be due to chance. A band has no target to change,
    and who has no working day none to be given.
    """
    chance = realism.thresholds.wanted if wanted is None else wanted
    targets, totals = list[tuple[object, ...]](), list[tuple[object, ...]]()
    for period in realism.prospects if realism.measure.direction != "band" else ():
        people = [("person", str(person)) for person in period.people]
        of_people = _proposed(realism, period, people, period.outlook, period.targets, chance)
        targets += _rows(realism, period, people, period.outlook, period.targets, of_people)
        if period.together is not None:
            nodes = period.nodes, period.together, period.node_targets
            targets += _rows(realism, period, *nodes, _proposed(realism, period, *nodes, chance))
            if realism.measure.adds_up:
                totals += _totals(period, of_people)
    return Proposals(pd.DataFrame(targets, columns=_TARGETS), pd.DataFrame(totals, columns=_TOTALS))


def _proposed(
    realism: Realism,
    period: Prospect,
    names: Sequence[tuple[str, str]],
    outlook: Outlook,
    targets: Array,
    wanted: float,
) -> Array:
    """NaN where nothing is proposed."""
    fails = [
        any(
            finding.dimension == "chance" and finding.verdict == "fail" and finding.estimate is not None
            for finding in realism.findings.get(Subject(*name, period.period_kind, period.period_start), ())
        )
        for name in names
    ]
    at = np.where(np.isfinite(targets) & fails, outlook.targets_at(wanted), np.nan)
    return rounded(at, outlook, wanted)


def rounded(targets: Array, outlook: Outlook, wanted: float) -> Array:
    """Of the round numbers next to each target, the one whose chance is nearest to the wanted.

    Where several have the same chance, the one that is nearest to the target.
    """
    decimals = outlook.measure.decimals
    units = np.array([unit_of(target, decimals) for target in targets.tolist()])
    nearest = np.round(targets / units)
    onward = np.where(targets / units < nearest, -1, 1)
    candidates = np.round(np.stack([nearest, nearest + onward, nearest - onward]) * units, decimals)
    misses = np.stack([np.abs(outlook.chances(candidate) - wanted) for candidate in candidates])
    best = np.argmin(np.where(np.isfinite(misses), misses, np.inf), axis=0)
    return np.asarray(np.take_along_axis(candidates, best[None], axis=0)[0])


def unit_of(target: float, decimals: int) -> float:
    """The largest 1, 2 or 5 of a decimal place that makes the target round without changing it by much."""
    least, most = 10.0**-decimals, abs(target) * _ROUND
    if not most > least:
        return least
    place = 10.0 ** floor(log10(most))
    return max(place * digit for digit in (0.5, 1, 2, 5) if place * digit <= most)


def _rows(
    realism: Realism,
    period: Prospect,
    names: Sequence[tuple[str, str]],
    outlook: Outlook,
    targets: Array,
    proposed: Array,
) -> list[tuple[object, ...]]:
    before, after = (outlook.judge(of, realism.thresholds.confidence) for of in (targets, proposed))
    return [
        (
            *_begin(period, names[row]),
            *(before[row].months, float(targets[row]), _rounded(before[row].estimate)),
            *(float(proposed[row]), _rounded(after[row].estimate)),
            *(_rounded(after[row].lower), _rounded(after[row].upper)),
        )
        for row in np.flatnonzero(np.isfinite(proposed)).tolist()
    ]


def _totals(period: Prospect, proposed: Array) -> list[tuple[object, ...]]:
    """A person's target is shared by nodes as the person's capacity is."""
    together, apart, own = period.together, period.apart, period.node_targets
    if together is None or apart is None:
        return []
    now = np.nan_to_num(period.targets)
    is_changed = np.isfinite(proposed)
    sums = period.belongs @ now
    then = period.belongs @ np.where(is_changed, proposed, now)
    columns = (
        *(own, together.chances(own), sums, together.chances(sums)),
        *(then, together.chances(then), apart.chances(then)),
    )
    return [
        (*_begin(period, period.nodes[row]), *(_rounded(float(column[row])) for column in columns))
        for row in np.flatnonzero((period.belongs[:, is_changed] > 0).any(axis=1))
    ]


def _begin(period: Prospect, name: tuple[str, str]) -> tuple[object, ...]:
    return *name, period.period_kind, period.period_start, period.period


def _rounded(number: float) -> float:
    return round(number, _DECIMALS_OF_CHANCE)
