"""The documentation tells what is there: its examples work, and what it names exists."""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from ruamel.yaml import YAML

from yardstick.cli import app
from yardstick.company import load_company
from yardstick.definitions import kpi_folder, load_definitions
from yardstick.extract.csv_files import read_entity
from yardstick.extract.records import Record
from yardstick.paths import DBT_PROJECT, EXPECTATIONS, PROJECT

README = PROJECT / "README.md"
ANALYSTS, OPERATIONS = PROJECT / "docs" / "analysts.md", PROJECT / "docs" / "operations.md"
OWN_EXPORT, ADD_A_KPI = PROJECT / "docs" / "own-export.md", PROJECT / "docs" / "add-a-kpi.md"
PAGES = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED_FENCE = re.compile(r"`(\S+)`[^`\n]*:?\n\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
COMMAND = re.compile(r"(?:\.venv/bin/|^|`)yardstick ([a-z]+)", re.MULTILINE)


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


def published_models() -> Iterator[str]:
    """Names of the models in the folders that dbt_project.yml publishes."""
    folders = YAML(typ="safe").load(DBT_PROJECT / "dbt_project.yml")["models"]["yardstick"]
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
    company = load_company(acme)

    assert company.settings.name == "Acme Machines"
    assert [target.kpi for target in company.targets] == ["bookings", "bookings", "win_rate"]
    assert {person.id for person in company.people} == {"paula", "lena", "omar"}


def test_every_row_of_its_export_can_be_read_and_belongs_to_someone(acme):
    company = load_company(acme)
    records = list(read_entity(company.source("crm"), "deals", acme, company.zone))

    assert len(records) == 20
    assert all(isinstance(record, Record) for record in records)
    owners = {json.loads(record.json)["owner_id"] for record in records}
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

    assert [source.name for source in load_company(folder).settings.sources] == ["crm", "calls"]


def test_every_required_field_of_an_entity_is_told(acme):
    from yardstick.extract.entities import ENTITIES, REQUIRED_FIELDS

    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", text(OWN_EXPORT), re.MULTILINE)
    told = {entity: fields.split(", ") for entity, fields in rows}

    assert {entity: {field.strip("*") for field in fields} for entity, fields in told.items()} == {
        entity: set(fields) for entity, fields in ENTITIES.items()
    }
    assert {
        entity: {field.strip("*") for field in fields if field.startswith("**")}
        for entity, fields in told.items()
    } == {entity: set(fields) for entity, fields in REQUIRED_FIELDS.items()}


def test_the_readmes_kpi_is_a_definition_as_it_stands(tmp_path):
    files = named_files(README, "dbt_project/models/kpis")
    sources = {file.name: text(file) for file in kpi_folder().iterdir()}
    write(kpi_folder(tmp_path), {**sources, **files})

    definitions = load_definitions(tmp_path)

    assert sorted(files) == ["kpi_deals_lost.sql", "kpi_deals_lost.yml"]
    assert definitions["deals_lost"].counter_kpi == "win_rate"


def test_the_readmes_kpi_hangs_on_a_goal_with_a_target_of_the_demo(tmp_path):
    goal = next(block for block in blocks(README, "yaml") if "kpi: deals_lost" in block)
    (row,) = csv.reader([next(block for block in blocks(README, "csv") if "deals_lost" in block).strip()])
    company = PROJECT / "company"
    goals = text(company / "goals.yml") + goal

    lowest = YAML(typ="safe").load(goals)["goals"][0]["children"][-1]
    assert (lowest["kpi"], lowest["sign"]) == ("deals_lost", -1)
    with (company / "targets.csv").open(encoding="utf-8") as file:
        assert len(row) == len(next(csv.reader(file)))


def test_the_unit_test_of_a_kpi_is_about_the_readmes_kpi():
    (unit_test,) = YAML(typ="safe").load(blocks(ADD_A_KPI, "yaml")[0])["unit_tests"]

    assert unit_test["model"] == "kpi_deals_lost"


def test_analysts_read_of_every_published_table_and_of_no_other():
    told = set(re.findall(r"^### kpi\.(\w+)$", text(ANALYSTS), re.MULTILINE))

    assert told == set(published_models())


def test_every_table_that_a_page_names_is_published():
    named = {name for page in PAGES for name in re.findall(r"(?<![-\w])kpi\.([a-z]\w+)", text(page))}

    assert named - {"schema"} <= set(published_models())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_relative_link_leads_somewhere(page):
    lost = [link for link in LINK.findall(text(page)) if not (page.parent / link).exists()]

    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_command_exists(page):
    assert set(COMMAND.findall(text(page))) <= commands()


def test_the_readme_names_every_command():
    assert set(COMMAND.findall(text(README))) >= commands() - {"demo", "dbt"}


@pytest.mark.parametrize("model", sorted(published_models()))
def test_every_column_that_analysts_read_of_is_there_and_the_key_is_the_key(model):
    (section,) = re.findall(rf"^### kpi\.{model}\n(.*?)(?=^#|\Z)", text(ANALYSTS), re.MULTILINE | re.DOTALL)
    cells = [cell.split(", ") for cell in re.findall(r"^\| ([^|]+) \|", section, re.MULTILINE)]
    told = [name for names in cells[1:] if "---" not in names for name in names]
    (file,) = (DBT_PROJECT / "models").rglob(f"{model}.yml")
    described = YAML(typ="safe").load(file)["models"][0]
    (key,) = (entry["columns"] for entry in described["constraints"] if entry["type"] == "primary_key")

    assert {name.strip("*") for name in told} <= {column["name"] for column in described["columns"]}
    assert [name.strip("*") for name in told if name.startswith("**")] == key


def test_operations_read_of_every_check_of_the_gates():
    rows = re.findall(r"^\| (\w+) \| (landed|published) \| (\w+) \|", text(OPERATIONS), re.MULTILINE)
    suites = {gate: YAML(typ="safe").load(EXPECTATIONS / f"{gate}.yml") for gate in ("landed", "published")}

    assert set(rows) == {
        (expectation["check"], gate, expectation["severity"])
        for gate, file in suites.items()
        for suite in file["suites"]
        for expectation in suite["expectations"]
    }
