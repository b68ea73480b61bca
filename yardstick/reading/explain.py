"""What a model refuses, put to the person who edits the file: found this, expected that, at this line."""

from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from yardstick.errors import Problem
from yardstick.reading.wording import did_you_mean, listed, quoted

Loc = tuple[int | str, ...]
Schema = dict[str, Any]


def problems_of(
    error: ValidationError, model: type[BaseModel], file: Path, place: Callable[[Loc], tuple[int, str]]
) -> list[Problem]:
    """A Problem per refused value; `place` gives the line and the path of a location in the file."""
    schema = _schema_of(model)
    errors = error.errors()
    return [
        _problem(details, schema, file, place)
        for details in map(_at_its_key, errors)
        if not any(_is_inside(other["loc"], details["loc"]) for other in errors)
    ]


def _at_its_key(details: ErrorDetails) -> ErrorDetails:
    """An error about which of several models is meant, as one about the key that says so."""
    if details["type"] not in ("union_tag_invalid", "union_tag_not_found"):
        return details
    context = details.get("ctx", {})
    key = context["discriminator"].strip("'")
    at_key = {**details, "loc": (*details["loc"], key)}
    if details["type"] == "union_tag_not_found":
        return cast(ErrorDetails, at_key | {"type": "missing"})
    choices = context["expected_tags"].replace(", ", " or ")
    given = at_key | {"type": "literal_error", "ctx": {"expected": choices}, "input": context["tag"]}
    return cast(ErrorDetails, given)


@cache
def _schema_of(model: type[BaseModel]) -> Schema:
    return model.model_json_schema()


def _is_inside(inner: Loc, outer: Loc) -> bool:
    """Whether a refused value lies inside another, which is then refused only for the lack of it."""
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def _problem(
    details: ErrorDetails, schema: Schema, file: Path, place: Callable[[Loc], tuple[int, str]]
) -> Problem:
    loc = details["loc"]
    line, field = place(_as_written(schema, loc))
    if details["type"] == "extra_forbidden":
        known = _keys(schema, loc[:-1])
        unknown = str(loc[-1])
        expected = f"one of {listed(known)}{did_you_mean(unknown, known)}"
        return Problem(file, line, field, f"the unknown key {quoted(unknown)}", expected)
    found = "nothing" if details["type"] == "missing" else _shown(details["input"])
    return Problem(file, line, field, found, _expected(details, schema))


def _as_written(schema: Schema, loc: Loc) -> Loc:
    """The location without the tags by which one of several models was chosen: the file has no such step."""
    written: list[int | str] = []
    here: Schema | None = schema
    for step in loc:
        if here is None or step not in _alternatives(schema, here):
            written.append(step)
        here = None if here is None else _below(schema, here, step)
    return tuple(written)


def _expected(details: ErrorDetails, schema: Schema) -> str:
    context = details.get("ctx", {})
    if details["type"] == "value_error":
        return str(context["error"])
    if details["type"] == "literal_error":
        choices = context["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return str(context["expected"]) + did_you_mean(str(details["input"]), choices)
    return _description(schema, details["loc"])


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping of keys" if value else "nothing"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    return quoted(str(value)) if str(value).strip() else "a blank text"


def _description(schema: Schema, loc: Loc) -> str:
    """What the models say of the place, or of the nearest place above it."""
    description, here = "something else", schema
    for step in loc:
        there = _below(schema, here, step)
        if there is None:
            break
        description, here = there.get("description", description), there
    return description


def _keys(schema: Schema, loc: Loc) -> Collection[str]:
    here: Schema | None = schema
    for step in loc:
        here = _below(schema, here or {}, step)
    return list(_resolved(schema, here or {}).get("properties", {}))


def _below(schema: Schema, here: Schema, step: int | str) -> Schema | None:
    """Schema of a key or a list item; None where the models know none."""
    resolved = _resolved(schema, here)
    alternatives = _alternatives(schema, here)
    if step in alternatives:
        return {"$ref": alternatives[str(step)]}
    if isinstance(step, int):
        return resolved.get("items")
    by_name: dict[str, Schema] = resolved.get("properties", {})
    by_pattern: dict[str, Schema] = resolved.get("patternProperties", {})
    others = resolved.get("additionalProperties") or next(iter(by_pattern.values()), None)
    return by_name.get(str(step)) or others or None


def _alternatives(schema: Schema, here: Schema) -> dict[str, str]:
    """Tag → model, where one of several models is chosen by a tag."""
    mapping: dict[str, str] = _resolved(schema, here).get("discriminator", {}).get("mapping", {})
    return mapping


def _resolved(schema: Schema, here: Schema) -> Schema:
    """The schema itself, behind a reference or the alternative "or nothing"."""
    for alternative in here.get("anyOf", ()):
        if alternative.get("type") != "null":
            return _resolved(schema, alternative)
    if "$ref" in here:
        return _resolved(schema, schema["$defs"][here["$ref"].removeprefix("#/$defs/")])
    return here
