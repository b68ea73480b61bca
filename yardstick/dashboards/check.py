"""What the YAML of dashboards must keep to beyond each value by itself."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from yardstick.dashboards.dashboards import Dashboard
from yardstick.dashboards.files import (
    GRID,
    Click,
    Column,
    DashboardFile,
    FiltersFile,
    QuestionFile,
    SharedFile,
    Tile,
)
from yardstick.dashboards.labels import label_topics
from yardstick.errors import Problem
from yardstick.reading.explain import Loc
from yardstick.reading.wording import listed, quoted, unknown
from yardstick.reading.yaml_files import Document, Parsed


@dataclass(frozen=True)
class Written:
    """All files of the folder, each right by itself."""

    filters: Parsed[FiltersFile]
    shared: Parsed[SharedFile]
    pages: Mapping[str, Parsed[DashboardFile]]

    def tag(self, key: str) -> str:
        """The tag that a known filter fills."""
        return self.filters.value.filters[key].tag or key


def problems_of_filters(written: Written) -> Iterator[Problem]:
    """A filter that no dashboard has."""
    used = {key for page in written.pages.values() for key in page.value.filters}
    for key in written.filters.value.filters:
        if key not in used:
            yield written.filters.document.problem(
                ("filters", key), "a filter that no dashboard has", "a dashboard that lists it in its filters"
            )


def problems_of_shared(written: Written) -> Iterator[Problem]:
    """What is wrong in shared.yml, but for its clicks and tags, which each dashboard must serve."""
    document, shared = written.shared.document, written.shared.value
    yield from _questions_alone(document, shared.questions)
    yield from _placing(document, (), "foot", shared.foot, shared.questions)
    tiles = [tile for page in written.pages.values() for tab in page.value.tabs for tile in tab.tiles]
    yield from _unplaced(document, [*shared.foot, *tiles], shared.questions)
    for loc, click, question in _clicks(shared.questions):
        yield from _click(document, loc, click, question, written)


def problems_of_dashboard(key: str, dashboard: Dashboard, written: Written) -> Iterator[Problem]:
    """What is wrong in a dashboard's file."""
    document, page = written.pages[key].document, written.pages[key].value
    known = {**written.shared.value.questions, **page.questions}
    yield from _questions_alone(document, page.questions)
    yield from _unplaced(document, [tile for tab in page.tabs for tile in tab.tiles], page.questions)
    yield from _repeated(document, page)
    for number, tab in enumerate(page.tabs):
        yield from _placing(document, ("tabs", number), "tiles", tab.tiles, known)
    for name in written.shared.value.questions.keys() & page.questions.keys():
        yield document.problem(("questions", name), "a question that shared.yml has, too", "another key")
    yield from _filters(document, page, dashboard, written)
    for loc, click, question in _clicks(page.questions):
        yield from _click(document, loc, click, question, written)


def _questions_alone(document: Document, questions: Mapping[str, QuestionFile]) -> Iterator[Problem]:
    for key, question in questions.items():
        loc: Loc = ("questions", key)
        for drawn_as, column in question.chart.drawn():
            yield from _column(document, (*loc, "chart", drawn_as), column, question)
            if column in question.columns and question.columns[column].title is None:
                found = f"the column {quoted(column)}, which has no title"
                expected = "a title on every column that is drawn"
                yield document.problem((*loc, "chart", drawn_as), found, expected)
        for name, column_file in question.columns.items():
            yield from _column_alone(document, (*loc, "columns", name), column_file, question)
        if all(column.title is None for column in question.columns.values()):
            yield document.problem((*loc, "columns"), "no column with a title", "a title on what people see")


def _column_alone(document: Document, loc: Loc, column: Column, question: QuestionFile) -> Iterator[Problem]:
    if column.link is not None:
        yield from _column(document, (*loc, "link"), column.link, question)
    if column.labels is not None and column.labels not in label_topics():
        found, expected = unknown("topic", column.labels, label_topics(), f"one of {listed(label_topics())}")
        yield document.problem((*loc, "labels"), found, expected)


def _column(document: Document, loc: Loc, name: str, question: QuestionFile) -> Iterator[Problem]:
    if name not in question.columns:
        columns = question.columns
        found, expected = unknown("column", name, columns, f"one of its columns: {listed(columns)}")
        yield document.problem(loc, found, expected)


