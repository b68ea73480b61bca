"""The mail of a dashboard to the people of its groups.

It is made once, when a group has people. From then on it is theirs: who unsubscribes, changes its hour or
deletes it is not overruled, and Metabase itself keeps it to the tiles that the dashboard has.
"""

from collections.abc import Mapping
from typing import Any

from yardstick.dashboards import Dashboard
from yardstick.languages import Language
from yardstick.metabase.changes import Writer
from yardstick.metabase.groups import Groups


def ensure_subscription(
    writer: Writer, what: str, number: int, dashboard: Dashboard, language: Language, groups: Groups
) -> None:
    """Make the subscription of a dashboard, unless its groups are empty or it was made before."""
    schedule = dashboard.subscription
    if schedule is None or (number > 0 and _was_made(writer, number)):
        return
    people = _people(writer, [groups.ours[audience] for audience in dashboard.audience])
    if not people:
        return
    tiles = writer.session.get(f"/api/dashboard/{number}")["dashcards"] if number > 0 else []
    channel = {
        "channel_type": "email",
        "enabled": True,
        "recipients": [{"id": person} for person in people],
        "details": {},
        "schedule_type": "daily" if schedule.day is None else "weekly",
        "schedule_hour": schedule.hour,
        "schedule_day": schedule.day,
        "schedule_frame": None,
    }
    body = {
        "name": dashboard.title[language],
        "dashboard_id": number,
        "skip_if_empty": False,
        "cards": [_card(tile) for tile in tiles if tile.get("card_id") is not None],
        "channels": [channel],
    }
    writer.make("/api/pulse/", what, body)


def _was_made(writer: Writer, number: int) -> bool:
    """Whether whoever pushes has ever made one of this dashboard; one that was deleted is archived."""
    me = writer.session.get("/api/user/current")["id"]
    asked = (
        writer.session.get("/api/pulse/", dashboard_id=str(number), archived=archived)
        for archived in ("false", "true")
    )
    return any(pulse["creator_id"] == me for found in asked for pulse in found)


def _people(writer: Writer, groups: list[int]) -> list[int]:
    """Numbers of the people in these groups; a group that a dry run would make has none."""
    found = [
        member["user_id"]
        for group in groups
        if group > 0
        for member in writer.session.get(f"/api/permissions/group/{group}")["members"]
    ]
    return sorted(set(found))


def _card(tile: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": tile["card_id"],
        "dashboard_card_id": tile["id"],
        "dashboard_id": tile["dashboard_id"],
        "include_csv": False,
        "include_xls": False,
    }
