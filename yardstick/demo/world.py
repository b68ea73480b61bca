"""The world that the demo's sellers live in: who works when and where, and who takes over from whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np

from yardstick.company.calendar import calendar_days
from yardstick.company.settings import CompanySettings
from yardstick.company.tables import Absence, Rate
from yardstick.demo.chance import Flags, Real, Whole
from yardstick.demo.columns import ALPINE, DAY_MINUTES, NONE, SYSTEMS
from yardstick.demo.people import Seller, Staff, read_staff, values_of
from yardstick.demo.volumes import AS_OF, Volumes, first_day_of, volumes_of
from yardstick.errors import UsageError
from yardstick.reading.csv_tables import read_table
from yardstick.reading.yaml_files import read_model

SETTINGS_FILE, ORG_FILE, ABSENCES_FILE, RATES_FILE = "company.yml", "org.csv", "absences.csv", "rates.csv"
#: The files of the company folder that the world is made of.
WORLD_FILES = (SETTINGS_FILE, ORG_FILE, ABSENCES_FILE, RATES_FILE)

WEEKDAYS = 5
#: A new seller's pace on the first day, and the days until it is everybody's.
FIRST_PACE, RAMP_DAYS = 0.30, 180


@dataclass(frozen=True)
class World:
    """The people, teams and days of the demo company.

    `team_on`, `at_work` and `pace` (a new hire's below 1) have a row per seller and a column per day;
    `next_at_work` has one column more, which stands for every day after the last, and holds the number of
    days where no working day follows. `has_id` has a column per system. Days are numbered from first_day.
    """

    settings: CompanySettings
    staff: Staff
    rates: tuple[Rate, ...]
    volumes: Volumes
    days: int
    region_of_team: Whole
    team_on: Whole
    at_work: Flags
    next_at_work: Whole
    pace: Real
    has_id: Flags
    heirs: tuple[Whole, ...]

    @property
    def first_day(self) -> date:
        """The first day of the world."""
        return self.volumes.first_day

    @property
    def end(self) -> int:
        """The moment at which the last day is over."""
        return self.days * DAY_MINUTES

    @property
    def sellers(self) -> tuple[Seller, ...]:
        """The people who sell."""
        return self.staff.sellers

    @property
    def last_day(self) -> Whole:
        """The last day that each was with the company, at most the world's last."""
        last: Whole = np.where(self.team_on != NONE, np.arange(self.days), 0).max(axis=1)
        return last

    @property
    def has_left(self) -> Flags:
        """Who is no longer with the company on the last day."""
        gone: Flags = self.team_on[:, -1] == NONE
        return gone

    def date_of(self, day: int) -> date:
        """The calendar day of a day number, also of one outside the world."""
        return self.first_day + timedelta(days=int(day))

    def day_of(self, day: date) -> int:
        """The day number of a calendar day, also of one outside the world."""
        return (day - self.first_day).days

    def when_at_work(self, who: Whole, heir: Whole, day: Whole) -> tuple[Whole, Whole]:
        """The first day from `day` on that `who` works, and who it is: the heir of one who has left.

        The day is the number of days where it lies after the last.
        """
        day = np.minimum(day, self.days)
        own = self.next_at_work[who, day]
        is_handed_over = (own == self.days) & self.has_left[who]
        return (
            np.where(is_handed_over, self.next_at_work[heir, day], own),
            np.where(is_handed_over, heir, who),
        )

    def in_alpine(self, who: Whole, heir: Whole, day: Whole) -> Flags:
        """Whether a seller, and whoever takes over, may enter a record of that day in the smaller CRM.

        It serves one region, the last of org.csv.
        """
        region = self.region_of_team[self.team_on[who, day]]
        is_served = region == self.region_of_team.max()
        is_alpine: Flags = is_served & self.has_id[who, ALPINE] & self.has_id[heir, ALPINE]
        return is_alpine


def read_world(folder: Path, scale: float = 1) -> World:
    """The world that the files of a company folder describe.

    Raises ConfigurationError if one of them is missing or not right, UsageError if nobody could take over.
    """
    settings = read_model(folder / SETTINGS_FILE, CompanySettings, "the company's settings").value
    staff = read_staff(folder / ORG_FILE, folder / ABSENCES_FILE, settings)
    first = first_day_of(scale)
    days = (AS_OF - first).days + 1
    regions = list(dict.fromkeys(staff.region_of.values()))
    team_on = _team_on(staff, first, days)
    at_work = (team_on != NONE) & ~_away(staff, first, days) & _on_weekdays_worked(staff.sellers, first, days)
    at_work &= np.array([day.is_working_day for day in calendar_days(settings, first, AS_OF)])
    ids = [[known is not None for known in seller.ids] for seller in staff.sellers]
    return World(
        settings=settings,
        staff=staff,
        rates=tuple(values_of(read_table(folder / RATES_FILE, Rate))),
        volumes=volumes_of(scale, int(at_work.sum())),
        days=days,
        region_of_team=np.array([regions.index(region) for region in staff.region_of.values()]),
        team_on=team_on,
        at_work=at_work,
        next_at_work=_next_at_work(at_work),
        pace=_pace(staff.sellers, first, days),
        has_id=np.array(ids, dtype=np.bool_).reshape(len(ids), len(SYSTEMS)),
        heirs=_heirs(team_on, folder / ORG_FILE, first),
    )


def _clamped(day: date, first: date, days: int) -> int:
    return min(max((day - first).days, 0), days)


def _team_on(staff: Staff, first: date, days: int) -> Whole:
    teams = list(staff.region_of)
    team_on = np.full((len(staff.sellers), days), NONE, dtype=np.int64)
    for row, seller in enumerate(staff.sellers):
        for stay in seller.stays:
            begin = 0 if stay.first is None else _clamped(stay.first, first, days)
            end = days if stay.end is None else _clamped(stay.end, first, days)
            team_on[row, begin:end] = teams.index(stay.team)
    return team_on


def _away(staff: Staff, first: date, days: int) -> Flags:
    row_of = {seller.person: row for row, seller in enumerate(staff.sellers)}
    away = np.zeros((len(staff.sellers), days), dtype=np.bool_)
    for absence in _of_sellers(staff.absences, row_of):
        end = absence.last_day + timedelta(days=1)
        away[
            row_of[absence.person],
            _clamped(absence.first_day, first, days) : _clamped(end, first, days),
        ] = True
    return away


def _of_sellers(absences: Iterable[Absence], row_of: dict[str, int]) -> Iterable[Absence]:
    return (absence for absence in absences if absence.person in row_of)


def _on_weekdays_worked(sellers: tuple[Seller, ...], first: date, days: int) -> Flags:
    """Who works part time is away on some weekdays, on different ones by person."""
    weekday = (first.weekday() + np.arange(days)) % 7
    worked = [int(WEEKDAYS * seller.full_time_share + Decimal("0.5")) for seller in sellers]
    turn = (weekday[np.newaxis, :] + np.arange(len(sellers))[:, np.newaxis]) % WEEKDAYS
    is_worked: Flags = turn < np.array(worked)[:, np.newaxis]
    return is_worked


def _pace(sellers: tuple[Seller, ...], first: date, days: int) -> Real:
    pace = np.ones((len(sellers), days))
    for row, seller in enumerate(sellers):
        if seller.hired_on is not None:
            days_in = np.maximum(np.arange(days) - (seller.hired_on - first).days, 0)
            pace[row] = FIRST_PACE + (1 - FIRST_PACE) * np.minimum(days_in / RAMP_DAYS, 1.0)
    return pace


def _next_at_work(at_work: Flags) -> Whole:
    days = at_work.shape[1]
    day = np.where(at_work, np.arange(days), days)
    backwards = np.minimum.accumulate(day[:, ::-1], axis=1)[:, ::-1]
    return np.concatenate([backwards, np.full((len(at_work), 1), days)], axis=1).astype(np.int64)


def _heirs(team_on: Whole, org_file: Path, first: date) -> tuple[Whole, ...]:
    """For each seller those of the same last team who were with the company from first day to last."""
    steady = np.flatnonzero((team_on != NONE).all(axis=1))
    if len(steady) == 0:
        raise UsageError(f"{org_file}: nobody is there from {first} to {AS_OF}, so nobody could take over.")
    last_day = np.where(team_on != NONE, np.arange(team_on.shape[1]), 0).max(axis=1)
    last_team = team_on[np.arange(len(team_on)), last_day]
    mates = [steady[team_on[steady, day] == team] for day, team in zip(last_day, last_team, strict=True)]
    return tuple(found if len(found) else steady for found in mates)
