"""Reads dashboards/ and refuses what no renderer could show, naming all of it at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from yardstick.dashboards.check import (
    Written,
    problems_of_dashboard,
    problems_of_filters,
    problems_of_shared,
)
from yardstick.dashboards.check_sql import problems_of_sql
from yardstick.dashboards.dashboards import (
    SHARED,
    Dashboard,
    Dashboards,
    Filter,
    PlacedTile,
    Question,
    Tab,
)
from yardstick.dashboards.files import DashboardFile, FiltersFile, QuestionFile, SharedFile, Tile
from yardstick.dashboards.template import Template
from yardstick.errors import ConfigurationError, Problem
from yardstick.paths import DASHBOARDS
from yardstick.reading.text_files import read_text
from yardstick.reading.yaml_files import Model, Parsed, read_model

FILTERS = "filters"
#: What the SQL of a filter's choices gives.
CHOICE_COLUMNS = ("value", "title")


def load_dashboards(folder: Path = DASHBOARDS) -> Dashboards:
    """Every dashboard of the folder, by key in alphabetical order, the foot of every page on each tab.

    Raises ConfigurationError with everything wrong in any file at once.
    """
    reader = _Reader(folder)
    filters = reader.yaml(folder / f"{FILTERS}.yml", FiltersFile, "filters: a mapping of filters")
    shared = reader.yaml(folder / f"{SHARED}.yml", SharedFile, "questions of several dashboards")
    pages = {
        file.stem: reader.yaml(file, DashboardFile, "a dashboard")
        for file in sorted(folder.glob("*.yml"))
        if file.stem not in (FILTERS, SHARED)
    }
    if filters is None or shared is None or None in pages.values():
        raise ConfigurationError(reader.problems)
    written = Written(filters, shared, {key: page for key, page in pages.items() if page is not None})
    loaded = _loaded(written, reader)
    reader.problems += [*problems_of_filters(written), *problems_of_shared(written)]
    for key in written.pages:
        reader.problems += problems_of_dashboard(key, loaded.dashboards[key], written)
    reader.problems += _unused(folder, reader.read)
    if reader.problems:
        raise ConfigurationError(reader.problems)
    return loaded


@dataclass
class _Reader:
    """Reads files of the folder, noting what is wrong with them."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)
    #: The SQL files that something refers to.
    read: set[Path] = field(default_factory=set)

    def yaml(self, file: Path, model: type[Model], content: str) -> Parsed[Model] | None:
        try:
            return read_model(file, model, content)
        except ConfigurationError as error:
            self.problems += error.problems
            return None

    def sql(self, home: str, key: str, columns: tuple[str, ...]) -> Template:
        file = self.folder / home / f"{key}.sql"
        self.read.add(file)
        try:
            template = Template(read_text(file, "the SELECT of the question or filter of that name"))
        except ConfigurationError as error:
            self.problems += error.problems
            return Template("")
        self.problems += problems_of_sql(file, template, columns)
        return template

    def questions(self, home: str, files: Mapping[str, QuestionFile]) -> dict[str, Question]:
        return {
            key: Question(
                **dict(file),
                home=home,
                key=key,
                sql=self.sql(home, key, tuple(file.columns)),
                file=self.folder / home / f"{key}.sql",
            )
            for key, file in files.items()
        }


def _loaded(written: Written, reader: _Reader) -> Dashboards:
    """What is written, as far as it is right: unknown names are left out here, and named by the checks."""
    filters = {
        key: Filter(key, found.title, found.tag or key, reader.sql(FILTERS, key, CHOICE_COLUMNS))
        for key, found in written.filters.value.filters.items()
    }
    shared = reader.questions(SHARED, written.shared.value.questions)
    dashboards = {}
    for key, page in written.pages.items():
        known = {**shared, **reader.questions(key, page.value.questions)}
        dashboards[key] = Dashboard(
            key=key,
            title=page.value.title,
            description=page.value.description,
            audience=page.value.audience,
            subscription=page.value.subscription,
            filters=tuple(filters[name] for name in page.value.filters if name in filters),
            tabs=tuple(
                Tab(tab.key, tab.title, (*_placed(tab.tiles, known), *_placed(below, shared)))
                for tab in page.value.tabs
                for below in [_below(tab.tiles, written.shared.value.foot)]
            ),
        )
    return Dashboards(filters, dashboards)


def _placed(tiles: tuple[Tile, ...], questions: Mapping[str, Question]) -> Iterator[PlacedTile]:
    for tile in tiles:
        if tile.question is None:
            yield PlacedTile(tile, None)
        elif tile.question in questions:
            yield PlacedTile(tile, questions[tile.question])


def _below(tiles: tuple[Tile, ...], foot: tuple[Tile, ...]) -> tuple[Tile, ...]:
    """The tiles of the foot, moved beneath the others."""
    first = max(tile.row + tile.height for tile in tiles)
    return tuple(tile.model_copy(update={"row": tile.row + first}) for tile in foot)


def _unused(folder: Path, read: set[Path]) -> Iterator[Problem]:
    for file in sorted(set(folder.glob("**/*.sql")) - read):
        expected = f"a question or filter {file.stem} in {folder / file.parent.name}.yml, or no such file"
        yield Problem(file, None, None, "SQL that nothing refers to", expected)
