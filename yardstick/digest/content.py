"""What a morning's messages are made of, read from schema kpi in one transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, LiteralString

import psycopg
from psycopg.rows import class_row

from yardstick.company import Company
from yardstick.server.embedded import Role
from yardstick.warehouse import connect

#: Records to mend that a message names; of the rest it says how many there are.
ISSUES_NAMED = 3

_NIGHT = """
select as_of, data_until from kpi.refreshes where state = 'published' order by ended_at desc limit 1
"""

#: One row per person and node that a message tells the person of: the own numbers, and each headed node.
_SECTIONS = """
select
    people.person_id,
    people.person_name,
    'person' as node_kind,
    people.person_id as node_id,
    people.person_name as node_name,
    scores.weighted_attainment_to_date as score
from kpi.dim_people as people
left join kpi.person_scorecards as scores
    on people.person_id = scores.person_id
    and (scores.period_kind, scores.period_start) = ('month', %(month)s)
union all
select heads.person_id, heads.person_name, heads.node_kind, heads.node_id, nodes.node_name,
    scores.weighted_attainment_to_date
from kpi.dim_heads as heads
inner join kpi.dim_nodes as nodes
    on (heads.node_kind, heads.node_id) = (nodes.node_kind, nodes.node_id)
    and nodes.valid_from <= %(as_of)s
    and (nodes.valid_to > %(as_of)s or nodes.valid_to is null)
left join kpi.head_scorecards as scores
    on (heads.person_id, heads.node_id) = (scores.person_id, scores.node_id)
    and (scores.period_kind, scores.period_start) = ('month', %(month)s)
where
    heads.is_acting
    and heads.valid_from <= %(as_of)s
    and (heads.valid_to > %(as_of)s or heads.valid_to is null)
order by node_kind, node_id
"""

#: One row per node and KPI of the month: the KPIs that the scorecard weighs, the heaviest first; those with
#: a target where none is weighed.
_LINES = """
with weights as (
    select kpi_id, sum(score_weight) as weight
    from kpi.dim_goals
    where score_weight is not null
    group by kpi_id
)

select
    cards.node_kind,
    cards.node_id,
    cards.kpi_id,
    kpis.title_en,
    kpis.title_ru,
    kpis.unit,
    kpis.direction,
    cards.actual,
    cards.target,
    cards.plan_to_date,
    cards.needed_per_day,
    cards.status,
    cards.withheld_reason as reason_en,
    cards.withheld_reason_ru as reason_ru
from kpi.scorecards as cards
inner join kpi.dim_kpis as kpis on cards.kpi_id = kpis.kpi_id
left join weights on cards.kpi_id = weights.kpi_id
where
    (cards.period_kind, cards.period_start) = ('month', %(month)s)
    and (cards.target is not null or cards.status = 'withheld' or kpis.direction = 'band')
    and (weights.weight is not null or not exists (select from weights))
order by weights.weight desc nulls last, cards.kpi_id
"""

#: One row per node and node right below it, as placed on the as-of.
_CHILDREN = """
select parent_id, node_kind, node_id, node_name
from kpi.dim_nodes
where
    parent_id is not null
    and valid_from <= %(as_of)s
    and (valid_to > %(as_of)s or valid_to is null)
"""

#: One row per person and record to mend: the first few of each, and how many there are.
_ISSUES = """
select person_id, record_kind, record_id, what_en, what_ru, mend_en, mend_ru, record_url, issues
from (
    select
        *,
        count(*) over (partition by person_id) as issues,
        row_number() over (partition by person_id order by rule_id, record_id) as position
    from kpi.data_issues
    where person_id is not null and record_id is not null and as_of = %(as_of)s
) as numbered
where position <= %(named)s
order by person_id, position
"""


@dataclass(frozen=True)
class Line:
    """A KPI of a node in the month."""

    node_kind: str
    node_id: str
    kpi_id: str
    title_en: str
    title_ru: str
    unit: str
    direction: str
    actual: Decimal | None
    target: Decimal | None
    plan_to_date: Decimal | None
    needed_per_day: Decimal | None
    status: str
    reason_en: str | None
    reason_ru: str | None


@dataclass(frozen=True)
class Child:
    """A node right below a headed one, with its line of the KPI that weighs most; no line without one."""

    name: str
    issues: int
    line: Line | None


@dataclass(frozen=True)
class Issue:
    """A record to mend, and how many its person has."""

    person_id: str
    record_kind: str
    record_id: str
    what_en: str
    what_ru: str
    mend_en: str
    mend_ru: str
    record_url: str | None
    issues: int


@dataclass(frozen=True)
class Section:
    """What a message says of one node: the recipient's own numbers, or those of a node that they head."""

    node_kind: str
    node_id: str
    name: str
    score: Decimal | None
    lines: Sequence[Line]
    children: Sequence[Child]
    issues: Sequence[Issue]
    issue_count: int

    @property
    def shown(self) -> list[Line]:
        """The KPIs that have a number."""
        return [line for line in self.lines if line.status != "withheld"]

    @property
    def withheld(self) -> list[Line]:
        """The KPIs that are withheld, each with its reason."""
        return [line for line in self.lines if line.status == "withheld"]


