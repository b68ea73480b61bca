"""A question as Metabase keeps it: a native query with tags, drawn as its chart says."""

from collections.abc import Mapping
from typing import Any

from yardstick.dashboards import SHARED, Dashboards, Filter, Question
from yardstick.languages import Language
from yardstick.metabase.charts import display, visualization_settings
from yardstick.metabase.filters import (
    PARAMETER_KEYS,
    TAG_KEYS,
    Choices,
    own_keys,
    tag_parameter,
    template_tag,
)
from yardstick.metabase.versions import plain_query


def card(
    question: Question,
    filters: Mapping[str, Filter],
    choices: Choices,
    language: Language,
    currency: str,
    database: int,
) -> dict[str, Any]:
    """What a question is to be, but for its description and its collection; `filters` are by tag."""
    tags = [
        (tag, filters[tag].title[language], choices[filters[tag].key][0].value)
        for tag in sorted(question.sql.tags)
    ]
    native = {
        "query": question.sql.for_metabase(language),
        "template-tags": {tag: template_tag(question.id, tag, *given) for tag, *given in tags},
    }
    return {
        "name": question.title[language],
        "display": display(question),
        "dataset_query": {"type": "native", "database": database, "native": native},
        "parameters": [tag_parameter(question.id, tag, *given) for tag, *given in tags],
        "visualization_settings": visualization_settings(question, language, currency),
    }


def existing_card(thing: Mapping[str, Any]) -> dict[str, Any]:
    """A question that Metabase tells of, as it would be sent."""
    query = plain_query(thing["dataset_query"])
    if "native" in query:
        tags = query["native"]["template-tags"]
        query["native"]["template-tags"] = {name: own_keys(tag, TAG_KEYS) for name, tag in tags.items()}
    parameters = [own_keys(one, PARAMETER_KEYS) for one in thing.get("parameters") or []]
    return {**thing, "dataset_query": query, "parameters": parameters}


def filters_of(question: Question, dashboards: Dashboards) -> dict[str, Filter]:
    """The filters that fill a question's tags, by tag: its dashboard's, or those of all that show it."""
    homes = (
        dashboards.dashboards.values() if question.home == SHARED else [dashboards.dashboards[question.home]]
    )
    return {one.tag: one for dashboard in reversed([*homes]) for one in dashboard.filters}
