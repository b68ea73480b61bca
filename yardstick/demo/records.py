"""Everything that the simulated CRM holds, and the ids that it gives."""

from dataclasses import dataclass, replace

import numpy as np

from yardstick.demo.activities import Activities, draw_activities
from yardstick.demo.catalogue import Account, draw_accounts
from yardstick.demo.chance import Chance
from yardstick.demo.columns import NONE
from yardstick.demo.deals import Deals, draw_deals
from yardstick.demo.leads import Leads, draw_leads
from yardstick.demo.market import draw_market
from yardstick.demo.world import World

#: An owner who is in no list any more: the position that stands for the one, and the id in the CRM.
EX_EMPLOYEE, EX_EMPLOYEE_ID = -2, "U0987"


@dataclass(frozen=True)
class Records:
    """The CRM's records; positions in one refer to rows of another."""

    accounts: tuple[Account, ...]
    leads: Leads
    deals: Deals
    activities: Activities


def draw_records(world: World, chance: Chance) -> Records:
    """A CRM in which everything was entered well."""
    market = draw_market(world, chance)
    accounts = draw_accounts(chance, len(np.unique(world.region_of_team)))
    leads = draw_leads(world, market, chance)
    deals = draw_deals(world, market, leads, accounts, chance)
    leads = replace(leads, deal=_deal_of_lead(len(leads), deals))
    return Records(accounts, leads, deals, draw_activities(world, leads, deals, chance))


def _deal_of_lead(leads: int, deals: Deals) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    deal = np.full(leads, NONE, dtype=np.int64)
    came_of_lead = np.flatnonzero(deals.lead != NONE)
    deal[deals.lead[came_of_lead]] = came_of_lead
    return deal


def owner_id(world: World, owner: int) -> str | None:
    """The CRM id of an owner; None for no owner."""
    if owner == EX_EMPLOYEE:
        return EX_EMPLOYEE_ID
    return None if owner == NONE else world.sellers[owner].crm_id


def account_id(row: int) -> str:
    """The CRM's number of an account."""
    return f"K{row + 1:05d}"


def deal_id(row: int) -> str:
    """The CRM's number of a deal."""
    return f"D{row + 1:06d}"


def lead_id(row: int) -> str:
    """The CRM's number of a lead."""
    return f"L{row + 1:06d}"


def activity_id(row: int) -> str:
    """The CRM's number of an activity."""
    return f"A{row + 1:07d}"
