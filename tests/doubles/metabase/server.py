"""Metabase on 127.0.0.1: its API as far as dashboards are pushed through it."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

from doubles.http_double import HttpDouble, Reply
from doubles.metabase.access import Access, User
from doubles.metabase.content import Content, Thing, listed
from doubles.metabase.databases import Databases
from doubles.metabase.refusals import Refused, forbidden, not_found

WRITES = ("POST", "PUT", "DELETE")
#: What is a POST and changes nothing.
_READING_POSTS = re.compile(r"/api/session|.*/query")

Handler = Callable[..., Any]


class MetabaseServer(HttpDouble):
    """An empty Metabase of some version, such as (54, 2)."""

    def __init__(self, version: tuple[int, int] = (54, 2), today: date = date(2026, 6, 30)) -> None:
        super().__init__(self._route)
        self.version = version
        self.today = today
        self.access = Access(version)
        self.content = Content(version)
        self.databases = Databases()
        self.lists_dashboards = True

    def writes(self) -> list[str]:
        """Method and path of each request so far that changed something, or tried."""
        return [
            f"{seen.method} {urlsplit(seen.path).path}"
            for seen in self.requests
            if seen.method in WRITES and not _READING_POSTS.fullmatch(urlsplit(seen.path).path)
        ]

    def administrator(self) -> str:
        """Set up with a first user; the key of an administrator."""
        user = {"email": "ada@example.com", "password": "pass-of-ada-1"}
        prefs = {"site_name": "Nordlicht"}
        self.access.set_up({"token": self.access.setup_token, "user": user, "prefs": prefs})
        return self.key_of("Administrators")

    def key_of(self, group: str) -> str:
        """A new key with the rights of a group."""
        number = next(number for number, name in self.access.groups.items() if name == group)
        return str(self.access.add_key({"name": f"key of {group}", "group_id": number})["unmasked_key"])

    # ---- routes

    def _route(self, method: str, path: str, headers: Mapping[str, str], body: Any) -> Reply:
        address = urlsplit(path)
        asked = {name: values[-1] for name, values in parse_qs(address.query).items()}
        try:
            for pattern, handler in self._routes(method):
                if found := re.fullmatch(pattern, address.path.rstrip("/")):
                    numbers = [int(number) for number in found.groups()]
                    user = None if address.path in _OPEN else self.access.user_of(headers)
                    return self._reply(handler(user, *numbers, asked=asked, body=body or {}))
        except Refused as refusal:
            return Reply(refusal.content, refusal.status)
        return Reply("API endpoint does not exist.", 404)

    @staticmethod
    def _reply(content: Any) -> Reply:
        if content is None:
            return Reply(b"", 204)
        if isinstance(content, dict) and content.get("status") in ("completed", "failed"):
            return Reply(content, 202)
        return Reply(content)

    def _routes(self, method: str) -> list[tuple[str, Handler]]:
        """Patterns of addresses, and who answers; a number in an address is an argument."""
        prefix = method.lower()
        return [
            (f"/api/{address.replace('#', '([0-9]+)')}", getattr(self, f"_{prefix}_{name}"))
            for address, name in _ADDRESSES.items()
            if hasattr(self, f"_{prefix}_{name}")
        ]

    # ---- signing in

    def _get_properties(self, user: None, **_: Any) -> Thing:
        major, minor = self.version
        return {
            "version": {"tag": f"v0.{major}.{minor}", "date": "2025-04-14"},
            "has-user-setup": bool(self.access.users),
            "setup-token": self.access.setup_token,
        }

    def _post_setup(self, user: None, body: Any, **_: Any) -> Thing:
        return self.access.set_up(body)

    def _post_session(self, user: None, body: Any, **_: Any) -> Thing:
        return self.access.sign_in(body)

    def _post_keys(self, user: User, body: Any, **_: Any) -> Thing:
        _admin(user)
        return self.access.add_key(body)

    def _get_me(self, user: User, **_: Any) -> Thing:
        return user.shown()

    # ---- databases

    def _get_databases(self, user: User, **_: Any) -> Thing:
        shown = [database.shown() for database in self.databases.known.values()]
        return {"data": shown, "total": len(shown)}

    def _post_databases(self, user: User, body: Any, **_: Any) -> Thing:
        _admin(user)
        database = self.databases.add(body)
        self.access.new_database(database.id)
        return database.shown()

    def _get_database(self, user: User, number: int, **_: Any) -> Thing:
        return self.databases.find(number).shown()

    def _put_database(self, user: User, number: int, body: Any, **_: Any) -> Thing:
        _admin(user)
        return self.databases.change(number, body).shown()

    def _get_health(self, user: User, number: int, **_: Any) -> Thing:
        return self.databases.health(number)

    def _post_sync(self, user: User, number: int, **_: Any) -> Thing:
        _admin(user)
        self.databases.ask_for_sync(number)
        return {"status": "ok"}

    def _get_metadata(self, user: User, number: int, **_: Any) -> Thing:
        return self.databases.metadata(number)

    def _put_table(self, user: User, number: int, body: Any, **_: Any) -> Thing:
        _admin(user)
        return self.databases.change_table(number, body)

    def _put_field(self, user: User, number: int, body: Any, **_: Any) -> Thing:
        _admin(user)
        return self.databases.change_field(number, body)

    # ---- groups and graphs

    def _get_groups(self, user: User, **_: Any) -> list[Thing]:
        _admin(user)
        return [self.access.shown_group(number) for number in self.access.groups]

    def _post_groups(self, user: User, body: Any, **_: Any) -> Thing:
        _admin(user)
        return self.access.add_group(body)

    def _get_group(self, user: User, number: int, **_: Any) -> Thing:
        _admin(user)
        return self.access.group_with_members(number)

    def _delete_group(self, user: User, number: int, **_: Any) -> None:
        _admin(user)
        self.access.drop_group(number)

    def _get_data_graph(self, user: User, **_: Any) -> Thing:
        _admin(user)
        return self.access.data_graph()

    def _put_data_graph(self, user: User, body: Any, **_: Any) -> Thing:
        _admin(user)
        return self.access.put_data_graph(body)

    def _get_collection_graph(self, user: User, **_: Any) -> Thing:
        _admin(user)
        return self.access.collection_graph(list(self.content.collections))

    def _put_collection_graph(self, user: User, body: Any, **_: Any) -> Thing:
        _admin(user)
        return self.access.put_collection_graph(body, list(self.content.collections))

    # ---- collections

    def _get_collections(self, user: User, **_: Any) -> list[Thing]:
        own = [one for one in listed(self.content.collections) if self._may_read(user, one["id"])]
        return [{"id": "root", "name": "Our analytics"}, *own]

    def _post_collections(self, user: User, body: Any, **_: Any) -> Thing:
        parent = body.get("parent_id")
        self.access.allow(user, parent, "write")
        made = self.content.add_collection(body)
        self.access.new_collection(made["id"], "root" if parent is None else str(parent))
        return made

    def _put_collection(self, user: User, number: int, body: Any, **_: Any) -> Thing:
        self.access.allow(user, number, "write")
        return self.content.change_collection(number, body)

    def _get_items(self, user: User, number: int, asked: Any, **_: Any) -> Thing:
        self.access.allow(user, number, "read")
        things = {"dashboard": self.content.dashboards, "card": self.content.cards}[asked["models"]]
        found = [
            {"model": asked["models"], **{key: thing[key] for key in ("id", "name", "description")}}
            for thing in listed(things)
            if thing["collection_id"] == number
        ]
        return {"data": found, "total": len(found)}

    def _may_read(self, user: User, collection: int | None) -> bool:
        try:
            self.access.allow(user, collection, "read")
        except Refused:
            return False
        return True

    # ---- questions

    def _get_cards(self, user: User, asked: Any, **_: Any) -> list[Thing]:
        cards = listed(self.content.cards, asked.get("f") == "archived")
        return [
            self.content.shown_card(card) for card in cards if self._may_read(user, card["collection_id"])
        ]

    def _post_cards(self, user: User, body: Any, **_: Any) -> Thing:
        self.access.allow(user, body.get("collection_id"), "write")
        return self.content.shown_card(self.content.add_card(body))

    def _get_card(self, user: User, number: int, asked: Any, **_: Any) -> Thing:
        card = self._readable(user, self.content.cards, number)
        return self.content.shown_card(card, is_legacy=asked.get("legacy-mbql") == "true")

    def _put_card(self, user: User, number: int, body: Any, **_: Any) -> Thing:
        card = self._readable(user, self.content.cards, number)
        self.access.allow(user, card["collection_id"], "write")
        return self.content.shown_card(self.content.change_card(number, body))

    def _post_card_query(self, user: User, number: int, body: Any, **_: Any) -> Thing:
        card = self._readable(user, self.content.cards, number)
        values = {one["target"][1][1]: one.get("value") for one in body.get("parameters", [])}
        return self.databases.run(card["dataset_query"], values, self.today)

    def _readable(self, user: User, things: dict[int, Thing], number: int) -> Thing:
        thing = self.content.find(things, number)
        self.access.allow(user, thing["collection_id"], "read")
        return thing

    # ---- dashboards

    def _get_dashboards(self, user: User, asked: Any, **_: Any) -> list[Thing]:
        if not self.lists_dashboards:
            raise not_found()
        boards = listed(self.content.dashboards, asked.get("f") == "archived")
        shown = ("id", "name", "description", "collection_id", "archived", "entity_id")
        return [
            {key: board[key] for key in shown}
            for board in boards
            if self._may_read(user, board["collection_id"])
        ]

    def _post_dashboards(self, user: User, body: Any, **_: Any) -> Thing:
        self.access.allow(user, body.get("collection_id"), "write")
        return self.content.shown_dashboard(self.content.add_dashboard(body))

    def _get_dashboard(self, user: User, number: int, **_: Any) -> Thing:
        return self.content.shown_dashboard(self._readable(user, self.content.dashboards, number))

    def _put_dashboard(self, user: User, number: int, body: Any, **_: Any) -> Thing:
        board = self._readable(user, self.content.dashboards, number)
        self.access.allow(user, board["collection_id"], "write")
        return self.content.shown_dashboard(self.content.change_dashboard(number, body))

    def _post_tile_query(self, user: User, board: int, tile: int, card: int, body: Any, **_: Any) -> Thing:
        """A tile's question under the dashboard's filters; a mapping without its card is not heard."""
        dashboard = self._readable(user, self.content.dashboards, board)
        here = next((one for one in dashboard["dashcards"] if one["id"] == tile), None)
        if here is None or here["card_id"] != card or card not in self.content.cards:
            raise not_found()
        given = {
            one["id"]: one["default"] for one in dashboard["parameters"] if one.get("default") is not None
        }
        given |= {one["id"]: one.get("value") for one in body.get("parameters", [])}
        values = {
            mapping["target"][1][1]: given[mapping["parameter_id"]]
            for mapping in here["parameter_mappings"]
            if mapping.get("card_id") == card and mapping["parameter_id"] in given
        }
        return self.databases.run(self.content.cards[card]["dataset_query"], values, self.today)

    # ---- subscriptions

    def _get_pulses(self, user: User, asked: Any, **_: Any) -> list[Thing]:
        board = asked.get("dashboard_id")
        pulses = listed(self.content.pulses, asked.get("archived") == "true")
        return [pulse for pulse in pulses if board in (None, str(pulse.get("dashboard_id")))]

    def _post_pulses(self, user: User, body: Any, **_: Any) -> Thing:
        return self.content.add_pulse(body, user.id)


_OPEN = ("/api/session", "/api/session/properties", "/api/setup")
_ADDRESSES = {
    "session/properties": "properties",
    "session": "session",
    "setup": "setup",
    "api-key": "keys",
    "user/current": "me",
    "database": "databases",
    "database/#": "database",
    "database/#/healthcheck": "health",
    "database/#/sync_schema": "sync",
    "database/#/metadata": "metadata",
    "table/#": "table",
    "field/#": "field",
    "permissions/group": "groups",
    "permissions/group/#": "group",
    "permissions/graph": "data_graph",
    "collection/graph": "collection_graph",
    "collection": "collections",
    "collection/#": "collection",
    "collection/#/items": "items",
    "card": "cards",
    "card/#": "card",
    "card/#/query": "card_query",
    "dashboard": "dashboards",
    "dashboard/#": "dashboard",
    "dashboard/#/dashcard/#/card/#/query": "tile_query",
    "pulse": "pulses",
}


def _admin(user: User) -> None:
    if not user.is_admin:
        raise forbidden()
