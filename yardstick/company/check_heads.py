"""What org.csv says of heads and deputies: each of a node that is there, one at a time."""

from collections.abc import Iterable, Iterator, Mapping

from yardstick.company.check_org import PERSON_ONLY, RESERVED_NODE
from yardstick.company.check_validity import begin, check_one_at_a_time, check_validity, end
from yardstick.company.tables import HeadRow, NodeKind, OrgRow
from yardstick.errors import Problem
from yardstick.reading.csv_tables import Row, Table
from yardstick.reading.wording import quoted, unknown

_HEADED = "the company, a region or a team"


def check_rows(heads: Table[HeadRow], org: Table[OrgRow]) -> Iterator[Problem]:
    """What a row says that cannot be, by itself or beside the other rows of its person and of its node."""
    for row in heads.rows:
        yield from check_validity(heads, row)
        for column in PERSON_ONLY:
            if getattr(row.value, column):
                expected = f"a blank cell: {column} belongs to the person's row of kind person"
                yield heads.problem(row, column, "a value", expected)
    yield from _check_names(heads, org)
    for node, rows in _by_node(heads.rows).items():
        for role in ("head", "deputy"):
            expected = f"one {role} of {quoted(node)} at a time: end the earlier row where this one begins"
            yield from check_one_at_a_time(heads, (row for row in rows if row.value.kind == role), expected)
        yield from _check_deputies(heads, rows)


def check_nodes(heads: Table[HeadRow], kinds: Mapping[str, NodeKind]) -> Iterator[Problem]:
    """Heads of what is unknown or a person, and heads whom nothing names."""
    people = [node for node, kind in kinds.items() if kind == "person"]
    headed = [node for node, kind in kinds.items() if kind != "person"]
    named = {row.value.node for row in heads.rows if row.value.name}
    for row in heads.rows:
        person, role, node = row.value.node, row.value.kind, row.value.parent
        if node is None:
            yield heads.problem(row, "parent", "nothing", f"{_HEADED}: what the {role} heads")
        elif node not in kinds:
            expected = f"{_HEADED} of org.csv or of an export"
            yield heads.problem(row, "parent", *unknown("node", node, headed, expected))
        elif kinds[node] == "person":
            yield heads.problem(
                row, "parent", f"{quoted(node)}, a person", f"{_HEADED}, as parent of a {role}"
            )
        if person == RESERVED_NODE:
            expected = "another id: this one is taken by rows without an owner"
            yield heads.problem(row, "node", quoted(person), expected)
        elif kinds.get(person, "person") != "person":
            yield heads.problem(row, "node", f"{quoted(person)}, a {kinds[person]}", f"a person, as {role}")
        elif person not in kinds and person not in named:
            expected = "a person of org.csv or of an export, or a name in the row for someone in no team"
            yield heads.problem(row, "node", *unknown("person", person, people, expected))


def _check_names(heads: Table[HeadRow], org: Table[OrgRow]) -> Iterator[Problem]:
    said: dict[str, Row[OrgRow] | Row[HeadRow]] = {}
    for row in org.rows:
        if row.value.name:
            said.setdefault(row.value.node, row)
    for head in heads.rows:
        name, person = head.value.name, head.value.node
        if name is None:
            continue
        first = said.setdefault(person, head)
        if first.value.name != name:
            found = f"{quoted(name)}, where line {first.line} has {quoted(str(first.value.name))}"
            expected = f"the same name in all rows of {quoted(person)}, or a blank cell"
            yield heads.problem(head, "name", found, expected)


def _check_deputies(heads: Table[HeadRow], rows: list[Row[HeadRow]]) -> Iterator[Problem]:
    """Deputies of themselves, or without an end where a head is to come back; the rows are of one node."""
    for deputy in (row for row in rows if row.value.kind == "deputy"):
        for head in (row for row in rows if row.value.kind == "head"):
            if begin(deputy) >= end(head) or begin(head) >= end(deputy):
                continue
            if deputy.value.node == head.value.node:
                found = f"{quoted(head.value.node)}, whom line {head.line} makes the head of {_headed(head)}"
                yield heads.problem(deputy, "node", found, "someone else, as deputy")
            elif deputy.value.valid_to is None and head.value.valid_to is None:
                expected = (
                    f"the first day on which the head of {_headed(head)}, in line {head.line}, is back; "
                    "who takes over for good is a head"
                )
                yield heads.problem(deputy, "valid_to", "nothing", expected)


def _by_node(rows: Iterable[Row[HeadRow]]) -> dict[str, list[Row[HeadRow]]]:
    nodes: dict[str, list[Row[HeadRow]]] = {}
    for row in rows:
        if row.value.parent is not None:
            nodes.setdefault(row.value.parent, []).append(row)
    return nodes


def _headed(row: Row[HeadRow]) -> str:
    return quoted(str(row.value.parent))
