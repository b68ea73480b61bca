"""What a company edits: its settings, goals, targets, people, absences, rates, ledger and recipients."""

from yardstick.company.bitrix24_settings import Bitrix24Source
from yardstick.company.check import check_company, load_company
from yardstick.company.company import Company
from yardstick.company.digest_settings import Digest, DigestEmail
from yardstick.company.goals import Goal
from yardstick.company.hubspot_settings import HubspotSource
from yardstick.company.odoo_settings import OdooSource
from yardstick.company.organisation import Head, OrgEdge, Person, PersonId
from yardstick.company.periods import Period, fiscal_year, parse_period, period_of
from yardstick.company.secret import Secret
from yardstick.company.settings import (
    ApiSource,
    CompanySettings,
    CsvEntity,
    CsvSource,
    Plan,
    Source,
    Stages,
)
from yardstick.company.tables import Absence, LedgerEntry, Rate, Recipient, Target

__all__ = [
    "Absence",
    "ApiSource",
    "Bitrix24Source",
    "Company",
    "CompanySettings",
    "CsvEntity",
    "CsvSource",
    "Digest",
    "DigestEmail",
    "Goal",
    "Head",
    "HubspotSource",
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
