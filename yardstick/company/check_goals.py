"""What goals.yml must agree with: itself, and the KPIs that measure its goals."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal

from yardstick.company.goals import ChildGoalEntry, GoalEntry, GoalsFile, goal_line
from yardstick.company.settings import CompanySettings
from yardstick.definitions.cards import Definition
from yardstick.definitions.files import inputs_of
from yardstick.errors import Problem
from yardstick.reading.explain import Loc
from yardstick.reading.wording import quoted, unknown
from yardstick.reading.yaml_files import Document, Parsed

#: What goal_contributions can share a distance to plan among.
MOST_FACTORS = 5
_TOLERANCE = Decimal("0.001")


def check_tree(goals: Parsed[GoalsFile]) -> Iterator[Problem]:
    """Ids that two goals share, cycles, weights that do not sum to 1, and what only a driver may have."""
    document = goals.document
    lines: dict[str, int] = {}
    for loc, goal, above in _walk(goals.value.goals, ("goals",), ()):
        line, _ = document.place((*loc, "id"))
        first = lines.setdefault(goal.id, line)
        if first != line:
            found = f"{quoted(goal.id)}, which line {first} has too"
            yield document.problem((*loc, "id"), found, "an id of its own for each goal")
        for key in ("sign", "lag_months"):
            if getattr(goal, key, None) is not None and getattr(goal, "relation", None) != "driver":
                yield document.problem((*loc, key), "a value", f"no {key}: only a driver has one")
        yield from _check_cycle(goal, above, loc, document)
        yield from _check_weights(goal, loc, document)


def check_kpis(goals: Parsed[GoalsFile], kpis: Mapping[str, Definition]) -> Iterator[Problem]:
    """KPIs of goals that have no definition, and those of which a parent's KPI cannot be made."""
    for loc, goal, _ in _walk(goals.value.goals, ("goals",), ()):
        if goal.kpi not in kpis:
            expected = "a KPI that has a definition"
            yield goals.document.problem((*loc, "kpi"), *unknown("KPI", goal.kpi, kpis, expected))
        elif all(child.kpi in kpis for child in goal.children):
            yield from _check_sum(goal, kpis, loc, goals.document)
            yield from _check_product(goal, kpis, loc, goals.document)


def check_paths(
    goals: Parsed[GoalsFile], kpis: Mapping[str, Definition], settings: CompanySettings
) -> Iterator[Problem]:
    """KPIs that the company's sources give, and no goal is measured by."""
    measured = {goal.kpi for _, goal, _ in _walk(goals.value.goals, ("goals",), ())}
    given = settings.given_inputs()
    for kpi_id, definition in kpis.items():
        if kpi_id not in measured and inputs_of(kpi_id, kpis) <= given:
            expected = f"a path to a goal of the company, such as, among these, {goal_line(definition)}"
            yield goals.document.problem(
                ("goals", 0, "children"), f"no goal with the KPI {quoted(kpi_id)}", expected
            )


def _walk(
    goals: Iterable[GoalEntry], loc: Loc, above: tuple[GoalEntry, ...]
) -> Iterator[tuple[Loc, GoalEntry, tuple[GoalEntry, ...]]]:
    """Every goal with its place and the goals above it."""
    for index, goal in enumerate(goals):
        yield (*loc, index), goal, above
        yield from _walk(goal.children, (*loc, index, "children"), (*above, goal))


def _check_cycle(
    goal: GoalEntry, above: Collection[GoalEntry], loc: Loc, document: Document
) -> Iterator[Problem]:
    for ancestor in above:
        if ancestor.kpi == goal.kpi:
            found = f"{quoted(goal.kpi)}, by which the goal {ancestor.id} above is measured too: a cycle"
            yield document.problem((*loc, "kpi"), found, "a KPI that serves the goals above")


def _check_weights(goal: GoalEntry, loc: Loc, document: Document) -> Iterator[Problem]:
    weights = [child.weight for child in goal.children if child.weight is not None]
    total = sum(weights, start=Decimal(0))
    if weights and abs(total - 1) > _TOLERANCE:
        expected = "weights that sum to 1 (a child without a weight stays out of the score)"
        yield document.problem((*loc, "children"), f"weights that sum to {total.normalize():f}", expected)


def _check_sum(
    goal: GoalEntry, kpis: Mapping[str, Definition], loc: Loc, document: Document
) -> Iterator[Problem]:
    parent = kpis[goal.kpi]
    for index, child in _children(goal, "sum"):
        part = kpis[child.kpi]
        for of, value in ((parent, goal.kpi), (part, child.kpi)):
            if of.aggregation != "sum":
                found = f"the relation sum, though {value} is a {of.aggregation}"
                expected = "product or driver: only what adds up is a sum of its parts"
                yield document.problem((*loc, "children", index, "relation"), found, expected)
        for trait in ("unit", "over_time"):
            if getattr(part, trait) != getattr(parent, trait):
                found = f"{quoted(child.kpi)}, whose {trait} is {getattr(part, trait)}"
                expected = f"a KPI whose {trait} is {getattr(parent, trait)}, as that of {goal.kpi} is"
                yield document.problem((*loc, "children", index, "kpi"), found, expected)


def _check_product(
    goal: GoalEntry, kpis: Mapping[str, Definition], loc: Loc, document: Document
) -> Iterator[Problem]:
    factors = _children(goal, "product")
    if not factors:
        return
    place = (*loc, "children", factors[0][0], "relation")
    if not 2 <= len(factors) <= MOST_FACTORS:
        found = f"{len(factors)} children of the relation product"
        yield document.problem(place, found, f"2 to {MOST_FACTORS} factors of {goal.kpi}")
    units = {child.kpi: kpis[child.kpi].unit for _, child in factors}
    if not _is_product(kpis[goal.kpi].unit, list(units.values())):
        found = " × ".join(f"{kpi} ({unit})" for kpi, unit in units.items())
        expected = f"factors whose units multiply to that of {goal.kpi} ({kpis[goal.kpi].unit})"
        yield document.problem(place, found, expected)


def _is_product(unit: str, factors: Collection[str]) -> bool:
    """Whether factors of these units make the unit: a share is a bare number, a count counts something."""
    counted = Counter(factor for factor in factors if factor not in ("share", "count"))
    if unit == "share":
        return not counted and "count" not in factors
    if unit == "count":
        return not counted and "count" in factors
    return counted == Counter([unit])


def _children(goal: GoalEntry, relation: str) -> list[tuple[int, ChildGoalEntry]]:
    return [(index, child) for index, child in enumerate(goal.children) if child.relation == relation]