@dataclass(frozen=True)
class Morning:
    """What a published night has to tell: of each person the sections, the own numbers first."""

    as_of: date
    data_until: date | None
    names: Mapping[str, str]
    sections: Mapping[str, Sequence[Section]]


def read_morning(company: Company) -> Morning | None:
    """What the night that is published tells; None if none is."""
    with connect(company, Role.READER) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        night = connection.execute(_NIGHT).fetchone()
        return None if night is None else _Reading(connection, *night).morning()


class _Reading:
    def __init__(self, connection: psycopg.Connection, as_of: date, data_until: date | None) -> None:
        self._connection = connection
        self._night = as_of, data_until
        self._values = {"as_of": as_of, "month": as_of.replace(day=1), "named": ISSUES_NAMED}

    def morning(self) -> Morning:
        self._lines: dict[tuple[str, str], list[Line]] = defaultdict(list)
        for line in self._rows(_LINES, Line):
            self._lines[line.node_kind, line.node_id].append(line)
        self._issues: dict[str, list[Issue]] = defaultdict(list)
        for issue in self._rows(_ISSUES, Issue):
            self._issues[issue.person_id].append(issue)
        self._children: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for parent, *child in self._connection.execute(_CHILDREN, self._values):
            self._children[parent].append(tuple(child))
        names: dict[str, str] = {}
        sections: dict[str, list[Section]] = defaultdict(list)
        for person, person_name, *node in self._connection.execute(_SECTIONS, self._values):
            names[person] = person_name
            section = self._section(*node)
            if section.lines or section.issue_count:
                sections[person].append(section)
        for told in sections.values():
            told.sort(key=lambda section: section.node_kind != "person")
        return Morning(*self._night, names, sections)

    def _rows(self, query: LiteralString, kind: type[Any]) -> list[Any]:
        return self._connection.cursor(row_factory=class_row(kind)).execute(query, self._values).fetchall()

    def _section(self, kind: str, node: str, name: str, score: Decimal | None) -> Section:
        lines = self._lines.get((kind, node), [])
        if kind == "person":
            issues = self._issues.get(node, [])
            return Section(kind, node, name, score, lines, (), issues, issues[0].issues if issues else 0)
        heaviest = next((line.kpi_id for line in lines if line.status != "withheld"), None)
        children = [self._child(child, heaviest) for child in self._children.get(node, ())]
        children.sort(key=lambda child: (child.line is None, _share(child.line), child.name))
        return Section(kind, node, name, score, lines, children, (), sum(child.issues for child in children))

    def _child(self, child: tuple[str, str, str], kpi_id: str | None) -> Child:
        kind, node, name = child
        lines = self._lines.get((kind, node), ())
        return Child(
            name, self._issues_below(kind, node), next((x for x in lines if x.kpi_id == kpi_id), None)
        )

    def _issues_below(self, kind: str, node: str) -> int:
        if kind == "person":
            issues = self._issues.get(node)
            return issues[0].issues if issues else 0
        return sum(self._issues_below(kind, child) for kind, child, _ in self._children.get(node, ()))


def _share(line: Line | None) -> Decimal:
    """How far a child is on its plan, for the order of children: who needs help comes first."""
    if line is None or line.actual is None or not line.plan_to_date:
        return Decimal(0)
    return line.actual / line.plan_to_date
