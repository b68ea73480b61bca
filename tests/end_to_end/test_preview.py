"""The page that a night of the demo leaves behind: whole, silent, and leading from the plan to the deals."""

import base64
import gzip
import json
import re
from decimal import Decimal
from html.parser import HTMLParser
from itertools import accumulate, product
from pathlib import Path
from typing import Any

import psycopg
import pytest
from browsing import Browser
from commands import Done
from warehouse_reading import session

from yardstick.company import load_company
from yardstick.dashboards import load_dashboards
from yardstick.dashboards.preview import preview_file
from yardstick.dashboards.preview.answers import MOST_ROWS
from yardstick.dashboards.run import answer
from yardstick.languages import LANGUAGES, Language
from yardstick.server.embedded import Role

#: What a page of the demo may weigh, so that a phone opens it.
MOST_BYTES = 5_000_000


@pytest.fixture(scope="session")
def page(demo: Done, demo_company: Path) -> Path:
    assert demo.exit_code == 0, demo.said
    return preview_file(load_company(demo_company))


class _Site(HTMLParser):
    """The text of the element that holds all that the page knows."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self._is_inside, self.text = False, ""
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_inside = ("id", "site") in attrs

    def handle_data(self, data: str) -> None:
        self.text += data * self._is_inside


@pytest.fixture(scope="session")
def site(page: Path) -> dict[str, Any]:
    return json.loads(_Site(page).text, parse_float=Decimal)


def test_the_night_ends_with_its_path(demo: Done, page: Path) -> None:
    assert f"The dashboards, to open in a browser: {page}" in demo.stdout


def test_the_page_is_one_file_that_is_not_large(page: Path) -> None:
    assert 1_000_000 < page.stat().st_size < MOST_BYTES


def test_every_question_is_answered_as_its_sql_answers(
    site: dict[str, Any], demo_company: Path, demo: Done, home: Path
) -> None:
    """Each question for the first and the last values held, in both languages."""
    with session(home, demo_company, Role.READER) as connection:
        for question in load_dashboards().questions():
            for combination, values in _some_combinations(site["questions"][question.id]):
                for language in LANGUAGES:
                    told = answer(connection, question, language, values).rows[:MOST_ROWS]
                    held = _held(site["questions"][question.id], combination, language)
                    assert held == [_plain(row) for row in told], (question.id, values, language)


def _unpacked(known: dict[str, Any]) -> dict[str, Any]:
    return json.loads(gzip.decompress(base64.b64decode(known["answers"])), parse_float=Decimal)


def _some_combinations(known: dict[str, Any]) -> list[tuple[int, dict[str, str]]]:
    asked = list(product(*known["values"].values()))[: _unpacked(known)["asked"]]
    places = {0, len(asked) // 2, len(asked) - 1}
    return [(place, dict(zip(known["values"], asked[place], strict=True))) for place in sorted(places)]


def _held(known: dict[str, Any], combination: int, language: Language) -> list[list[Any]]:
    answers = _unpacked(known)
    cells = answers["cells"][language].values()
    rows = accumulate(answers["held"].get(str(combination), []))
    return [[answers["columns"][cell][row] for cell in cells] for row in rows]


def _plain(row: tuple[Any, ...]) -> list[Any]:
    """Numbers as numbers, days and moments as JSON spells them."""
    return [value.isoformat() if hasattr(value, "isoformat") else value for value in row]


def test_no_page_asks_for_anything_or_complains(browser: Browser, page: Path, site: dict[str, Any]) -> None:
    """Every tab of every dashboard, by turns in either language, wide and narrow."""
    turns = [("en", 1440), ("ru", 390), ("ru", 1440), ("en", 390)]
    tabs = [(board["key"], tab["key"]) for board in site["dashboards"] for tab in board["tabs"]]
    for number, (board, tab) in enumerate(tabs):
        language, width = turns[number % len(turns)]
        browser.open(page, f"#/{board}/{tab}?lang={language}", width)
        said, asked = browser.noticed()
        assert said == [], (board, tab)
        assert {address.split(":", 1)[0] for address in asked} <= {"file", "data", "blob", "about"}
        assert len(browser.all(".tile")) > 1, (board, tab)
        assert (
            browser.run("const all = document.documentElement; return all.scrollWidth - all.clientWidth") == 0
        )


def test_from_the_distance_to_plan_to_three_deals_in_four_clicks(
    browser: Browser, page: Path, demo_company: Path, home: Path
) -> None:
    browser.open(page, "#/leadership/gap?lang=en")
    assert "Distance to plan" in browser.texts("h2")
    achieved = ""
    for _ in ("region", "team", "seller"):
        furthest_behind, achieved, *_ = browser.all('[data-question="shared.below"] tbody tr:first-child td')
        achieved = achieved.text
        browser.click(furthest_behind.find_element("css selector", "a"))
        assert browser.texts('[data-question="shared.value"] .value') == [achieved]
    [records] = [tab for tab in browser.all("#tabs a") if tab.text == "Records"]
    browser.click(records)
    [seller] = re.findall(r"[?&]node=([^&]+)", browser.chrome.current_url)
    with session(home, demo_company, Role.READER) as connection:
        expected = _largest_deals(connection, seller)
    deals = browser.all('[data-question="number.rows"] tbody tr')[:3]
    shown = [[cell.text for cell in deal.find_elements("css selector", "td")] for deal in deals]
    assert [(cells[1], _number(cells[3])) for cells in shown] == expected
    for deal in deals:
        link = deal.find_element("css selector", "a")
        assert link.get_attribute("href").startswith("https://")
        assert link.get_attribute("rel") == "noopener noreferrer"


def _largest_deals(connection: psycopg.Connection, seller: str) -> list[tuple[str, int]]:
    """The seller's three largest wins of June 2026, by way of the rows of the KPI."""
    return connection.execute(
        """
        select deals.deal_name, round(rows.numerator)::integer
        from kpi.kpi_rows as rows
        inner join kpi.fct_deals as deals on rows.record_id = deals.deal_id
        where rows.kpi_id = 'bookings' and rows.person_id = %s
            and rows.event_on between '2026-06-01' and '2026-06-30'
        order by rows.numerator desc
        limit 3
        """,
        [seller],
    ).fetchall()


def _number(text: str) -> int:
    return round(Decimal(text.replace(",", "")))
