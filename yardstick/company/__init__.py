"""What a company edits: its settings, goals, targets, people, absences, rates, ledger and recipients."""

from yardstick.company.check import check_company, load_company
from yardstick.company.company import Company
from yardstick.company.goals import Goal
from yardstick.company.organisation import Head, OrgEdge, Person, PersonId
from yardstick.company.periods import Period, fiscal_year, parse_period, period_of
from yardstick.company.settings import (
    ApiSource,
    CompanySettings,
    CsvEntity,
    CsvSource,
    Digest,
    DigestEmail,
    OdooSource,
    Plan,
    Secret,
    Source,
    Stages,
)
from yardstick.company.tables import Absence, LedgerEntry, Rate, Recipient, Target

__all__ = [
    "Absence",
    "ApiSource",
    "Company",
    "CompanySettings",
    "CsvEntity",
    "CsvSource",
    "Digest",
    "DigestEmail",
    "Goal",
    "Head",
    "LedgerEntry",
    "OdooSource",
    "OrgEdge",
    "Period",
    "Person",
    "PersonId",
    "Plan",
    "Rate",
    "Recipient",
    "Secret",
    "Source",
    "Stages",
    "Target",
    "check_company",
    "fiscal_year",
    "load_company",
    "parse_period",
    "period_of",
]
