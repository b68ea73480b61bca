"""What each KPI is made of above the canonical CRM: read from dbt's manifest and the SQL that it compiled."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from yardstick.definitions.files import PREFIX

#: Folders of the dbt project, as a node's fqn has them.
_CANONICAL_CRM = "core"
_KPIS = "kpis"
#: The sources that are the company's files: those of which people keep the facts by hand, day by day. The
#: others are settings; targets may be kept by hand.
_FILES = "company"
_KEPT_BY_HAND = frozenset({"absences", "heads", "org_edges", "people", "rates"})
#: A table of one row, which is there in every join of it.
_SETTINGS = "settings"


@dataclass(frozen=True)
class Lineage:
    """The way from the canonical CRM to a KPI.

    `models` are the KPI's view and what lies between it and the canonical CRM, whether other KPIs use it or
    not; `tables` what these read of the canonical CRM and of what it rests on; `by_hand` what they read of
    seeds and of the company's files; `path` the longest way, from one of the tables to the KPI's view.
    """

    models: frozenset[str]
    tables: frozenset[str]
    by_hand: frozenset[str]
    path: tuple[str, ...]


@dataclass(frozen=True)
class Work:
    """What a model's SQL does. Branches of a CASE and exclusions are exceptions."""

    joins: int
    exceptions: int


def lineages(manifest: Mapping[str, Any]) -> dict[str, Lineage]:
    """The lineage of every KPI that counts rows, by KPI id."""
    nodes: dict[str, dict[str, Any]] = {**manifest["nodes"], **manifest["sources"]}
    core = [key for key, node in nodes.items() if _is_model(node) and node["fqn"][1] == _CANONICAL_CRM]
    crm = frozenset(core) | _above(core, nodes)
    return {
        node["name"].removeprefix(PREFIX): _lineage(key, nodes, crm)
        for key, node in sorted(nodes.items())
        if _is_model(node) and node["fqn"][1] == _KPIS
    }


def joined(parts: Iterable[Lineage], last: str) -> Lineage:
    """The lineage of what is computed from others, in a step of its own."""
    parts = list(parts)
    return Lineage(
        models=frozenset().union(*(part.models for part in parts)),
        tables=frozenset().union(*(part.tables for part in parts)),
        by_hand=frozenset().union(*(part.by_hand for part in parts)),
        path=(*max((part.path for part in parts), key=len), last),
    )


def work_of(sql: str) -> Work | None:
    """The work of a compiled model; None where its SQL cannot be read."""
    try:
        tree = sqlglot.parse_one(sql, dialect="postgres")
    except SqlglotError:
        return None
    branches = sum(len(case.args["ifs"]) for case in tree.find_all(exp.Case))
    exclusions = sum(
        _is_negated(condition) and condition.find_ancestor(exp.Where, exp.Having) is not None
        for condition in tree.find_all(exp.Condition)
    )
    return Work(
        joins=sum(_reads_a_table(join.this) for join in tree.find_all(exp.Join)),
        exceptions=branches + exclusions,
    )


def _is_negated(condition: exp.Condition) -> bool:
    """Such as <>, not in (…), is not null."""
    return isinstance(condition, exp.NEQ | exp.Not | exp.NullSafeNEQ) or bool(condition.args.get("negate"))


def _reads_a_table(relation: exp.Expression) -> bool:
    """Not so for a function of the row's own values, such as unnest(), nor for the settings."""
    return any(
        isinstance(table.this, exp.Identifier) and table.name != _SETTINGS
        for table in relation.find_all(exp.Table)
    )


def _lineage(kpi: str, nodes: Mapping[str, dict[str, Any]], crm: Collection[str]) -> Lineage:
    models, ends = {kpi}, set[str]()
    waiting = [kpi]
    while waiting:
        for parent in _parents(waiting.pop(), nodes):
            if parent in crm or not _is_model(nodes[parent]):
                ends.add(parent)
            elif parent not in models:
                models.add(parent)
                waiting.append(parent)

    @cache
    def longest(key: str) -> tuple[str, ...]:
        ways = [longest(parent) for parent in sorted(_parents(key, nodes)) if parent in models]
        tables = [nodes[parent]["name"] for parent in sorted(_parents(key, nodes)) if parent in read]
        return (*max([*ways, *((table,) for table in tables), ()], key=len), nodes[key]["name"])

    by_hand = {end for end in ends if _is_kept_by_hand(nodes[end])}
    read = {end for end in ends - by_hand if nodes[end].get("source_name") != _FILES}
    return Lineage(
        models=frozenset(nodes[key]["name"] for key in models),
        tables=frozenset(nodes[key]["name"] for key in read),
        by_hand=frozenset(nodes[key]["name"] for key in by_hand),
        path=longest(kpi),
    )


def _above(keys: Iterable[str], nodes: Mapping[str, dict[str, Any]]) -> frozenset[str]:
    found = set[str]()
    waiting = list(keys)
    while waiting:
        new = set(_parents(waiting.pop(), nodes)) - found
        found |= new
        waiting += new
    return frozenset(found)


def _parents(key: str, nodes: Mapping[str, dict[str, Any]]) -> Iterator[str]:
    """What the node reads; a source reads nothing, and what dbt leaves out of the manifest is not there."""
    return (parent for parent in nodes[key].get("depends_on", {}).get("nodes", ()) if parent in nodes)


def _is_model(node: Mapping[str, Any]) -> bool:
    return bool(node["resource_type"] == "model")


def _is_kept_by_hand(node: Mapping[str, Any]) -> bool:
    if node["resource_type"] == "seed":
        return True
    return node.get("source_name") == _FILES and node["name"] in _KEPT_BY_HAND
