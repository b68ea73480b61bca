"""Who may see what: four groups, the collections of each, and what each may ask of the database.

Metabase adds up what a person's groups may, so what All Users may is taken off our collections and our
database. What other groups may is theirs to say, and stays.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, get_args

import tenacity

from yardstick.dashboards.files import Audience
from yardstick.metabase.changes import Writer
from yardstick.metabase.errors import StaleError
from yardstick.metabase.versions import levels

AUDIENCES: tuple[Audience, ...] = get_args(Audience)
ALL_USERS = "All Users"
#: What a group may ask beside its dashboards.
_QUERIES = {"analysts": "query-builder-and-native"}

_again = tenacity.retry(
    stop=tenacity.stop_after_attempt(5),
    wait=tenacity.wait_random(0, 0.5),
    retry=tenacity.retry_if_exception_type(StaleError),
    reraise=True,
)


class Groups:
    """Numbers of groups: of ours by audience, and of all users."""

    def __init__(self, all_users: int, ours: Mapping[str, int]) -> None:
        self.all_users, self.ours = all_users, ours


def ensure_groups(writer: Writer, remembered: Mapping[str, int]) -> Groups:
    """Our groups, made where they are not there; a renamed one is known by its remembered number."""
    there = {group["id"]: group["name"] for group in writer.session.get("/api/permissions/group")}
    numbers = {name: number for number, name in there.items()}
    ours: dict[str, int] = {}
    for audience in AUDIENCES:
        name = f"Yardstick {audience}"
        number = remembered.get(audience)
        if number not in there:
            number = numbers.get(name)
        if number is None:
            number = writer.make("/api/permissions/group", f"group {name}", {"name": name})["id"]
        ours[audience] = number
    return Groups(numbers[ALL_USERS], ours)


def open_collections(writer: Writer, groups: Groups, readers: Mapping[int, Iterable[Audience]]) -> None:
    """Let each collection be read by its audiences and by nobody else of ours; `readers` is by number."""

    def wanted(graph: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        changes: dict[str, dict[str, str]] = {}
        for number, audiences in readers.items():
            level_of = dict.fromkeys(groups.ours.values(), "none")
            level_of |= {groups.ours[audience]: "read" for audience in audiences}
            level_of[groups.all_users] = "none"
            for group, level in level_of.items():
                if levels(graph, group).get(str(number), "none") != level:
                    changes.setdefault(str(group), {})[str(number)] = level
        return changes

    _write_graph(writer, "/api/collection/graph", "permissions of collections", wanted)


def open_database(writer: Writer, groups: Groups, database: int) -> None:
    """Let our groups run their dashboards' questions, analysts ask their own, all other users none."""

    def wanted(graph: Mapping[str, Any]) -> dict[str, dict[str, dict[str, str]]]:
        given = {
            groups.ours[audience]: {
                "view-data": "unrestricted",
                "create-queries": _QUERIES.get(audience, "no"),
            }
            for audience in AUDIENCES
        }
        given[groups.all_users] = {"create-queries": "no"}
        changes = {}
        for group, rights in given.items():
            now = graph["groups"].get(str(group), {}).get(str(database), {})
            # a group that has no rights at all is not told of
            if any(now.get(name, "no") != right for name, right in rights.items()):
                changes[str(group)] = {str(database): {**rights}}
        return changes

    _write_graph(writer, "/api/permissions/graph", "permissions on the database", wanted)


@_again
def _write_graph(writer: Writer, path: str, what: str, wanted: Callable[[Any], dict[str, Any]]) -> None:
    """Send only what differs, against the revision that it was compared with."""
    graph = writer.session.get(path)
    changes = wanted(graph)
    if changes:
        now = {
            group: {key: graph["groups"].get(group, {}).get(key) for key in given}
            for group, given in changes.items()
        }
        revision = {"revision": graph["revision"]}
        writer.change(path, what, {**revision, "groups": now}, {**revision, "groups": changes})
