"""`yardstick kpi new`: the files that it writes, the line in goals.yml, and what it refuses."""

import pytest
from company_files import CompanyFiles

from yardstick.company import check_company
from yardstick.definitions.files import load_definitions
from yardstick.errors import ConfigurationError, UsageError
from yardstick.kpi_commands.new import Draft, write_kpi


@pytest.fixture
def files(tmp_path):
    return CompanyFiles(tmp_path)


def write(files, draft, goal=None):
    return write_kpi(files.folder, draft, goal, files.project)


def everything(files):
    """Each file of the company and of the dbt project, with what it holds."""
    return {
        file: file.read_bytes()
        for root in (files.folder, files.project)
        for file in root.rglob("*")
        if file.is_file()
    }


def test_a_kpi_is_two_files_and_a_line_in_goals(files):
    before = (files.folder / "goals.yml").read_text("utf-8")

    written = write(files, Draft("deals_lost", "Deals lost", "Проигранные сделки"))

    assert written == [
        files.kpis / "kpi_deals_lost.sql",
        files.kpis / "kpi_deals_lost.yml",
        files.folder / "goals.yml",
    ]
    line = (
        '      - {id: deals_lost, title: {en: "Deals lost", ru: "Проигранные сделки"}, kpi: deals_lost, '
        'owner: "Head of sales", relation: driver}\n'
    )
    assert (files.folder / "goals.yml").read_text("utf-8") == before + line
    assert [goal.kpi for goal in check_company(files.folder, files.project).goals][-1] == "deals_lost"


def test_a_kpi_without_titles_has_some_to_be_replaced(files):
    write(files, Draft("deals_lost"))

    title = load_definitions(files.project)["deals_lost"].title
    assert (title.en, title.ru) == ("Deals lost", "Новый показатель deals_lost")


def test_a_title_may_hold_what_yaml_would_misread(files):
    write(files, Draft("odd", 'No: "one", {two} # three', "Да: 'раз', [два] $3"))

    title = load_definitions(files.project)["odd"].title
    assert (title.en, title.ru) == ('No: "one", {two} # three', "Да: 'раз', [два] $3")


def test_a_composite_is_one_file_and_a_line(files):
    files.define("retention", shortest_period="quarter")
    files.append(
        "goals.yml",
        "      - {id: stay, title: {en: S, ru: С}, kpi: retention, owner: Ada, relation: driver}",
    )

    written = write(files, Draft("size", expression="bookings.actual / retention.actual"))

    assert written == [files.composites / "size.yml", files.folder / "goals.yml"]
    size = load_definitions(files.project)["size"]
    assert (size.expression, size.shortest_period) == ("bookings.actual / retention.actual", "quarter")
    assert check_company(files.folder, files.project)


def test_a_goal_without_children_gets_its_first(files):
    text = (files.folder / "goals.yml").read_text("utf-8").replace("\n", "\r\n") + "# the end"
    (files.folder / "goals.yml").write_text(text, "utf-8", newline="")

    write(files, Draft("deals_lost"), "more_deals")

    lines = (files.folder / "goals.yml").read_bytes().decode().split("\r\n")
    assert lines[12:14] == ["        children:", "          " + lines[13].strip()]
    assert lines[13].strip().startswith("- {id: deals_lost")
    assert lines[14:] == ["# the end", ""]
    assert [goal.parent for goal in files.load().goals] == [None, "revenue", "more_deals"]


def test_a_line_is_added_below_a_text_of_several_lines(files):
    files.replace(
        "goals.yml",
        "title: {en: More deals, ru: Больше сделок}\n        kpi: deals_won\n        owner: Ada\n"
        "        relation: driver\n        lag_months: 2",
        "kpi: deals_won\n        owner: Ada\n        relation: driver\n        title:\n"
        "          en: More deals\n          ru: |\n            Больше\n            сделок",
    )

    write(files, Draft("deals_lost"))

    assert [goal.id for goal in files.load().goals] == ["revenue", "more_deals", "deals_lost"]


@pytest.mark.parametrize(
    ("draft", "goal", "refusal"),
    [
        (Draft("Deals-Lost"), None, "found the id 'Deals-Lost'; expected lower-case letters, digits and _"),
        (Draft("bookings"), None, "there is a KPI bookings already"),
        (Draft("more_deals"), None, "there is a goal more_deals already"),
        (
            Draft("lost"),
            "more_deal",
            "the unknown goal 'more_deal'; expected one of goals.yml; did you mean 'more_deals'",
        ),
        (
            Draft("size", expression="bookings.actual ** 2"),
            None,
            "--expression: found 'bookings.actual ** 2'; expected a formula of values",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(files, draft, goal, refusal):
    before = everything(files)

    with pytest.raises(UsageError) as caught:
        write(files, draft, goal)

    assert refusal in str(caught.value)
    assert everything(files) == before


def test_an_expression_over_an_unknown_kpi_leaves_nothing_behind(files):
    before = everything(files)

    with pytest.raises(ConfigurationError, match="the unknown KPI 'sales'"):
        write(files, Draft("size", expression="sales.actual / 2"))

    assert everything(files) == before


@pytest.mark.parametrize("children", ["", ", children: []", ", children: [ ]"])
def test_a_goal_in_braces_gets_its_child_inside_them(files, children):
    goal = "{id: revenue, title: {en: S, ru: С}, kpi: bookings, owner: Ada"
    files.write("goals.yml", f"goals:\n  - {goal}{children}}} # the one\n")

    write(files, Draft("deals_lost"))
    write(files, Draft("deals_drawn"))

    assert [(goal.id, goal.parent) for goal in files.load().goals] == [
        ("revenue", None),
        ("deals_lost", "revenue"),
        ("deals_drawn", "revenue"),
    ]
    assert (files.folder / "goals.yml").read_text("utf-8").endswith("} # the one\n")
