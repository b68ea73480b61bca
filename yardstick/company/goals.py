"""goals.yml: the tree of the company's goals, each measured by a KPI."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from yardstick.company.values import Sign
from yardstick.definitions.cards import Definition
from yardstick.reading.strict import Bilingual, Number, Slug, Strict, Text

Relation = Literal["sum", "product", "driver"]
Weight = Annotated[Number, Field(ge=Decimal("0.05"), le=Decimal("0.5"))]


class GoalEntry(Strict):
    """A goal as goals.yml has it, with the goals below it."""

    id: Slug
    """a short name of lower-case letters, digits and _, first a letter, unique in goals.yml"""
    title: Bilingual
    """the goal's title in both languages: {en: …, ru: …}"""
    kpi: Text
    """the KPI that measures the goal, such as bookings"""
    owner: Text
    """who answers for the goal"""
    children: tuple["ChildGoalEntry", ...] = ()
    """the goals that this one is made of or driven by"""


class ChildGoalEntry(GoalEntry):
    """A goal below another, and how it bears on it."""

    relation: Relation
    """sum, product or driver: how the goal bears on its parent"""
    weight: Weight | None = None
    """the goal's share of its parent's score, 0.05 to 0.5; the shares of siblings sum to 1"""
    sign: Sign | None = None
    """1 or -1: whether more of the driver helps the parent or hurts it"""
    lag_months: Annotated[int, Field(ge=0, le=36)] | None = None
    """the months after which the driver is felt, 0 to 36"""


class GoalsFile(Strict):
    """The file goals.yml."""

    goals: Annotated[tuple[GoalEntry, ...], Field(min_length=1)]
    """the company's goals, at least one"""


@dataclass(frozen=True)
class Goal:
    """One goal of the flattened tree. A goal at the top has no parent, relation nor weight."""

    id: str
    title: Bilingual
    kpi: str
    owner: str
    parent: str | None = None
    relation: Relation | None = None
    weight: Number | None = None
    #: Drivers only: 1 or -1, and months.
    sign: int | None = None
    lag_months: int | None = None
    #: A leaf's share of the whole score; None for a goal that stands on no scorecard, or whose children do.
    score_weight: Number | None = None


def goal_line(kpi: Definition) -> str:
    """A KPI's goal as it stands among the children of another goal: one line of goals.yml."""
    title = f"{{en: {_scalar(kpi.title.en)}, ru: {_scalar(kpi.title.ru)}}}"
    return (
        f"- {{id: {kpi.kpi_id}, title: {title}, kpi: {kpi.kpi_id}, owner: {_scalar(kpi.owner)}, "
        "relation: driver}"
    )


def _scalar(text: str) -> str:
    """The text as YAML: in quotes, which spare a rule about when they are needed."""
    return json.dumps(text, ensure_ascii=False)


def flatten(goals: Iterable[GoalEntry]) -> Iterator[Goal]:
    """Every goal of the tree, each after its parent."""
    for goal in goals:
        yield Goal(goal.id, goal.title, goal.kpi, goal.owner)
        yield from _below(goal, Decimal(1))


def _below(parent: GoalEntry, share: Decimal | None) -> Iterator[Goal]:
    for child in parent.children:
        own_share = share * child.weight if share is not None and child.weight is not None else None
        is_leaf = all(grandchild.weight is None for grandchild in child.children)
        is_driver = child.relation == "driver"
        yield Goal(
            id=child.id,
            title=child.title,
            kpi=child.kpi,
            owner=child.owner,
            parent=parent.id,
            relation=child.relation,
            weight=child.weight,
            sign=(child.sign or 1) if is_driver else None,
            lag_months=(child.lag_months or 0) if is_driver else None,
            score_weight=own_share if is_leaf else None,
        )
        yield from _below(child, own_share)
