"""`yardstick kpi new`: a KPI's files from a template, and its goal."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from pydantic import TypeAdapter, ValidationError

from yardstick.company import Goal, load_company
from yardstick.company.goals import GoalsFile, goal_line
from yardstick.company.goals_text import with_child
from yardstick.definitions.cards import SHORTEST_PERIODS, Definition
from yardstick.definitions.files import PREFIX, composite_folder, kpi_folder, load_definitions
from yardstick.definitions.formulas import Formula
from yardstick.errors import UsageError
from yardstick.paths import DBT_PROJECT
from yardstick.reading.strict import Slug
from yardstick.reading.text_files import read_text
from yardstick.reading.wording import did_you_mean, quoted
from yardstick.reading.yaml_files import read_model

_TEMPLATES = Path(__file__).resolve().parent / "templates"


@dataclass(frozen=True)
class Draft:
    """What is known of a KPI before it is defined; with an expression it is a composite."""

    kpi_id: str
    title_en: str | None = None
    title_ru: str | None = None
    expression: str | None = None


def write_kpi(
    company_folder: Path, draft: Draft, goal_id: str | None, dbt_project: Path = DBT_PROJECT
) -> list[Path]:
    """Write the KPI's files and its line in goals.yml, all or nothing; the files that were written.

    Raises UsageError for an id, an expression or a goal that cannot be, and ConfigurationError for what was
    wrong before.
    """
    goals = load_company(company_folder, dbt_project, needs_exports=False).goals
    definitions = load_definitions(dbt_project)
    _refuse_id(draft.kpi_id, definitions, goals)
    files = _files(draft, definitions, dbt_project)
    goals_file = company_folder / "goals.yml"
    before = goals_file.read_bytes()
    try:
        _write(files)
        definition = load_definitions(dbt_project)[draft.kpi_id]
        _write({goals_file: _hung(goals_file, _goal(goal_id, goals), definition)})
        load_company(company_folder, dbt_project, needs_exports=False)
    except BaseException:
        for file in files:
            file.unlink(missing_ok=True)
        goals_file.write_bytes(before)
        raise
    return [*files, goals_file]


def _refuse_id(kpi_id: str, definitions: Mapping[str, Definition], goals: Sequence[Goal]) -> None:
    try:
        TypeAdapter(Slug).validate_python(kpi_id)
    except ValidationError as error:
        expected = error.errors()[0]["ctx"]["error"]
        raise UsageError(f"found the id {quoted(kpi_id)}; expected {expected}") from None
    if kpi_id in definitions:
        raise UsageError(f"there is a KPI {kpi_id} already, in {definitions[kpi_id].file}")
    if kpi_id in {goal.id for goal in goals}:
        raise UsageError(f"there is a goal {kpi_id} already: the KPI's own would bear its id")


def _files(draft: Draft, definitions: Mapping[str, Definition], dbt_project: Path) -> dict[Path, str]:
    title = draft.kpi_id.replace("_", " ").capitalize()
    words = {
        "kpi_id": draft.kpi_id,
        "title_en": json.dumps(draft.title_en or title, ensure_ascii=False),
        "title_ru": json.dumps(draft.title_ru or f"Новый показатель {draft.kpi_id}", ensure_ascii=False),
    }
    if draft.expression is None:
        path = kpi_folder(dbt_project) / f"{PREFIX}{draft.kpi_id}"
        return {
            path.with_suffix(".sql"): _filled("kpi.sql", words),
            path.with_suffix(".yml"): _filled("kpi.yml", words),
        }
    words["expression"] = json.dumps(draft.expression, ensure_ascii=False)
    words["shortest_period"] = _shortest_period(draft.expression, definitions)
    return {composite_folder(dbt_project) / f"{draft.kpi_id}.yml": _filled("composite.yml", words)}


def _shortest_period(expression: str, definitions: Mapping[str, Definition]) -> str:
    """The longest of the shortest periods of the KPIs that the expression names."""
    try:
        names = [str(value.kpi_id) for value in Formula(expression).inputs]
    except ValueError as error:
        raise UsageError(f"--expression: found {expression!r}; expected {error}") from None
    named = [definitions[name].shortest_period for name in names if name in definitions]
    return max(named, key=SHORTEST_PERIODS.index, default="week")


def _filled(template: str, words: Mapping[str, str]) -> str:
    text = (_TEMPLATES / template).read_text(encoding="utf-8")
    return Template(text).substitute(words) if template.endswith(".yml") else text


def _goal(goal_id: str | None, goals: Sequence[Goal]) -> str:
    known = [goal.id for goal in goals]
    if goal_id is None:
        return known[0]
    if goal_id not in known:
        hint = did_you_mean(goal_id, known)
        raise UsageError(f"--goal: found the unknown goal {quoted(goal_id)}; expected one of goals.yml{hint}")
    return goal_id


def _hung(file: Path, goal_id: str, definition: Definition) -> str:
    content = "the company's goals"
    document = read_model(file, GoalsFile, content).document
    return with_child(document, read_text(file, content), goal_id, goal_line(definition))


def _write(files: Mapping[Path, str]) -> None:
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
