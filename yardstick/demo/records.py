"""Everything that the simulated CRMs hold in the end, and the numbers that they give."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from yardstick.demo.accounts import Account, draw_accounts
from yardstick.demo.activities import Activities, draw_activities
from yardstick.demo.billing import Invoices, Payments, draw_invoices, draw_payments
from yardstick.demo.chance import Chance, Whole
from yardstick.demo.columns import CRM, NONE, SYSTEMS
from yardstick.demo.deals import Deals, draw_deals
from yardstick.demo.edits import Edits, draw_edits
from yardstick.demo.leads import Leads, draw_leads
from yardstick.demo.lines import Lines, draw_lines
from yardstick.demo.market import draw_market
from yardstick.demo.quotes import Quotes, draw_quotes
from yardstick.demo.splits import Splits, draw_splits
from yardstick.demo.surveys import Surveys, draw_surveys
from yardstick.demo.world import World

#: An owner who is in no list any more: the position that stands for the one.
EX_EMPLOYEE = -2

TableName = Literal[
    "accounts",
    "deals",
    "deal_splits",
    "stage_entries",
    "lines",
    "leads",
    "activities",
    "quotes",
    "invoices",
    "payments",
    "surveys",
]


@dataclass(frozen=True)
class Records:
    """The CRMs' records; positions in one refer to rows of another. Edits say what was otherwise before."""

    accounts: tuple[Account, ...]
    leads: Leads
    deals: Deals
    lines: Lines
    splits: Splits
    quotes: Quotes
    invoices: Invoices
    payments: Payments
    surveys: Surveys
    activities: Activities
    edits: Edits

    @cached_property
    def stage_entries(self) -> tuple[Whole, Whole]:
        """Deal and step of each entry into a stage, in the order of time."""
        deal, step = np.nonzero(self.deals.entered != NONE)
        order = np.lexsort((step, deal, self.deals.entered[deal, step]))
        return deal[order], step[order]

    @cached_property
    def systems(self) -> Mapping[TableName, Whole]:
        """In which CRM each record is."""
        of_deal = np.append(self.deals.system, CRM)  # NONE, the last, stands for no deal
        return {
            "accounts": np.array([account.system for account in self.accounts]),
            "deals": self.deals.system,
            "deal_splits": of_deal[self.splits.deal],
            "stage_entries": of_deal[self.stage_entries[0]],
            "lines": of_deal[self.lines.deal],
            "leads": self.leads.system,
            "activities": self.activities.system,
            "quotes": of_deal[self.quotes.deal],
            "invoices": of_deal[self.invoices.deal],
            "payments": of_deal[self.payments.deal],
            "surveys": of_deal[self.surveys.deal],
        }

    @cached_property
    def numbers(self) -> Mapping[TableName, Whole]:
        """The running number, from 1, that its CRM gives each record; it is the same on every night."""
        return {table: _running(system) for table, system in self.systems.items()}


def draw_records(world: World, chance: Chance) -> Records:
    """CRMs in which everything was entered well, if perhaps late."""
    market = draw_market(world, chance)
    accounts = draw_accounts(chance, world.volumes.accounts, int(world.region_of_team.max()) + 1)
    leads = draw_leads(world, market, chance)
    deals = draw_deals(world, market, leads, accounts, chance)
    leads = replace(leads, deal=_deal_of_lead(len(leads), deals))
    lines = draw_lines(deals, chance)
    amounts = lines.amounts(len(deals))
    invoices = draw_invoices(world, deals, amounts, chance)
    deals, edits = draw_edits(world, deals, lines, chance)
    return Records(
        accounts=accounts,
        leads=leads,
        deals=deals,
        lines=lines,
        splits=draw_splits(world, deals, amounts, chance),
        quotes=draw_quotes(world, deals, amounts, chance),
        invoices=invoices,
        payments=draw_payments(world, invoices, chance),
        surveys=draw_surveys(world, market, deals, chance),
        activities=draw_activities(world, leads, deals, chance),
        edits=edits,
    )


def _deal_of_lead(leads: int, deals: Deals) -> Whole:
    deal = np.full(leads, NONE, dtype=np.int64)
    came_of_lead = np.flatnonzero(deals.lead != NONE)
    deal[deals.lead[came_of_lead]] = came_of_lead
    return deal


def _running(system: Whole) -> Whole:
    numbers = np.zeros(len(system), dtype=np.int64)
    for each in range(len(SYSTEMS)):
        rows = np.flatnonzero(system == each)
        numbers[rows] = np.arange(1, len(rows) + 1)
    return numbers
