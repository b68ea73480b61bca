"""Calls, meetings and tasks: what sellers do with their leads and deals, and enter sooner or later."""

from dataclasses import dataclass, replace

import numpy as np

from yardstick.demo.chance import Chance, Flags, Whole
from yardstick.demo.columns import DAY_MINUTES, NONE, Columns, turns
from yardstick.demo.deals import Deals
from yardstick.demo.leads import DAY_BEGINS, DAY_ENDS, Leads
from yardstick.demo.ledger import ActivityKind
from yardstick.demo.tasks import draw_tasks
from yardstick.demo.world import World

ACTIVITY_KINDS: tuple[ActivityKind, ...] = ("call", "meeting", "task")
CALL, MEETING, TASK = 0, 1, 2

LEAD_TOUCHES = (0.8, 1.2, 2, 2, 3, 4, 6)
MINUTES_TO_FIRST_TOUCH = (1, 5, 11, 25, 60, 150, 420)
DAYS_BETWEEN_TOUCHES = (1, 2, 3, 4, 7)
DEAL_DAYS_A_TOUCH = (4, 6, 8, 11, 16)
LATEST_CALL = 19 * 60
MEETING_SHARE, INBOUND_SHARE, MISSED_SHARE, CANCELLED_SHARE = 0.36, 0.22, 0.38, 0.12
CALL_MINUTES = (1, 2, 4, 7, 12, 20, 35)
MEETING_QUARTERS = (2, 3, 4, 6)
#: Minutes until an activity is entered, how many are not entered on the day, and the days it then takes.
MINUTES_TO_LOG, LATE_SHARE, DAYS_LATE = (0, 5, 30, 120), 0.04, (1, 1, 2, 3, 6)


@dataclass(frozen=True)
class Activities(Columns):
    """Activities in the order of time; `logged` is when they were entered, a moment as `start` is.

    `minutes` is NONE for what did not come about, and for tasks; `due` and `completed` are days of tasks.
    """

    system: Whole
    owner: Whole
    lead: Whole
    deal: Whole
    kind: Whole
    start: Whole
    is_inbound: Flags
    is_held: Flags
    minutes: Whole
    due: Whole
    completed: Whole
    logged: Whole


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
    activities = _as_activities(leads, deals, touches, chance).joined(_as_tasks(world, deals, chance))
    activities = activities.take(np.argsort(activities.start, kind="stable"))
    known = np.where(activities.deal != NONE, deals.known[activities.deal], 0)
    return replace(activities, logged=np.maximum(activities.logged, known))


def _lead_touches(world: World, leads: Leads, deals: Deals, chance: Chance) -> Touches:
    """A lead is called until a deal comes of it or the patience ends."""
    count = (chance.shaped(LEAD_TOUCHES, len(leads)) * world.volumes.touches).astype(np.int64)
    lead, turn = turns(count)
    first = leads.assigned[lead] + chance.shaped(MINUTES_TO_FIRST_TOUCH, len(lead)).astype(np.int64)
    days_later = turn * chance.shaped(DAYS_BETWEEN_TOUCHES, len(lead)).astype(np.int64)
    is_same_day = (turn == 0) & (first % DAY_MINUTES < LATEST_CALL)
    wished = leads.assigned[lead] // DAY_MINUTES + np.maximum(days_later, ~is_same_day)
    day, owner = world.when_at_work(leads.worker[lead], leads.heir[lead], wished)
    at = np.where(is_same_day, first, day * DAY_MINUTES + chance.whole(DAY_BEGINS, DAY_ENDS, len(lead)))
    has_deal = leads.deal[lead] != NONE
    is_before_deal = ~has_deal | (at < deals.created[leads.deal[lead]])
    touches = Touches(owner=owner, lead=lead, deal=np.full(len(lead), NONE), start=at)
    return touches.take((day < world.days) & is_before_deal)


def _deal_touches(world: World, deals: Deals, chance: Chance) -> Touches:
    """A deal is worked from its creation to its closing, by whoever owned it on the day."""
    created_day, closed = deals.created // DAY_MINUTES, deals.closed
    span = np.where(closed == NONE, world.days - 1, closed) - created_day
    touches = span / chance.shaped(DEAL_DAYS_A_TOUCH, len(deals)) * world.volumes.touches
    deal, _ = turns(1 + touches.astype(np.int64))
    wished = created_day[deal] + (span[deal] * chance.shaped((0, 1), len(deal))).astype(np.int64)
    day, owner = world.when_at_work(deals.opener[deal], deals.heir[deal], wished)
    at = day * DAY_MINUTES + chance.whole(DAY_BEGINS, DAY_ENDS, len(deal))
    found = Touches(owner=owner, lead=np.full(len(deal), NONE), deal=deal, start=at)
    return found.take((day < world.days) & (at > deals.created[deal]))


def _as_activities(leads: Leads, deals: Deals, touches: Touches, chance: Chance) -> Activities:
    """Each touch is a call or, about a deal, perhaps a meeting; it comes about or not."""
    size = len(touches)
    is_meeting = chance.happens(np.where(touches.deal != NONE, MEETING_SHARE, 0.0))
    is_held = ~chance.happens(np.where(is_meeting, CANCELLED_SHARE, MISSED_SHARE))
    meeting_minutes = 15 * np.array(MEETING_QUARTERS)[chance.whole(0, len(MEETING_QUARTERS), size)]
    minutes = np.where(is_meeting, meeting_minutes, chance.shaped(CALL_MINUTES, size).astype(np.int64))
    is_late = chance.happens(np.full(size, LATE_SHARE))
    soon = chance.shaped(MINUTES_TO_LOG, size).astype(np.int64)
    late = chance.shaped(DAYS_LATE, size).astype(np.int64) * DAY_MINUTES
    systems = np.concatenate([leads.system, deals.system])
    about = np.where(touches.deal != NONE, len(leads) + touches.deal, touches.lead)
    return Activities(
        system=systems[about],
        owner=touches.owner,
        lead=touches.lead,
        deal=touches.deal,
        kind=np.where(is_meeting, MEETING, CALL),
        start=touches.start,
        is_inbound=chance.happens(np.where(is_meeting, 0.0, INBOUND_SHARE)),
        is_held=is_held,
        minutes=np.where(is_held, minutes, NONE),
        due=np.full(size, NONE),
        completed=np.full(size, NONE),
        logged=touches.start + np.where(is_late, late, soon),
    )


def _as_tasks(world: World, deals: Deals, chance: Chance) -> Activities:
    tasks = draw_tasks(world, deals, chance)
    never = np.zeros(len(tasks), dtype=np.bool_)
    return Activities(
        system=deals.system[tasks.deal],
        owner=tasks.owner,
        lead=np.full(len(tasks), NONE),
        deal=tasks.deal,
        kind=np.full(len(tasks), TASK),
        start=tasks.entered,
        is_inbound=never,
        is_held=never,
        minutes=np.full(len(tasks), NONE),
        due=tasks.due,
        completed=tasks.completed,
        logged=tasks.entered,
    )
