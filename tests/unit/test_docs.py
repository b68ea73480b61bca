"""The documentation tells what is there: its examples work, and what it names exists."""

import json
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer.main
from ruamel.yaml import YAML

from yardstick.cli import app
from yardstick.company import CompanySettings, CsvSource, check_company, load_company
from yardstick.definitions.files import composite_folder, kpi_folder
from yardstick.extract.csv_files import read_entity
from yardstick.extract.entities import ENTITIES, REQUIRED_FIELDS
from yardstick.paths import DBT_PROJECT, EXPECTATIONS, PROJECT

README = PROJECT / "README.md"
ANALYSTS, OPERATIONS = PROJECT / "docs" / "analysts.md", PROJECT / "docs" / "operations.md"
OWN_EXPORT, ADD_A_KPI = PROJECT / "docs" / "own-export.md", PROJECT / "docs" / "add-a-kpi.md"
PAGES = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED_FENCE = re.compile(r"`(\S+)`[^`\n]*:?\n\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
COMMAND = re.compile(r"(?:\.venv/bin/|^|`)yardstick ([a-z]+)", re.MULTILINE)


class Table(NamedTuple):
    """What a table of schema kpi promises."""

    key: list[str]
    columns: set[str]


def read_yaml(file: Path) -> Any:
    return YAML(typ="safe").load(file)


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def named_files(page: Path, folder: str) -> dict[str, str]:
    """The fenced blocks that a page introduces by a path below the folder, by that path."""
    found = {name: body for name, body in NAMED_FENCE.findall(text(page)) if name.startswith(f"{folder}/")}
    return {name.removeprefix(f"{folder}/"): body for name, body in found.items()}


def blocks(page: Path, language: str) -> list[str]:
    return [body for found, body in FENCE.findall(text(page)) if found == language]


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return folder


@cache
def published_tables() -> dict[str, Table]:
    """The tables of schema kpi by name: published models, and what a publish writes besides them."""
    models = {name: described(name) for name in published_models()}
    (source,) = read_yaml(DBT_PROJECT / "models" / "marts" / "history.yml")["sources"]
    return {**models, **{table["name"]: of_history(table, models) for table in source["tables"]}}


def described(model: str) -> Table:
    (file,) = (DBT_PROJECT / "models").rglob(f"{model}.yml")
    contract = read_yaml(file)["models"][0]
    (key,) = (entry["columns"] for entry in contract["constraints"] if entry["type"] == "primary_key")
    return Table(key, {column["name"] for column in contract["columns"]})


def of_history(table: dict[str, Any], models: dict[str, Table]) -> Table:
    meta = table["config"]["meta"]
    columns = {column["name"] for column in table["columns"]}
    if "columns_of" in meta:
        columns |= models[meta["columns_of"]].columns
    return Table(meta["primary_key"], columns)


def published_models() -> Iterator[str]:
    """Names of the models in the folders that dbt_project.yml publishes."""
    folders = read_yaml(DBT_PROJECT / "dbt_project.yml")["models"]["yardstick"]
    for folder, settings in folders.items():
        if settings.get("+meta", {}).get("is_published"):
            yield from (model.stem for model in (DBT_PROJECT / "models" / folder).glob("*.sql"))


def commands() -> set[str]:
    return set(typer.main.get_command(app).commands)


@pytest.fixture
def acme(tmp_path):
    """The company of the README, with the export of docs/own-export.md."""
    headers = re.findall(r'^echo "(.+)"\s+> mycompany/(\S+)$', text(README), re.MULTILINE)
    return write(
        tmp_path / "mycompany",
        {
            **{name: f"{header}\n" for header, name in headers},
            **named_files(README, "mycompany"),
            **named_files(OWN_EXPORT, "mycompany"),
        },
    )


def test_the_readmes_company_is_right_in_every_way(acme):
    company = check_company(acme)

    assert company.settings.name == "Acme Machines"
    assert [target.kpi for target in company.targets] == ["bookings", "bookings", "win_rate"]
    assert {person.id for person in company.people} == {"paula", "lena", "omar"}


def test_every_row_of_its_export_can_be_read_and_belongs_to_someone(acme):
    company = check_company(acme)
    [batch] = read_entity(company.source("crm"), "deals", acme, company.zone)

    assert (len(batch.records), batch.rejects) == (20, [])
    owners = {json.loads(record)["owner_id"] for record in batch.records}
    assert owners == {person_id.id for person_id in company.person_ids}


def test_the_readme_shows_the_first_rows_of_that_export():
    whole = named_files(OWN_EXPORT, "mycompany")["crm/deals.csv"]

    assert any(whole.startswith(block) for block in blocks(README, ""))


def test_the_large_example_of_company_yml_is_right(acme, tmp_path):
    example = next(block for block in blocks(OWN_EXPORT, "yaml") if "id: globex" in block)
    exports = {}
    for source in YAML(typ="safe").load(example)["sources"]:
        for entity in source["entities"].values():
            header = source.get("delimiter", ",").join(dict.fromkeys(entity["fields"].values()))
            exports[f"{source['folder']}/{entity['file']}"] = f"{header}\n"
    files = {name: text(acme / name).replace("acme", "globex") for name in ("org.csv", "targets.csv")}
    files |= {name: text(acme / name) for name in ("goals.yml", "absences.csv", "rates.csv")}
    folder = write(tmp_path / "globex", {**files, **exports, "company.yml": example})

    settings = load_company(folder).settings

    assert [source.name for source in settings.sources] == ["crm", "calls"]
    said = settings.model_fields_set, *(source.model_fields_set for source in settings.sources)
    assert said[0] == set(CompanySettings.model_fields)
    assert said[1] | said[2] == set(CsvSource.model_fields)


def test_every_field_of_an_entity_is_told_and_which_are_required():
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", text(OWN_EXPORT), re.MULTILINE)
    told = {entity: fields.split(", ") for entity, fields in rows}

    assert {entity: {field.strip("*") for field in fields} for entity, fields in told.items()} == {
        entity: set(fields) for entity, fields in ENTITIES.items()
    }
    assert {
        entity: {field.strip("*") for field in fields if field.startswith("**")}
        for entity, fields in told.items()
    } == {entity: set(fields) for entity, fields in REQUIRED_FIELDS.items()}


@pytest.fixture
def dbt_project(tmp_path):
    """The definitions of the dbt project, and the README's KPI beside them."""
    for folder in (kpi_folder, composite_folder):
        shutil.copytree(folder(), folder(tmp_path / "dbt_project"))
    files = named_files(README, "dbt_project/models/kpis")
    write(kpi_folder(tmp_path / "dbt_project"), files)
    assert sorted(files) == ["kpi_deals_lost.sql", "kpi_deals_lost.yml"]
    return tmp_path / "dbt_project"


def test_the_readmes_kpi_hangs_on_a_goal_of_the_demo_and_has_a_target(tmp_path, dbt_project):
    demo = tmp_path / "company"
    shutil.copytree(PROJECT / "company", demo, ignore=shutil.ignore_patterns("crm"))
    goal = next(block for block in blocks(README, "yaml") if "kpi: deals_lost" in block)
    target = next(block for block in blocks(README, "csv") if block.startswith("deals_lost"))
    for name, more in (("goals.yml", goal), ("targets.csv", target)):
        (demo / name).write_text(text(demo / name) + more, encoding="utf-8")

    company = load_company(demo, dbt_project, needs_exports=False)

    assert (company.goals[-1].kpi, company.goals[-1].sign) == ("deals_lost", -1)
    assert (company.targets[-1].kpi, company.targets[-1].value) == ("deals_lost", 1900)


def test_the_unit_test_of_a_kpi_is_about_the_readmes_kpi():
    (unit_test,) = YAML(typ="safe").load(blocks(ADD_A_KPI, "yaml")[0])["unit_tests"]

    assert unit_test["model"] == "kpi_deals_lost"


def test_analysts_read_of_every_published_table_and_of_no_other():
    told = set(re.findall(r"^### kpi\.(\w+)$", text(ANALYSTS), re.MULTILINE))

    assert told == set(published_tables())


def test_every_table_that_a_page_names_is_published():
    named = {name for page in PAGES for name in re.findall(r"(?<![-\w])kpi\.([a-z]\w+)", text(page))}

    assert named - {"schema", "shown"} <= set(published_tables())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_relative_link_leads_somewhere(page):
    lost = [link for link in LINK.findall(text(page)) if not (page.parent / link).exists()]

    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_command_exists(page):
    assert set(COMMAND.findall(text(page))) <= commands()


def test_the_readme_names_every_command():
    assert set(COMMAND.findall(text(README))) >= commands() - {"demo", "dbt"}


@pytest.mark.parametrize("name", sorted(published_tables()))
def test_every_column_that_analysts_read_of_is_there_and_the_key_is_the_key(name):
    (section,) = re.findall(rf"^### kpi\.{name}\n(.*?)(?=^#|\Z)", text(ANALYSTS), re.MULTILINE | re.DOTALL)
    cells = [cell.split(", ") for cell in re.findall(r"^\| ([^|]+) \|", section, re.MULTILINE)]
    told = [column for columns in cells[1:] if "---" not in columns for column in columns]
    table = published_tables()[name]

    assert {column.strip("*") for column in told} <= table.columns
    assert [column.strip("*") for column in told if column.startswith("**")] == table.key


def test_operations_read_of_every_check_of_the_gates():
    rows = re.findall(r"^\| (\w+) \| (landed|published) \| (\w+) \|", text(OPERATIONS), re.MULTILINE)
    suites = {gate: read_yaml(EXPECTATIONS / f"{gate}.yml") for gate in ("landed", "published")}

    assert set(rows) == {
        (expectation["check"], gate, expectation["severity"])
        for gate, file in suites.items()
        for suite in file["suites"]
        for expectation in suite["expectations"]
    }
