"""Reads a company folder as a whole: a Company, or everything that is wrong with it at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from yardstick.company import (
    check_goals,
    check_heads,
    check_ledger,
    check_org,
    check_plans,
    check_recipients,
    check_sources,
)
from yardstick.company.company import Company
from yardstick.company.goals import GoalsFile, flatten
from yardstick.company.org_file import read_org
from yardstick.company.organisation import (
    org_edges,
    org_heads,
    org_people,
    person_ids,
    placed_by_exports,
)
from yardstick.company.settings import CompanySettings
from yardstick.company.tables import Absence, HeadRow, LedgerEntry, NodeKind, OrgRow, Rate, Recipient, Target
from yardstick.definitions.cards import Definition
from yardstick.definitions.files import load_definitions
from yardstick.errors import ConfigurationError, Problem
from yardstick.paths import DBT_PROJECT
from yardstick.reading.csv_tables import Table, read_optional_table, read_table
from yardstick.reading.yaml_files import Parsed, read_model

Result = TypeVar("Result")


def load_company(folder: Path, dbt_project: Path = DBT_PROJECT, *, needs_exports: bool = True) -> Company:
    """The company that the folder describes.

    Raises ConfigurationError with every problem of every file, and of the KPI definitions, at once.
    A rule that leans on another file is left out while that file cannot be read, so that one mistake
    is not reported twice. Exports that are missing or broken are no problem unless `needs_exports`: a
    night's own landing finds them.
    """
    return _load(folder, dbt_project, needs_exports=needs_exports, needs_paths=False)


def check_company(folder: Path, dbt_project: Path = DBT_PROJECT) -> Company:
    """The company that the folder describes, if it is all that a company ought to be.

    Raises ConfigurationError as load_company does, and for every KPI that the sources give and no goal is
    measured by. A night does not ask for that: a KPI that came with a new version must not stop it.
    """
    return _load(folder, dbt_project, needs_exports=True, needs_paths=True)


def _load(folder: Path, dbt_project: Path, *, needs_exports: bool, needs_paths: bool) -> Company:
    if not folder.is_dir():
        expected = "a folder with company.yml, goals.yml, targets.csv, org.csv, absences.csv and rates.csv"
        raise ConfigurationError([Problem(folder, None, None, "no such folder", expected)])
    problems: list[Problem] = []
    files = _read(folder, dbt_project, problems)
    problems += _check_goals_and_targets(files)
    problems += _check_against_settings(files, needs_exports)
    if needs_paths and files.goals and files.definitions and files.settings:
        problems += check_goals.check_paths(files.goals, files.definitions, files.settings.value)
    if problems or files.settings is None or files.goals is None:
        raise ConfigurationError(sorted(problems, key=_place))
    return _company(files, files.settings.value, files.goals.value)


@dataclass(frozen=True)
class _Files:
    """What could be read: of tables the good rows; None for another file that could not."""

    folder: Path
    definitions: dict[str, Definition] | None
    settings: Parsed[CompanySettings] | None
    goals: Parsed[GoalsFile] | None
    org: Table[OrgRow]
    heads: Table[HeadRow]
    targets: Table[Target]
    absences: Table[Absence]
    rates: Table[Rate]
    ledger: Table[LedgerEntry]
    recipients: Table[Recipient]


def _read(folder: Path, dbt_project: Path, problems: list[Problem]) -> _Files:
    def attempt(read: Callable[[], Result]) -> Result | None:
        try:
            return read()
        except ConfigurationError as error:
            problems.extend(error.problems)
            return None

    org, heads = read_org(folder / "org.csv")
    files = _Files(
        folder=folder,
        definitions=attempt(lambda: load_definitions(dbt_project)),
        settings=attempt(
            lambda: read_model(folder / "company.yml", CompanySettings, "the company's settings")
        ),
        goals=attempt(lambda: read_model(folder / "goals.yml", GoalsFile, "the company's goals")),
        org=org,
        heads=heads,
        targets=read_table(folder / "targets.csv", Target),
        absences=read_table(folder / "absences.csv", Absence),
        rates=read_table(folder / "rates.csv", Rate),
        ledger=read_optional_table(folder / "ledger.csv", LedgerEntry),
        recipients=read_optional_table(folder / "recipients.csv", Recipient),
    )
    tables = (files.org, files.targets, files.absences, files.rates, files.ledger, files.recipients)
    for table in tables:
        problems.extend(table.problems)
    return files


def _check_goals_and_targets(files: _Files) -> Iterator[Problem]:
    yield from check_plans.check_versions(files.targets)
    yield from check_plans.check_absences(files.absences)
    yield from check_ledger.check_entries(files.ledger)
    if files.goals:
        yield from check_goals.check_tree(files.goals)
    if files.goals and files.definitions is not None:
        yield from check_goals.check_kpis(files.goals, files.definitions)
    if files.definitions is not None:
        yield from check_plans.check_target_kpis(files.targets, files.definitions)
        yield from check_ledger.check_kpis(files.ledger, files.definitions)
    if files.definitions is not None and files.settings:
        yield from check_plans.check_policies(files.settings, files.definitions)


def _check_against_settings(files: _Files, needs_exports: bool) -> Iterator[Problem]:
    if files.settings is None:
        return
    settings = files.settings.value
    yield from check_sources.check_settings(files.settings)
    yield from check_org.check_rows(files.org, settings)
    yield from check_heads.check_rows(files.heads, files.org)
    yield from check_plans.check_rates(files.rates, settings)
    yield from check_plans.check_decisions(files.targets, settings)
    yield from check_ledger.check_periods(files.ledger, settings)
    yield from check_recipients.check_rows(files.recipients, settings)
    if not files.rates.problems:
        yield from check_plans.check_target_rates(files.targets, files.rates, settings)
        yield from check_plans.check_planned_currencies(files.rates, files.targets, settings)
    unreadable = list(check_sources.check_exports(files.settings, files.folder))
    if needs_exports:
        yield from unreadable
    if not unreadable and not files.org.problems:
        yield from _check_nodes(files, settings, needs_exports)


def _check_nodes(files: _Files, settings: CompanySettings, needs_exports: bool) -> Iterator[Problem]:
    try:
        exported = check_sources.exported_people(settings, files.folder)
    except ConfigurationError as error:
        if needs_exports:
            yield from error.problems
        return
    people = placed_by_exports((row.value for row in files.org.rows), exported)
    kinds = check_org.node_kinds(settings.id, files.org, people)
    yield from check_org.check_people(files.org, kinds)
    yield from check_org.check_tree(files.org, kinds)
    yield from check_org.check_exported(people, kinds)
    yield from check_heads.check_nodes(files.heads, kinds)
    yield from check_plans.check_target_nodes(files.targets, kinds)
    yield from check_ledger.check_nodes(files.ledger, kinds)
    heads: dict[str, NodeKind] = {row.value.node: "person" for row in files.heads.rows}
    yield from check_plans.check_absent_people(files.absences, heads | kinds)
    people_and_heads = {node for node, kind in (heads | kinds).items() if kind == "person"}
    yield from check_recipients.check_people(files.recipients, people_and_heads)


def _company(files: _Files, settings: CompanySettings, goals: GoalsFile) -> Company:
    org = [row.value for row in files.org.rows]
    heads = [row.value for row in files.heads.rows]
    return Company(
        folder=files.folder.resolve(),
        settings=settings,
        goals=tuple(flatten(goals.goals)),
        targets=tuple(row.value for row in files.targets.rows),
        org_edges=org_edges(org),
        heads=org_heads(heads, org),
        people=org_people(org),
        person_ids=person_ids(org),
        absences=tuple(row.value for row in files.absences.rows),
        rates=tuple(row.value for row in files.rates.rows),
        ledger=tuple(row.value for row in files.ledger.rows),
        recipients=tuple(row.value for row in files.recipients.rows),
    )


def _place(problem: Problem) -> tuple[str, int]:
    return str(problem.file), problem.line or 0
