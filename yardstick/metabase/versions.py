"""What differs between the versions of Metabase, 0.50 to 0.63, as far as a push sees it.

- 0.50 brought the permissions `view-data` and `create-queries`: older ones are refused.
- From 0.56.13 on, the graph of collections leaves out who has nothing; before, it says `none`.
- From 0.57 on, queries are told in stages (MBQL 5), whichever way they were sent.
- The list of all dashboards is kept for old programs only, and may go: then each collection tells its own.
- From 0.61.19, 0.62.17 and 0.63.14 on, each parameter needs an id: all of ours have one.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from yardstick.metabase.errors import MetabaseError, MissingError

OLDEST = 50


def refuse_old_version(tag: str, url: str) -> None:
    """Raise MetabaseError unless a version such as `v0.54.2` is new enough, or says no number."""
    found = re.match(r"v?\d+\.(\d+)", tag)
    if found and int(found[1]) < OLDEST:
        raise MetabaseError(
            f"{url}: found Metabase {tag}; expected 0.{OLDEST} or newer, since older ones have other "
            "permissions. Update Metabase."
        )


def listed_dashboards(get: Callable[..., Any], collections: Iterable[int]) -> list[dict[str, Any]]:
    """Dashboards with number and description: all, or where that list is gone those of some collections."""
    try:
        listed: list[dict[str, Any]] = get("/api/dashboard/", f="all")
        return listed
    except MissingError:
        pages = [get(f"/api/collection/{number}/items", models="dashboard") for number in collections]
        return [item for page in pages for item in page["data"]]


def plain_query(query: Mapping[str, Any]) -> dict[str, Any]:
    """A question's native query as it is sent, however this version tells it; another query as it is."""
    if "stages" in query:
        stage = query["stages"][0]
        if len(query["stages"]) > 1 or "native" not in stage:
            return dict(query)
        native = {"query": stage["native"], "template-tags": _by_name(stage.get("template-tags"))}
        return {"type": "native", "database": query.get("database"), "native": native}
    if query.get("type") != "native":
        return dict(query)
    native = {
        "query": query["native"].get("query"),
        "template-tags": _by_name(query["native"].get("template-tags")),
    }
    return {"type": "native", "database": query.get("database"), "native": native}


def _by_name(tags: Any) -> dict[str, Any]:
    """Template tags by name: newer versions may list them."""
    if isinstance(tags, list):
        return {tag["name"]: tag for tag in tags}
    return dict(tags or {})


def levels(graph: Mapping[str, Any], group: int) -> dict[str, str]:
    """Collection → read or write of a group, in a graph of collections."""
    given = graph["groups"].get(str(group), {})
    return {collection: level for collection, level in given.items() if level != "none"}
