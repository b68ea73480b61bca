"""What the YAML of dashboards may say."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from yardstick.dashboards.charts import Chart
from yardstick.reading.strict import Bilingual, Slug, Strict

#: Columns of the grid on which tiles lie, as wide as Metabase's.
GRID = 24

Audience = Literal["leadership", "heads", "sellers", "analysts"]

#: money: in the company's currency · number: up to two decimals · percent: of a fraction, 0.5 is 50 % ·
#: date: a day · month: the month of a day · moment: a day and a time · text: as it is, to the left ·
#: figure: text that holds a number, to the right · label: a title of kpi.dim_labels, which has a tone.
Format = Literal[
    "money", "number", "integer", "percent", "date", "month", "moment", "text", "figure", "label"
]


class Click(Strict):
    """Where a click leads. A filter there keeps the value that its tag has here, unless it is passed one."""

    to: Slug
    """the key of the dashboard to open; the same one to set its filters"""
    tab: Slug | None = None
    """the key of its tab; the first one if left out"""
    passes: Annotated[dict[Slug, Slug], Field(alias="pass", default_factory=dict)]
    """filters of that dashboard by their key, each with the column of this question that gives its value"""


class Column(Strict):
    """A column of a question's SQL."""

    title: Bilingual | None = None
    """what people read above it; left out, it is not shown and serves links and clicks only"""
    format: Format = "text"
    """how its values are written"""
    labels: Slug | None = None
    """of a label the topic in kpi.dim_labels, by which renderers know its tone"""
    link: Slug | None = None
    """the column with the address that a click on a value opens, such as the record in the CRM"""
    click: Click | None = None
    """where a click on a value leads, if elsewhere than the question's"""

    @model_validator(mode="after")
    def _labels_are_of_a_topic(self) -> "Column":
        if (self.format == "label") != (self.labels is not None):
            raise ValueError("format: label together with labels: <topic>, or neither")
        return self


class QuestionFile(Strict):
    """One chart or table; its SQL lies in <dashboard>/<question>.sql."""

    title: Bilingual
    """what it asks, as a heading"""
    tells: Bilingual
    """what it tells and how to read it, in a sentence or two"""
    chart: Chart
    """how it is drawn, and which columns are what"""
    columns: Annotated[dict[Slug, Column], Field(min_length=1)]
    """every column of the SQL by its name, in the order in which they are shown"""
    click: Click | None = None
    """where a click on a row, a bar or a point leads"""
    empty: Bilingual
    """what is said in place of the chart when there are no rows"""


class Tile(Strict):
    """A place on the grid, and the question or the text that fills it."""

    question: Slug | None = None
    """the key of a question of this dashboard, or of shared.yml"""
    text: Bilingual | None = None
    """a text in place of a question, as Markdown"""
    column: Annotated[int, Field(ge=0, lt=GRID)]
    """its left column, from 0 to 23"""
    row: Annotated[int, Field(ge=0, le=999)]
    """its upper row, from 0"""
    width: Annotated[int, Field(ge=1, le=GRID)]
    """how many of the 24 columns it covers"""
    height: Annotated[int, Field(ge=1, le=99)]
    """how many rows it covers"""

    @model_validator(mode="after")
    def _is_one_of_both(self) -> "Tile":
        if (self.question is None) == (self.text is None):
            raise ValueError("either a question or a text")
        return self


class Tab(Strict):
    """A page of a dashboard."""

    key: Slug
    """its name in clicks; never change it"""
    title: Bilingual
    """what people read on it"""
    tiles: Annotated[tuple[Tile, ...], Field(min_length=1)]
    """what is on it"""


class Subscription(Strict):
    """When Metabase mails a dashboard to the people of its groups."""

    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] | None = None
    """the day of the week, such as mon; every day if left out"""
    hour: Annotated[int, Field(ge=0, le=23)]
    """the hour, 0 to 23, in the time zone that Metabase reports in"""


class DashboardFile(Strict):
    """dashboards/<key>.yml."""

    title: Bilingual
    """its name"""
    description: Bilingual
    """whom it serves and what it answers"""
    audience: Annotated[tuple[Audience, ...], Field(min_length=1)]
    """the groups that see it; analysts see all"""
    subscription: Subscription | None = None
    """when Metabase mails it to the people of those groups; not if left out"""
    filters: tuple[Slug, ...] = ()
    """keys of filters.yml, in the order in which they are shown"""
    tabs: Annotated[tuple[Tab, ...], Field(min_length=1)]
    """its pages"""
    questions: Annotated[dict[Slug, QuestionFile], Field(min_length=1)]
    """its questions by key; never change a key, since a renderer knows the question by it"""


class SharedFile(Strict):
    """dashboards/shared.yml: what several dashboards show."""

    foot: Annotated[tuple[Tile, ...], Field(min_length=1)]
    """what stands at the foot of every tab; row 0 is the first one beneath the tab's own tiles"""
    questions: Annotated[dict[Slug, QuestionFile], Field(min_length=1)]
    """questions that a tile of any dashboard may show, by key"""


class FilterFile(Strict):
    """Something that a reader chooses; the SQL of the choices lies in filters/<key>.sql."""

    title: Bilingual
    """what people read beside it"""
    tag: Slug | None = None
    """the {{tag}} in SQL that it fills, if not its own key"""


class FiltersFile(Strict):
    """dashboards/filters.yml."""

    filters: Annotated[dict[Slug, FilterFile], Field(min_length=1)]
    """every filter by its key"""