def _placing(
    document: Document, loc: Loc, name: str, tiles: tuple[Tile, ...], questions: Collection[str]
) -> Iterator[Problem]:
    for number, tile in enumerate(tiles):
        here = (*loc, name, number)
        if tile.question is not None and tile.question not in questions:
            found, expected = unknown("question", tile.question, questions, f"one of {listed(questions)}")
            yield document.problem((*here, "question"), found, expected)
        if tile.column + tile.width > GRID:
            found = f"a tile that ends at column {tile.column + tile.width}"
            yield document.problem((*here, "width"), found, f"one that ends at column {GRID} at the latest")
        for other_number, other in enumerate(tiles[:number], 1):
            if _overlap(tile, other):
                found = f"a tile that lies on tile {other_number}"
                yield document.problem(here, found, "tiles beside and below each other")


def _overlap(one: Tile, other: Tile) -> bool:
    return (
        one.column < other.column + other.width
        and other.column < one.column + one.width
        and one.row < other.row + other.height
        and other.row < one.row + one.height
    )


def _unplaced(document: Document, tiles: Collection[Tile], questions: Collection[str]) -> Iterator[Problem]:
    placed = {tile.question for tile in tiles}
    for key in questions:
        if key not in placed:
            yield document.problem(("questions", key), "a question on no tile", "a tile that shows it")


def _repeated(document: Document, page: DashboardFile) -> Iterator[Problem]:
    for name, keys in (("tabs", [tab.key for tab in page.tabs]), ("filters", list(page.filters))):
        for key, count in Counter(keys).items():
            if count > 1:
                number = len(keys) - 1 - keys[::-1].index(key)
                yield document.problem((name, number), f"{quoted(key)} a second time", "each key once")


def _filters(
    document: Document, page: DashboardFile, dashboard: Dashboard, written: Written
) -> Iterator[Problem]:
    known = written.filters.value.filters
    used = {tag for question in dashboard.questions() for tag in question.sql.tags}
    filled: list[str] = []
    for number, key in enumerate(page.filters):
        loc: Loc = ("filters", number)
        if key not in known:
            found, expected = unknown("filter", key, known, f"one of filters.yml: {listed(known)}")
            yield document.problem(loc, found, expected)
            continue
        tag = written.tag(key)
        if tag in filled:
            yield document.problem(
                loc, f"a second filter that fills {_braced(tag)}", "one filter for each tag"
            )
        if tag not in used:
            expected = f"a question of the dashboard with {_braced(tag)} in its SQL"
            yield document.problem(loc, f"the filter {quoted(key)}, bound to nothing", expected)
        filled.append(tag)
    for question in dashboard.questions():
        for tag in sorted(question.sql.tags - set(filled)):
            expected = f"a filter of {document.file.name} that fills it; it has {listed(filled) or 'none'}"
            line = question.sql.line_of(tag)
            yield Problem(question.file, line, None, f"{_braced(tag)} without a filter", expected)


def _braced(tag: str) -> str:
    return f"{{{{{tag}}}}}"


def _clicks(questions: Mapping[str, QuestionFile]) -> Iterator[tuple[Loc, Click, QuestionFile]]:
    for key, question in questions.items():
        if question.click is not None:
            yield ("questions", key, "click"), question.click, question
        for name, column in question.columns.items():
            if column.click is not None:
                yield ("questions", key, "columns", name, "click"), column.click, question


def _click(
    document: Document, loc: Loc, click: Click, question: QuestionFile, written: Written
) -> Iterator[Problem]:
    if click.to not in written.pages:
        found, expected = unknown("dashboard", click.to, written.pages, f"one of {listed(written.pages)}")
        yield document.problem((*loc, "to"), found, expected)
        return
    target = written.pages[click.to].value
    tabs = [tab.key for tab in target.tabs]
    if click.tab is not None and click.tab not in tabs:
        found, expected = unknown("tab", click.tab, tabs, f"a tab of {click.to}: {listed(tabs)}")
        yield document.problem((*loc, "tab"), found, expected)
    for key, column in click.passes.items():
        if key not in target.filters:
            found, expected = unknown(
                "filter", key, target.filters, f"a filter of {click.to}: {listed(target.filters)}"
            )
            yield document.problem((*loc, "pass", key), found, expected)
        yield from _column(document, (*loc, "pass", key), column, question)
