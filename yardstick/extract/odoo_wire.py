"""How Odoo is asked over HTTP: by JSON-RPC until version 18, by JSON-2 since 19; and what its errors mean."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import httpx

from yardstick.company import OdooSource
from yardstick.errors import SourceError, UsageError
from yardstick.extract.api_client import Answer, ApiClient, Passing

FIRST_JSON2 = 19
#: What a database says that could not serve two transactions at once; Odoo's own clients ask again, too.
_PASSING_ERRORS = ("psycopg2.errors.", "psycopg2.OperationalError", "psycopg2.InterfaceError")


class Wire(Protocol):
    """One of Odoo's two ways to be asked."""

    def user_id(self) -> int:
        """Whose key it is; raises UsageError for a bad one."""
        ...

    def call(self, model: str, method: str, ids: Sequence[int], arguments: Mapping[str, Any]) -> Any:
        """What the method answers; raises SourceError if Odoo refuses."""
        ...


class NoSuchModelError(Exception):
    """A model that no module of this Odoo has."""


class MayNotReadError(Exception):
    """What the user's rights do not let the user read."""


def wire_for(version: int, client: ApiClient, source: OdooSource, key: str) -> Wire:
    """How a server of this version is asked."""
    return (_Json2 if version >= FIRST_JSON2 else _JsonRpc)(client, source, key)


def version_of(client: ApiClient) -> int:
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
            raise NoSuchModelError
        raise _error(self._source, self._client, name, message)


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
        return MayNotReadError(said)
    if name == "odoo.exceptions.AccessDenied":
        return _refused(source)
    if "doesn't exist" in said:
        return NoSuchModelError()
    if "does not exist" in said and "database" in said:
        return UsageError(f"sources.{source.name}.database: found {source.database!r}; Odoo says: {said}")
    if name.startswith(_PASSING_ERRORS):
        return Passing(f"{name}: {said}")
    return SourceError(f"{source.url}: Odoo says {name}: {said}")
