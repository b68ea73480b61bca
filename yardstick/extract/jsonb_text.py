"""JSON as PostgreSQL spells jsonb, from what an API's answer was parsed into."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal

import simplejson

#: Neither jsonb nor UTF-8 can hold these.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
#: Between these, Python writes a float without an exponent, as PostgreSQL does.
_LEAST_PLAIN, _LEAST_HUGE = 1e-4, 1e16

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


class JsonbWriter:
    """Writes records; counts the characters that it had to leave out."""

    def __init__(self) -> None:
        self.characters_cleaned = 0

    def write(self, record: Mapping[str, object]) -> bytes:
        """The record's JSON in UTF-8: shorter names first, numbers without exponents, nothing unstorable."""
        if any(map(_is_unusual, record.values())):
            return self._write_slowly(record)
        try:
            text = _encode({name: record[name] for name in _in_order(record)})
            return self._write_slowly(record) if "\\u0000" in text else text.encode()
        except UnicodeEncodeError:
            return self._write_slowly(record)

    def _write_slowly(self, record: Mapping[str, object]) -> bytes:
        return simplejson.dumps(self._spelled(record), ensure_ascii=False, for_json=False).encode()

    def _spelled(self, value: object) -> object:
        match value:
            case str():
                text, removed = _UNSTORABLE.subn("", value)
                self.characters_cleaned += removed
                return text
            case float():
                return simplejson.RawJSON(f"{Decimal(repr(value)) or Decimal('0.0'):f}")
            case Mapping():
                return {self._spelled(name): self._spelled(value[name]) for name in _in_order(value)}
            case list():
                return [self._spelled(item) for item in value]
        return value


def _in_order(record: Mapping[str, object]) -> list[str]:
    return sorted(record, key=lambda name: (len(name.encode(errors="replace")), name))


def _is_unusual(value: object) -> bool:
    if isinstance(value, float):
        return not _LEAST_PLAIN <= abs(value) < _LEAST_HUGE
    return isinstance(value, dict | list) and bool(value)
