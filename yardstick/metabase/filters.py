"""A dashboard's filters in Metabase's words, with the choices that the warehouse has tonight."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from yardstick.dashboards import Dashboards, Filter
from yardstick.errors import YardstickError
from yardstick.languages import Language

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "yardstick.dashboards")


@dataclass(frozen=True)
class Choices:
    """What a reader may choose: pairs of value and title, the default first."""

    pairs: tuple[tuple[str, str], ...]

    @property
    def default(self) -> str:
        """What counts before a reader chooses."""
        return self.pairs[0][0]


def read_choices(
    reader: psycopg.Connection, dashboards: Dashboards, language: Language
) -> Mapping[str, Choices]:
    """The choices of each filter by its key; raises YardstickError where a filter has none."""
    found = {}
    for key, one in dashboards.filters.items():
        try:
            rows = reader.execute(one.choices.for_metabase(language).encode()).fetchall()
        except psycopg.errors.UndefinedTable:
            rows = []
        if not rows:
            raise YardstickError(
                f"The filter {key} has nothing to choose from: no night is published yet. "
                "Run yardstick refresh, then push the dashboards."
            )
        found[key] = Choices(tuple((str(value), str(title)) for value, title in rows))
    return found


def parameter_id(key: str) -> str:
    """The number of a filter, the same on every dashboard and for ever."""
    return uuid.uuid5(_NAMESPACE, key).hex[:8]


def parameter(one: Filter, choices: Choices, language: Language) -> dict[str, Any]:
    """A filter on a dashboard: a list of choices, one of which always counts."""
    return {
        "id": parameter_id(one.key),
        "name": one.title[language],
        "slug": one.key,
        "type": "string/=",
        "sectionId": "string",
        "default": [choices.default],
        "required": True,
        "isMultiSelect": False,
        "values_query_type": "list",
        "values_source_type": "static-list",
        "values_source_config": {"values": [list(pair) for pair in choices.pairs]},
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
