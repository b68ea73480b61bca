"""Odoo: signs in and asks for records, by JSON-RPC until version 18, by JSON-2 since 19.

Times are naive UTC text, of which Odoo shows whole seconds. It sends false for what is empty, whatever the
type, so only a boolean field may be false; what is empty is left out of the record. Archived records are
asked for, too. Related records come as plain ids.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Protocol

import httpx

from yardstick.company import OdooSource
from yardstick.errors import SourceError, UsageError
from yardstick.extract.api_client import Answer, ApiClient, Passing
from yardstick.extract.changes import Page, rows_by_id
from yardstick.extract.jsonb_text import JsonbWriter
from yardstick.extract.odoo_models import VOLATILE, OdooModel, models_for
from yardstick.extract.secrets import reveal

LOOKBACK = timedelta(hours=1)
RECORDS_AT_ONCE = 2_000
IDS_AT_ONCE = 10_000
FIRST_JSON2, FIRST_SUPPORTED, LAST_WITHOUT_IDS = 19, 17, 17
_TIME = "%Y-%m-%d %H:%M:%S"
#: Kinds of field that are not asked for unless they are named: files, and the other ends of relations.
_LARGE = frozenset({"binary", "one2many"})
#: What a database says that could not serve two transactions at once; Odoo's own clients ask again, too.
_PASSING_ERRORS = ("psycopg2.errors.", "psycopg2.OperationalError", "psycopg2.InterfaceError")

#: Group, its name, the entities for which it is needed, and what a user outside it does not see.
_GROUPS = (
    (
        "sales_team.group_sale_salesman_all_leads",
        "User: All Documents",
        ("deals", "leads", "stage_entries", "quotes", "lines"),
        "sees only own leads, deals and orders: the numbers of all others would be missing",
    ),
    (
        "base.group_system",
        "Administration: Settings",
        ("stage_entries",),
        "may not read when a deal changed its stage",
    ),
    (
        "account.group_account_readonly",
        "Accounting: Read-only",
        ("invoices", "payments"),
        "may not read invoices and payments",
    ),
)

Row = dict[str, Any]
Domain = list[Any]


class Wire(Protocol):
    """One of Odoo's two ways to be asked."""

    def user_id(self) -> int:
        """Whose key it is; raises UsageError for a bad one."""
        ...

    def call(self, model: str, method: str, ids: Sequence[int], arguments: Mapping[str, Any]) -> Any:
        """What the method answers; raises SourceError if Odoo refuses."""
        ...


@dataclass(frozen=True)
class Identity:
    """Who has signed in: id, language, and the version of the server."""

    user_id: int
    language: str | None
    version: int


