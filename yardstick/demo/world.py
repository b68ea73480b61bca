"""The world that the demo's sellers live in: who works when and where, and who takes over from whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import TypeVar

import numpy as np
from pydantic import BaseModel

from yardstick.company import check_org
from yardstick.company.calendar import calendar_days
from yardstick.company.organisation import OrgEdge, PersonId, org_edges, person_ids
from yardstick.company.settings import CompanySettings
from yardstick.company.tables import Absence, OrgRow
from yardstick.demo.chance import Flags, Whole
from yardstick.demo.columns import NONE
from yardstick.errors import ConfigurationError, Problem, UsageError
from yardstick.reading.csv_tables import Table, read_table
from yardstick.reading.yaml_files import read_model

FIRST_DAY = date(2022, 7, 1)
AS_OF = date(2026, 6, 30)
DAYS = (AS_OF - FIRST_DAY).days + 1
SOURCE = "crm"
SETTINGS_FILE, ORG_FILE, ABSENCES_FILE = "company.yml", "org.csv", "absences.csv"
#: The files of the company folder that the world is made of.
WORLD_FILES = (SETTINGS_FILE, ORG_FILE, ABSENCES_FILE)

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Stay:
    """A stretch of days of one person in one team: [first, end), to this day where end is None."""

    team: str
    first: date
    end: date | None


@dataclass(frozen=True)
class Seller:
    """A person of org.csv with an id in the CRM."""

    person: str
    name: str
    crm_id: str
    stays: tuple[Stay, ...]


@dataclass(frozen=True)
class World:
    """The people, teams and days of the demo company.

    `team_on` and `at_work` have a row per seller and a column per day; `next_at_work` has one column
    more, which stands for every day after the as-of, and holds DAYS where no working day follows.
    """

    sellers: tuple[Seller, ...]
    teams: tuple[str, ...]
    region_of_team: Whole
    team_on: Whole
    at_work: Flags
    next_at_work: Whole
    heirs: tuple[Whole, ...]

    @property
    def last_day(self) -> Whole:
        """The last day that each was with the company, at most the as-of."""
        last: Whole = np.where(self.team_on != NONE, np.arange(DAYS), 0).max(axis=1)
        return last

    @property
    def has_left(self) -> Flags:
        """Who is no longer with the company at the as-of."""
        gone: Flags = self.team_on[:, -1] == NONE
        return gone

    def when_at_work(self, who: Whole, heir: Whole, day: Whole) -> tuple[Whole, Whole]:
        """The first day from `day` on that `who` works, and who it is: the heir of one who has left.

        The day is DAYS where it lies after the as-of.
        """
        day = np.minimum(day, DAYS)
        own = self.next_at_work[who, day]
        is_handed_over = (own == DAYS) & self.has_left[who]
        return (
            np.where(is_handed_over, self.next_at_work[heir, day], own),
            np.where(is_handed_over, heir, who),
        )


def day_number(day: date) -> int:
    """Days from the first day of the world, kept within it: DAYS stands for every later day."""
    return min(max((day - FIRST_DAY).days, 0), DAYS)


def date_of(day: int) -> date:
    """The calendar day of a day number, also of one outside the world."""
    return FIRST_DAY + timedelta(days=int(day))


def read_world(folder: Path) -> World:
    """The world that company.yml, org.csv and absences.csv of a company folder describe.

    Raises ConfigurationError if one of them is missing or not right, UsageError if nobody could take over.
    """
    settings = read_model(folder / SETTINGS_FILE, CompanySettings, "the company's settings").value
    org = _read_org(folder / ORG_FILE, settings)
    edges = org_edges(org)
    sellers = _sellers(edges, person_ids(org))
    team_edges = [edge for edge in edges if edge.kind == "team"]
    regions = list(dict.fromkeys(edge.parent for edge in team_edges))
    region_of = {edge.node: regions.index(edge.parent) for edge in team_edges}
    team_on = _team_on(sellers, list(region_of))
    at_work = (team_on != NONE) & ~_away(sellers, _read(folder / ABSENCES_FILE, Absence))
    at_work &= np.array([day.is_working_day for day in calendar_days(settings, FIRST_DAY, AS_OF)])
    return World(
        sellers=sellers,
        teams=tuple(region_of),
        region_of_team=np.array(list(region_of.values()), dtype=np.int64),
        team_on=team_on,
        at_work=at_work,
        next_at_work=_next_at_work(at_work),
        heirs=_heirs(team_on, folder / ORG_FILE),
    )


def _read(file: Path, model: type[Model]) -> list[Model]:
    return _values(read_table(file, model), ())


def _read_org(file: Path, settings: CompanySettings) -> list[OrgRow]:
    table = read_table(file, OrgRow)
    kinds = check_org.node_kinds(settings.id, table, ())
    checks = (
        check_org.check_rows(table, settings),
        check_org.check_people(table, kinds),
        check_org.check_tree(table, kinds),
    )
    return _values(table, chain.from_iterable(checks))


def _values(table: Table[Model], problems: Iterable[Problem]) -> list[Model]:
    found = [*table.problems, *problems]
    if found:
        raise ConfigurationError(found)
    return [row.value for row in table.rows]


def _sellers(edges: Iterable[OrgEdge], ids: Iterable[PersonId]) -> tuple[Seller, ...]:
    """The people whom the CRM knows, in the order of org.csv."""
    crm_id_of = {known.person: known.id for known in ids if known.source == SOURCE}
    edges_of: dict[str, list[OrgEdge]] = {}
    for edge in edges:
        if edge.kind == "person" and edge.node in crm_id_of:
            edges_of.setdefault(edge.node, []).append(edge)
    return tuple(
        Seller(person, own[0].name, crm_id_of[person], tuple(_stay(edge) for edge in own))
        for person, own in edges_of.items()
    )


def _stay(edge: OrgEdge) -> Stay:
    return Stay(edge.parent, edge.valid_from or FIRST_DAY, edge.valid_to)


def _team_on(sellers: tuple[Seller, ...], teams: list[str]) -> Whole:
    team_on = np.full((len(sellers), DAYS), NONE, dtype=np.int64)
    for row, seller in enumerate(sellers):
        for stay in seller.stays:
            end = DAYS if stay.end is None else day_number(stay.end)
            team_on[row, day_number(stay.first) : end] = teams.index(stay.team)
    return team_on


def _away(sellers: tuple[Seller, ...], absences: Iterable[Absence]) -> Flags:
    row_of = {seller.person: row for row, seller in enumerate(sellers)}
    away = np.zeros((len(sellers), DAYS), dtype=np.bool_)
    for absence in absences:
        if absence.person in row_of:
            end = absence.last_day + timedelta(days=1)
            away[row_of[absence.person], day_number(absence.first_day) : day_number(end)] = True
    return away


def _next_at_work(at_work: Flags) -> Whole:
    day = np.where(at_work, np.arange(DAYS), DAYS)
    backwards = np.minimum.accumulate(day[:, ::-1], axis=1)[:, ::-1]
    return np.concatenate([backwards, np.full((len(at_work), 1), DAYS)], axis=1).astype(np.int64)


def _heirs(team_on: Whole, org_file: Path) -> tuple[Whole, ...]:
    """For each seller those of the same last team who were with the company from first day to as-of."""
    steady = np.flatnonzero((team_on != NONE).all(axis=1))
    if len(steady) == 0:
        raise UsageError(
            f"{org_file}: nobody is there from {FIRST_DAY} to {AS_OF}, so nobody could take over."
        )
    last_day = np.where(team_on != NONE, np.arange(DAYS), 0).max(axis=1)
    last_team = team_on[np.arange(len(team_on)), last_day]
    mates = [steady[team_on[steady, day] == team] for day, team in zip(last_day, last_team, strict=True)]
    return tuple(found if len(found) else steady for found in mates)
