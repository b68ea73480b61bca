"""What the rows of org.csv, and the people of the exports, must agree on: one tree at any time."""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

from yardstick.company.check_validity import check_one_at_a_time, check_validity
from yardstick.company.exports import ExportedPerson
from yardstick.company.organisation import exported_nodes
from yardstick.company.settings import CompanySettings
from yardstick.company.tables import NodeKind, OrgRow
from yardstick.company.values import CrmId
from yardstick.errors import Problem
from yardstick.reading.csv_tables import Row, Table
from yardstick.reading.wording import did_you_mean, quoted

#: Rows whose person is unknown roll up under nodes of this name.
RESERVED_NODE = "unassigned"

_PARENT_KINDS: dict[NodeKind, NodeKind] = {"region": "company", "team": "region", "person": "team"}

#: Columns that describe a person, not a place of one.
PERSON_ONLY = ("hired_on", "full_time_share", "crm_ids")


def check_rows(table: Table[OrgRow], settings: CompanySettings) -> Iterator[Problem]:
    """What a row says that cannot be, by itself or beside the other rows of its node."""
    sources = [source.name for source in settings.sources]
    for row in table.rows:
        yield from _check_place(table, row, settings.id)
        yield from check_validity(table, row)
        yield from _check_person_only(table, row)
        yield from _check_sources(table, row, sources)
    for node, rows in _by_node(table.rows).items():
        yield from _check_agreement(table, rows)
        expected = f"one place at a time for {quoted(node)}: end the earlier row where this one begins"
        yield from check_one_at_a_time(table, rows, expected)
    yield from _check_crm_ids(table)


def node_kinds(
    company_id: str, table: Table[OrgRow], exported: Iterable[ExportedPerson]
) -> dict[str, NodeKind]:
    """Kind of every node that org.csv or an export names; of one with two kinds, the first."""
    kinds: dict[str, NodeKind] = {company_id: "company"}
    for row in table.rows:
        kinds.setdefault(row.value.node, row.value.kind)
    for person in exported:
        for node, kind in exported_nodes(person):
            kinds.setdefault(node, kind)
    return kinds


def check_people(table: Table[OrgRow], kinds: Mapping[str, NodeKind]) -> Iterator[Problem]:
    """A company without a single person."""
    if "person" not in kinds.values():
        expected = "at least one, in org.csv or by team and region of the people of a source in company.yml"
        yield Problem(table.file, None, None, "no person in the company", expected)


def check_tree(table: Table[OrgRow], kinds: Mapping[str, NodeKind]) -> Iterator[Problem]:
    """Parents that are unknown, of the wrong kind, or the node's own descendants."""
    cycle = _cycle(table)
    if cycle:
        first = next(row for row in table.rows if (row.value.node, row.value.parent) == cycle[:2])
        yield table.problem(
            first, "parent", f"a cycle: {' → '.join(cycle)}", "a parent that is not below the node"
        )
    in_cycle = set(pairwise(cycle))
    for row in table.rows:
        parent, kind = row.value.parent, row.value.kind
        if parent is None or kind == "company" or (row.value.node, parent) in in_cycle:
            continue
        if parent not in kinds:
            expected = f"a {_PARENT_KINDS[kind]} of org.csv or of an export{did_you_mean(parent, kinds)}"
            yield table.problem(row, "parent", f"the unknown parent {quoted(parent)}", expected)
        elif kinds[parent] != _PARENT_KINDS[kind]:
            found = f"{quoted(parent)}, a {kinds[parent]}"
            yield table.problem(row, "parent", found, f"a {_PARENT_KINDS[kind]}, as parent of a {kind}")


def check_exported(people: Iterable[ExportedPerson], kinds: Mapping[str, NodeKind]) -> Iterator[Problem]:
    """Exported people in two teams, teams in two regions, and names that are of another kind."""
    parents: dict[str, tuple[str, Path, int]] = {}
    for person in people:
        for node, kind in exported_nodes(person):
            if kinds[node] != kind:
                found = f"{quoted(node)} as a {kind}, which is a {kinds[node]} elsewhere"
                yield Problem(person.file, person.line, kind, found, "a name of one kind of node only")
            elif node == RESERVED_NODE:
                yield Problem(person.file, person.line, kind, quoted(node), "another name: this one is taken")
        for node, kind, parent in ((person.id, "team", person.team), (person.team, "region", person.region)):
            first, file, line = parents.setdefault(node, (parent, person.file, person.line))
            if first != parent:
                found = f"{quoted(node)} in {quoted(parent)} and, in {file}:{line}, in {quoted(first)}"
                expected = f"one {kind}; moves belong in org.csv, with their dates"
                yield Problem(person.file, person.line, kind, found, expected)


