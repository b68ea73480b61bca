"""A question's chart in Metabase's words: `display`, and `visualization_settings`."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from yardstick.dashboards import Question
from yardstick.dashboards.charts import (
    Bars,
    Combo,
    Funnel,
    Lines,
    Number,
    Progress,
    Scatter,
    Table,
    Trend,
    Waterfall,
)
from yardstick.dashboards.files import Column
from yardstick.dashboards.labels import Tone, labels
from yardstick.languages import Language

Settings = dict[str, Any]

_DISPLAYS = {"number": "scalar", "trend": "smartscalar"}
#: Colours that people tell apart whatever they see of them; the labels say the same in words.
_COLOURS: Mapping[Tone, str] = {"good": "#009E73", "warning": "#E69F00", "bad": "#D55E00"}
_SERIES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#7A828C")
#: The decimal sign, then the one between thousands.
_SEPARATORS: Mapping[Language, str] = {"en": ".,", "ru": ", "}


def display(question: Question) -> str:
    """Metabase's name of the chart."""
    kind = question.chart.kind
    return _DISPLAYS.get(kind, kind)


def visualization_settings(question: Question, language: Language, currency: str) -> Settings:
    """How the chart is drawn, and how its columns are named and written."""
    columns = {
        column_key(name): dict(_column(column, language, currency))
        for name, column in question.columns.items()
    }
    formatting = [
        rule for name, column in question.columns.items() for rule in _rules(name, column, language)
    ]
    settings = _chart(question, language)
    if isinstance(question.chart, Table):
        settings["table.columns"] = [
            {"name": name, "enabled": column.title is not None} for name, column in question.columns.items()
        ]
        settings["table.column_formatting"] = formatting
    return {**settings, "column_settings": {key: value for key, value in columns.items() if value}}


def column_key(name: str) -> str:
    """How settings refer to a column."""
    return f'["name","{name}"]'


def _chart(question: Question, language: Language) -> Settings:
    match question.chart:
        case Number(value=value):
            return {"scalar.field": value}
        case Trend(value=value, against=against, is_less_better=is_less_better):
            return {
                "scalar.field": value,
                "scalar.comparisons": [_comparison(question, against, language)],
                "scalar.switch_positive_negative": is_less_better,
            }
        case Progress(value=value, goal=goal):
            return {"progress.value": value, "progress.goal": goal, "progress.color": _SERIES[0]}
        case Lines(x=x, y=y, series=series):
            return _graph(question, language, x, y, series)
        case Bars(x=x, y=y, series=series, is_stacked=is_stacked):
            stacked = {"stackable.stack_type": "stacked"} if is_stacked else {}
            return {**_graph(question, language, x, y, series), **stacked}
        case Combo(x=x, bars=bars, lines=lines):
            settings = _graph(question, language, x, (*bars, *lines), None)
            for name in (*bars, *lines):
                settings["series_settings"][name]["display"] = "bar" if name in bars else "line"
            return settings
        case Waterfall(x=x, y=y):
            colours = {"increase": _COLOURS["good"], "decrease": _COLOURS["bad"], "total": _SERIES[0]}
            return {
                **_graph(question, language, x, (y,), None),
                **{f"waterfall.{step}_color": colour for step, colour in colours.items()},
                "waterfall.show_total": True,
            }
        case Funnel(step=step, value=value):
            return {"funnel.dimension": step, "funnel.metric": value, "funnel.type": "funnel"}
        case Scatter(x=x, y=y):
            return _graph(question, language, x, y, None)
    return {}


def _graph(
    question: Question, language: Language, x: str, y: tuple[str, ...], series: str | None
) -> Settings:
    titles = {name: question.columns[name].title for name in (x, *y)}
    settings: Settings = {
        "graph.dimensions": [x] if series is None else [x, series],
        "graph.metrics": list(y),
        "series_settings": {},
    }
    if series is None:
        for name, colour in zip(y, itertools.cycle(_SERIES), strict=False):
            title = titles[name]
            settings["series_settings"][name] = {"title": title[language] if title else name, "color": colour}
    if title := titles[x]:
        settings["graph.x_axis.title_text"] = title[language]
    return settings


def _comparison(question: Question, against: str | None, language: Language) -> Settings:
    if against is None:
        return {"id": "before", "type": "previousValue"}
    title = question.columns[against].title
    label = title[language] if title else against
    return {"id": against, "type": "anotherColumn", "column": against, "label": label}


def _column(column: Column, language: Language, currency: str) -> Iterator[tuple[str, Any]]:
    if column.title is not None:
        yield "column_title", column.title[language]
    if column.link is not None:
        yield "view_as", "link"
        yield "link_url", f"{{{{{column.link}}}}}"
    numeric = ("number_separators", _SEPARATORS[language])
    match column.format:
        case "money":
            yield numeric
            yield from (("number_style", "currency"), ("currency", currency), ("currency_style", "symbol"))
            yield from (("currency_in_header", False), ("decimals", 0))
        case "percent":
            yield numeric
            yield from (("number_style", "percent"), ("decimals", 1))
        case "integer":
            yield numeric
            yield "decimals", 0
        case "number":
            yield numeric
        case "date" | "moment":
            yield from (("date_style", "D MMMM, YYYY"), ("date_abbreviate", True))
            if column.format == "moment":
                yield from (("time_enabled", "minutes"), ("time_style", "HH:mm"))
        case "month":
            yield from (("date_style", "MMMM, YYYY"), ("date_abbreviate", True))
        case "figure":
            yield "text_align", "right"


def _rules(name: str, column: Column, language: Language) -> Iterator[Settings]:
    """Colours of a column of labels, by their words."""
    for label in labels() if column.labels else ():
        if label.topic == column.labels and label.tone in _COLOURS:
            yield {
                "columns": [name],
                "type": "single",
                "operator": "=",
                "value": label.title[language],
                "color": _COLOURS[label.tone],
                "highlight_row": False,
            }
