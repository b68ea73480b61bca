"""Runs every question of what was pushed, as people will: no error, no emptiness, no deaf filter.

What the warehouse itself answers, asked by the same login with the same values, is what Metabase must answer.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from yardstick.dashboards import Dashboard, Dashboards, Question
from yardstick.dashboards.run import Row, answer
from yardstick.languages import Language
from yardstick.metabase.filters import Choices, parameter_id
from yardstick.metabase.push import Pushed
from yardstick.metabase.session import Session

#: How many other choices of a filter are looked at for one that changes the answer.
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
        default = yield from self._compare(defaults, "with its filters as they are at first")
        if default is None:
            return
        for tag in sorted(self.question.sql.tags):
            other = self._other(tag, defaults, self._directly(defaults))
            if other is None:
                continue
            values = {**defaults, tag: other}
            name = self.dashboard.filter_of(tag).key
            found = yield from self._compare(values, f"with {name} = {other}")
            if found is not None and found == default:
                yield f"the filter {name} does not filter: {other} answers the same as {defaults[tag]}"

    def _compare(self, values: Values, when: str) -> Generator[str, None, Rows | None]:
        """What Metabase answers, if it answers as the warehouse does; else what is wrong."""
        answered = self._metabase(values)
        if answered.get("status") != "completed":
            yield f"{when} it fails: {' '.join(str(answered.get('error')).split())}"
            return None
        found: Rows = answered["data"]["rows"]
        rows = len(self._directly(values))
        if rows and not found:
            yield f"{when} it is empty, though the warehouse has {rows} rows for it"
            return None
        if len(found) != rows:
            yield f"{when} it has {len(found)} rows, though the warehouse has {rows} for it"
            return None
        return found

    def _metabase(self, values: Values) -> dict[str, Any]:
        parameters = [
            {"id": parameter_id(self.dashboard.filter_of(tag).key), "type": "string/=", "value": [value]}
            for tag, value in values.items()
        ]
        answered: dict[str, Any] = self.check.session.post(self.path, {"parameters": parameters})
        return answered

    def _directly(self, values: Values) -> Sequence[Row]:
        return answer(self.check.reader, self.question, self.language, values).rows[:_MOST_ROWS]

    def _other(self, tag: str, defaults: Values, rows: Sequence[Row]) -> str | None:
        """A choice that changes what the warehouse answers; None where none of those tried does."""
        key = self.dashboard.filter_of(tag).key
        for choice in self.check.choices[self.language][key][1 : 1 + _TRIED]:
            if self._directly({**defaults, tag: choice.value}) != rows:
                return choice.value
        return None
