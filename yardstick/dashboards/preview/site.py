"""The page: all dashboards with their answers in one HTML file that loads nothing."""

import gzip
import hashlib
from base64 import b64encode
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import psycopg
import simplejson
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markdown_it import MarkdownIt
from markupsafe import Markup

from yardstick.company import Company
from yardstick.company_state import state_folder
from yardstick.dashboards.dashboards import Dashboard, Dashboards, PlacedTile, Question
from yardstick.dashboards.files import Audience
from yardstick.dashboards.labels import labels
from yardstick.dashboards.preview.answers import Answers, Choices, Values, all_choices, ask, values_of
from yardstick.dashboards.preview.chart_library import chart_library
from yardstick.dashboards.preview.whole_files import write_whole
from yardstick.dashboards.preview.words import WORDS
from yardstick.languages import LANGUAGES
from yardstick.server.embedded import Role
from yardstick.warehouse import connect

_PAGE = Path(__file__).parent / "page"
_SCRIPTS = ("format.js", "dom.js", "state.js", "answers.js", "charts.js", "tiles.js", "page.js")


def preview_file(company: Company) -> Path:
    """Where the nightly refresh leaves the page."""
    return state_folder(company) / "dashboards.html"


def write_preview(company: Company, dashboards: Dashboards, file: Path) -> int:
    """Write the page of what is published now; its size in bytes. Whoever reads the file sees a whole page.

    Raises YardstickError when a question cannot be run.
    """
    page = render_page(company, dashboards, *_answered(company, dashboards))
    write_whole(file, page)
    return len(page.encode())


def render_page(
    company: Company,
    dashboards: Dashboards,
    chosen: Mapping[str, Choices],
    answers: Mapping[str, tuple[Values, Answers]],
) -> str:
    """The page: everything in it, nothing of it taken for markup, nothing loaded from outside.

    It takes each filter's choices by its key, and by a question's id its tags' values and their answers.
    """
    library, script = chart_library(), "".join(map(_page_file, _SCRIPTS))
    script = f'"use strict";\nconst SITE = JSON.parse(document.getElementById("site").textContent);\n{script}'
    return _template().render(
        site=Markup(_json(_site(company, dashboards, chosen, answers))),  # noqa: S704 - HTML sees no < in it
        company=company.settings.name,
        texts=_texts(dashboards),
        style=Markup(_page_file("style.css")),  # noqa: S704 - a file of this folder
        scripts=[Markup(library), Markup(script)],  # noqa: S704 - files, too
        hashes=[_hash(library), _hash(script)],
    )


def _answered(
    company: Company, dashboards: Dashboards
) -> tuple[dict[str, Choices], dict[str, tuple[Values, Answers]]]:
    """Every choice and every answer, of one moment of the warehouse."""
    languages = company.settings.languages
    with connect(company, Role.READER) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute("set local statement_timeout = '10min'")
        chosen = all_choices(connection, dashboards, languages)
        answers: dict[str, tuple[Values, Answers]] = {}
        for question in dashboards.questions():
            values = values_of(question, dashboards, chosen)
            answers[question.id] = values, ask(connection, question, values, languages)
    return chosen, answers


def _site(
    company: Company,
    dashboards: Dashboards,
    chosen: Mapping[str, Choices],
    answers: Mapping[str, tuple[Values, Answers]],
) -> dict[str, Any]:
    """All that the page knows."""
    settings = company.settings
    tones: dict[str, dict[str, str]] = defaultdict(dict)
    for label in labels():
        tones[label.topic] |= dict.fromkeys((label.title.en, label.title.ru), label.tone)
    return {
        "company": {"name": settings.name, "currency": settings.currency, "time_zone": settings.time_zone},
        "languages": settings.languages,
        "words": {key: word.model_dump() for key, word in WORDS.items()},
        "tones": tones,
        "filters": {
            key: {
                "title": found.title.model_dump(),
                "tag": found.tag,
                "choices": [{"value": value, "title": titles} for value, titles in chosen[key]],
            }
            for key, found in dashboards.filters.items()
        },
        "dashboards": [_dashboard(dashboard) for dashboard in _in_order(dashboards)],
        "questions": {
            question.id: _question(question) | {"values": values, "answers": _packed(answered)}
            for question in dashboards.questions()
            for values, answered in [answers[question.id]]
        },
    }


def _in_order(dashboards: Dashboards) -> list[Dashboard]:
    """Those of one audience first, leadership's before all."""
    audiences = get_args(Audience)
    return sorted(
        dashboards.dashboards.values(),
        key=lambda dashboard: (len(dashboard.audience), *map(audiences.index, dashboard.audience)),
    )


def _dashboard(dashboard: Dashboard) -> dict[str, Any]:
    return {
        "key": dashboard.key,
        "title": dashboard.title.model_dump(),
        "description": dashboard.description.model_dump(),
        "filters": [chosen.key for chosen in dashboard.filters],
        "tabs": [
            {
                "key": tab.key,
                "title": tab.title.model_dump(),
                "tiles": [
                    _tile(placed, f"{dashboard.key}-{tab.key}-{at}") for at, placed in enumerate(tab.tiles)
                ],
            }
            for tab in dashboard.tabs
        ],
    }


def _tile(placed: PlacedTile, name: str) -> dict[str, Any]:
    tile = placed.tile
    place = {"column": tile.column, "row": tile.row, "width": tile.width, "height": tile.height}
    if placed.question is None:
        return place | {"text": {language: f"text-{name}-{language}" for language in LANGUAGES}}
    return place | {"question": placed.question.id}


def _question(question: Question) -> dict[str, Any]:
    return {
        "title": question.title.model_dump(),
        "tells": question.tells.model_dump(),
        "empty": question.empty.model_dump(),
        "chart": question.chart.model_dump(),
        "columns": {name: column.model_dump() for name, column in question.columns.items()},
        "click": question.click and question.click.model_dump(),
    }


def _texts(dashboards: Dashboards) -> dict[str, Markup]:
    """Every text tile in every language as HTML, by the id that tiles know it by."""
    markdown = MarkdownIt("commonmark", {"html": False})
    return {
        f"text-{dashboard.key}-{tab.key}-{at}-{language}": Markup(  # noqa: S704 - Markdown without HTML
            markdown.render(getattr(placed.tile.text, language))
        )
        for dashboard in dashboards.dashboards.values()
        for tab in dashboard.tabs
        for at, placed in enumerate(tab.tiles)
        if placed.question is None
        for language in LANGUAGES
    }


def _packed(answers: Answers) -> str:
    """As JSON, compressed, as text: most of a page is answers, and a reader opens few of them.

    It goes by columns, and numbers of rows by their differences, since that compresses best.
    """
    content = {
        "cells": answers.cells,
        "columns": list(zip(*answers.rows, strict=True)),
        "held": {
            combination: [number - before for before, number in pairwise([0, *numbers])]
            for combination, numbers in answers.held.items()
        },
        "totals": answers.totals,
        "asked": answers.asked,
    }
    return b64encode(gzip.compress(_json(content).encode(), mtime=0)).decode()


def _json(content: Mapping[str, Any]) -> str:
    """JSON in which HTML finds no tag, and no comment."""
    text = simplejson.dumps(
        content, ensure_ascii=False, use_decimal=True, separators=(",", ":"), default=_plain, for_json=False
    )
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _hash(script: str) -> str:
    """By which the page's policy knows a script: no other one may run."""
    return f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


@cache
def _page_file(name: str) -> str:
    return (_PAGE / name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    return Environment(
        loader=FileSystemLoader(_PAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    ).get_template("page.html.j2")
