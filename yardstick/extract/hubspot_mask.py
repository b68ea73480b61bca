"""What a recording of HubSpot leaves out: the token, and whatever people wrote into a property."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import blake2s
from typing import Any

from yardstick.extract.recordings import Exchange

MASKED = "***"
_SCOPES_PATH = "/oauth/v2/private-apps/get/access-token-info"
#: Kinds of property that hold nothing that a person wrote freely.
_CHOSEN = frozenset({"enumeration", "number", "date", "datetime", "bool", "object_coordinates"})
#: Properties whose values HubSpot made, whatever their kind.
_BY_HUBSPOT = frozenset({"hs_object_id", "hubspot_owner_id", "hs_deal_split_percentage"})
#: What tells of persons in an owner.
_OF_OWNERS = ("email", "firstName", "lastName")


class HubspotMask:
    """Masks as Mask says; it learns the kinds of properties from what HubSpot answers about them."""

    def __init__(self) -> None:
        self._kinds: dict[str, dict[str, str]] = {}

    def request(self, exchange: Exchange) -> Exchange:
        """Without the token, which one request sends in its body."""
        return replace(exchange, body=MASKED) if exchange.path == _SCOPES_PATH else exchange

    def answer(self, exchange: Exchange) -> Exchange:
        """Of records the written properties as pseudonyms, the same text as the same; of errors the kind."""
        content = exchange.answer
        if not isinstance(content, dict):
            return replace(exchange, answer=content and MASKED)
        if exchange.status >= 400:
            named = {name: content.get(name) for name in ("status", "category", "policyName", "errors")}
            return replace(exchange, answer={**_without_messages(named), "message": MASKED})
        return replace(exchange, answer=self._masker(exchange.path)(content))

    def _masker(self, path: str) -> Callable[[Any], Any]:
        parts = path.partition("?")[0].strip("/").split("/")
        if parts[:3] == ["crm", "v3", "properties"]:
            return lambda content: self._learn(parts[3], content)
        if parts[:3] == ["crm", "v3", "owners"]:
            return lambda content: {**content, "results": list(map(_owner, content.get("results", [])))}
        if "objects" in parts[:3]:
            kind = "deals" if parts[3] == "0-3" else parts[3]
            return lambda content: self._records(kind, content)
        return _without_messages

    def _learn(self, kind: str, content: Any) -> Any:
        self._kinds[kind] = {row["name"]: row["type"] for row in content.get("results", [])}
        return content

    def _records(self, kind: str, content: Any) -> Any:
        results = [self._record(kind, row) for row in content.get("results", [])]
        return _without_messages({**content, "results": results})

    def _record(self, kind: str, row: Any) -> Any:
        if "splits" in row:
            return {**row, "splits": [self._record("deal_splits", split) for split in row["splits"]]}
        kept = {name: value for name, value in row.items() if name != "url"}
        values = {
            name: self._value(kind, name, value) for name, value in (row.get("properties") or {}).items()
        }
        return {**kept, "properties": values}

    def _value(self, kind: str, name: str, value: Any) -> Any:
        is_plain = name in _BY_HUBSPOT or self._kinds.get(kind, {}).get(name) in _CHOSEN
        is_time = name.endswith(("date", "_timestamp"))
        return value if not value or is_plain or is_time else _pseudonym(name, value)


def _owner(row: Any) -> Any:
    return {name: _pseudonym(name, value) if name in _OF_OWNERS else value for name, value in row.items()}


def _without_messages(content: Any) -> Any:
    """The same without the messages of errors, which quote what was asked."""
    if isinstance(content, dict):
        return {
            name: MASKED if name == "message" else _without_messages(value) for name, value in content.items()
        }
    return [_without_messages(item) for item in content] if isinstance(content, list) else content


def _pseudonym(name: str, value: Any) -> Any:
    if not value:
        return value
    return f"{name} {blake2s(repr(value).encode(errors='replace'), digest_size=4).hexdigest()}"
