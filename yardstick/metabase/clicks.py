"""Where a click leads, in Metabase's words: by numbers of dashboards and tabs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yardstick.dashboards import Dashboard, Dashboards, Question
from yardstick.dashboards.charts import Table
from yardstick.dashboards.files import Click
from yardstick.languages import Language
from yardstick.metabase.charts import column_key
from yardstick.metabase.filters import parameter_id

Settings = dict[str, Any]


@dataclass(frozen=True)
class Addresses:
    """The numbers of dashboards by key, and of their tabs by key."""

    dashboards: Mapping[str, int]
    tabs: Mapping[str, Mapping[str, int]]


def click_settings(
    question: Question, dashboard: Dashboard, dashboards: Dashboards, addresses: Addresses, language: Language
) -> Settings:
    """What a tile of a dashboard does when its question is clicked: as a whole, or by column in a table."""

    def behaviour(click: Click) -> Settings:
        return _behaviour(click, dashboard, dashboards.dashboards[click.to], addresses, language)

    if not isinstance(question.chart, Table):
        return {} if question.click is None else {"click_behavior": behaviour(question.click)}
    columns = {}
    for name, column in question.columns.items():
        click = column.click or (None if column.link else question.click)
        if click is not None and column.title is not None:
            columns[column_key(name)] = {"click_behavior": behaviour(click)}
    return {"column_settings": columns} if columns else {}


def _behaviour(
    click: Click, here: Dashboard, there: Dashboard, addresses: Addresses, language: Language
) -> Settings:
    passed = {key: _of_column(key, column) for key, column in click.passes.items()}
    if here.key == there.key and click.tab is None:
        return {"type": "crossfilter", "parameterMapping": _by_id(passed)}
    # a tag keeps its value, whatever the filter that fills it is called there
    own = {one.tag: one for one in here.filters}
    kept = {
        one.key: _mapping(one.key, "parameter", parameter_id(own[one.tag].key), own[one.tag].title[language])
        for one in there.filters
        if one.tag in own and one.key not in passed
    }
    return {
        "type": "link",
        "linkType": "dashboard",
        "targetId": addresses.dashboards[there.key],
        "tabId": addresses.tabs[there.key][click.tab or there.tabs[0].key],
        "parameterMapping": _by_id({**kept, **passed}),
    }


def _of_column(key: str, column: str) -> Settings:
    return _mapping(key, "column", column, column)


def _mapping(key: str, kind: str, source: str, name: str) -> Settings:
    return {
        "id": parameter_id(key),
        "source": {"type": kind, "id": source, "name": name},
        "target": {"type": "parameter", "id": parameter_id(key)},
    }


def _by_id(mappings: Mapping[str, Settings]) -> Settings:
    return {mapping["id"]: mapping for mapping in mappings.values()}
