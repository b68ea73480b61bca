"""Is each target realistic? Its chance, given what people achieved and what capacity there will be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from yardstick.conditions.calibration import growth_expected, reliability
from yardstick.conditions.chances import Chance, Measure
from yardstick.conditions.finding import WORST_FIRST, Finding, Verdict
from yardstick.conditions.months import month_numbers
from yardstick.conditions.numbers import percent
from yardstick.conditions.prospects import MONTHS, NODE_KINDS, Prospect, asked_of, prospects
from yardstick.conditions.records import Grid, Record
from yardstick.conditions.target_setting import judge_copies, judge_likeness, judge_ratchet
from yardstick.conditions.team_shares import judge_expected, judge_share, likeness_within_months
from yardstick.conditions.thresholds import RealismThresholds

#: Decimals of a chance: enough for any number of draws, too few for arithmetic to show.
_DECIMALS = 6


class Subject(NamedTuple):
    """A node, and the period whose target is judged; none where the test is of what is over."""

    node_kind: str
    node_id: str
    period_kind: str | None = None
    period_start: date | None = None


@dataclass(frozen=True)
class Realism:
    """All that is found of a KPI's targets, and what proposals are made from.

    `reliability` has a row per tenth in which chances were foretold: from, to, n, foretold, reached. `growth`
    is how many times of what history has is expected.
    """

    measure: Measure
    thresholds: RealismThresholds
    findings: Mapping[Subject, list[Finding]]
    prospects: tuple[Prospect, ...]
    reliability: pd.DataFrame
    growth: float

    def by_node(self) -> dict[tuple[str, str], list[Finding]]:
        """Per node the finding of each dimension that speaks for its periods.

        The worst, of these that of the shortest period, of these that of the first. What is not known of one
        period is outdone by what is known of another.
        """
        order = sorted(
            self.findings,
            key=lambda subject: (MONTHS.get(subject.period_kind or "", 0), subject.period_start or date.min),
        )
        speaking: dict[tuple[str, str], dict[str, Finding]] = {}
        for subject in order:
            of_node = speaking.setdefault((subject.node_kind, subject.node_id), {})
            for finding in self.findings[subject]:
                rivals = of_node.get(finding.dimension, finding), finding
                of_node[finding.dimension] = min(rivals, key=lambda rival: WORST_FIRST.index(rival.verdict))
        return {node: list(of_node.values()) for node, of_node in sorted(speaking.items())}


def judge_realism(
    measure: Measure,
    history: pd.DataFrame,
    targets: pd.DataFrame,
    plan_months: pd.DataFrame,
    thresholds: RealismThresholds,
) -> Realism:
    """What is found of a KPI's targets, by node and period. The frames' columns:

    - `history`, a row per person and closed month: person_id, team_id, region_id, company_id (of that
      month), month (its first day), value, numerator and denominator (read of a ratio only), capacity, season
      (1 where there is none), target and attained as they stood when the month closed (missing: no target)
    - `targets`, a row per node and period to be judged: node_kind, node_id, period_kind (month, quarter,
      year), period_start, period (as people write it), target (a band is asked of every node that is named),
      is_decided: whether it was decided for that period, at the node or above it, or follows from a target of
      another period. Without that column, the targets of the shortest period were decided
    - `plan_months`, the months of those periods, a row per person, month and team: person_id, team_id,
      region_id, company_id, month, capacity, season

    Capacity is in days of a full person; of a balance it is in full persons, for a stock does not grow with
    the days of a month. The chance is that of the whole period's target, as seen when the period began: its
    own months are not looked at.

    Only what was decided can fail. What follows from it is told in dimensions of its own, `chance_derived`
    and `share_derived`, and warns at most: a month's part of a year that is right may be out of reach in most
    months, where a few large deals make the year.
    """
    asked = asked_of(measure, targets)
    of_people = asked.loc[asked["node_kind"] == "person", "node_id"]
    people = pd.Index(sorted({*history["person_id"], *plan_months["person_id"], *of_people}))
    grid = Grid(history, people)
    record = Record.of(measure, grid, thresholds.least_capacity)
    foretold, calibration, growth = growth_expected(record, grid, thresholds)
    ratchet = judge_ratchet(measure, grid, _year_begins(targets), thresholds)
    periods = tuple(prospects(record, asked, plan_months, growth, thresholds))
    found: dict[Subject, list[Finding]] = {
        Subject("company", str(company)): [calibration, ratchet]
        for company in sorted(history["company_id"].dropna().unique())
    }
    for subject, finding in (
        *_shares(history, asked, thresholds),
        *(judged for period in periods for judged in _judged(period, grid, thresholds)),
    ):
        found.setdefault(subject, []).append(finding)
    return Realism(measure, thresholds, found, periods, reliability(foretold), growth)


def _year_begins(targets: pd.DataFrame) -> int:
    """The calendar month (January is 0) in which the fiscal year begins, as the targets of years say."""
    years = targets.loc[targets["period_kind"] == "year", "period_start"]
    return int(pd.to_datetime(years).min().month) - 1 if len(years) else 0


def _shares(
    history: pd.DataFrame, asked: pd.DataFrame, thresholds: RealismThresholds
) -> Iterator[tuple[Subject, Finding]]:
    """Dimension `share`, of months. A target of nothing is not counted."""
    judged = history[history["attained"].notna() & (history["target"] != 0)]
    reached = judged["attained"].astype(bool).to_numpy()
    months = month_numbers(judged["month"])
    likeness = likeness_within_months(reached, months)
    is_decided = asked.empty or bool(asked.loc[asked["period_kind"] == "month", "is_decided"].any())
    for kind in NODE_KINDS:
        for node, rows in sorted(judged.groupby(f"{kind}_id").indices.items()):
            finding = judge_share(reached[rows], months[rows], likeness, thresholds)
            yield Subject(kind, str(node)), finding if is_decided else _derived(finding)


def _derived(finding: Finding) -> Finding:
    """What is found of a target that follows from one of another period."""
    verdict: Verdict = "warn" if finding.verdict == "fail" else finding.verdict
    return replace(finding, dimension=f"{finding.dimension}_derived", verdict=verdict)


def _judged(period: Prospect, grid: Grid, thresholds: RealismThresholds) -> Iterator[tuple[Subject, Finding]]:
    """Dimensions `chance`, of each target; `expected` and `likeness`, of nodes; `copied`, of the company."""

    def subject(kind: str, node: str) -> Subject:
        return Subject(kind, node, period.period_kind, period.period_start)

    chances = period.outlook.judge(period.targets, thresholds.confidence)
    of_targets = (
        *((("person", person), finding) for person, finding in judge_people(period, chances, thresholds)),
        *judge_nodes(period, thresholds),
    )
    for node, finding in of_targets:
        yield subject(*node), finding if node in period.decided else _derived(finding)
    has_target = np.isfinite(period.targets) & period.is_there
    is_known = has_target & (period.outlook.months >= thresholds.minimum_months)
    for node, members in zip(period.nodes, (period.belongs > 0) & has_target, strict=True):
        if members.any():
            known = [chances[row] for row in np.flatnonzero(members & is_known)]
            estimates = np.array([chance.estimate for chance in known])
            yield (
                subject(*node),
                judge_expected(estimates, period.period, thresholds, may_fail=period.is_shortest),
            )
            yield subject(*node), judge_likeness(known, period.period, thresholds)
            if node[0] == "company":
                yield subject(*node), judge_copies(grid, period, thresholds)


def judge_people(
    period: Prospect, chances: Sequence[Chance], thresholds: RealismThresholds
) -> Iterator[tuple[str, Finding]]:
    """Dimension `chance`, of every person with a target and a working day to reach it.

    Who is asked for something and has no working day cannot reach it: that needs no history. A target too low
    fails only for the shortest period of which targets were decided: those that are reached in six of ten
    months sum to a year that is reached in nine of ten.
    """
    measure = period.outlook.measure
    reasons = _Reasons("chance_right", "target_high", "target_low", may_be_too_low=period.is_shortest)
    values = {"period": period.period}
    rows = zip(period.people, period.targets, period.is_there, chances, strict=True)
    for person, target, is_there, chance in rows:
        if is_there and np.isfinite(target):
            yield person, _of_chance(chance, reasons, values, thresholds)
        elif measure.adds_up and measure.direction == "up" and target > 0:
            yield person, Finding("chance", "fail", "target_without_days", chance.months, values=values)


def judge_nodes(period: Prospect, thresholds: RealismThresholds) -> Iterator[tuple[tuple[str, str], Finding]]:
    """Dimension `chance`, of every node with a target that people make up.

    It is never too low: targets that each of ten people reaches in six of ten months sum to one that they
    reach together in nine of ten, if they have nothing in common.
    """
    if period.together is None or period.apart is None:
        return
    chances = period.together.judge(period.node_targets, thresholds.confidence)
    apart = period.apart.chances(period.node_targets)
    reasons = _Reasons("node_right", "node_high", None, may_be_too_low=False)
    for row in np.flatnonzero(np.isfinite(period.node_targets)):
        values = {"period": period.period, "apart": percent(round(float(np.nan_to_num(apart[row])), 2))}
        yield period.nodes[row], _of_chance(chances[row], reasons, values, thresholds)


class _Reasons(NamedTuple):
    right: str
    high: str
    #: None where no target is too low.
    low: str | None
    #: Or a warning at most.
    may_be_too_low: bool


def _of_chance(
    chance: Chance, reasons: _Reasons, values: Mapping[str, object], thresholds: RealismThresholds
) -> Finding:
    """What lies outside of the tolerated fails only if the interval excludes the chance that is wanted."""
    n = chance.months
    if n < thresholds.minimum_months:
        needed = {"needed": thresholds.minimum_months}
        return Finding("chance", "not enough data", "chance_few", n, values={**values, **needed})
    passes, tolerated = thresholds.chance, thresholds.tolerated_chance
    is_surely_other = not chance.lower <= thresholds.wanted <= chance.upper
    verdict: Verdict = "pass"
    reason = reasons.right
    if chance.estimate < passes.lowest:
        verdict = "fail" if chance.estimate < tolerated.lowest and is_surely_other else "warn"
        reason = reasons.high
    elif chance.estimate > passes.highest and reasons.low is not None:
        is_outside = chance.estimate > tolerated.highest and is_surely_other
        verdict = "fail" if is_outside and reasons.may_be_too_low else "warn"
        reason = reasons.low
    return Finding(
        dimension="chance",
        verdict=verdict,
        reason=reason,
        n=n,
        estimate=round(chance.estimate, _DECIMALS),
        lower=round(chance.lower, _DECIMALS),
        upper=round(chance.upper, _DECIMALS),
        threshold=passes.highest if reason == reasons.low else passes.lowest,
        values={**values, "chance": percent(round(chance.estimate, 2))},
    )
