"""Calls and meetings: what sellers do with their leads and deals."""

from dataclasses import dataclass

import numpy as np

from yardstick.demo.chance import Chance, Flags, Whole
from yardstick.demo.columns import DAY_MINUTES, NONE, Columns
from yardstick.demo.deals import Deals
from yardstick.demo.leads import DAY_BEGINS, DAY_ENDS, Leads
from yardstick.demo.world import DAYS, World

LEAD_TOUCHES = (1, 1, 2, 2, 3, 4, 6)
MINUTES_TO_FIRST_TOUCH = (2, 8, 20, 45, 90, 180, 420)
DAYS_BETWEEN_TOUCHES = (1, 2, 3, 4, 7)
DEAL_DAYS_A_TOUCH = (4, 6, 8, 11, 16)
LATEST_CALL = 19 * 60
MEETING_SHARE, INBOUND_SHARE, MISSED_SHARE, CANCELLED_SHARE = 0.36, 0.22, 0.38, 0.12
CALL_MINUTES = (1, 2, 4, 7, 12, 20, 35)
MEETING_QUARTERS = (2, 3, 4, 6)


@dataclass(frozen=True)
class Activities(Columns):
    """Calls and meetings with a lead or about a deal, in the order of time; `minutes` NONE: not held."""

    owner: Whole
    lead: Whole
    deal: Whole
    start: Whole
    is_meeting: Flags
    is_inbound: Flags
    is_held: Flags
    minutes: Whole


@dataclass(frozen=True)
class Touches(Columns):
    """When a seller turns to a lead or a deal."""

    owner: Whole
    lead: Whole
    deal: Whole
    start: Whole


def draw_activities(world: World, leads: Leads, deals: Deals, chance: Chance) -> Activities:
    """All activities of the world."""
    touches = _lead_touches(world, leads, deals, chance).joined(_deal_touches(world, deals, chance))
    touches = touches.take(np.argsort(touches.start, kind="stable"))
    size = len(touches)
    is_meeting = chance.happens(np.where(touches.deal != NONE, MEETING_SHARE, 0.0))
    is_held = ~chance.happens(np.where(is_meeting, CANCELLED_SHARE, MISSED_SHARE))
    meeting_minutes = 15 * np.array(MEETING_QUARTERS)[chance.whole(0, len(MEETING_QUARTERS), size)]
    minutes = np.where(is_meeting, meeting_minutes, chance.shaped(CALL_MINUTES, size).astype(np.int64))
    return Activities(
        owner=touches.owner,
        lead=touches.lead,
        deal=touches.deal,
        start=touches.start,
        is_meeting=is_meeting,
        is_inbound=chance.happens(np.where(is_meeting, 0.0, INBOUND_SHARE)),
        is_held=is_held,
        minutes=np.where(is_held, minutes, NONE),
    )


def _lead_touches(world: World, leads: Leads, deals: Deals, chance: Chance) -> Touches:
    """A lead is called until a deal comes of it or the patience ends."""
    count = chance.shaped(LEAD_TOUCHES, len(leads)).astype(np.int64)
    lead = np.repeat(np.arange(len(leads)), count)
    turn = np.arange(len(lead)) - np.repeat(np.cumsum(count) - count, count)
    first = leads.assigned[lead] + chance.shaped(MINUTES_TO_FIRST_TOUCH, len(lead)).astype(np.int64)
    days_later = turn * chance.shaped(DAYS_BETWEEN_TOUCHES, len(lead)).astype(np.int64)
    is_same_day = (turn == 0) & (first % DAY_MINUTES < LATEST_CALL)
    wished = leads.assigned[lead] // DAY_MINUTES + np.maximum(days_later, ~is_same_day)
    day, owner = world.when_at_work(leads.worker[lead], leads.heir[lead], wished)
    at = np.where(is_same_day, first, day * DAY_MINUTES + chance.whole(DAY_BEGINS, DAY_ENDS, len(lead)))
    has_deal = leads.deal[lead] != NONE
    is_before_deal = ~has_deal | (at < deals.created[leads.deal[lead]])
    touches = Touches(owner=owner, lead=lead, deal=np.full(len(lead), NONE), start=at)
    return touches.take((day < DAYS) & is_before_deal)


def _deal_touches(world: World, deals: Deals, chance: Chance) -> Touches:
    """A deal is worked from its creation to its closing, by whoever owned it on the day."""
    created_day = deals.created // DAY_MINUTES
    span = np.where(deals.closed == NONE, DAYS - 1, deals.closed) - created_day
    count = 1 + (span / chance.shaped(DEAL_DAYS_A_TOUCH, len(deals))).astype(np.int64)
    deal = np.repeat(np.arange(len(deals)), count)
    wished = created_day[deal] + (span[deal] * chance.shaped((0, 1), len(deal))).astype(np.int64)
    day, owner = world.when_at_work(deals.mover[deal, 0], deals.owner[deal], wished)
    at = day * DAY_MINUTES + chance.whole(DAY_BEGINS, DAY_ENDS, len(deal))
    touches = Touches(owner=owner, lead=np.full(len(deal), NONE), deal=deal, start=at)
    return touches.take((day < DAYS) & (at > deals.created[deal]))