def _check_place(table: Table[OrgRow], row: Row[OrgRow], company_id: str) -> Iterator[Problem]:
    node, kind, parent = row.value.node, row.value.kind, row.value.parent
    if node == RESERVED_NODE:
        yield table.problem(
            row, "node", quoted(node), "another id: this one is taken by rows without an owner"
        )
    if kind == "company" and node != company_id:
        yield table.problem(
            row, "node", f"the company {quoted(node)}", f"the id of company.yml, {quoted(company_id)}"
        )
    if kind != "company" and node == company_id:
        yield table.problem(row, "kind", quoted(kind), f"company: {quoted(node)} is the id of company.yml")
    if kind == "company" and parent is not None:
        yield table.problem(row, "parent", quoted(parent), "a blank cell: nothing is above the company")
    if kind != "company" and parent is None:
        yield table.problem(row, "parent", "nothing", f"the {_PARENT_KINDS[kind]} that the {kind} belongs to")


def _check_person_only(table: Table[OrgRow], row: Row[OrgRow]) -> Iterator[Problem]:
    if row.value.kind != "person":
        for column in PERSON_ONLY:
            if getattr(row.value, column):
                yield table.problem(row, column, "a value", f"a blank cell: only a person has {column}")


def _check_sources(table: Table[OrgRow], row: Row[OrgRow], sources: list[str]) -> Iterator[Problem]:
    for source, _ in row.value.crm_ids:
        if source not in sources:
            expected = f"one of company.yml's sources: {', '.join(sources)}{did_you_mean(source, sources)}"
            yield table.problem(row, "crm_ids", f"the unknown source {quoted(source)}", expected)


def _check_agreement(table: Table[OrgRow], rows: list[Row[OrgRow]]) -> Iterator[Problem]:
    """A node's rows may each be silent about an attribute, but not contradict one another."""
    for column in ("kind", "name", *PERSON_ONLY):
        said = [(row, getattr(row.value, column)) for row in rows if getattr(row.value, column)]
        for row, value in said[1:]:
            first, first_value = said[0]
            if _comparable(value) != _comparable(first_value):
                found = f"{_written(value)}, where line {first.line} has {_written(first_value)}"
                expected = f"the same {column} in all rows of {quoted(row.value.node)}, or a blank cell"
                yield table.problem(row, column, found, expected)


def _comparable(value: object) -> object:
    return frozenset(value) if isinstance(value, tuple) else value


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return quoted(";".join(f"{source}:{identity}" for source, identity in value))
    return quoted(str(value))


def _check_crm_ids(table: Table[OrgRow]) -> Iterator[Problem]:
    owners: dict[CrmId, Row[OrgRow]] = {}
    for row in table.rows:
        for crm_id in row.value.crm_ids:
            owner = owners.setdefault(crm_id, row)
            if owner.value.node != row.value.node:
                found = f"{_written((crm_id,))}, which line {owner.line} gives to {quoted(owner.value.node)}"
                yield table.problem(row, "crm_ids", found, "an id of one person only")


def _by_node(rows: Iterable[Row[OrgRow]]) -> dict[str, list[Row[OrgRow]]]:
    nodes: dict[str, list[Row[OrgRow]]] = {}
    for row in rows:
        nodes.setdefault(row.value.node, []).append(row)
    return nodes


def _cycle(table: Table[OrgRow]) -> tuple[str, ...]:
    """Nodes of a cycle from child to parent, the first again at the end; nothing if there is none."""
    parents: dict[str, set[str]] = {}
    for row in table.rows:
        if row.value.parent is not None and row.value.kind != "company":
            parents.setdefault(row.value.node, set()).add(row.value.parent)
    try:
        TopologicalSorter(parents).prepare()
    except CycleError as error:
        return tuple(reversed(error.args[1]))
    return ()
