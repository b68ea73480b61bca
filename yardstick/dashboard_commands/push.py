"""`yardstick dashboards push`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from rich.console import Console

from yardstick.company import Company
from yardstick.dashboards import Dashboards, load_dashboards
from yardstick.errors import UsageError
from yardstick.languages import LANGUAGES, Language
from yardstick.metabase.changes import Change, Writer
from yardstick.metabase.data_model import describe
from yardstick.metabase.errors import MetabaseError
from yardstick.metabase.filters import Choices, read_choices
from yardstick.metabase.push import Push, Pushed
from yardstick.metabase.session import sign_in
from yardstick.metabase.settings import metabase_settings
from yardstick.metabase.verify import Check
from yardstick.paths import DASHBOARDS
from yardstick.publishing.publish import read_manifest
from yardstick.server.embedded import Role
from yardstick.warehouse import connect


@dataclass(frozen=True)
class Outcome:
    """What a push changed, and how many questions it ran."""

    changes: Sequence[Change]
    questions: int


def push_dashboards(
    company: Company,
    languages: Sequence[str],
    console: Console,
    *,
    is_dry_run: bool = False,
    is_pruning: bool = False,
    folder: Path = DASHBOARDS,
) -> Outcome:
    """Push, say what changes while it does, and run every question.

    Raises MetabaseError where Metabase does not do as asked, or a question does not answer as it should.
    """

    def say(text: str) -> None:
        console.print(text, markup=False, highlight=False, soft_wrap=True)

    dashboards = load_dashboards(folder)
    spoken = known_languages(company, languages)
    with _reader(company) as reader:
        choices = {language: read_choices(reader, dashboards, language) for language in spoken}
        session = sign_in(metabase_settings(), company.settings.name, spoken[0])
        writer = Writer(session, is_dry_run, tell=say)
        pushed = Push(company, dashboards, choices, writer, is_pruning).run()
        _describe(company, writer, pushed, say)
        for left in pushed.left:
            say(f"no longer in dashboards/: {left} (--prune moves it to the trash)")
        say(_summary(writer))
        if is_dry_run:
            return Outcome(writer.changes, 0)
        failures = tuple(Check(session, reader, dashboards, choices).failures(pushed))
    if failures:
        raise MetabaseError(
            "\n".join(["The dashboards are pushed, and do not answer as they should:", *failures])
        )
    questions = _questions(dashboards, choices)
    say(f"{questions} questions run, each as the warehouse answers it: {session.url}")
    return Outcome(writer.changes, questions)


def known_languages(company: Company, languages: Sequence[str]) -> tuple[Language, ...]:
    """The languages that are asked for, or the company's; raises UsageError for one that is none."""
    for text in languages:
        if text not in LANGUAGES:
            raise UsageError(f"--language: found {text!r}; expected en or ru")
    asked: tuple[Language, ...] = tuple(language for language in LANGUAGES if language in languages)
    return asked or company.settings.languages


@contextmanager
def _reader(company: Company) -> Iterator[psycopg.Connection]:
    """A session as Metabase's own login; each statement by itself."""
    with connect(company, Role.READER) as connection:
        connection.autocommit = True
        yield connection


def _describe(company: Company, writer: Writer, pushed: Pushed, say: Callable[[str], None]) -> None:
    try:
        manifest = read_manifest(company)
    except FileNotFoundError:
        say("Tables and columns are not described: dbt has not run on this machine.")
        return
    if not describe(writer, pushed.database, manifest):
        say("Metabase still looks at new tables: the next push describes them.")


def _summary(writer: Writer) -> str:
    count = len(writer.changes)
    if not count:
        return "no changes"
    verb = "would be written" if writer.is_dry_run else "written"
    return f"{count} change{'s' if count > 1 else ''} {verb}"


def _questions(dashboards: Dashboards, choices: Mapping[Language, Choices]) -> int:
    return len(choices) * sum(len([*dashboard.questions()]) for dashboard in dashboards.dashboards.values())
