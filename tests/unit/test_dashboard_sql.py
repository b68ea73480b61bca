"""Dashboards as they are loaded: the foot on every tab, questions that several show, SQL in two languages."""

import pytest
from dashboard_files import DashboardFiles

from yardstick.dashboards import Template, exposures, load_dashboards


@pytest.fixture
def files(tmp_path):
    return DashboardFiles(tmp_path)


def test_a_right_folder_is_taken_as_it_is(files):
    sales = files.load().dashboards["sales"]

    assert files.problems() == []
    assert [question.id for question in sales.questions()] == ["sales.bookings", "shared.nights"]
    assert sales.filter_of("node").title.ru == "Кто"


def test_the_foot_lies_beneath_the_tiles_of_every_tab(files):
    (tab,) = files.load().dashboards["sales"].tabs

    *own, foot = tab.tiles
    assert [placed.tile.row for placed in own] == [0, 0]
    assert (foot.question.id, foot.tile.row) == ("shared.nights", 6)


def test_any_dashboard_may_show_a_question_of_shared(files):
    files.replace(
        "sales.yml", "      - text: {en: Good morning., ru: Доброе утро.}\n", "      - question: nights\n"
    )

    (tab,) = files.load().dashboards["sales"].tabs
    assert tab.tiles[1].question.id == "shared.nights"


def test_a_filter_may_fill_the_tag_of_another(files):
    files.replace("filters.yml", "  node:\n", "  seller:\n    tag: node\n")
    (files.folder / "filters/node.sql").rename(files.folder / "filters/seller.sql")
    files.replace("sales.yml", "filters: [node]", "filters: [seller]")
    files.replace("sales.yml", "pass: {node:", "pass: {seller:")

    assert files.load().dashboards["sales"].filter_of("node").key == "seller"


def test_the_language_is_put_in_and_values_are_bound():
    template = Template(
        "select title_{language} from kpi.dim_kpis where id = {{kpi}} or id = {{ kpi }} or x = {{a}}"
    )

    assert template.tags == {"kpi", "a"}
    assert template.numbered("ru", {"kpi": "x'; drop table x", "a": "1"}) == (
        "select title_ru from kpi.dim_kpis where id = $2 or id = $2 or x = $1",
        ["1", "x'; drop table x"],
    )


def test_for_metabase_the_tags_stay():
    assert Template("select '{language}', {{node}}").for_metabase("en") == "select 'en', {{node}}"


def test_a_column_may_take_the_place_of_a_tag():
    assert Template("select {{node}}").filled("en", "choices.{}".format) == "select choices.node"


def test_the_dashboards_that_are_shipped_are_right():
    assert set(load_dashboards().dashboards) >= {
        "leadership",
        "heads",
        "sellers",
        "kpi_health",
        "data",
        "number",
    }


def test_each_dashboard_is_an_exposure_of_the_tables_that_it_reads():
    assert exposures.FILE.read_text("utf-8") == exposures.exposures_text(), (
        "run python -m yardstick.dashboards.exposures"
    )


def test_every_number_leads_further_but_those_at_the_end_of_the_way():
    questions = load_dashboards().questions()

    assert {question.id for question in questions if not leads_further(question)} == {
        "data.by_rule",
        "data.checks",
        "heads.target_versions",
        "kpi_health.change_log",
        "number.conditions",
        "number.facts",
        "shared.score",
    }


def leads_further(question):
    columns = question.columns.values()
    return question.click is not None or any(column.click or column.link for column in columns)
