"""The kinds of chart a question may be drawn as, and which of its columns each one draws."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from yardstick.reading.strict import Slug, Strict


class Drawing(Strict):
    """What every kind of chart has in common: each key but `kind` and the switches names columns."""

    def drawn(self) -> Iterator[tuple[str, str]]:
        """Each key and column that it names, in the order of the keys."""
        for key, value in self:
            if isinstance(value, tuple):
                yield from ((key, column) for column in value)
            elif isinstance(value, str) and key != "kind":
                yield key, value


class Table(Drawing):
    """Rows and columns as they are."""

    kind: Literal["table"]
    """how it is drawn"""


class Number(Drawing):
    """One value, large; the first row counts."""

    kind: Literal["number"]
    """how it is drawn"""
    value: Slug
    """the column of the value, a number or a text"""
    note: Slug | None = None
    """a column with a short text to say beneath it, where the renderer has room"""


class Trend(Drawing):
    """The latest value, and how far it is from another."""

    kind: Literal["trend"]
    """how it is drawn"""
    x: Slug
    """the column of the date; its last row is the latest"""
    value: Slug
    """the column of the value"""
    against: Slug | None = None
    """the column that the latest value is compared with; the value of the row before if left out"""
    is_less_better: bool = False
    """whether a fall is good"""


class Progress(Drawing):
    """A bar on the way to a goal; one row."""

    kind: Literal["progress"]
    """how it is drawn"""
    value: Slug
    """the column of what is reached"""
    goal: Slug
    """the column of what is to be reached"""


class Lines(Drawing):
    """Lines over time, or over what else stands at x."""

    kind: Literal["line"]
    """how it is drawn"""
    x: Slug
    """the column along the axis"""
    y: Annotated[tuple[Slug, ...], Field(min_length=1)]
    """the columns of the lines"""
    series: Slug | None = None
    """a column whose values make a line each, of the one column of y"""


class Bars(Drawing):
    """Upright bars (bar), or lying ones with their names on the left (row)."""

    kind: Literal["bar", "row"]
    """how it is drawn"""
    x: Slug
    """the column of what each bar stands for"""
    y: Annotated[tuple[Slug, ...], Field(min_length=1)]
    """the columns of the bars"""
    series: Slug | None = None
    """a column whose values make a bar each, of the one column of y"""
    is_stacked: bool = False
    """whether bars of one x stand on each other"""


class Combo(Drawing):
    """Bars, and lines over them, on one axis."""

    kind: Literal["combo"]
    """how it is drawn"""
    x: Slug
    """the column along the axis"""
    bars: Annotated[tuple[Slug, ...], Field(min_length=1)]
    """the columns drawn as bars"""
    lines: Annotated[tuple[Slug, ...], Field(min_length=1)]
    """the columns drawn as lines"""


class Waterfall(Drawing):
    """Steps up and down from nothing to their sum, which is drawn as the last bar."""

    kind: Literal["waterfall"]
    """how it is drawn"""
    x: Slug
    """the column of what each step is"""
    y: Slug
    """the column of how much it adds or takes"""


class Funnel(Drawing):
    """What is left after each step, the first step first."""

    kind: Literal["funnel"]
    """how it is drawn"""
    step: Slug
    """the column of the step's name"""
    value: Slug
    """the column of how many, or how much, came so far"""


class Scatter(Drawing):
    """Points, one per row."""

    kind: Literal["scatter"]
    """how it is drawn"""
    x: Slug
    """the column along the axis"""
    y: Annotated[tuple[Slug, ...], Field(min_length=1)]
    """the columns of the points' heights; a second one draws, for example, a limit"""
    name: Slug | None = None
    """the column that says what a point is"""


Chart = Annotated[
    Table | Number | Trend | Progress | Lines | Bars | Combo | Waterfall | Funnel | Scatter,
    Field(discriminator="kind"),
]
