"""Dashboards as they are rendered: each with its tabs, its questions and their SQL."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from yardstick.dashboards.charts import Chart
from yardstick.dashboards.files import Audience, Click, Column, Subscription, Tile
from yardstick.dashboards.template import Template
from yardstick.reading.strict import Bilingual

#: Home of the questions that any dashboard may show.
SHARED = "shared"


@dataclass(frozen=True)
class Filter:
    """Something that a reader chooses. The value goes into SQL as a text, and there always is one."""

    key: str
    title: Bilingual
    tag: str
    #: Gives the columns value and title, in order; the first row is the default.
    choices: Template


@dataclass(frozen=True)
class Question:
    """A chart or table; `key` is unique in `home`, a dashboard or shared."""

    home: str
    key: str
    title: Bilingual
    tells: Bilingual
    chart: Chart
    #: By name, in the order in which they are shown; one without a title is not shown.
    columns: Mapping[str, Column]
    click: Click | None
    empty: Bilingual
    sql: Template
    file: Path

    @property
    def id(self) -> str:
        """Unique among all questions, and never changed: `leadership.goals`."""
        return f"{self.home}.{self.key}"


@dataclass(frozen=True)
class PlacedTile:
    """A tile, and the question that it shows unless it is a text."""

    tile: Tile
    question: Question | None


@dataclass(frozen=True)
class Tab:
    """A page, the foot of every page included; no two tiles overlap."""

    key: str
    title: Bilingual
    tiles: tuple[PlacedTile, ...]


@dataclass(frozen=True)
class Dashboard:
    """A dashboard; its filters fill every tag of its questions."""

    key: str
    title: Bilingual
    description: Bilingual
    audience: tuple[Audience, ...]
    subscription: Subscription | None
    filters: tuple[Filter, ...]
    tabs: tuple[Tab, ...]

    def questions(self) -> Iterator[Question]:
        """Its questions, each once, in the order of the tiles."""
        placed = (tile.question for tab in self.tabs for tile in tab.tiles if tile.question is not None)
        yield from {question.id: question for question in placed}.values()

    def filter_of(self, tag: str) -> Filter:
        """The filter that fills a tag."""
        return next(found for found in self.filters if found.tag == tag)


@dataclass(frozen=True)
class Dashboards:
    """All dashboards of the project."""

    filters: Mapping[str, Filter]
    dashboards: Mapping[str, Dashboard]

    def questions(self) -> Iterator[Question]:
        """All questions, each once."""
        placed = (question for dashboard in self.dashboards.values() for question in dashboard.questions())
        yield from {question.id: question for question in placed}.values()
