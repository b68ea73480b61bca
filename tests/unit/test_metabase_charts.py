"""A chart in Metabase's words."""

from pathlib import Path
from typing import Any

import pytest

from yardstick.dashboards import Question, Template
from yardstick.dashboards.files import QuestionFile
from yardstick.metabase.charts import display, visualization_settings

COLUMNS = {
    name: {"title": {"en": name.title(), "ru": f"{name} по-русски"}} for name in ("when", "plan", "actual")
}


def question(chart: dict[str, Any], **columns: dict[str, Any]) -> Question:
    text = {"en": "Text", "ru": "Текст"}
    file = QuestionFile.model_validate(
        {"title": text, "tells": text, "chart": chart, "columns": {**COLUMNS, **columns}, "empty": text}
    )
    return Question(**dict(file), home="home", key="key", sql=Template(""), file=Path())


def settings(chart: dict[str, Any], **columns: dict[str, Any]) -> dict[str, Any]:
    return visualization_settings(question(chart, **columns), "en", "EUR")


def column(**described: Any) -> dict[str, Any]:
    """The settings of one column of a table."""
    found = settings({"kind": "table"}, given={"title": {"en": "Given", "ru": "Дано"}, **described})
    return found["column_settings"]['["name","given"]']


@pytest.mark.parametrize(
    ("kind", "name"),
    [("number", "scalar"), ("trend", "smartscalar"), ("progress", "progress"), ("row", "row")],
)
def test_each_kind_has_metabases_name(kind: str, name: str) -> None:
    keys = {"number": {"value": "actual"}, "trend": {"x": "when", "value": "actual"}}
    keys |= {"progress": {"value": "actual", "goal": "plan"}, "row": {"x": "when", "y": ["actual"]}}
    assert display(question({"kind": kind, **keys[kind]})) == name


def test_a_number_is_its_column() -> None:
    assert settings({"kind": "number", "value": "actual"})["scalar.field"] == "actual"


def test_a_trend_is_compared_with_a_column_by_its_title_or_with_the_value_before() -> None:
    with_plan = settings({"kind": "trend", "x": "when", "value": "actual", "against": "plan"})
    assert with_plan["scalar.comparisons"] == [
        {"id": "plan", "type": "anotherColumn", "column": "plan", "label": "Plan"}
    ]
    alone = settings({"kind": "trend", "x": "when", "value": "actual", "is_less_better": True})
    assert [one["type"] for one in alone["scalar.comparisons"]] == ["previousValue"]
    assert alone["scalar.switch_positive_negative"] is True


def test_a_progress_has_its_goal_from_a_column() -> None:
    found = settings({"kind": "progress", "value": "actual", "goal": "plan"})
    assert (found["progress.value"], found["progress.goal"]) == ("actual", "plan")


def test_lines_have_titles_and_colours_by_column_or_one_by_value() -> None:
    found = settings({"kind": "line", "x": "when", "y": ["actual", "plan"]})
    assert (found["graph.dimensions"], found["graph.metrics"]) == (["when"], ["actual", "plan"])
    assert found["series_settings"] == {
        "actual": {"title": "Actual", "color": "#0072B2"},
        "plan": {"title": "Plan", "color": "#E69F00"},
    }
    by_value = settings({"kind": "line", "x": "when", "y": ["actual"], "series": "plan"})
    assert (by_value["graph.dimensions"], by_value["series_settings"]) == (["when", "plan"], {})


def test_bars_may_stand_on_each_other() -> None:
    chart = {"kind": "bar", "x": "when", "y": ["actual", "plan"]}
    assert settings({**chart, "is_stacked": True})["stackable.stack_type"] == "stacked"
    assert "stackable.stack_type" not in settings(chart)


def test_a_combo_says_of_each_column_what_it_is() -> None:
    found = settings({"kind": "combo", "x": "when", "bars": ["actual"], "lines": ["plan"]})
    assert {name: one["display"] for name, one in found["series_settings"].items()} == {
        "actual": "bar",
        "plan": "line",
    }


def test_a_waterfall_ends_in_its_sum_and_a_funnel_has_steps() -> None:
    waterfall = settings({"kind": "waterfall", "x": "when", "y": "actual"})
    assert (waterfall["graph.metrics"], waterfall["waterfall.show_total"]) == (["actual"], True)
    funnel = settings({"kind": "funnel", "step": "when", "value": "actual"})
    assert (funnel["funnel.dimension"], funnel["funnel.metric"]) == ("when", "actual")


def test_a_table_hides_columns_without_a_title() -> None:
    found = settings({"kind": "table"}, key={})
    assert [one["name"] for one in found["table.columns"] if not one["enabled"]] == ["key"]


def test_each_format_is_written_in_its_way() -> None:
    assert column(format="money") == {
        "column_title": "Given",
        "number_separators": ".,",
        "number_style": "currency",
        "currency": "EUR",
        "currency_style": "symbol",
        "currency_in_header": False,
        "decimals": 0,
    }
    assert column(format="percent")["number_style"] == "percent"
    assert column(format="integer")["decimals"] == 0
    assert column(format="month")["date_style"] == "MMMM, YYYY"
    assert column(format="moment")["time_enabled"] == "minutes"
    assert column(format="figure")["text_align"] == "right"
    assert column() == {"column_title": "Given"}


def test_numbers_are_separated_as_the_language_does() -> None:
    chart = question({"kind": "number", "value": "actual"}, actual={"format": "number", **COLUMNS["actual"]})
    found = visualization_settings(chart, "ru", "EUR")["column_settings"]['["name","actual"]']
    assert found == {"column_title": "actual по-русски", "number_separators": ", "}


def test_a_value_may_link_to_the_address_in_another_column() -> None:
    found = settings(
        {"kind": "table"}, given={"title": {"en": "Given", "ru": "Дано"}, "link": "address"}, address={}
    )["column_settings"]['["name","given"]']
    assert (found["view_as"], found["link_url"]) == ("link", "{{address}}")


def test_a_label_is_coloured_by_its_tone_and_says_it_in_words() -> None:
    title = {"en": "Status", "ru": "Статус"}
    found = settings({"kind": "table"}, status={"title": title, "format": "label", "labels": "status"})
    rules = {rule["value"]: rule["color"] for rule in found["table.column_formatting"]}
    assert rules["▼ behind plan"] == "#D55E00"
    assert rules["✓ reached"] == "#009E73"
    assert "– no target" not in rules
