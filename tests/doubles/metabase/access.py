"""Users, keys, groups, and the two graphs of permissions."""

import copy
import itertools
import uuid
from dataclasses import dataclass, field
from typing import Any

from doubles.metabase.refusals import Refused, forbidden, invalid, not_found, required

ALL_USERS, ADMINISTRATORS = 1, 2
#: Since when the graph of collections no longer tells who has nothing.
WITHOUT_NONE = (56, 13)

Graph = dict[str, Any]


@dataclass
class User:
    """Someone who signs in, or a key."""

    id: int
    email: str
    password: str
    groups: set[int] = field(default_factory=lambda: {ALL_USERS})

    @property
    def is_admin(self) -> bool:
        return ADMINISTRATORS in self.groups

    def shown(self) -> dict[str, Any]:
        return {"id": self.id, "email": self.email, "common_name": self.email, "is_superuser": self.is_admin}


class Access:
    """Who may sign in, and who may do what.

    `data` is group → database → permissions, `collections` group → collection → read or write.
    """

    def __init__(self, version: tuple[int, int]) -> None:
        self.version = version
        self.setup_token: str | None = str(uuid.uuid4())
        self.users: dict[int, User] = {}
        self.sessions: dict[str, User] = {}
        self.keys: dict[str, User] = {}
        self.groups = {ALL_USERS: "All Users", ADMINISTRATORS: "Administrators"}
        self.data: dict[int, dict[int, Any]] = {ALL_USERS: {}, ADMINISTRATORS: {}}
        self.collections: dict[int, dict[str, str]] = {
            ALL_USERS: {"root": "write"},
            ADMINISTRATORS: {"root": "write"},
        }
        self.data_revision = self.collection_revision = 0
        self._numbers = itertools.count(3)

    # ---- signing in

    def set_up(self, body: Any) -> dict[str, str]:
        """POST /api/setup: the first user."""
        given = required(body, "token", "user", "prefs")
        required(given["prefs"], "site_name")
        user = required(given["user"], "email", "password")
        if self.users:
            raise Refused(
                403, "The /api/setup route can only be used to create the first user, however a user exists."
            )
        if given["token"] != self.setup_token:
            raise invalid("token", "Token does not match the setup token.")
        if len(user["password"]) < 6 or user["password"].isalpha():
            raise invalid("user", "password is too common.")
        self.setup_token = None
        self.add_user(user["email"], user["password"], ADMINISTRATORS)
        return self.sign_in({"username": user["email"], "password": user["password"]})

    def add_user(self, email: str, password: str, *groups: int) -> User:
        number = next(self._numbers)
        self.users[number] = User(number, email, password, {ALL_USERS, *groups})
        return self.users[number]

    def sign_in(self, body: Any) -> dict[str, str]:
        """POST /api/session."""
        given = required(body, "username", "password")
        for user in self.users.values():
            if (user.email, user.password) == (given["username"], given["password"]):
                session = str(uuid.uuid4())
                self.sessions[session] = user
                return {"id": session}
        raise Refused(401, {"errors": {"password": "did not match stored password"}})

    def add_key(self, body: Any) -> dict[str, Any]:
        """POST /api/api-key: a key with the rights of one group."""
        given = required(body, "name", "group_id")
        number = next(self._numbers)
        key = f"mb_{uuid.uuid4().hex}"
        self.keys[key] = User(
            number, f"api-key-user-{number}@api-key.invalid", "", {ALL_USERS, given["group_id"]}
        )
        return {"id": number, "name": given["name"], "unmasked_key": key, "masked_key": key[:7] + "****"}

    def user_of(self, headers: Any) -> User:
        """Who asks; raises Refused with 401 if nobody that is known."""
        user = self.keys.get(headers.get("x-api-key", "")) or self.sessions.get(
            headers.get("x-metabase-session", "")
        )
        if user is None:
            raise Refused(401, "Unauthenticated")
        return user

    # ---- groups

    def add_group(self, body: Any) -> dict[str, Any]:
        name = required(body, "name")["name"]
        if name in self.groups.values():
            raise Refused(400, {"errors": {"name": "A group with that name already exists."}})
        number = next(self._numbers)
        self.groups[number] = name
        # a new group has nothing
        self.data[number], self.collections[number] = {}, {}
        return self.shown_group(number)

    def shown_group(self, number: int) -> dict[str, Any]:
        people = [*self.users.values(), *self.keys.values()]
        return {
            "id": number,
            "name": self.groups[number],
            "member_count": sum(number in user.groups for user in people),
        }

    def group_with_members(self, number: int) -> dict[str, Any]:
        """GET /api/permissions/group/:id, which names its people; keys are none."""
        if number not in self.groups:
            raise not_found()
        members = [
            {"user_id": user.id, "email": user.email, "group_id": number}
            for user in self.users.values()
            if number in user.groups
        ]
        return {"id": number, "name": self.groups[number], "members": members}

    def drop_group(self, number: int) -> None:
        if number in (ALL_USERS, ADMINISTRATORS):
            raise Refused(400, f"You cannot edit or delete the '{self.groups[number]}' permissions group!")
        if number not in self.groups:
            raise not_found()
        for of_groups in (self.groups, self.data, self.collections):
            of_groups.pop(number, None)  # type: ignore[attr-defined]
        for user in self.users.values():
            user.groups.discard(number)

    # ---- graphs

    def new_database(self, number: int) -> None:
        """All users may ask anything of a new database, until someone says otherwise."""
        self.data[ALL_USERS][number] = {
            "view-data": "unrestricted",
            "create-queries": "query-builder-and-native",
        }

    def new_collection(self, number: int, parent: str) -> None:
        """A new collection is for those who have the one above."""
        for collections in self.collections.values():
            if parent in collections:
                collections[str(number)] = collections[parent]

    def data_graph(self) -> Graph:
        groups = {
            str(group): {str(database): copy.deepcopy(given) for database, given in databases.items()}
            for group, databases in self.data.items()
        }
        if self.version < (50, 0):
            groups = {
                group: {database: {"data": {"native": "write", "schemas": "all"}} for database in databases}
                for group, databases in groups.items()
            }
        return {"revision": self.data_revision, "groups": groups}

    def put_data_graph(self, graph: Any) -> Graph:
        self._refuse_stale(graph, self.data_revision)
        for group, databases in graph["groups"].items():
            if int(group) not in self.groups:
                raise not_found()
            for database, given in databases.items():
                known = self.data[int(group)].setdefault(int(database), {})
                known |= {key: value for key, value in given.items() if value is not None}
                if known.get("create-queries", "no") != "no" and known.get("view-data") == "blocked":
                    raise Refused(400, "Invalid Permissions Graph")
        self.data_revision += 1
        return self.data_graph()

    def collection_graph(self, numbers: list[int]) -> Graph:
        groups: dict[str, dict[str, str]] = {}
        for group, given in self.collections.items():
            shown = {key: given.get(key, "none") for key in ("root", *map(str, numbers))}
            if group == ADMINISTRATORS:
                shown = dict.fromkeys(shown, "write")
            if self.version >= WITHOUT_NONE:
                shown = {key: value for key, value in shown.items() if value != "none"}
            groups[str(group)] = shown
        return {"revision": self.collection_revision, "groups": groups}

    def put_collection_graph(self, graph: Any, numbers: list[int]) -> Graph:
        required(graph, "groups")
        self._refuse_stale(graph, self.collection_revision)
        for group, collections in graph["groups"].items():
            if int(group) not in self.groups:
                raise not_found()
            for collection, given in collections.items():
                if given == "none":
                    self.collections[int(group)].pop(collection, None)
                else:
                    self.collections[int(group)][collection] = given
        self.collection_revision += 1
        return self.collection_graph(numbers)

    def _refuse_stale(self, graph: Any, revision: int) -> None:
        if graph.get("revision") != revision:
            raise Refused(
                409,
                "Looks like someone else edited the permissions and your data is out of date. "
                "Please fetch new data and try again.",
            )

    def allow(self, user: User, collection: int | None, level: str) -> None:
        """Raise Refused with 403 unless the user may read, or write, what is in a collection."""
        key = "root" if collection is None else str(collection)
        held = {self.collections[group].get(key) for group in user.groups if group in self.collections}
        if not (user.is_admin or "write" in held or (level == "read" and "read" in held)):
            raise forbidden()
