"""A company as its folder describes it, checked as a whole."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from yardstick.company.goals import Goal
from yardstick.company.organisation import Head, OrgEdge, Person, PersonId
from yardstick.company.periods import Period, parse_period
from yardstick.company.settings import CompanySettings, Source
from yardstick.company.tables import Absence, LedgerEntry, Rate, Recipient, Target


@dataclass(frozen=True)
class Company:
    """Everything that a company edits. Org edges, heads, people and their ids are those of org.csv."""

    folder: Path
    settings: CompanySettings
    goals: tuple[Goal, ...]
    targets: tuple[Target, ...]
    org_edges: tuple[OrgEdge, ...]
    heads: tuple[Head, ...]
    people: tuple[Person, ...]
    person_ids: tuple[PersonId, ...]
    absences: tuple[Absence, ...]
    rates: tuple[Rate, ...]
    ledger: tuple[LedgerEntry, ...]
    recipients: tuple[Recipient, ...]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the company's days begin."""
        return ZoneInfo(self.settings.time_zone)

    def source(self, name: str) -> Source:
        """The source of that name; raises KeyError if there is none."""
        for source in self.settings.sources:
            if source.name == name:
                return source
        raise KeyError(name)

    def period(self, name: str) -> Period:
        """Period of a name such as 2026-Q1, in the company's fiscal year."""
        return parse_period(name, self.settings.fiscal_year_start)

    def default_as_of(self) -> date:
        """The settings' as_of, or yesterday where the company is."""
        return self.settings.as_of or self.today() - timedelta(days=1)

    def today(self) -> date:
        """The day that it is where the company is."""
        return datetime.now(self.zone).date()
