"""`yardstick` at the prompt: what it prints, where it prints it, and how it ends."""

import json

import pytest
from commands import Commands
from conftest import Night
from small_company import SmallCompany

MARCH = (
    "select node_id, period_start, actual, target, is_certified from kpi.scorecards "
    "where kpi_id = 'bookings' and period_kind = 'month' and period_start = '2025-03-01' "
    "and node_id in ('anna', 'red') order by node_id"
)


def test_sql_as_csv_prints_a_header_iso_dates_null_as_empty_and_nothing_else(
    commands: Commands, small: SmallCompany, night_1: Night
) -> None:
    done = commands.run("sql", MARCH, "--company", small.folder, "--format", "csv")
    assert done.exit_code == 0, done.said
    assert done.stdout == (
        "node_id,period_start,actual,target,is_certified\n"
        "anna,2025-03-01,907.50,,false\n"
        "red,2025-03-01,2715.00,,false\n"
    )
    assert done.stderr == ""


def test_sql_as_json_prints_one_array_with_exact_numbers(
    commands: Commands, small: SmallCompany, night_1: Night
) -> None:
    done = commands.run("sql", MARCH, "--company", small.folder, "--format", "json")
    assert done.exit_code == 0, done.said
    anna, _ = json.loads(done.stdout, parse_float=str)
    assert anna == {
        "node_id": "anna",
        "period_start": "2025-03-01",
        "actual": "907.50",
        "target": None,
        "is_certified": False,
    }


def test_sql_prints_a_table_where_no_format_is_asked_for(
    commands: Commands, small: SmallCompany, night_1: Night
) -> None:
    done = commands.run("sql", "select 'Größe' as word", "--company", small.folder)
    assert done.exit_code == 0, done.said
    assert "word" in done.stdout
    assert "Größe" in done.stdout


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("select 1; select 2", "cannot insert multiple commands into a prepared statement"),
        ("delete from kpi.scorecards", "cannot execute DELETE in a read-only transaction"),
        ("select count(*) from build.scorecards", "permission denied for schema build"),
        ("select * from kpi.scorecard", 'relation "kpi.scorecard" does not exist'),
        ("selct 1", 'syntax error at or near "selct"'),
    ],
    ids=["a second statement", "a write", "another schema", "no such table", "no SQL"],
)
def test_sql_refuses_in_postgresqls_own_words(
    commands: Commands, small: SmallCompany, night_1: Night, statement: str, words: str
) -> None:
    done = commands.run("sql", statement, "--company", small.folder)
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["check", "refresh", "status", "sql", "kpi", "demo", "dbt", "stop"])
def test_each_command_explains_itself(commands: Commands, command: str) -> None:
    done = commands.run(command, "--help")
    assert (done.exit_code, done.stderr) == (0, "")
    assert f"yardstick {command}" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["refersh"],
        ["refresh", "--fast"],
        ["sql"],
        ["sql", "select 1", "--format", "xml"],
        ["check", "--company", "no/such/folder"],
    ],
    ids=" ".join,
)
def test_wrong_use_ends_with_2_and_a_word_about_it(commands: Commands, arguments: list[str]) -> None:
    done = commands.run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_check_finds_nothing_wrong_with_a_company_that_is_right(
    commands: Commands, small: SmallCompany
) -> None:
    done = commands.run("check", "--company", small.folder)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "Kleine Waage: all is well." in done.stdout


@pytest.fixture(scope="module")
def wrong_company(tmp_path_factory: pytest.TempPathFactory) -> SmallCompany:
    """A company with something wrong in each of three files."""
    company = SmallCompany(tmp_path_factory.mktemp("wrong") / "company")
    company.replace("org.csv", "blue,team,Blue,south", "blue,team,Blue,sooth")
    company.write(
        "targets.csv",
        "kpi,node,period,level,value,currency,version,decided_on,decided_by,note\n"
        "boookings,small,2025,target,100,EUR,1,2025-01-01,Ada,\n"
        "bookings,dora,2025,target,100,EUR,1,2025-01-01,Ada,\n",
    )
    company.write("goals.yml", "")
    return company


@pytest.mark.parametrize("command", ["check", "refresh"])
def test_a_wrong_company_is_told_all_that_is_wrong_at_once(
    commands: Commands, wrong_company: SmallCompany, command: str
) -> None:
    done = commands.run(command, "--company", wrong_company.folder)
    assert (done.exit_code, done.stdout) == (2, "")
    for problem in (
        "org.csv:5: parent: found the unknown parent 'sooth'",
        "targets.csv:2: kpi: found the unknown KPI 'boookings'",
        "targets.csv:3: node: found the unknown node 'dora'",
        "goals.yml: found an empty file",
        "4 problems found; nothing was started.",
    ):
        assert problem in done.stderr, done.stderr
    assert "Traceback" not in done.stderr


def test_status_tells_what_is_published_and_where_the_time_went(
    commands: Commands, small: SmallCompany, night_1: Night
) -> None:
    done = commands.run("status", "--company", small.folder)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "Kleine Waage: published is the night of 2025-0" in done.stdout
    for step in ("begin", "land crm", "build core", "gate landed", "build kpi", "build mart", "publish"):
        assert step in done.stdout


def test_status_of_a_company_that_was_never_refreshed_says_so(
    commands: Commands, tmp_path_factory: pytest.TempPathFactory
) -> None:
    company = SmallCompany(tmp_path_factory.mktemp("new") / "company")
    done = commands.run("status", "--company", company.folder)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "Kleine Waage was never refreshed" in done.stdout
