"""The org tree: company, regions, teams, people, from org.csv and from the exports."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from yardstick.company.exports import ExportedPerson
from yardstick.company.tables import HeadRow, NodeKind, OrgRow, Role
from yardstick.company.values import CrmId


@dataclass(frozen=True)
class OrgEdge:
    """Where org.csv places a node: under `parent`, from valid_from until before valid_to (None: open)."""

    node: str
    kind: NodeKind
    name: str
    parent: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class Person:
    """A person of org.csv; full_time_share is above 0 and at most 1."""

    id: str
    name: str
    hired_on: date | None
    full_time_share: Decimal


@dataclass(frozen=True)
class PersonId:
    """Which person of org.csv a source's id means."""

    source: str
    id: str
    person: str


@dataclass(frozen=True)
class Head:
    """Who heads a node, or stands in for its head, from valid_from until before valid_to (None: open).

    The name is org.csv's; None for a person whom only an export names.
    """

    person: str
    name: str | None
    node: str
    role: Role
    valid_from: date | None
    valid_to: date | None


def org_edges(rows: Sequence[OrgRow]) -> tuple[OrgEdge, ...]:
    """The edges of a checked org.csv; the company's own row, which has no parent, is none."""
    names = _names(rows)
    return tuple(
        OrgEdge(row.node, row.kind, names[row.node], row.parent, row.valid_from, row.valid_to)
        for row in rows
        if row.parent is not None
    )


def org_people(rows: Sequence[OrgRow]) -> tuple[Person, ...]:
    """Each person of a checked org.csv once, with what any of the person's rows says."""
    names = _names(rows)
    of_person: dict[str, list[OrgRow]] = {}
    for row in rows:
        if row.kind == "person":
            of_person.setdefault(row.node, []).append(row)
    return tuple(
        Person(
            id=node,
            name=names[node],
            hired_on=next((row.hired_on for row in own if row.hired_on), None),
            full_time_share=next((row.full_time_share for row in own if row.full_time_share), Decimal(1)),
        )
        for node, own in of_person.items()
    )


def person_ids(rows: Sequence[OrgRow]) -> tuple[PersonId, ...]:
    """Every id that org.csv gives for a person, once."""
    return tuple(dict.fromkeys(PersonId(*crm_id, person=row.node) for row in rows for crm_id in row.crm_ids))


def org_heads(heads: Sequence[HeadRow], rows: Sequence[OrgRow]) -> tuple[Head, ...]:
    """The heads and deputies of a checked org.csv."""
    names = {row.node: row.name for row in (*heads, *rows) if row.name}
    return tuple(
        Head(row.node, names.get(row.node), row.parent, row.kind, row.valid_from, row.valid_to)
        for row in heads
        if row.parent is not None
    )


def placed_by_exports(rows: Iterable[OrgRow], exported: Iterable[ExportedPerson]) -> list[ExportedPerson]:
    """The exported people whose ids org.csv does not give to its own: for those, org.csv has the word."""
    described = {crm_id for row in rows for crm_id in row.crm_ids}
    return [person for person in exported if CrmId(person.source, person.id) not in described]


def exported_nodes(person: ExportedPerson) -> tuple[tuple[str, NodeKind], ...]:
    """The nodes of the org tree that an exported person's row stands for."""
    return (person.id, "person"), (person.team, "team"), (person.region, "region")


def _names(rows: Iterable[OrgRow]) -> dict[str, str]:
    """Name of each node: what any of its rows says, else the node's id."""
    names: dict[str, str] = {}
    for row in rows:
        if row.name is not None or row.node not in names:
            names[row.node] = row.name or row.node
    return names
