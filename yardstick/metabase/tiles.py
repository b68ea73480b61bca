"""The tiles of a dashboard: which of them is which, so that each keeps its number.

People subscribe to tiles by their numbers. A question's tile is known by its question, a text's by a comment
that Markdown does not show. What is neither is somebody else's, and stays as it is.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from yardstick.dashboards import PlacedTile
from yardstick.metabase.filters import parameter_id, target

Tile = dict[str, Any]

_KEPT = ("id", "card_id", "dashboard_tab_id", "row", "col", "size_x", "size_y", "series")
_COMMENT = re.compile(r"\n\n\[//\]: # \(yardstick (\S+)\)\Z")


def existing_tile(tile: Mapping[str, Any]) -> Tile:
    """A tile that Metabase tells of, as it would be sent."""
    return {
        **{key: tile.get(key) for key in _KEPT},
        "parameter_mappings": tile.get("parameter_mappings") or [],
        "visualization_settings": tile.get("visualization_settings") or {},
    }


def question_tile(
    placed: PlacedTile,
    card_id: int,
    tab_id: int,
    filters: Mapping[str, str],
    clicks: Mapping[str, Any],
) -> Tile:
    """A question's tile; `filters` is tag → the key of the filter that fills it."""
    mappings = [
        # without its card_id a mapping is accepted, and does not filter
        {"parameter_id": parameter_id(key), "card_id": card_id, "target": target(tag)}
        for tag, key in sorted(filters.items())
    ]
    return {
        **_place(placed, tab_id),
        "card_id": card_id,
        "parameter_mappings": mappings,
        "visualization_settings": dict(clicks),
    }


def text_tile(placed: PlacedTile, text: str, key: str, tab_id: int) -> Tile:
    """A text's tile."""
    virtual: Tile = {
        "name": None,
        "display": "text",
        "visualization_settings": {},
        "dataset_query": {},
        "archived": False,
    }
    settings = {"virtual_card": virtual, "text": f"{text}\n\n[//]: # (yardstick {key})"}
    return {
        **_place(placed, tab_id),
        "card_id": None,
        "parameter_mappings": [],
        "visualization_settings": settings,
    }


def _place(placed: PlacedTile, tab_id: int) -> Tile:
    tile = placed.tile
    return {
        "dashboard_tab_id": tab_id,
        "row": tile.row,
        "col": tile.column,
        "size_x": tile.width,
        "size_y": tile.height,
        "series": [],
    }


def numbered(wanted: Iterable[Tile], existing: Iterable[Tile]) -> list[Tile]:
    """The wanted tiles with the numbers of those that they continue, new ones below 0."""
    free: dict[Any, list[Tile]] = defaultdict(list)
    for tile in existing:
        free[_identity(tile)].append(tile)
    found, unmade = [], -1
    for tile in wanted:
        same = free.get(_identity(tile), [])
        # a question may stand on several tabs, at the foot of each
        here = next((one for one in same if one["dashboard_tab_id"] == tile["dashboard_tab_id"]), None)
        here = here or next(iter(same), None)
        if here is None:
            found.append({"id": unmade, **tile})
            unmade -= 1
        else:
            same.remove(here)
            found.append({"id": here["id"], **tile})
    return found


def _identity(tile: Tile) -> Any:
    if tile["card_id"] is not None:
        return tile["card_id"]
    found = _COMMENT.search(tile["visualization_settings"].get("text", ""))
    return found[1] if found else None


def is_ours(tile: Tile, cards: Iterable[int]) -> bool:
    """Whether a push made a tile; `cards` are our questions' numbers."""
    return tile["card_id"] in cards if tile["card_id"] is not None else _identity(tile) is not None
