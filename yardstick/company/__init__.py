"""What a company edits: its settings, goals, targets, people, absences, rates and ledger."""

from yardstick.company.check import check_company, load_company
from yardstick.company.company import Company
from yardstick.company.goals import Goal
from yardstick.company.organisation import Head, OrgEdge, Person, PersonId
from yardstick.company.periods import Period, fiscal_year, parse_period, period_of
from yardstick.company.settings import (
    ApiSource,
    Bitrix24Source,
    CompanySettings,
    CsvEntity,
    CsvSource,
    OdooSource,
    Plan,
    Secret,
    Source,
    Stages,
)
from yardstick.company.tables import Absence, LedgerEntry, Rate, Target

__all__ = [
    "Absence",
    "ApiSource",
    "Bitrix24Source",
    "Company",
    "CompanySettings",
    "CsvEntity",
    "CsvSource",
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
