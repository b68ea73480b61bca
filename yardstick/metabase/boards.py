"""The dashboards of one language: their filters, their tabs, and what is on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yardstick.dashboards import Dashboard, Dashboards, PlacedTile
from yardstick.languages import Language
from yardstick.metabase.changes import Writer
from yardstick.metabase.clicks import Addresses, click_settings
from yardstick.metabase.filters import PARAMETER_KEYS, Choices, own_keys, parameter
from yardstick.metabase.marks import marked, numbers_of
from yardstick.metabase.tiles import Tile, existing_tile, is_ours, numbered, question_tile, text_tile

Thing = dict[str, Any]


@dataclass(frozen=True)
class Boards:
    """How the dashboards of one language are made."""

    writer: Writer
    dashboards: Dashboards
    language: Language
    choices: Choices
    #: What the key of each begins with.
    prefix: str
    #: A question's id → its number.
    cards: Mapping[str, int]
    #: The numbers of all questions that a push made, those that are no longer wanted included.
    our_cards: frozenset[int]
    is_pruning: bool

    def push(self, there: Mapping[str, Thing], collections: Mapping[str, int]) -> dict[str, int]:
        """Make or change all; their numbers by key.

        First every dashboard with its tabs, since clicks lead to both by number, then what is on them.
        """
        boards, tabs = {}, {}
        for key, dashboard in self.dashboards.dashboards.items():
            board = there.get(f"{self.prefix}/{key}") or self._new_board(dashboard, collections[key])
            boards[key], tabs[key] = self._with_tabs(dashboard, board)
        addresses = Addresses({key: board["id"] for key, board in boards.items()}, tabs)
        for key, dashboard in self.dashboards.dashboards.items():
            existing = _existing_board(boards[key])
            shown_tabs = self._tabs(dashboard, existing, tabs[key])
            wanted = {
                **self._own_fields(dashboard, {**self._left_tabs(existing), **tabs[key]}),
                "collection_id": collections[key],
                "parameters": [
                    parameter(one, self.choices[one.key], self.language) for one in dashboard.filters
                ],
                "tabs": shown_tabs,
                "dashcards": _on_tabs(self._tiles(dashboard, existing, addresses), shown_tabs),
            }
            self.writer.change(
                f"/api/dashboard/{existing['id']}", f"dashboard {self.prefix}/{key}", existing, wanted
            )
        return dict(addresses.dashboards)

    def _own_fields(self, dashboard: Dashboard, tabs: Mapping[str, int]) -> Thing:
        key = f"{self.prefix}/{dashboard.key}"
        return {
            "name": dashboard.title[self.language],
            "description": marked(dashboard.description[self.language], key, tabs),
        }

    def _new_board(self, dashboard: Dashboard, collection: int) -> Thing:
        fields = {**self._own_fields(dashboard, {}), "collection_id": collection}
        return self.writer.make("/api/dashboard/", f"dashboard {self.prefix}/{dashboard.key}", fields)

    # ---- tabs

    def _with_tabs(self, dashboard: Dashboard, board: Thing) -> tuple[Thing, dict[str, int]]:
        """The dashboard once it has all its tabs, and their numbers.

        A single page is a tab, too: Metabase shows no tabs then, and people may add theirs.
        """
        found = self._known_tabs(dashboard, board.get("tabs") or [], numbers_of(board))
        missing = [tab for tab in dashboard.tabs if tab.key not in found]
        if not missing:
            return board, found
        added = [{"id": -number, "name": tab.title[self.language]} for number, tab in enumerate(missing, 1)]
        existing = _existing_board(board)
        tabs = [*existing["tabs"], *added]
        after = {"tabs": tabs, "dashcards": _on_tabs(existing["dashcards"], tabs)}
        what = f"tabs of dashboard {self.prefix}/{dashboard.key}"
        board = self.writer.change(f"/api/dashboard/{board['id']}", what, existing, after) or {
            **board,
            **after,
        }
        new = board["tabs"][-len(missing) :]
        made = {tab.key: given["id"] for tab, given in zip(missing, new, strict=True)}
        return board, {**found, **made}

    def _known_tabs(
        self, dashboard: Dashboard, there: Sequence[Mapping[str, Any]], remembered: Mapping[str, int]
    ) -> dict[str, int]:
        """The numbers of tabs by key: as remembered, else, after a push that broke off, by their names."""
        numbers = {tab["id"] for tab in there}
        found = {key: number for key, number in remembered.items() if number in numbers}
        by_name = {tab["name"]: tab["id"] for tab in there if tab["id"] not in found.values()}
        for tab in dashboard.tabs:
            if tab.key not in found and tab.title[self.language] in by_name:
                found[tab.key] = by_name[tab.title[self.language]]
        wanted = {tab.key for tab in dashboard.tabs}
        return {key: number for key, number in found.items() if key in wanted}

    def _tabs(self, dashboard: Dashboard, existing: Thing, numbers: Mapping[str, int]) -> list[Thing]:
        """Our tabs in their order, then those that people added, or that only --prune takes away."""
        ours = [{"id": numbers[tab.key], "name": tab.title[self.language]} for tab in dashboard.tabs]
        remembered = {*numbers_of(existing).values()} if self.is_pruning else set()
        gone = {*numbers.values(), *remembered}
        return [*ours, *(tab for tab in existing["tabs"] if tab["id"] not in gone)]

    def _left_tabs(self, existing: Thing) -> dict[str, int]:
        """The numbers of tabs that are there, so that those which are no longer wanted stay ours to prune."""
        there = {tab["id"] for tab in existing["tabs"]}
        remembered = {} if self.is_pruning else numbers_of(existing)
        return {key: number for key, number in remembered.items() if number in there}

    # ---- tiles

    def _tiles(self, dashboard: Dashboard, existing: Thing, addresses: Addresses) -> list[Tile]:
        """Our tiles, then those that people added, or that only --prune takes away."""
        wanted = [
            self._tile(
                placed,
                f"{tab.key}/{number}",
                dashboard,
                addresses.tabs[dashboard.key][tab.key],
                addresses,
            )
            for tab in dashboard.tabs
            for number, placed in enumerate(tab.tiles)
        ]
        tiles = numbered(wanted, existing["dashcards"])
        kept = {tile["id"] for tile in tiles}
        others = [
            tile
            for tile in existing["dashcards"]
            if tile["id"] not in kept and not (self.is_pruning and is_ours(tile, self.our_cards))
        ]
        return sorted([*tiles, *others], key=lambda tile: int(tile["id"]))

    def _tile(
        self, placed: PlacedTile, key: str, dashboard: Dashboard, tab: int, addresses: Addresses
    ) -> Tile:
        question = placed.question
        if question is None:
            text = placed.tile.text
            return text_tile(placed, text[self.language] if text else "", key, tab)
        filters = {tag: dashboard.filter_of(tag).key for tag in question.sql.tags}
        clicks = click_settings(question, dashboard, self.dashboards, addresses, self.language)
        return question_tile(placed, self.cards[question.id], tab, filters, clicks)


def _on_tabs(tiles: Sequence[Tile], tabs: Sequence[Thing]) -> list[Tile]:
    """The tiles, those of a tab that is not there on the first one: Metabase refuses a tile without a tab."""
    there = {tab["id"] for tab in tabs}
    first = tabs[0]["id"]
    return [
        tile if tile["dashboard_tab_id"] in there else {**tile, "dashboard_tab_id": first} for tile in tiles
    ]


def _existing_board(board: Mapping[str, Any]) -> Thing:
    """A dashboard that Metabase tells of, as it would be sent."""
    tiles = [existing_tile(tile) for tile in board.get("dashcards") or []]
    return {
        **board,
        "parameters": [own_keys(one, PARAMETER_KEYS) for one in board.get("parameters") or []],
        "tabs": [{"id": tab["id"], "name": tab["name"]} for tab in board.get("tabs") or []],
        "dashcards": sorted(tiles, key=lambda tile: int(tile["id"])),
    }
