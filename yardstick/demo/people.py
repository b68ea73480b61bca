"""The sellers of a company folder: who they are, where they work, when they are away."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from yardstick.company import check_org
from yardstick.company.org_file import read_org
from yardstick.company.organisation import OrgEdge, org_edges, org_people, person_ids
from yardstick.company.settings import CompanySettings
from yardstick.company.tables import Absence, OrgRow
from yardstick.demo.columns import CRM, SYSTEMS
from yardstick.errors import ConfigurationError, Problem
from yardstick.reading.csv_tables import Table, read_table

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Stay:
    """A stretch of days of one person in one team: [first, end), from ever or to this day where None."""

    team: str
    first: date | None
    end: date | None


@dataclass(frozen=True)
class Seller:
    """A person of org.csv whom the CRM knows; `ids` are the person's in each system, if any."""

    person: str
    name: str
    ids: tuple[str | None, ...]
    stays: tuple[Stay, ...]
    hired_on: date | None
    full_time_share: Decimal


@dataclass(frozen=True)
class Staff:
    """The people of a company folder, their teams, each team's region, and their leave."""

    sellers: tuple[Seller, ...]
    region_of: dict[str, str]
    absences: tuple[Absence, ...]


def read_staff(org_file: Path, absences_file: Path, settings: CompanySettings) -> Staff:
    """Raises ConfigurationError if one of the files is missing or not right."""
    org = _read_org(org_file, settings)
    edges = org_edges(org)
    return Staff(
        sellers=_sellers(edges, org),
        region_of={edge.node: edge.parent for edge in edges if edge.kind == "team"},
        absences=tuple(values_of(read_table(absences_file, Absence))),
    )


def values_of(table: Table[Model], problems: Iterable[Problem] = ()) -> list[Model]:
    """The rows of a table; raises ConfigurationError if it has a problem."""
    found = [*table.problems, *problems]
    if found:
        raise ConfigurationError(found)
    return [row.value for row in table.rows]


def _read_org(file: Path, settings: CompanySettings) -> list[OrgRow]:
    table, _ = read_org(file)
    kinds = check_org.node_kinds(settings.id, table, ())
    checks = (
        check_org.check_rows(table, settings),
        check_org.check_people(table, kinds),
        check_org.check_tree(table, kinds),
    )
    return values_of(table, chain.from_iterable(checks))


def _sellers(edges: Iterable[OrgEdge], org: list[OrgRow]) -> tuple[Seller, ...]:
    """The people whom the CRM knows, in the order of org.csv; of several ids the first."""
    first_ids: dict[tuple[str, str], str] = {}
    for known in person_ids(org):
        first_ids.setdefault((known.source, known.person), known.id)
    edges_of: dict[str, list[OrgEdge]] = {}
    for edge in edges:
        if edge.kind == "person" and (SYSTEMS[CRM], edge.node) in first_ids:
            edges_of.setdefault(edge.node, []).append(edge)
    people = {person.id: person for person in org_people(org)}
    return tuple(
        Seller(
            person,
            own[0].name,
            tuple(first_ids.get((system, person)) for system in SYSTEMS),
            tuple(Stay(edge.parent, edge.valid_from, edge.valid_to) for edge in own),
            people[person].hired_on,
            people[person].full_time_share,
        )
        for person, own in edges_of.items()
    )
