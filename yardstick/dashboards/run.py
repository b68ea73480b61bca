"""Questions and choices run on a company's warehouse, as the reader that Metabase is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import RawCursor

from yardstick.dashboards.dashboards import Dashboard, Filter, Question
from yardstick.errors import UsageError, YardstickError
from yardstick.languages import Language

Row = tuple[object, ...]


@dataclass(frozen=True)
class Choice:
    """What a reader may choose: the value that goes into SQL, and what people read."""

    value: str
    title: str


@dataclass(frozen=True)
class Answer:
    """The rows of a question; columns as the SQL names them."""

    columns: tuple[str, ...]
    rows: Sequence[Row]


def choices(connection: psycopg.Connection, chosen: Filter, language: Language) -> list[Choice]:
    """What a filter offers, its default first; nothing where the first night was held.

    Raises UsageError where there was no night at all.
    """
    statement, _ = chosen.choices.numbered(language, {})
    with RawCursor(connection) as cursor:
        try:
            return [Choice(str(value), str(title)) for value, title in cursor.execute(statement.encode())]
        except psycopg.errors.UndefinedTable:
            raise UsageError("Nothing is published yet: run yardstick refresh") from None


def default_values(connection: psycopg.Connection, dashboard: Dashboard) -> dict[str, str]:
    """What each tag of a dashboard stands for while a reader has chosen nothing."""
    offered = {chosen.tag: choices(connection, chosen, "en") for chosen in dashboard.filters}
    return {tag: found[0].value if found else "" for tag, found in offered.items()}


def answer(
    connection: psycopg.Connection, question: Question, language: Language, values: Mapping[str, str]
) -> Answer:
    """What a question answers; `values` by tag are bound, never pasted.

    Raises YardstickError naming the question, with PostgreSQL's own words, when it cannot be run.
    """
    statement, bound = question.sql.numbered(language, values)
    with RawCursor(connection) as cursor:
        try:
            cursor.execute(statement.encode(), bound)
        except psycopg.Error as error:
            raise YardstickError(f"{question.file}: {error}") from None
        columns = tuple(column.name for column in cursor.description or ())
        return Answer(columns, cursor.fetchall())
