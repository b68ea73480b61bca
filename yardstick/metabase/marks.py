"""How a push knows again what it made: a key in the last line of each thing's description.

Names are no identity, since people rename, and Metabase ignores an `entity_id` that is sent.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

_MARK = re.compile(r"\[yardstick:([^\]\s]+)(?: ([^\]]*))?\]\s*\Z")

#: Our keys → the numbers that Metabase gave to what has no description of its own.
Numbers = Mapping[str, int]


def marked(text: str, key: str, numbers: Numbers | None = None) -> str:
    """A description that ends in its thing's key."""
    kept = "".join(f" {name}={number}" for name, number in (numbers or {}).items())
    return f"{text}\n\n[yardstick:{key}{kept}]"


def key_of(thing: Mapping[str, Any]) -> str | None:
    """The key in a thing's description; None for what is not ours."""
    found = _MARK.search(thing.get("description") or "")
    return found[1] if found else None


def numbers_of(thing: Mapping[str, Any]) -> dict[str, int]:
    """The numbers beside the key."""
    found = _MARK.search(thing.get("description") or "")
    pairs = (pair.rpartition("=") for pair in (found[2] or "").split()) if found else ()
    return {name: int(number) for name, _, number in pairs}


def by_key(things: Iterable[Mapping[str, Any]], prefix: str) -> dict[str, dict[str, Any]]:
    """Ours by key; of several with one key the oldest: the others are copies that people made."""
    found: dict[str, dict[str, Any]] = {}
    for thing in sorted(
        (thing for thing in things if isinstance(thing["id"], int)), key=lambda one: one["id"]
    ):
        key = key_of(thing)
        if key is not None and key.startswith(prefix):
            found.setdefault(key, dict(thing))
    return found
