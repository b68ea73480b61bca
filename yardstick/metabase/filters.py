"""A dashboard's filters in Metabase's words, with the choices that the warehouse has tonight."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

from yardstick.dashboards import Dashboards, Filter
from yardstick.dashboards.run import Choice, choices
from yardstick.errors import YardstickError
from yardstick.languages import Language

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "yardstick.dashboards")


#: What each filter offers, by its key, the default first.
Choices = Mapping[str, Sequence[Choice]]


def read_choices(reader: psycopg.Connection, dashboards: Dashboards, language: Language) -> Choices:
    """What each filter offers; raises YardstickError where one offers nothing."""
    found = {}
    for key, one in dashboards.filters.items():
        found[key] = choices(reader, one, language)
        if not found[key]:
            raise YardstickError(
                f"The filter {key} has nothing to choose from: no night is published yet. Look why with "
                "yardstick status, refresh, then push the dashboards."
            )
    return found


#: What a push says of a filter and of a tag; what else Metabase says of them is its own.
PARAMETER_KEYS = (
    *("id", "name", "slug", "type", "sectionId", "default", "required", "isMultiSelect", "target"),
    *("values_query_type", "values_source_type", "values_source_config"),
)
TAG_KEYS = ("id", "name", "display-name", "type", "required", "default")


def own_keys(described: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    """What Metabase tells of a filter or a tag, as far as a push says it."""
    return {key: described[key] for key in keys if key in described}


def parameter_id(key: str) -> str:
    """The number of a filter, the same on every dashboard and for ever."""
    return uuid.uuid5(_NAMESPACE, key).hex[:8]


def parameter(one: Filter, offered: Sequence[Choice], language: Language) -> dict[str, Any]:
    """A filter on a dashboard: a list of choices, one of which always counts."""
    return {
        "id": parameter_id(one.key),
        "name": one.title[language],
        "slug": one.key,
        "type": "string/=",
        "sectionId": "string",
        "default": [offered[0].value],
        "required": True,
        "isMultiSelect": False,
        "values_query_type": "list",
        "values_source_type": "static-list",
        "values_source_config": {"values": [[choice.value, choice.title] for choice in offered]},
    }


def template_tag(question_id: str, tag: str, title: str, default: str) -> dict[str, Any]:
    """A tag in a question's SQL: a text that always has a value."""
    return {
        "id": tag_id(question_id, tag),
        "name": tag,
        "display-name": title,
        "type": "text",
        "required": True,
        "default": default,
    }


def tag_parameter(question_id: str, tag: str, title: str, default: str) -> dict[str, Any]:
    """The widget of a tag where the question is opened by itself."""
    return {
        "id": tag_id(question_id, tag),
        "name": title,
        "slug": tag,
        "type": "category",
        "target": target(tag),
        "default": default,
        "required": True,
    }


def tag_id(question_id: str, tag: str) -> str:
    """The number of a tag, for ever."""
    return str(uuid.uuid5(_NAMESPACE, f"{question_id}/{tag}"))


def target(tag: str) -> list[Any]:
    """What a filter is mapped to."""
    return ["variable", ["template-tag", tag]]