class OdooSession:
    """A signed-in session."""

    def __init__(self, source: OdooSource, client: ApiClient, wire: Wire, identity: Identity) -> None:
        self.source = source
        self.client = client
        self.identity = identity
        self._wire = wire

    @classmethod
    def sign_in(cls, source: OdooSource, client: ApiClient | None = None) -> "OdooSession":
        """Sign in; raises UsageError or SourceError saying what is wrong: address, database, user or key."""
        key = reveal(source.api_key, f"sources.{source.name}.api_key")
        client = client or ApiClient(source.url)
        client.keep_secret(key)
        try:
            version = _version(client)
            if version < FIRST_SUPPORTED:
                raise UsageError(f"{source.url}: found Odoo {version}; expected {FIRST_SUPPORTED} or later.")
            wire: Wire
            wire = (_Json2 if version >= FIRST_JSON2 else _JsonRpc)(client, source, key)
            return cls(source, client, wire, _identity(wire, version))
        except BaseException:
            client.close()
            raise

    def close(self) -> None:
        """End the session."""
        self.client.close()

    @property
    def signed_in(self) -> str:
        """To which Odoo, and who."""
        who = f"{self.source.user} (user {self.identity.user_id}) of database {self.source.database}"
        return f"Odoo {self.identity.version} at {self.source.url} as {who}"

    def entities(self) -> Iterator["OdooEntity"]:
        """What has to land of the source."""
        for model in models_for(self.source.entities):
            yield OdooEntity(self, model)

    def call(self, model: str, method: str, arguments: Mapping[str, Any], ids: Sequence[int] = ()) -> Any:
        """Call a method of a model, archived records included, in the user's language."""
        context: dict[str, Any] = {"active_test": False}
        if self.identity.language:
            context["lang"] = self.identity.language
        try:
            return self._wire.call(model, method, ids, {**arguments, "context": context})
        except _NoSuchModel:
            of_model = sorted(
                entity
                for known in models_for(self.source.entities)
                if known.name == model
                for entity in known.serves.intersection(self.source.entities)
            )
            raise SourceError(
                f"{self.source.url}: this Odoo has no model {model}, for a module is not installed. Name "
                f"under entities of {self.source.name} what there is: not {', '.join(of_model)}."
            ) from None
        except _MayNotRead as error:
            raise SourceError(
                f"{self.source.url}: user {self.source.user} may not read {model}: {error} Give the user "
                "the rights that docs/sources/odoo.md names, or leave out of entities what needs them."
            ) from None

    def warnings(self) -> list[str]:
        """What the user's rights hide, as far as Odoo's own groups tell."""
        taken = set(self.source.entities)
        return [
            f"{self.source.user} is not in the group “{name}” ({group}), and so {hidden}."
            for group, name, needed_for, hidden in _GROUPS
            if taken.intersection(needed_for) and not self._has_group(group)
        ]

    def _has_group(self, group: str) -> bool:
        """Until 17 the method asks of the user who calls; since 18 of the users whose ids are given."""
        ids = [self.identity.user_id] if self.identity.version > LAST_WITHOUT_IDS else []
        return bool(self._wire.call("res.users", "has_group", ids, {"group_ext_id": group}))

    def plain(self) -> bool | None:
        """What `load` has to be for plain ids in place of [id, name]."""
        return None if self.identity.version >= FIRST_JSON2 else False


class OdooEntity:
    """The records of one model, as yardstick.extract.changes.Entity says."""

    def __init__(self, session: OdooSession, model: OdooModel) -> None:
        self.name = model.entity
        self.is_small = model.is_small
        self.label = model.name
        self.model = model
        self._session = session
        self._writer = JsonbWriter()

    @property
    def characters_cleaned(self) -> int:
        """Characters that were left out, for no database holds them."""
        return self._writer.characters_cleaned

    def count(self) -> int:
        """How many records the user sees."""
        return int(self._session.call(self.model.name, "search_count", {"domain": list(self.model.domain)}))

    def latest_mark(self) -> str | None:
        """The last write_date, not later than now: one that is would hide all changes until then."""
        query = {
            "domain": list(self.model.domain),
            "fields": ["write_date"],
            "order": "write_date desc, id desc",
            "limit": 1,
            "load": self._session.plain(),
        }
        rows = self._session.call(self.model.name, "search_read", query)
        if not rows or not rows[0]["write_date"]:
            return None
        return str(min(rows[0]["write_date"], datetime.now(UTC).strftime(_TIME)))

    def changed_pages(self, since: str | None, after_id: int) -> Iterator[Page]:
        """Records written since a mark and LOOKBACK before it, or all."""
        changed: Domain = []
        if since is not None and not self.is_small:
            begin = datetime.strptime(since, _TIME).replace(tzinfo=UTC) - LOOKBACK
            changed = [["write_date", ">=", begin.strftime(_TIME)]]
        while rows := self._read([*changed, ["id", ">", after_id]], after_id):
            yield self._page(rows)
            after_id = rows[-1]["id"]

    def id_pages(self) -> Iterator[Sequence[int]]:
        """The ids of all records."""
        after_id = 0
        while True:
            domain = [*self.model.domain, ["id", ">", after_id]]
            query = {"domain": domain, "order": "id", "limit": IDS_AT_ONCE}
            found = self._session.call(self.model.name, "search", query)
            ids = sorted(number for number in found if number > after_id)
            if not ids:
                return
            yield ids
            after_id = ids[-1]

    def pages_of(self, ids: Sequence[int]) -> Iterator[Page]:
        """The records of these ids."""
        rows = self._read([["id", "in", list(ids)]], 0)
        if rows:
            yield self._page(rows)

    def _read(self, domain: Domain, after_id: int) -> list[Row]:
        """A page of records behind an id, in order; the server may have ignored either."""
        query = {
            "domain": [*self.model.domain, *domain],
            "fields": list(self._types),
            "order": "id",
            "limit": RECORDS_AT_ONCE,
            "load": self._session.plain(),
        }
        rows = rows_by_id(self._session.call(self.model.name, "search_read", query))
        return [row for row in rows if row["id"] > after_id]

    def _page(self, rows: Sequence[Row]) -> Page:
        return Page(
            ids=[row["id"] for row in rows],
            modified_at=[_instant(row.get("write_date")) for row in rows],
            records=[self._writer.write(self._record(row)) for row in rows],
        )

    def _record(self, row: Row) -> Row:
        """What a row says of the record: without what is empty, and without when it was touched."""
        types = self._types
        return {
            name: sorted(value) if types.get(name) == "many2many" else value
            for name, value in row.items()
            if not (value is False and types.get(name) != "boolean")
            and value is not None
            and value != []
            and name not in VOLATILE
        }

    @cached_property
    def _types(self) -> dict[str, str]:
        """Type of each field that is asked for, the modified time among them."""
        described = self._session.call(
            self.model.name, "fields_get", {"attributes": ["type", "store", "groups"]}
        )
        named = {*self.model.fields, "id", "write_date"}
        return {
            name: field["type"]
            for name, field in sorted(described.items())
            if name in named or (_is_kept(name, field) and (not self.model.fields or name.startswith("x_")))
        }


