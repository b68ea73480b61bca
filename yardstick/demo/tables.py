"""The files of the CRM's export: its own column names, dates and numbers, all of them text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from yardstick.demo.catalogue import ORIGINS, PRODUCTS
from yardstick.demo.chance import Whole
from yardstick.demo.columns import DAY_MINUTES, NONE
from yardstick.demo.dirt import Planted
from yardstick.demo.records import Records, account_id, activity_id, deal_id, lead_id, owner_id
from yardstick.demo.stages import STAGES
from yardstick.demo.world import DAYS, World, date_of

Column = list[str]

DELIMITER = ";"
PRODUCT_ALIAS = "NX 200"
#: What was typed by hand instead of a date in the export's format: canonical field, text.
MISTYPED = {
    "created_at": "2024-06-03 09:15",
    "assigned_at": "31.06.2025 10:00",
    "happened_at": "03/14/2025 2 PM",
}
#: Where the canonical fields that defects are planted in are found in the export.
EXPORTED_AS = {
    "created_at": "Created",
    "assigned_at": "Assigned",
    "happened_at": "Start",
    "product_id": "Product",
}
_CURRENCY = "EUR"
_DAYS_BEYOND = 60


@dataclass(frozen=True)
class Table:
    """One file of the export: its columns, in order, all of the same length."""

    name: str
    columns: dict[str, Column]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def rows(self) -> Iterable[tuple[str, ...]]:
        """The rows below the header."""
        return zip(*self.columns.values(), strict=True)


def export(world: World, records: Records, planted: Sequence[Planted]) -> tuple[Table, ...]:
    """All files of the export, with the defects that only show in its text."""
    tables = {
        "users": _users(world),
        "accounts": _accounts(records),
        "products": _products(),
        "deals": _deals(world, records),
        "stage_entries": _stage_entries(world, records),
        "leads": _leads(world, records),
        "activities": _activities(world, records),
    }
    for defect in planted:
        columns = tables[defect.table]
        match defect.kind:
            case "rejected_date":
                columns[EXPORTED_AS[defect.field]][defect.row] = MISTYPED[defect.field]
            case "product_alias":
                columns[EXPORTED_AS[defect.field]][defect.row] = PRODUCT_ALIAS
            case "repeated_row":
                for column in columns.values():
                    column.append(column[defect.row])
    return tuple(Table(name, columns) for name, columns in tables.items())


def _users(world: World) -> dict[str, Column]:
    return {
        "UserId": [seller.crm_id for seller in world.sellers],
        "FullName": [seller.name for seller in world.sellers],
        "Active": ["no" if has_left else "yes" for has_left in world.has_left],
    }


def _accounts(records: Records) -> dict[str, Column]:
    return {
        "AccountNo": [account_id(row) for row in range(len(records.accounts))],
        "AccountName": [account.name for account in records.accounts],
        "Industry": [account.industry for account in records.accounts],
        "Country": [account.country for account in records.accounts],
        "Segment": [account.segment for account in records.accounts],
    }


def _products() -> dict[str, Column]:
    return {
        "ProductCode": [product.code for product in PRODUCTS],
        "ProductName": [product.name for product in PRODUCTS],
        "ListPrice": [_money(product.list_price * 100) for product in PRODUCTS],
        "Family": [product.family for product in PRODUCTS],
    }


def _deals(world: World, records: Records) -> dict[str, Column]:
    deals, accounts = records.deals, records.accounts
    return {
        "DealNo": [deal_id(row) for row in range(len(deals))],
        "DealName": [
            f"{accounts[account].name} – {PRODUCTS[product].code}"
            for account, product in zip(deals.account.tolist(), deals.product.tolist(), strict=True)
        ],
        "Owner": _owners(world, deals.owner),
        "Account": [account_id(row) for row in deals.account.tolist()],
        "Product": [PRODUCTS[product].code for product in deals.product.tolist()],
        "SourceLead": [lead_id(row) if row != NONE else "" for row in deals.lead.tolist()],
        "Stage": [STAGES[stage] for stage in deals.last_stage.tolist()],
        "Amount": [_money(cents) if cents != NONE else "" for cents in deals.amount.tolist()],
        "Currency": [_CURRENCY] * len(deals),
        "Created": _moments(deals.created),
        "Closed": _days(deals.closed),
        "LastModified": _moments(deals.modified),
    }


def _stage_entries(world: World, records: Records) -> dict[str, Column]:
    deals = records.deals
    deal, step = np.nonzero(deals.entered != NONE)
    order = np.lexsort((step, deal, deals.entered[deal, step]))
    deal, step = deal[order], step[order]
    return {
        "HistoryId": [f"S{row + 1:06d}" for row in range(len(deal))],
        "Deal": [deal_id(row) for row in deal.tolist()],
        "Stage": [STAGES[stage] for stage in deals.stage[deal, step].tolist()],
        "ChangedBy": _owners(world, deals.mover[deal, step]),
        "ChangedAt": _moments(deals.entered[deal, step]),
    }


def _leads(world: World, records: Records) -> dict[str, Column]:
    leads, deals = records.leads, records.deals
    converted = np.where(leads.deal != NONE, deals.created[leads.deal], leads.assigned)
    return {
        "LeadNo": [lead_id(row) for row in range(len(leads))],
        "Owner": _owners(world, leads.owner),
        "Channel": [ORIGINS[origin].name for origin in leads.origin.tolist()],
        "ConvertedDeal": [deal_id(row) if row != NONE else "" for row in leads.deal.tolist()],
        "Received": _moments(leads.received),
        "Assigned": _moments(leads.assigned),
        "LastModified": _moments(converted),
    }


def _activities(world: World, records: Records) -> dict[str, Column]:
    activities = records.activities
    held = {
        (True, True): "Held",
        (True, False): "Cancelled",
        (False, True): "Connected",
        (False, False): "No answer",
    }
    kinds = list(zip(activities.is_meeting.tolist(), activities.is_held.tolist(), strict=True))
    return {
        "ActivityNo": [activity_id(row) for row in range(len(activities))],
        "Type": ["Meeting" if is_meeting else "Call" for is_meeting, _ in kinds],
        "Owner": _owners(world, activities.owner),
        "Deal": [deal_id(row) if row != NONE else "" for row in activities.deal.tolist()],
        "Lead": [lead_id(row) if row != NONE else "" for row in activities.lead.tolist()],
        "Direction": [
            "Inbound" if is_inbound else "Outbound" for is_inbound in activities.is_inbound.tolist()
        ],
        "Outcome": [held[kind] for kind in kinds],
        "Minutes": [str(minutes) if minutes != NONE else "" for minutes in activities.minutes.tolist()],
        "Start": _moments(activities.start),
    }


def _owners(world: World, owners: Whole) -> Column:
    ids = {owner: owner_id(world, owner) or "" for owner in np.unique(owners).tolist()}
    return [ids[owner] for owner in owners.tolist()]


_DAY_TEXTS = [date_of(day).strftime("%d.%m.%Y") for day in range(DAYS + _DAYS_BEYOND)]
_CLOCK_TEXTS = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(DAY_MINUTES)]


def _moments(moments: Whole) -> Column:
    days, minutes = np.divmod(moments, DAY_MINUTES)
    return [
        f"{_DAY_TEXTS[day]} {_CLOCK_TEXTS[minute]}"
        for day, minute in zip(days.tolist(), minutes.tolist(), strict=True)
    ]


def _days(days: Whole) -> Column:
    return [_DAY_TEXTS[day] if day != NONE else "" for day in days.tolist()]


def _money(cents: int) -> str:
    """12 345,60: a blank between thousands, a decimal comma."""
    return f"{cents // 100:,}".replace(",", " ") + f",{cents % 100:02d}"
