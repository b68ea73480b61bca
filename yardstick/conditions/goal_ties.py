"""Is each KPI tied to a goal of the company? By a path, weights, targets, arithmetic and drivers."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from math import inf, isinf
from typing import Any

import pandas as pd

from yardstick.company.goals import Goal
from yardstick.conditions.drivers import Edge, judge_drivers
from yardstick.conditions.finding import WORST_FIRST, Finding, Verdict
from yardstick.conditions.numbers import percent, readable
from yardstick.conditions.thresholds import TieThresholds
from yardstick.reading.strict import Bilingual

#: A KPI, and the node at which it was tested; None where the test is of the KPI as such.
Subject = tuple[str, str | None]

#: Decimals to which a coverage is told, and judged: a target is rounded to the currency's minor unit.
_COVERAGE_DECIMALS = 4
#: How many people a reason names.
_NAMED = 3
#: Which of a KPI's ties speaks for it, where several goals are measured by it: one that fails comes first.
_SPEAKS_FIRST: tuple[Verdict, ...] = ("fail", "pass", "warn", "not enough data")


def judge_ties(
    goals: Sequence[Goal],
    titles: Mapping[str, Bilingual],
    scorecards: pd.DataFrame,
    targets: pd.DataFrame,
    values: pd.DataFrame,
    panel: pd.DataFrame,
    thresholds: TieThresholds,
) -> dict[Subject, list[Finding]]:
    """What is found of every KPI, as such (no node) and at the nodes where it is tested: one per dimension.

    `titles` has the active KPIs. The frames' columns:

    - `scorecards`, a row per person and KPI that counts in the person's score: person_id, person_name, kpi_id
    - `targets`: kpi_id, node_id, period (as people write it), parent_target and child_targets, the sum of the
      targets of the nodes below it; only KPIs whose targets add up
    - `values`: kpi_id, node_id, period, relation, actual, and made_of, what is made of the goals below the
      KPI's goal (relation sum or product) or of the people or nodes below the node (people)
    - `panel`: kpi_id, team_id, month, value, as `judge_drivers` takes it
    """
    found: dict[Subject, dict[str, Finding]] = defaultdict(dict)
    for subject, finding in (
        *judge_reach(goals, titles, thresholds),
        *judge_weights(goals, scorecards, thresholds),
        *judge_cascades(targets, thresholds),
        *judge_arithmetic(goals, titles, values, thresholds),
        *judge_links(goals, titles, panel, thresholds),
    ):
        if subject[0] in titles:
            before = found[subject].get(finding.dimension, finding)
            first = min(before, finding, key=lambda of: _SPEAKS_FIRST.index(of.verdict))
            found[subject][finding.dimension] = first
    return {subject: list(of_subject.values()) for subject, of_subject in found.items()}


def judge_reach(
    goals: Sequence[Goal], kpis: Collection[str], thresholds: TieThresholds
) -> Iterator[tuple[Subject, Finding]]:
    """Dimension `reach`: the shortest path from a goal that a KPI measures to one at the top of the tree."""
    by_id = {goal.id: goal for goal in goals}
    for kpi_id in sorted(kpis):
        paths = [_path(goal, by_id) for goal in goals if goal.kpi == kpi_id]
        whole = sorted((path for path in paths if path[-1].parent is None), key=len)
        steps = len(whole[0]) - 1 if whole else None
        yield (
            (kpi_id, None),
            Finding(
                dimension="reach",
                verdict="pass" if steps is not None and steps <= thresholds.most_steps else "fail",
                reason=_reach(steps, bool(paths), thresholds),
                n=len(paths),
                estimate=steps,
                threshold=thresholds.most_steps,
                values={
                    "path_en": " → ".join(goal.title.en for goal in (whole or paths or [[]])[0]),
                    "path_ru": " → ".join(goal.title.ru for goal in (whole or paths or [[]])[0]),
                    "steps": steps,
                    "most": thresholds.most_steps,
                },
            ),
        )


def _path(goal: Goal, by_id: Mapping[str, Goal]) -> list[Goal]:
    """The goal and those above it; it ends early where one is missing, or where it would turn in a circle."""
    path = [goal]
    kpis = {goal.kpi}
    while goal.parent is not None and goal.parent in by_id:
        goal = by_id[goal.parent]
        if goal.kpi in kpis:
            break
        path.append(goal)
        kpis.add(goal.kpi)
    return path


def _reach(steps: int | None, is_measured: bool, thresholds: TieThresholds) -> str:
    if steps is None:
        return "reach_broken" if is_measured else "reach_none"
    return "reach_whole" if steps <= thresholds.most_steps else "reach_long"


def judge_weights(
    goals: Sequence[Goal], scorecards: pd.DataFrame, thresholds: TieThresholds
) -> Iterator[tuple[Subject, Finding]]:
    """Dimensions `weights`, of each goal with a weight, and `focus`: how many KPIs those who have it have."""
    siblings: dict[str | None, list[Goal]] = defaultdict(list)
    for goal in goals:
        if goal.weight is not None:
            siblings[goal.parent].append(goal)
    for group in siblings.values():
        total = sum((goal.weight or Decimal(0) for goal in group), Decimal(0))
        for goal in group:
            yield (goal.kpi, None), _weight(goal, total, len(group), thresholds)
    counts = scorecards.groupby("person_id")["kpi_id"].nunique()
    names = dict(zip(scorecards["person_id"], scorecards["person_name"], strict=True))
    for kpi_id, people in scorecards.groupby("kpi_id")["person_id"]:
        yield (str(kpi_id), None), _focus(counts[people.unique()], names, thresholds)


def _weight(goal: Goal, total: Decimal, siblings: int, thresholds: TieThresholds) -> Finding:
    weight = goal.weight or Decimal(0)
    adds_up = abs(total - 1) <= thresholds.weight_tolerance
    is_within = thresholds.lowest_weight <= weight <= thresholds.highest_weight
    return Finding(
        dimension="weights",
        verdict="pass" if adds_up and is_within else "fail",
        reason="weight_right" if adds_up and is_within else "weight_sum" if is_within else "weight_range",
        n=siblings,
        estimate=float(weight),
        values={
            "weight": percent(weight),
            "total": percent(total),
            "lowest": percent(thresholds.lowest_weight),
            "highest": percent(thresholds.highest_weight),
        },
    )


def _focus(counts: "pd.Series[int]", names: Mapping[str, str], thresholds: TieThresholds) -> Finding:
    is_within = counts.between(thresholds.fewest_kpis, thresholds.most_kpis)
    outside = counts[~is_within].sort_index()
    return Finding(
        dimension="focus",
        verdict="pass" if is_within.all() else "warn",
        reason="focus_right" if is_within.all() else "focus_wrong",
        n=len(counts),
        estimate=float(is_within.mean()),
        threshold=1.0,
        values={
            "has": _range(int(counts.min()), int(counts.max())),
            "allowed": _range(thresholds.fewest_kpis, thresholds.most_kpis),
            "outside": len(outside),
            "whose": ", ".join(names[person] for person in outside.index[:_NAMED]),
        },
    )


def judge_cascades(targets: pd.DataFrame, thresholds: TieThresholds) -> Iterator[tuple[Subject, Finding]]:
    """Dimension `cascade`, per KPI and node: of its periods, the one whose coverage is worst."""
    judged = targets.dropna(subset=["parent_target", "child_targets"])
    coverages = [_coverage(row.parent_target, row.child_targets) for row in judged.itertuples()]
    low, high = thresholds.coverage.lowest, thresholds.coverage.highest
    judged = judged.assign(
        coverage=coverages,
        verdict=[_covered(coverage, thresholds) for coverage in coverages],
        distance=[max(low - coverage, coverage - high) for coverage in coverages],
    )
    for row in _worst(judged, ["kpi_id", "node_id"]):
        yield (
            (row.kpi_id, row.node_id),
            Finding(
                dimension="cascade",
                verdict=row.verdict,
                reason=_cascade(row.coverage, thresholds),
                n=int(row.periods),
                estimate=None if isinf(row.coverage) else row.coverage,
                threshold=high if row.coverage > high else low,
                values={"period": row.period, "coverage": percent(row.coverage), "high": percent(high)},
            ),
        )


def _coverage(parent: object, children: object) -> float:
    """What is to be nothing is covered by nothing; anything else is infinitely more."""
    whole, parts = _decimal(parent), _decimal(children)
    if whole == 0:
        return 1.0 if parts == 0 else inf
    return round(float(parts / whole), _COVERAGE_DECIMALS)


def _cascade(coverage: float, thresholds: TieThresholds) -> str:
    low, high = thresholds.coverage.lowest, thresholds.coverage.highest
    if isinf(coverage):
        return "cascade_nothing"
    return "cascade_under" if coverage < low else "cascade_over" if coverage > high else "cascade_right"


def _covered(coverage: float, thresholds: TieThresholds) -> Verdict:
    if thresholds.coverage.holds(coverage):
        return "pass"
    return "warn" if thresholds.tolerated_coverage.holds(coverage) else "fail"


def judge_arithmetic(
    goals: Sequence[Goal],
    titles: Mapping[str, Bilingual],
    values: pd.DataFrame,
    thresholds: TieThresholds,
) -> Iterator[tuple[Subject, Finding]]:
    """Dimensions `arithmetic`, of each goal that is a part or factor of another, and `people`, of each KPI.

    Per node, of its periods the one that differs most.
    """
    known = values[values["kpi_id"].isin(titles)].dropna(subset=["actual", "made_of"])
    gaps = [_gap(str(row.relation), row.actual, row.made_of, thresholds) for row in known.itertuples()]
    judged = known.assign(
        distance=[float(gap) for gap in gaps], verdict=["fail" if gap > 1 else "pass" for gap in gaps]
    )
    kpis = {goal.id: goal.kpi for goal in goals}
    parts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for goal in goals:
        if goal.parent is not None and goal.relation is not None:
            parts[kpis[goal.parent], goal.relation].append(goal.kpi)
    for row in _worst(judged, ["kpi_id", "node_id", "relation"]):
        is_of_people = row.relation == "people"
        finding = Finding(
            dimension="people" if is_of_people else "arithmetic",
            verdict=row.verdict,
            reason=f"{'people' if is_of_people else 'parts'}_{'right' if row.verdict == 'pass' else 'wrong'}",
            n=int(row.periods),
            estimate=_share(row.actual, row.made_of),
            threshold=float(thresholds.difference),
            values={
                "period": row.period,
                "actual": readable(row.actual),
                "made_of": readable(row.made_of),
                **_titled("parent", row.kpi_id, titles),
            },
        )
        for kpi_id in [row.kpi_id] if is_of_people else parts[row.kpi_id, row.relation]:
            yield (kpi_id, row.node_id), finding


def _gap(relation: str, actual: object, made_of: object, thresholds: TieThresholds) -> Decimal:
    """The difference, 1 being the most that is tolerated."""
    whole = abs(_decimal(actual))
    difference = abs(_decimal(actual) - _decimal(made_of))
    tolerated = whole * thresholds.difference
    if relation != "product":
        tolerated = min(tolerated, thresholds.difference_in_units)
    if difference == 0:
        return Decimal(0)
    return difference / tolerated if tolerated > 0 else Decimal("Infinity")


def _share(actual: object, made_of: object) -> float | None:
    whole = _decimal(actual)
    return round(float(abs(whole - _decimal(made_of)) / abs(whole)), 6) if whole else None


def judge_links(
    goals: Sequence[Goal], titles: Mapping[str, Bilingual], panel: pd.DataFrame, thresholds: TieThresholds
) -> Iterator[tuple[Subject, Finding]]:
    """Dimension `driver`, of each KPI that a goal names as a driver, per goal that it drives."""
    kpis = {goal.id: goal.kpi for goal in goals}
    edges = [
        Edge(goal.kpi, kpis[goal.parent], goal.sign or 1, goal.lag_months or 0)
        for goal in goals
        if goal.parent is not None and goal.relation == "driver"
    ]
    active = [edge for edge in edges if edge.child_kpi in titles and edge.parent_kpi in titles]
    for edge, finding in judge_drivers(panel, active, thresholds.drivers).items():
        of_parent = _titled("parent", edge.parent_kpi, titles)
        yield (edge.child_kpi, None), replace(finding, values={**finding.values, **of_parent})


def _worst(judged: pd.DataFrame, keys: list[str]) -> Iterator[Any]:
    """Of each key's periods the one with the worst verdict, then the farthest off, then the latest."""
    ranked = judged.assign(
        rank=judged["verdict"].map(WORST_FIRST.index),
        periods=judged.groupby(keys)["period"].transform("size"),
        period=judged["period"].astype(str),
    ).sort_values(
        [*keys, "rank", "distance", "period"], ascending=[*(True for _ in keys), True, False, False]
    )
    return ranked.drop_duplicates(keys).itertuples()


def _range(lowest: int, highest: int) -> str:
    return str(lowest) if lowest == highest else f"{lowest}–{highest}"


def _titled(name: str, kpi_id: str, titles: Mapping[str, Bilingual]) -> dict[str, str]:
    return {f"{name}_en": titles[kpi_id].en, f"{name}_ru": titles[kpi_id].ru}


def _decimal(value: object) -> Decimal:
    return Decimal(str(value))
