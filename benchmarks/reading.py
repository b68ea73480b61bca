"""How fast dashboards answer: every question for every kind of choice, and with many readers at once."""

import itertools
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import LiteralString

import psycopg

from yardstick.company import Company
from yardstick.dashboards import Dashboard, Question, load_dashboards
from yardstick.dashboards.run import answer, default_values
from yardstick.server.embedded import Role
from yardstick.warehouse import connect

READERS = 20
_SEED = 20260630

#: What may be chosen that costs most: of nodes those with most people at each level, short periods and long
#: ones, all KPIs.
_CHOICES: dict[str, LiteralString] = {
    "node": """
        with sizes as (
            select nodes.node_kind, nodes.node_id, count(*) as people
            from kpi.dim_nodes as nodes
            inner join kpi.node_people as people on nodes.node_id = people.node_id
            group by nodes.node_kind, nodes.node_id
        )

        select distinct on (node_kind) node_id
        from sizes
        order by node_kind, people desc, node_id
    """,
    "period": "select period from kpi.period_choices where position in (1, 3, 5, 6)",
    "kpi": "select kpi_id from kpi.dim_kpis order by kpi_id",
    "known": "select 'reported'",
    "comparison": "select 'last year'",
}


@dataclass(frozen=True)
class QuestionReading:
    """Milliseconds that a question took with its defaults, and at worst; what was chosen then."""

    question: Question
    usual_ms: float
    worst_ms: float
    worst_choice: Mapping[str, str]


@dataclass(frozen=True)
class CrowdReading:
    """Milliseconds of each answer while many readers asked at once."""

    answers_ms: Sequence[float]

    def percentile(self, share: float) -> float:
        """The milliseconds within which that share of the answers came."""
        ordered = sorted(self.answers_ms)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def measure_questions(company: Company) -> list[QuestionReading]:
    """Every question with its defaults and with every choice worth fearing, the slowest first."""
    with connect(company, Role.READER) as connection:
        offered = _offered(connection)
        readings = [
            _read(connection, question, default_values(connection, dashboard), offered)
            for dashboard, question in _questions()
        ]
    return sorted(readings, key=lambda reading: reading.worst_ms, reverse=True)


def measure_crowd(company: Company) -> CrowdReading:
    """Readers who each ask every question once, in an order and with choices of their own."""
    with ThreadPoolExecutor(READERS) as crowd:
        answers = crowd.map(lambda reader: _ask_all(company, reader), range(READERS))
        return CrowdReading([milliseconds for reader in answers for milliseconds in reader])


def _questions() -> list[tuple[Dashboard, Question]]:
    dashboards = load_dashboards().dashboards.values()
    found = {question.id: (board, question) for board in dashboards for question in board.questions()}
    return list(found.values())


def _offered(connection: psycopg.Connection) -> dict[str, list[str]]:
    return {
        tag: [str(value) for (value,) in connection.execute(statement)] for tag, statement in _CHOICES.items()
    }


def _read(
    connection: psycopg.Connection,
    question: Question,
    defaults: Mapping[str, str],
    offered: Mapping[str, list[str]],
) -> QuestionReading:
    _milliseconds(connection, question, defaults)  # what it reads is then at hand, as it is for all but one
    usual = _milliseconds(connection, question, defaults)
    worst, worst_choice = usual, dict(defaults)
    for choice in _combinations(question, offered):
        took = _milliseconds(connection, question, choice)
        if took > worst:  # once more, lest something else on the machine be taken for the question
            took = min(took, _milliseconds(connection, question, choice))
        if took > worst:
            worst, worst_choice = took, choice
    return QuestionReading(question, usual, worst, worst_choice)


def _combinations(question: Question, offered: Mapping[str, list[str]]) -> Iterator[dict[str, str]]:
    tags = sorted(question.sql.tags)
    for values in itertools.product(*(offered[tag] for tag in tags)):
        yield dict(zip(tags, values, strict=True))


def _ask_all(company: Company, reader: int) -> list[float]:
    dice = random.Random(_SEED + reader)  # noqa: S311
    questions = _questions()
    dice.shuffle(questions)
    with connect(company, Role.READER) as connection:
        offered = _offered(connection)
        return [
            _milliseconds(connection, question, {tag: dice.choice(offered[tag]) for tag in question.sql.tags})
            for _, question in questions
        ]


def _milliseconds(connection: psycopg.Connection, question: Question, values: Mapping[str, str]) -> float:
    began = time.perf_counter()
    answer(connection, question, "en", values)
    return 1000 * (time.perf_counter() - began)
