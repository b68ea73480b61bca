"""What people see: collections, questions (cards), dashboards with tabs and tiles (dashcards), subscriptions.

Much is accepted here without a word, as it is by Metabase: an `entity_id` (ignored), unknown keys, broken
SQL, a tile off the grid, a mapping without `card_id` (which does not filter), a tile's unknown id (which
makes a new tile).
"""

import copy
import itertools
import uuid
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from doubles.metabase.refusals import Refused, invalid, not_found, required

Thing = dict[str, Any]

#: Since when queries are stored, and shown, as stages.
STAGES_SINCE = (57, 0)
#: Since when a question's parameter needs an id, by major version; newer ones need it always.
_PARAMETER_IDS_SINCE = {61: 19, 62: 17, 63: 14}


class Content:
    """All of it, in the order in which it was made."""

    def __init__(self, version: tuple[int, int]) -> None:
        self.version = version
        self.collections: dict[int, Thing] = {}
        self.cards: dict[int, Thing] = {}
        self.dashboards: dict[int, Thing] = {}
        self.pulses: dict[int, Thing] = {}
        #: Each kind of thing is numbered by itself, so a question and a dashboard may have one number.
        self._numbers: dict[str, itertools.count[int]] = defaultdict(lambda: itertools.count(1))

    @staticmethod
    def find(things: dict[int, Thing], number: int) -> Thing:
        if number not in things:
            raise not_found()
        return things[number]

    # ---- collections

    def add_collection(self, body: Any) -> Thing:
        given = required(body, "name")
        _refuse_blank(given, "description")
        made = {
            "id": next(self._numbers["collection"]),
            "name": given["name"],
            "description": given.get("description"),
            "parent_id": given.get("parent_id"),
            "archived": False,
            "personal_owner_id": None,
            "entity_id": _entity_id(),
        }
        self.collections[made["id"]] = made
        return made

    def change_collection(self, number: int, body: Thing) -> Thing:
        _refuse_blank(body, "name", "description")
        collection = self.find(self.collections, number)
        collection |= {
            key: body[key] for key in ("name", "description", "archived", "parent_id") if key in body
        }
        return collection

    # ---- questions

    def add_card(self, body: Any) -> Thing:
        given = required(body, "name", "display")
        required(
            {key: value or "{}" for key, value in given.items()}, "dataset_query", "visualization_settings"
        )
        _refuse_blank(given, "description")
        card = {
            "id": next(self._numbers["card"]),
            "description": None,
            "collection_id": None,
            "parameters": [],
            "type": "question",
            "archived": False,
            "entity_id": _entity_id(),
        }
        self.cards[card["id"]] = card
        return self.change_card(card["id"], given)

    def change_card(self, number: int, body: Thing) -> Thing:
        card = self.find(self.cards, number)
        if self._needs_parameter_ids():
            for parameter in body.get("parameters") or []:
                if not (parameter.get("id") or "").strip():
                    raise invalid("parameters", "parameter must be a map with :id and :type keys")
        known = (
            *("name", "description", "display", "collection_id", "dataset_query", "parameters", "archived"),
            *("visualization_settings", "type"),
        )
        card |= copy.deepcopy({key: body[key] for key in known if key in body})
        return card

    def shown_card(self, card: Thing, *, is_legacy: bool = False) -> Thing:
        """The question as the API tells it: since 57 its query in stages, unless asked for otherwise."""
        shown = copy.deepcopy(card)
        if self.version >= STAGES_SINCE and not is_legacy:
            shown["dataset_query"] = _in_stages(shown["dataset_query"])
        return shown

    def _needs_parameter_ids(self) -> bool:
        major, minor = self.version
        return minor >= _PARAMETER_IDS_SINCE[major] if major in _PARAMETER_IDS_SINCE else major > 63

    # ---- dashboards

    def add_dashboard(self, body: Any) -> Thing:
        given = required(body, "name")
        board = {
            "id": next(self._numbers["dashboard"]),
            "name": given["name"],
            "description": given.get("description"),
            "collection_id": given.get("collection_id"),
            "parameters": copy.deepcopy(given.get("parameters", [])),
            "tabs": [],
            "dashcards": [],
            "archived": False,
            "width": "fixed",
            "entity_id": _entity_id(),
        }
        self.dashboards[board["id"]] = board
        return board

    def change_dashboard(self, number: int, body: Thing) -> Thing:
        """Change what is given. Given tiles replace all; by their ids they keep their subscribers."""
        board = self.find(self.dashboards, number)
        for tile in body.get("dashcards") or []:
            for key in ("id", "size_x", "size_y", "row", "col"):
                if not isinstance(tile.get(key), int):
                    raise invalid("dashcards", "value must be seq of maps in which ids are unique")
            if body.get("tabs", board["tabs"]) and tile.get("dashboard_tab_id") is None:
                raise Refused(400, "This dashboard has tab, makes sure every card has a tab")
        known = ("name", "description", "collection_id", "archived", "parameters", "width")
        board |= copy.deepcopy({key: body[key] for key in known if key in body})
        tab_ids: dict[int, int] = {}
        if "tabs" in body:
            existing = {tab["id"] for tab in board["tabs"]}
            board["tabs"] = []
            for position, tab in enumerate(body["tabs"]):
                kept = tab["id"] if tab["id"] in existing else next(self._numbers["tab"])
                tab_ids[tab["id"]] = kept
                board["tabs"].append({"id": kept, "name": tab["name"], "position": position})
        if "dashcards" in body:
            existing = {tile["id"] for tile in board["dashcards"]}
            board["dashcards"] = [self._tile(board, tile, existing, tab_ids) for tile in body["dashcards"]]
            self._drop_subscriptions(existing - {tile["id"] for tile in board["dashcards"]})
        return board

    def _tile(self, board: Thing, given: Thing, existing: set[int], tab_ids: dict[int, int]) -> Thing:
        tab = given.get("dashboard_tab_id")
        return {
            "id": given["id"] if given["id"] in existing else next(self._numbers["tile"]),
            "dashboard_id": board["id"],
            "card_id": given.get("card_id"),
            "dashboard_tab_id": tab_ids.get(tab, tab),
            **{key: given[key] for key in ("row", "col", "size_x", "size_y")},
            "series": given.get("series", []),
            "parameter_mappings": copy.deepcopy(given.get("parameter_mappings", [])),
            "visualization_settings": copy.deepcopy(given.get("visualization_settings", {})),
        }

    def _drop_subscriptions(self, tiles: set[int]) -> None:
        for pulse in self.pulses.values():
            pulse["cards"] = [one for one in pulse["cards"] if one.get("dashboard_card_id") not in tiles]

    def shown_dashboard(self, board: Thing) -> Thing:
        """The dashboard with its tiles' questions; a question in the trash takes its tile along."""
        shown = copy.deepcopy(board)
        shown["dashcards"] = list(self._shown_tiles(shown))
        return shown

    def _shown_tiles(self, board: Thing) -> Iterator[Thing]:
        for tile in board["dashcards"]:
            card = self.cards.get(tile["card_id"])
            if tile["card_id"] is None or (card and not card["archived"]):
                yield {**tile, "card": self.shown_card(card) if card else None}

    # ---- subscriptions

    def add_pulse(self, body: Any, creator: int = 1) -> Thing:
        given = required(body, "name", "cards", "channels")
        pulse = {
            "archived": False,
            **copy.deepcopy(given),
            "id": next(self._numbers["pulse"]),
            "creator_id": creator,
        }
        self.pulses[pulse["id"]] = pulse
        return pulse


def listed(things: dict[int, Thing], archived: bool = False) -> list[Thing]:
    return [thing for thing in things.values() if thing["archived"] == archived]


def _refuse_blank(body: Thing, *fields: str) -> None:
    for field in fields:
        if body.get(field) is not None and not body[field].strip():
            raise invalid(field, "value must be a non-blank string.")


def _entity_id() -> str:
    return uuid.uuid4().hex[:21]


def _in_stages(query: Thing) -> Thing:
    """A query as it is stored since 57."""
    if query.get("type") != "native":
        return query
    tags = copy.deepcopy(query["native"].get("template-tags", {}))
    for tag in tags.values():
        if "dimension" in tag:
            tag["dimension"] = ["field", {"lib/uuid": str(uuid.uuid4())}, tag["dimension"][1]]
    stage = {"lib/type": "mbql.stage/native", "native": query["native"]["query"], "template-tags": tags}
    return {"lib/type": "mbql/query", "database": query["database"], "stages": [stage]}
