"""`yardstick dashboards run`: one question, answered on the command line."""

from collections.abc import Iterable

from yardstick.company import Company
from yardstick.dashboards import Dashboard, Dashboards, Question, load_dashboards
from yardstick.dashboards.run import answer, default_values
from yardstick.errors import UsageError
from yardstick.languages import Language
from yardstick.query import Writer
from yardstick.reading.wording import listed, quoted, unknown
from yardstick.server.embedded import Role
from yardstick.warehouse import connect


def run_question(
    company: Company, question_id: str, chosen: Iterable[str], language: Language, write: Writer
) -> None:
    """Run a question and write its rows; raises UsageError for what is unknown."""
    dashboard, question = _found(load_dashboards(), question_id)
    values = _values(dashboard, chosen)
    with connect(company, Role.READER) as connection:
        found = answer(connection, question, language, {**default_values(connection, dashboard), **values})
    write(found.columns, iter(found.rows))


def _found(dashboards: Dashboards, question_id: str) -> tuple[Dashboard, Question]:
    for dashboard in dashboards.dashboards.values():
        for question in dashboard.questions():
            if question.id == question_id:
                return dashboard, question
    known = [question.id for question in dashboards.questions()]
    found, expected = unknown("question", question_id, known, f"one of {listed(known)}")
    raise UsageError(f"found {found}; expected {expected}")


def _values(dashboard: Dashboard, chosen: Iterable[str]) -> dict[str, str]:
    """The values that are set, by the tag that each filter fills."""
    tags = {known.key: known.tag for known in dashboard.filters}
    values = {}
    for text in chosen:
        key, equals, value = text.partition("=")
        if not equals:
            raise UsageError(
                f"--set: found {quoted(text)}; expected a filter and its value, such as node=hamburg"
            )
        if key not in tags:
            found, expected = unknown("filter", key, tags, f"one of {listed(tags)}")
            raise UsageError(f"--set: found {found}; expected {expected}")
        values[tags[key]] = value
    return values
