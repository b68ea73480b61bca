"""Runs every question of what was pushed, as people will: no error, no emptiness, no deaf filter.

What the warehouse itself answers, asked by the same login with the same values, is what Metabase must answer.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from yardstick.dashboards import Dashboard, Dashboards, Question
from yardstick.dashboards.run import Row, answer
from yardstick.errors import YardstickError
from yardstick.languages import Language
from yardstick.metabase.filters import Choices, parameter_id
from yardstick.metabase.push import Pushed
from yardstick.metabase.session import Session

#: How many other choices of a filter are looked at for one that changes what the warehouse answers.
_TRIED = 8
#: Metabase answers no more rows than these.
_MOST_ROWS = 2000

Values = Mapping[str, str]
Rows = list[list[Any]]


@dataclass(frozen=True)
class Check:
    """Asks every question of the dashboards, in every language, through Metabase and directly."""

    session: Session
    reader: psycopg.Connection
    dashboards: Dashboards
    choices: Mapping[Language, Choices]

    def failures(self, pushed: Pushed) -> Iterator[str]:
        """What is wrong, by the question's name."""
        for (language, key), number in pushed.dashboards.items():
            board = self.session.get(f"/api/dashboard/{number}")
            tiles = {tile["card_id"]: tile["id"] for tile in board["dashcards"]}
            dashboard = self.dashboards.dashboards[key]
            for question in dashboard.questions():
                card = pushed.cards[language, question.id]
                what = f"{question.id} ({language}) on {key}"
                if card not in tiles:
                    yield f"{what}: it is not on the dashboard"
                    continue
                asked = _Asked(
                    self,
                    dashboard,
                    question,
                    language,
                    f"/api/dashboard/{number}/dashcard/{tiles[card]}/card/{card}/query",
                )
                yield from (f"{what}: {failure}" for failure in asked.failures())


@dataclass(frozen=True)
class _Asked:
    """One question on one dashboard."""

    check: Check
    dashboard: Dashboard
    question: Question
    language: Language
    path: str

    def failures(self) -> Iterator[str]:
        defaults = {
            tag: self.check.choices[self.language][self.dashboard.filter_of(tag).key][0].value
            for tag in self.question.sql.tags
        }
        try:
            rows = self._directly(defaults)
        except YardstickError as error:
            yield f"it cannot be run: {error}"
            return
        default = yield from self._metabase(defaults, len(rows), "with its filters as they are at first")
        if default is None:
            return
        for tag in sorted(self.question.sql.tags):
            name = self.dashboard.filter_of(tag).key
            for choice in self.check.choices[self.language][name][1 : 1 + _TRIED]:
                values = {**defaults, tag: choice.value}
                others = self._directly(values)
                if others != rows:
                    found = yield from self._metabase(values, len(others), f"with {name} = {choice.value}")
                    if found == default:
                        same = f"{choice.value} answers the same as {defaults[tag]}"
                        yield f"the filter {name} does not filter: {same}"
                    break

    def _directly(self, values: Values) -> Sequence[Row]:
        return answer(self.check.reader, self.question, self.language, values).rows[:_MOST_ROWS]

    def _metabase(self, values: Values, rows: int, when: str) -> Generator[str, None, Rows | None]:
        """What Metabase answers, if it has the rows that the warehouse has; else what is wrong."""
        parameters = [
            {"id": parameter_id(self.dashboard.filter_of(tag).key), "type": "string/=", "value": [value]}
            for tag, value in values.items()
        ]
        answered = self.check.session.post(self.path, {"parameters": parameters})
        if answered.get("status") != "completed":
            yield f"{when} it fails: {' '.join(str(answered.get('error')).split())}"
            return None
        found: Rows = answered["data"]["rows"]
        if rows and not found:
            yield f"{when} it is empty, though the warehouse has {rows} rows for it"
            return None
        if len(found) != rows:
            yield f"{when} it has {len(found)} rows, though the warehouse has {rows} for it"
            return None
        return found