def _is_kept(name: str, field: Mapping[str, Any]) -> bool:
    return bool(field.get("store")) and field["type"] not in _LARGE and name not in VOLATILE


def _instant(text: str | bool | None) -> str | None:
    return f"{text}+00:00" if text else None


class _NoSuchModel(Exception):  # noqa: N818
    pass


class _MayNotRead(Exception):  # noqa: N818
    pass


class _JsonRpc:
    """POST /jsonrpc, where errors come with HTTP 200 and an object `error`, and a bad login is False."""

    def __init__(self, client: ApiClient, source: OdooSource, key: str) -> None:
        self._client = client
        self._source = source
        self._key = key
        self._user_id: int | None = None

    def user_id(self) -> int:
        """Whose key it is; raises UsageError for a bad one."""
        if self._user_id is None:
            user_id = self._ask("common", "authenticate", [*self._login(self._source.user), {}])
            if not isinstance(user_id, int) or isinstance(user_id, bool):
                raise _refused(self._source)
            self._user_id = user_id
        return self._user_id

    def call(self, model: str, method: str, ids: Sequence[int], arguments: Mapping[str, Any]) -> Any:
        """See Wire."""
        positional: list[Any] = [list(ids)] if ids else []
        login = self._login(self.user_id())
        return self._ask("object", "execute_kw", [*login, model, method, positional, dict(arguments)])

    def _login(self, user: str | int) -> list[Any]:
        return [self._source.database, user, self._key]

    def _ask(self, service: str, method: str, args: list[Any]) -> Any:
        params = {"service": service, "method": method, "args": args}
        body = {"jsonrpc": "2.0", "method": "call", "params": params, "id": 1}
        return self._client.post("/jsonrpc", body, self._judge)

    def _judge(self, answer: Answer) -> Any:
        if answer.status != httpx.codes.OK or not isinstance(answer.content, dict):
            raise _strange(self._source, answer)
        if "error" in answer.content:
            data = answer.content["error"].get("data") or {}
            name, message = str(data.get("name", "")), str(data.get("message", ""))
            raise _error(self._source, self._client, name, message)
        if "result" not in answer.content:
            raise _strange(self._source, answer)
        return answer.content["result"]


