"""What the warehouse answers to a question, for every value of its filters at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

import psycopg

from yardstick.dashboards.dashboards import Dashboards, Question
from yardstick.dashboards.run import choices
from yardstick.errors import YardstickError
from yardstick.languages import Language

#: Rows of one answer that the page holds: what a person reads, not what a person exports.
MOST_ROWS = 50
#: Of these tags the page holds the first choices only: the periods that are named by the night, such as this
#: month, and the default of what else varies little. Every further value would multiply the answers.
FIRST_CHOICES = {"period": 5, "known": 1, "comparison": 1}
#: A question is asked for the first KPIs first, as goals come in their order, and no further than for so many
#: combinations of values, or until its answers are so long in a language: a phone has to open the page.
SLOWEST_FIRST = ("kpi", "period", "node")
MOST_COMBINATIONS = 15_000
MOST_CHARACTERS = 2_000_000
#: Combinations that one statement answers.
BLOCK = 1_000

#: The SELECT stands in a subquery of its own, so that its order and limit stay as they are.
_STATEMENT = """
with yardstick_chosen as materialized (
    select *
    from unnest({arrays}) with ordinality as chosen ({tags})
)
select yardstick_chosen.yardstick_combination, answer.*
from yardstick_chosen
cross join lateral (
    select row_number() over () as yardstick_place, count(*) over () as yardstick_total, given.*
    from (
{sql}
    ) as given
) as answer
where answer.yardstick_place <= {most}
order by yardstick_chosen.yardstick_combination, answer.yardstick_place
"""

#: For each tag the values that it may have.
Values = Mapping[str, Sequence[str]]
#: A filter's values in their order, each with what people read in each language.
Choices = Sequence[tuple[str, Mapping[Language, str]]]


@dataclass(frozen=True)
class Answers:
    """Answers to a question: each distinct row once, and which of them each combination of values has.

    A column that is the same in all languages has one cell in a row, any other one for each language. A
    combination's number is its place among all of them, those of the first tag's first value coming first.
    """

    #: For each language the place of each column's cell.
    cells: Mapping[Language, Mapping[str, int]]
    rows: Sequence[Sequence[Any]]
    held: Mapping[int, Sequence[int]]
    #: How many rows there would be, where that is more than are held.
    totals: Mapping[int, int]
    #: How many combinations were asked for; what comes after them is not held.
    asked: int


def ask(
    connection: psycopg.Connection, question: Question, values: Values, languages: Sequence[Language]
) -> Answers:
    """What a question answers in these languages.

    Raises YardstickError naming the question when it cannot be run, with PostgreSQL's own words, or has more
    rows in one language than in another.
    """
    combinations = islice(product(*values.values()), MOST_COMBINATIONS)
    numbers: dict[tuple[Any, ...], int] = {}
    held: dict[int, list[int]] = defaultdict(list)
    totals: dict[int, int] = {}
    columns: Sequence[str] = ()
    asked = characters = 0
    while characters < MOST_CHARACTERS and (block := list(islice(combinations, BLOCK))):
        said = [_answers(connection, question, list(values), block, language) for language in languages]
        columns = said[0][0]
        if len({len(rows) for _, rows in said}) > 1:
            raise YardstickError(f"{question.file}: not as many rows in one language as in another")
        for same in zip(*(rows for _, rows in said), strict=True):
            place_in_block, place, total = same[0][:3]
            combination = asked + place_in_block - 1
            row = tuple(value for rows in same for value in rows[3:])
            if row not in numbers:
                numbers[row] = len(numbers)
                characters += sum(len(str(value)) for value in same[0][3:])
            held[combination].append(numbers[row])
            if place == MOST_ROWS < total:
                totals[combination] = total
        asked += len(block)
    cells, rows = _shared(list(numbers), columns, languages)
    return Answers(cells, rows, held, totals, asked)


def _answers(
    connection: psycopg.Connection,
    question: Question,
    tags: Sequence[str],
    block: Sequence[Sequence[str]],
    language: Language,
) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
    """The question's columns, and its rows for a block of combinations, each after its three numbers."""
    bound = [list(column) for column in zip(*block, strict=True)] or [[""]]
    with psycopg.RawCursor(connection) as cursor:
        try:
            cursor.execute(_statement(question, tags, language).encode(), bound)
        except psycopg.Error as error:
            raise YardstickError(f"{question.file}: {error}") from None
        return [column.name for column in cursor.description or ()][3:], cursor.fetchall()


def _statement(question: Question, tags: Sequence[str], language: Language) -> str:
    names = tags or ["nothing"]  # a question without tags is asked once
    return _STATEMENT.format(
        arrays=", ".join(f"${number}::text[]" for number in range(1, len(names) + 1)),
        tags=", ".join([*names, "yardstick_combination"]),
        sql=question.sql.filled(language, "yardstick_chosen.{}".format),
        most=MOST_ROWS,
    )


def _shared(
    rows: Sequence[Sequence[Any]], columns: Sequence[str], languages: Sequence[Language]
) -> tuple[dict[Language, dict[str, int]], list[list[Any]]]:
    """Where each language's columns are, and the rows without the cells that repeat the first language's."""
    width = len(columns)
    kept: list[int] = []
    cells: dict[Language, dict[str, int]] = {}
    for number, language in enumerate(languages):
        cells[language] = {}
        for at, column in enumerate(columns):
            own = number * width + at
            is_same = number > 0 and all(row[own] == row[at] for row in rows)
            if not is_same:
                kept.append(own)
            cells[language][column] = cells[languages[0]][column] if is_same else len(kept) - 1
    return cells, [[row[at] for at in kept] for row in rows]


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
        found[key] = list(titles.items())[: FIRST_CHOICES.get(chosen.tag)]
    return found


def values_of(
    question: Question, dashboards: Dashboards, chosen: Mapping[str, Choices]
) -> dict[str, list[str]]:
    """For each tag of a question what the dashboards that show it let one choose; node varies fastest."""
    tags = sorted(
        question.sql.tags, key=lambda tag: (SLOWEST_FIRST.index(tag) if tag in SLOWEST_FIRST else -1, tag)
    )
    values: dict[str, dict[str, None]] = {tag: {} for tag in tags}
    for dashboard in dashboards.dashboards.values():
        if question.id in {shown.id for shown in dashboard.questions()}:
            for tag, known in values.items():
                known.update(dict.fromkeys(value for value, _ in chosen[dashboard.filter_of(tag).key]))
    return {tag: list(known) for tag, known in values.items()}
