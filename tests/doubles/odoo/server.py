"""Odoo's two external APIs on 127.0.0.1: /jsonrpc in all versions, /json/2 and /web/version since 19."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from doubles.http_double import HttpDouble, Reply
from doubles.odoo.database import OdooDatabase, OdooError, User

NOT_FOUND = Reply(b"<!doctype html><title>404 Not Found</title>", 404, {"Content-Type": "text/html"})


class OdooServer(HttpDouble):
    """Serves a database."""

    def __init__(self, database: OdooDatabase) -> None:
        super().__init__(self._route)
        self.database = database

    def _route(self, method: str, path: str, headers: Mapping[str, str], body: Any) -> Reply:
        version = self.database.version
        if method == "POST" and path == "/jsonrpc":
            return self._jsonrpc(body)
        if version >= 19 and method == "GET" and path == "/web/version":
            info = [version, 0, 0, "final", 0, ""]
            return Reply({"version_info": info, "version": f"{version}.0"})
        if version >= 19 and method == "POST" and path.startswith("/json/2/"):
            return self._json2(path.split("/")[3:], headers, body)
        return NOT_FOUND

    def _jsonrpc(self, body: Any) -> Reply:
        params, envelope = body["params"], {"jsonrpc": "2.0", "id": body.get("id")}
        try:
            result = self._rpc(params["service"], params["method"], params["args"])
        except OdooError as error:
            data = {
                "name": error.name,
                "debug": "Traceback (most recent call last): …",
                "message": str(error),
            }
            data |= {"arguments": [str(error)], "context": {}}
            shown = {"code": 200, "message": "Odoo Server Error", "data": data}
            return Reply({**envelope, "error": shown})
        return Reply({**envelope, "result": result})

    def _rpc(self, service: str, method: str, args: list[Any]) -> Any:
        version = self.database.version
        if (service, method) == ("common", "version"):
            info = [version, 0, 0, "final", 0, ""]
            return {
                "server_version": f"{version}.0",
                "server_version_info": info,
                "server_serie": f"{version}.0",
                "protocol_version": 1,
            }
        database, login, key, *rest = args
        if database != self.database.name:
            message = f'connection to server failed: FATAL:  database "{database}" does not exist'
            raise OdooError("psycopg2.OperationalError", message)
        if (service, method) == ("common", "authenticate"):
            user = next(
                (user for user in self.database.users if (user.login, user.key) == (login, key)), None
            )
            return user.id if user else False
        user = next((user for user in self.database.users if (user.id, user.key) == (login, key)), None)
        if user is None:
            raise OdooError("odoo.exceptions.AccessDenied", "Access Denied")
        model, name, positional, *keywords = rest
        if model not in self.database.models:
            raise OdooError("odoo.exceptions.UserError", f"Object {model} doesn't exist")
        return self._call(user, model, name, positional, keywords[0] if keywords else {})

    def _json2(self, target: list[str], headers: Mapping[str, str], body: Any) -> Reply:
        database = headers.get("x-odoo-database", self.database.name)
        scheme, _, key = headers.get("authorization", "").partition(" ")
        if database != self.database.name:
            return NOT_FOUND
        user = next((user for user in self.database.users if user.key == key), None)
        if scheme.lower() != "bearer" or user is None:
            return _failed(401, "werkzeug.exceptions.Unauthorized", "Invalid apikey")
        model, method = target
        if model not in self.database.models:
            return _failed(404, "werkzeug.exceptions.NotFound", f"the model {model!r} does not exist")
        positional = [body.pop("ids")] if "ids" in body else []
        try:
            return Reply(self._call(user, model, method, positional, body))
        except OdooError as error:
            status = {"odoo.exceptions.AccessError": 403, "builtins.TypeError": 422}.get(error.name, 500)
            return _failed(status, error.name, str(error))

    def _call(
        self, user: User, model: str, name: str, positional: list[Any], keywords: dict[str, Any]
    ) -> Any:
        method: Callable[..., Any] | None = getattr(self, f"_method_{name}", None)
        if method is None or (name == "context_get" and model != "res.users"):
            raise OdooError("builtins.AttributeError", f"The method '{model}.{name}' does not exist")
        try:
            inspect.signature(method).bind(user, model, *positional, **keywords)
        except TypeError as error:
            raise OdooError("builtins.TypeError", str(error)) from None
        return method(user, model, *positional, **keywords)

    def _method_context_get(self, user: User, model: str, context: Any = None) -> Any:
        return {"lang": user.language, "tz": False, "uid": user.id}

    def _method_has_group(
        self, user: User, model: str, *args: Any, group_ext_id: str = "", context: Any = None
    ) -> bool:
        """Until 17 of the user who asks; since 18 of the users whose ids come first."""
        group = group_ext_id or args[-1]
        if self.database.version >= 18 and (not args or args[0] != [user.id]):
            raise OdooError("builtins.ValueError", "Expected singleton: res.users()")
        return group in user.groups

    def _method_fields_get(
        self, user: User, model: str, allfields: Any = None, attributes: Any = None, context: Any = None
    ) -> Any:
        return self.database.fields_get(user, model, attributes or ("type", "store", "string", "relation"))

    def _method_search_count(
        self, user: User, model: str, domain: Any = (), limit: Any = None, context: Any = None
    ) -> int:
        return len(self.database.search(user, model, domain, context or {}, None, limit))

    def _method_search(
        self,
        user: User,
        model: str,
        domain: Any = (),
        offset: int = 0,
        limit: Any = None,
        order: Any = None,
        context: Any = None,
    ) -> list[int]:
        rows = self.database.search(user, model, domain, context or {}, order, limit, offset)
        return [row["id"] for row in rows]

    def _method_search_read(
        self,
        user: User,
        model: str,
        domain: Any = (),
        fields: Any = None,
        offset: int = 0,
        limit: Any = None,
        order: Any = None,
        load: Any = "_classic_read",
        context: Any = None,
    ) -> Any:
        rows = self.database.search(user, model, domain or (), context or {}, order, limit, offset)
        names = fields or list(self.database.models[model])
        is_plain = load != "_classic_read"
        return [self.database.shown(model, row, names, is_plain=is_plain) for row in rows]


def _failed(status: int, name: str, message: str) -> Reply:
    content = {
        "name": name,
        "message": message,
        "arguments": [message],
        "context": {},
        "debug": "Traceback: …",
    }
    return Reply(content, status)