class _Json2:
    """POST /json/2/<model>/<method>: a bearer key, named arguments, the answer itself or an error's."""

    def __init__(self, client: ApiClient, source: OdooSource, key: str) -> None:
        self._client = client
        self._source = source
        self._headers = {"Authorization": f"bearer {key}", "X-Odoo-Database": source.database}

    def user_id(self) -> int:
        """Whose key it is; raises UsageError for another user's."""
        query = {"domain": [["login", "=", self._source.user]], "fields": ["id"], "limit": 1}
        context = self.call("res.users", "context_get", (), {})
        rows = self.call("res.users", "search_read", (), query)
        user_id = context.get("uid")
        if not rows or (user_id is not None and user_id != rows[0]["id"]):
            raise UsageError(
                f"sources.{self._source.name}.user: found {self._source.user!r}; expected the login of the "
                f"user whose key it is (user {user_id})."
            )
        return int(rows[0]["id"])

    def call(self, model: str, method: str, ids: Sequence[int], arguments: Mapping[str, Any]) -> Any:
        """See Wire."""
        body = {**({"ids": list(ids)} if ids else {}), **arguments}
        return self._client.post(f"/json/2/{model}/{method}", body, self._judge, self._headers)

    def _judge(self, answer: Answer) -> Any:
        if answer.status == httpx.codes.OK:
            return answer.content
        if answer.status == httpx.codes.UNAUTHORIZED:
            raise _refused(self._source)
        if not isinstance(answer.content, dict):
            raise _strange(self._source, answer)
        name, message = str(answer.content.get("name", "")), str(answer.content.get("message", ""))
        if answer.status == httpx.codes.NOT_FOUND:
            raise _NoSuchModel
        raise _error(self._source, self._client, name, message)


def _version(client: ApiClient) -> int:
    """The server's version: 19 and later tell it at /web/version, all until 21 by JSON-RPC."""

    def from_page(answer: Answer) -> int | None:
        if isinstance(answer.content, dict) and answer.content.get("version_info"):
            return int(answer.content["version_info"][0])
        return None

    def from_rpc(answer: Answer) -> int:
        content = answer.content if isinstance(answer.content, dict) else {}
        result = content.get("result")
        if not isinstance(result, dict) or not result.get("server_version_info"):
            raise SourceError(
                f"{client.address}: no Odoo answers there (HTTP {answer.status}: {answer.text!r}). "
                "Correct url: it is the address without /web or /odoo, such as https://acme.odoo.com."
            )
        return _number(result["server_version_info"][0])

    params = {"service": "common", "method": "version", "args": []}
    body = {"jsonrpc": "2.0", "method": "call", "params": params, "id": 1}
    version = client.get("/web/version", from_page)
    return int(version if version is not None else client.post("/jsonrpc", body, from_rpc))


def _number(version: object) -> int:
    """The main version: of 17 and of saas~17 it is 17."""
    return int(str(version).removeprefix("saas~").partition(".")[0])


def _identity(wire: Wire, version: int) -> Identity:
    user_id = wire.user_id()
    context = wire.call("res.users", "context_get", (), {})
    language = context.get("lang") if isinstance(context, dict) else None
    return Identity(user_id, str(language) if language else None, version)


def _refused(source: OdooSource) -> UsageError:
    return UsageError(
        f"{source.url}: Odoo refuses user {source.user} of database {source.database} with the key that "
        f"sources.{source.name}.api_key names. Is the key complete, not expired, and this user's? A new one "
        "is made in Odoo under Preferences, Account Security, New API Key."
    )


def _strange(source: OdooSource, answer: Answer) -> SourceError:
    return SourceError(
        f"{source.url}: it answers in a way that Odoo does not (HTTP {answer.status}: {answer.text!r}). "
        "Is url Odoo's own address, and database the name of a database that is there?"
    )


def _error(source: OdooSource, client: ApiClient, name: str, message: str) -> Exception:
    """What to make of an error that Odoo names by its Python class."""
    said = client.hide(message.strip().partition("\n")[0])[:300]
    if name == "odoo.exceptions.AccessError":
        return _MayNotRead(said)
    if name == "odoo.exceptions.AccessDenied":
        return _refused(source)
    if "doesn't exist" in said:
        return _NoSuchModel()
    if "does not exist" in said and "database" in said:
        return UsageError(f"sources.{source.name}.database: found {source.database!r}; Odoo says: {said}")
    if name.startswith(_PASSING_ERRORS):
        return Passing(f"{name}: {said}")
    return SourceError(f"{source.url}: Odoo says {name}: {said}")
