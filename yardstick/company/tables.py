"""What a row of targets.csv, org.csv, absences.csv, rates.csv, ledger.csv and recipients.csv holds."""

from typing import Annotated, Literal

from pydantic import Field

from yardstick.company.values import CrmIds, Currency, Day, EmailAddress, PeriodName
from yardstick.languages import Language
from yardstick.reading.strict import Number, Strict, Text

NodeKind = Literal["company", "region", "team", "person"]
Role = Literal["head", "deputy"]


class Target(Strict):
    """A row of targets.csv: an amount decided for a KPI, a node of the org tree and a period."""

    kpi: Text
    """the KPI's id, such as bookings"""
    node: Text
    """who the target is for: the company's id, or a region, team or person of the org tree"""
    period: PeriodName
    """a period such as 2026, 2026-Q1, 2026-03 or 2026-W07"""
    level: Literal["threshold", "target", "stretch"]
    """threshold, target or stretch"""
    value: Number
    """a number with a decimal point and nothing between thousands, such as 1250000.50"""
    currency: Currency | None = None
    """the ISO 4217 code of the amount's currency; blank for a KPI that is no money"""
    version: Annotated[int, Field(ge=1)]
    """1, and one more each time that the target is decided anew"""
    decided_on: Day
    """the day of the decision, such as 2026-03-01"""
    decided_by: Text
    """who decided"""
    note: Text | None = None
    """anything worth remembering, or blank"""


class OrgLine(Strict):
    """A row of org.csv, which holds from valid_from until before valid_to."""

    node: Text
    """the node's own id, such as north or anna"""
    kind: Literal[NodeKind, Role]
    """company, region, team or person; head or deputy"""
    name: Text | None = None
    """the node's name as people read it"""
    parent: Text | None = None
    """the id of the node above: a person's team, a team's region, a region's company; what a head heads"""
    valid_from: Day | None = None
    """the first day on which the node belongs there, such as 2026-03-01; blank for always"""
    valid_to: Day | None = None
    """the first day on which it no longer does, such as 2026-03-01; blank for still"""
    hired_on: Day | None = None
    """a person's first working day, such as 2026-03-01, or blank"""
    full_time_share: Annotated[Number, Field(gt=0, le=1)] | None = None
    """a person's share of full time, above 0 and at most 1, such as 0.8; blank for 1"""
    crm_ids: CrmIds = ()
    """a person's ids in the sources, as source:id, several separated by semicolons"""


class OrgRow(OrgLine):
    """A row of org.csv that places a node in the tree."""

    kind: NodeKind
    """company, region, team or person"""


class HeadRow(OrgLine):
    """A row of org.csv that says who (`node`) heads what (`parent`), or stands in for its head."""

    kind: Role
    """head or deputy"""


class Absence(Strict):
    """A row of absences.csv: a leave, both days inclusive."""

    person: Text
    """the id of a person of the org tree"""
    first_day: Day
    """the first day of absence, such as 2026-03-01"""
    last_day: Day
    """the last day of absence, such as 2026-03-14"""
    note: Text | None = None
    """anything worth remembering, or blank"""


class Rate(Strict):
    """A row of rates.csv: what one unit of a currency is worth in the company's currency."""

    currency: Currency
    """an ISO 4217 currency code, such as USD"""
    kind: Literal["plan", "actual"]
    """plan (for a fiscal year) or actual (for a month)"""
    period: PeriodName
    """a fiscal year such as 2026 for a plan rate, a month such as 2026-03 for an actual one"""
    rate: Annotated[Number, Field(gt=0)]
    """how much of the company's currency one unit is worth, above 0, such as 0.92"""


class LedgerEntry(Strict):
    """A row of ledger.csv: what accounting says of a KPI, a node and a period that is over."""

    kpi: Text
    """the KPI's id, such as bookings"""
    node: Text
    """whose number it is: the company's id, or a region, team or person of the org tree"""
    period: PeriodName
    """a period that is over, such as 2026, 2026-Q1, 2026-03 or 2026-W07"""
    value: Number
    """a number with a decimal point, such as 1250000.50; money in the company's currency, a share as 0.4"""


class Recipient(Strict):
    """A row of recipients.csv: who is told each morning where they stand."""

    person: Text
    """the id of a person of the org tree, or of a head"""
    email: EmailAddress | None = None
    """the person's address, such as anna@acme.example; blank for whom the webhook alone reaches"""
    language: Language | None = None
    """en or ru; blank for the first of the company's languages"""
