"""What a person sees on a page of which all is known."""

from pathlib import Path

import pytest
from browsing import Browser
from known_site import HOSTILE, known_page


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small dashboards, of which all is known."""
    file = tmp_path_factory.mktemp("page") / "page.html"
    file.write_text(known_page(), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("value", "form", "english", "russian"),
    [
        (1234567.5, "money", "€1,234,568", "1 234 568 €"),
        (12.5, "money", "€12.5", "12,5 €"),
        (1234.5, "number", "1,235", "1 235"),
        (12.345, "number", "12.35", "12,35"),
        (-1234, "integer", "−1,234", "−1 234"),
        (0.4567, "percent", "45.7%", "45,7 %"),
        ("2026-06-30", "date", "30 Jun 2026", "30 июн. 2026 г."),
        ("2026-06-01", "month", "June 2026", "июнь 2026 г."),
        ("2026-06-30T22:30:00+00:00", "moment", "1 Jul 2026, 00:30", "1 июл. 2026 г., 00:30"),
        (None, "money", "–", "–"),
        ("=cmd", "text", "=cmd", "=cmd"),
    ],
)
def test_values_are_written_as_each_language_writes_them(
    browser: Browser, page: Path, value: object, form: str, english: str, russian: str
) -> None:
    browser.open(page)
    written = [browser.run("return write(arguments[0], arguments[1], 'en')", value, form)]
    written.append(browser.run("return write(arguments[0], arguments[1], 'ru')", value, form))
    assert [text.replace("\u00a0", " ").replace("\u202f", " ") for text in written] == [english, russian]


def test_a_page_asks_for_nothing_and_complains_of_nothing(browser: Browser, page: Path) -> None:
    browser.open(page, "#/first/main?lang=en")
    said, asked = browser.noticed()
    assert said == []
    assert {address.split(":", 1)[0] for address in asked} <= {"file", "data", "blob", "about"}


def test_what_comes_from_a_crm_stays_text(browser: Browser, page: Path) -> None:
    browser.open(page, "#/first/main?lang=en")
    assert [text for text in browser.texts("td") if text in HOSTILE] == HOSTILE
    assert browser.run("return window.reached") is None
    assert browser.all("td script, td img") == []


def test_only_addresses_of_the_web_are_linked(browser: Browser, page: Path) -> None:
    browser.open(page, "#/first/main?lang=en")
    links = [
        (link.text, link.get_attribute("href"), link.get_attribute("rel")) for link in browser.all("td a")
    ]
    assert links == [("A deal", "https://crm.example.com/deals/1", "noopener noreferrer")]


def test_no_other_script_may_run(browser: Browser, page: Path) -> None:
    """As one would that found a way into the page."""
    browser.open(page)
    browser.run(
        "const made = document.createElement('script'); made.textContent = 'window.reached = true';"
        "document.body.append(made)"
    )
    assert browser.run("return window.reached") is None
    assert any("Content Security Policy" in words for words in browser.noticed()[0])


def test_an_empty_answer_explains_itself_in_the_language_of_the_page(browser: Browser, page: Path) -> None:
    for language, words in (("en", "Nothing is late."), ("ru", "Ничего не просрочено.")):
        browser.open(page, f"#/first/main?lang={language}")
        assert browser.texts(".empty") == [words]


def test_the_other_language_is_a_click_away(browser: Browser, page: Path) -> None:
    browser.open(page, "#/first/main?lang=en")
    [russian] = [link for link in browser.all("#languages a") if link.text == "RU"]
    browser.click(russian)
    assert browser.texts(".tabs a") == ["Главное"]
    assert browser.run("return document.documentElement.lang") == "ru"
    assert "Продано" in browser.texts("h2")


def test_a_filter_changes_the_answers_and_the_address(browser: Browser, page: Path) -> None:
    browser.open(page, "#/first/main?lang=en")
    assert "€100" in browser.texts(".value")
    browser.run(
        "const list = document.getElementById('filter-node'); list.value = 'red';"
        "list.dispatchEvent(new Event('change'))"
    )
    browser.wait()
    assert "node=red" in browser.chrome.current_url
    assert "€40" in browser.texts(".value")


def test_a_click_leads_to_another_dashboard_for_what_was_clicked(browser: Browser, page: Path) -> None:
    browser.open(page, "#/first/main?lang=en&node=red")
    [number] = [value for value in browser.all("a.value") if value.text == "€40"]
    browser.click(number)
    assert "#/second/there?" in browser.chrome.current_url
    assert "node=red" in browser.chrome.current_url


def test_long_names_do_not_widen_the_page(browser: Browser, page: Path) -> None:
    for width in (390, 1440):
        browser.open(page, "#/first/main?lang=ru", width)
        page_width, window_width = browser.run(
            "const page = document.documentElement; return [page.scrollWidth, page.clientWidth]"
        )
        assert page_width == window_width


def test_more_rows_than_a_page_holds_are_told_of(browser: Browser, page: Path) -> None:
    browser.open(page, "#/first/main?lang=en")
    assert browser.texts(".cut") == ["The first 8 of 1,200 rows; Metabase and yardstick sql have them all."]
