"""What the warehouse answers to a question, for every value of its filters at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from yardstick.dashboards.dashboards import Dashboards, Question
from yardstick.dashboards.run import choices
from yardstick.errors import YardstickError
from yardstick.languages import Language

#: Rows of one answer that the page holds; what a person reads, not what a person exports.
MOST_ROWS = 50
#: Values of a filter's tag, the first ones of its choices.
MOST_VALUES = 100

#: The SELECT stands in a subquery of its own, so that its order and limit stay as they are.
_STATEMENT = """
with yardstick_chosen as (
    select {combination} as combination{values}
    from {lists}
)
select yardstick_chosen.combination, answer.*
from yardstick_chosen
cross join lateral (
    select row_number() over () as yardstick_place, count(*) over () as yardstick_total, given.*
    from (
{sql}
    ) as given
) as answer
where answer.yardstick_place <= {most}
order by yardstick_chosen.combination, answer.yardstick_place
"""

#: For each tag the values that it may have.
Values = Mapping[str, Sequence[str]]
#: A filter's values in their order, each with what people read in each language.
Choices = Sequence[tuple[str, Mapping[Language, str]]]


@dataclass(frozen=True)
class Answers:
    """Answers to a question in a language: each distinct row once, and which of them each combination has.

    Combinations of values are numbered as in a number of mixed base: tags in alphabetical order, the last one
    the lowest digit, a value's place among its tag's values the digit.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    held: Mapping[int, Sequence[int]]
    #: How many rows there would be, where that is more than are held.
    totals: Mapping[int, int]


def ask(
    connection: psycopg.Connection, question: Question, values: Values, languages: Sequence[Language]
) -> dict[str, Answers]:
    """Answers by language, or under `any` where the SQL is the same in all.

    Raises YardstickError naming the question, with PostgreSQL's own words, when it cannot be run.
    """
    if len({question.sql.for_metabase(language) for language in languages}) == 1:
        return {"any": _ask(connection, question, values, languages[0])}
    return {language: _ask(connection, question, values, language) for language in languages}


def _ask(connection: psycopg.Connection, question: Question, values: Values, language: Language) -> Answers:
    tags = sorted(question.sql.tags)
    statement = _statement(question, tags, values, language)
    numbers: dict[tuple[Any, ...], int] = {}
    held: dict[int, list[int]] = defaultdict(list)
    totals: dict[int, int] = {}
    with psycopg.RawCursor(connection) as cursor:
        try:
            cursor.execute(statement.encode(), [list(values[tag]) for tag in tags])
        except psycopg.Error as error:
            raise YardstickError(f"{question.file}: {error}") from None
        columns = [column.name for column in cursor.description or ()][3:]
        for combination, place, total, *row in cursor:
            shown = tuple(_hashable(value) for value in row)
            held[combination].append(numbers.setdefault(shown, len(numbers)))
            if place == MOST_ROWS < total:
                totals[combination] = total
    return Answers(columns, list(numbers), held, totals)


def _statement(question: Question, tags: Sequence[str], values: Values, language: Language) -> str:
    combination = "0"
    for tag in tags:
        combination = f"({combination}) * {len(values[tag])} + {tag}_list.place - 1"
    lists = (
        f"unnest(${at}::text[]) with ordinality as {tag}_list (value, place)"
        for at, tag in enumerate(tags, 1)
    )
    return _STATEMENT.format(
        combination=combination,
        values="".join(f", {tag}_list.value as {tag}" for tag in tags),
        lists=" cross join ".join(lists) or "(values (0)) as nothing (chosen)",
        sql=question.sql.filled(language, "yardstick_chosen.{}".format),
        most=MOST_ROWS,
    )


def _hashable(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def all_choices(
    connection: psycopg.Connection, dashboards: Dashboards, languages: Sequence[Language]
) -> dict[str, Choices]:
    """Each filter's choices, by its key."""
    found: dict[str, Choices] = {}
    for key, chosen in dashboards.filters.items():
        titles: dict[str, dict[Language, str]] = {}
        for language in languages:
            for choice in choices(connection, chosen, language):
                titles.setdefault(choice.value, {})[language] = choice.title
        found[key] = list(titles.items())[:MOST_VALUES]
    return found


def values_of(
    question: Question, dashboards: Dashboards, chosen: Mapping[str, Choices]
) -> dict[str, list[str]]:
    """For each tag of a question, in alphabetical order, what the dashboards that show it let one choose."""
    values: dict[str, dict[str, None]] = {tag: {} for tag in sorted(question.sql.tags)}
    for dashboard in dashboards.dashboards.values():
        if question.id in {shown.id for shown in dashboard.questions()}:
            for tag, known in values.items():
                known.update(dict.fromkeys(value for value, _ in chosen[dashboard.filter_of(tag).key]))
    return {tag: list(known) for tag, known in values.items()}
