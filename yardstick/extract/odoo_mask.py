"""What a recording of Odoo leaves out: keys, logins, and whatever people wrote into a text field."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import blake2s
from typing import Any

from yardstick.extract.recordings import Exchange

MASKED = "***"
#: Kinds of field that hold what people wrote.
_WRITTEN = frozenset({"char", "text", "html", "properties", "json"})
#: Models of which names tell of no person, and are needed to understand the rest.
_PLAIN = frozenset(
    {
        "crm.stage",
        "crm.team",
        "ir.model.fields",
        "mail.activity.type",
        "product.product",
        "res.country",
        "res.currency",
        "res.partner.industry",
        "utm.source",
    }
)
#: Of any model, what a program wrote.
_BY_PROGRAM = frozenset({"model", "res_model", "date_done"})


class OdooMask:
    """Masks as Mask says; it learns the types of fields from what Odoo answers to fields_get."""

    def __init__(self) -> None:
        self._types: dict[str, Mapping[str, Any]] = {}

    def request(self, exchange: Exchange) -> Exchange:
        """Without the user, and without database and key, which JSON-RPC sends in its body."""
        if not _is_rpc(exchange):
            return _without_login(exchange)
        params = exchange.body["params"]
        args = params["args"]
        kept = [*[MASKED] * min(len(args), 3), *args[3:]]
        return replace(exchange, body={**exchange.body, "params": {**params, "args": kept}})

    def answer(self, exchange: Exchange) -> Exchange:
        """Of records the written fields as pseudonyms, the same text as the same; of errors the name."""
        model, method = _called(exchange)
        content = exchange.answer
        if not isinstance(content, dict | list):
            return replace(exchange, answer=MASKED if isinstance(content, str) else content)
        if _is_rpc(exchange) and isinstance(content, dict):
            if "error" in content:
                data = content["error"].get("data") or {}
                error = {"message": MASKED, "data": {"name": data.get("name"), "message": MASKED}}
                return replace(exchange, answer={**content, "error": error})
            result = self._result(model, method, content.get("result"))
            return replace(exchange, answer={**content, "result": result})
        if isinstance(content, dict) and exchange.status >= 400:
            return replace(exchange, answer={"name": content.get("name"), "message": MASKED})
        return replace(exchange, answer=self._result(model, method, content))

    def _result(self, model: str, method: str, result: Any) -> Any:
        if method == "fields_get" and isinstance(result, dict):
            self._types[model] = {name: field.get("type") for name, field in result.items()}
        if method != "search_read" or not isinstance(result, list):
            return result
        return [{name: self._value(model, name, value) for name, value in row.items()} for row in result]

    def _value(self, model: str, name: str, value: Any) -> Any:
        kind = self._types.get(model, {}).get(name, "char")
        is_written = kind in _WRITTEN and model not in _PLAIN and name not in _BY_PROGRAM
        if not value or not is_written or isinstance(value, int | float):
            return value
        digest = blake2s(repr(value).encode(errors="replace"), digest_size=4).hexdigest()
        return f"{name} {digest}" if kind in ("char", "text", "html") else None


def _without_login(exchange: Exchange) -> Exchange:
    """Without the login that JSON-2 is asked for once."""
    domain = exchange.body.get("domain") if isinstance(exchange.body, dict) else None
    if not domain or domain[0][0] != "login":
        return exchange
    return replace(exchange, body={**exchange.body, "domain": [["login", "=", MASKED]]})


def _is_rpc(exchange: Exchange) -> bool:
    return exchange.path == "/jsonrpc" and isinstance(exchange.body, dict)


def _called(exchange: Exchange) -> tuple[str, str]:
    """Model and method that a request calls."""
    if _is_rpc(exchange):
        args = exchange.body["params"]["args"]
        return (args[3], args[4]) if len(args) > 4 else ("", "")
    parts = exchange.path.strip("/").split("/")
    return (parts[-2], parts[-1]) if len(parts) >= 2 else ("", "")
