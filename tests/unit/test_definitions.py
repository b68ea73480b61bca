"""KPI definitions: what each must say, and how a wrong one is answered."""

from decimal import Decimal

import pytest
from company_files import CompanyFiles

from yardstick.definitions.files import composite_folder, inputs_of, kpi_folder, load_definitions
from yardstick.errors import ConfigurationError

CARD = "models.{name}.config.meta.kpi."


@pytest.fixture
def files(tmp_path):
    return CompanyFiles(tmp_path)


def problems(files):
    with pytest.raises(ConfigurationError) as caught:
        load_definitions(files.project)
    return [
        (problem.file.name, problem.line, problem.field, problem.found, problem.expected)
        for problem in caught.value.problems
    ]


def replace(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_a_definition_knows_its_kpi_its_file_and_the_fields_it_needs(files):
    file = files.define("win_rate", unit="share")
    replace(file, "inputs: [deals.owner_id", "parameters: {days: 90}\n          inputs: [leads.owner_id")

    definition = load_definitions(files.project)["win_rate"]

    assert (definition.kpi_id, definition.file) == ("win_rate", file)
    assert inputs_of("win_rate", {"win_rate": definition}) == {"leads.owner_id", "deals.closed_at"}
    assert definition.parameters == {"days": Decimal(90)}
    assert (definition.title.ru, definition.unit, definition.counter_kpi) == ("Название", "share", None)
    assert definition.thresholds == {}


def test_definitions_come_in_alphabetical_order(files):
    files.define("average")

    assert list(load_definitions(files.project)) == ["average", "bookings", "deals_won"]


def test_the_shortest_period_is_a_week_unless_said(files):
    file = files.define("win_rate")
    replace(file, "          shortest_period: week\n", "")

    assert load_definitions(files.project)["win_rate"].shortest_period == "week"


@pytest.mark.parametrize(
    ("old", "new", "field", "found", "expected"),
    [
        (", ru: Название}", "}", "title.ru", "nothing", "the text in Russian"),
        (
            "{en: What it means., ru: Что это значит.}",
            "What it means.",
            "meaning",
            "'What it means.'",
            "what the KPI means, a sentence in both languages: {en: …, ru: …}",
        ),
        (
            "Σ of something",
            "Σ " * 61,
            "formula",
            f"'{'Σ ' * 60}…'",
            "the formula as people say it, at most 120 characters",
        ),
        ("unit: count", "unit: euro", "unit", "'euro'", "'money', 'count', 'share', 'days' or 'minutes'"),
        (
            "direction: up",
            "direction: upp",
            "direction",
            "'upp'",
            "'up', 'down' or 'band'; did you mean 'up'?",
        ),
        (
            "aggregation: sum",
            "aggregation: average",
            "aggregation",
            "'average'",
            "'sum', 'ratio', 'median' or 'distinct'",
        ),
        ("timing: lag", "timing: lagging", "timing", "'lagging'", "'lead' or 'lag'; did you mean 'lag'?"),
        (
            "deals.closed_at",
            "deals.close_date",
            "inputs.2",
            "'deals.close_date'",
            "entity.field, such as deals.closed_at; did you mean 'deals.closed_at'?",
        ),
        (
            "counter_kpi: null",
            "thresholds: {completeness: 98}",
            "thresholds.completeness",
            "'98'",
            "completeness, validity, uniqueness: share from 0 to 1, where it differs from the default",
        ),
        (
            "counter_kpi: null",
            "thresholds: {completness: 0.9}",
            "thresholds.completness",
            "the unknown key 'completness'",
            "one of completeness, validity, uniqueness; did you mean 'completeness'?",
        ),
        (
            "counter_kpi: null",
            "parameters: {days: many}",
            "parameters.days",
            "'many'",
            "a number with a decimal point and nothing between thousands, such as 1250000.50",
        ),
        (
            "counter_kpi: null",
            "counter_kpi: booking",
            "counter_kpi",
            "the unknown KPI 'booking'",
            "a KPI that has a definition, or null; did you mean 'bookings'?",
        ),
        (
            "counter_kpi: null",
            "counter_kpi: win_rate",
            "counter_kpi",
            "the KPI itself",
            "another KPI, or null",
        ),
    ],
)
def test_a_wrong_value_is_answered_with_what_belongs_there(files, old, new, field, found, expected):
    file = files.define("win_rate")
    line = replace(file, old, new)

    place = CARD.format(name="kpi_win_rate") + field
    assert problems(files) == [("kpi_win_rate.yml", line, place, found, expected)]


def test_an_unknown_key_is_answered_with_the_nearest(files):
    line = replace(files.define("win_rate"), "counter_kpi: null", "counter: null")

    ((name, found_line, field, found, expected),) = problems(files)

    assert (name, found_line, field) == (
        "kpi_win_rate.yml",
        line,
        CARD.format(name="kpi_win_rate") + "counter",
    )
    assert found == "the unknown key 'counter'"
    assert expected.endswith("; did you mean 'counter_kpi'?")


def test_a_balance_is_never_a_median(files):
    file = files.define("win_rate")
    replace(file, "aggregation: sum", "aggregation: median")
    line = replace(file, "over_time: flow", "over_time: balance")

    assert problems(files) == [
        (
            "kpi_win_rate.yml",
            line,
            CARD.format(name="kpi_win_rate") + "over_time",
            "a balance that is a median",
            "flow, or another aggregation: a median of what is open on a day is not computed",
        ),
    ]


def test_the_model_is_named_as_its_file(files):
    line = replace(files.define("win_rate"), "name: kpi_win_rate", "name: win_rate")

    assert problems(files) == [
        (
            "kpi_win_rate.yml",
            line,
            "models.win_rate.name",
            "'win_rate'",
            "'kpi_win_rate', as the file is named",
        )
    ]


def test_a_file_holds_one_model(files):
    file = files.define("win_rate")
    file.write_text(
        file.read_text(encoding="utf-8") + "  - name: other\n    config: {meta: {}}\n", encoding="utf-8"
    )

    ((name, _, field, found, _),) = problems(files)

    assert (name, field, found) == ("kpi_win_rate.yml", "models.other.config.meta.kpi", "nothing")


def test_a_model_without_a_definition_is_refused(files):
    file = files.define("win_rate")
    file.write_text("models:\n  - name: kpi_win_rate\n    config: {meta: {}}\n", encoding="utf-8")

    assert problems(files) == [
        (
            "kpi_win_rate.yml",
            3,
            "models.kpi_win_rate.config.meta.kpi",
            "nothing",
            "the KPI's definition: title, meaning, formula, unit, …",
        ),
    ]


def test_a_model_without_its_file_and_a_definition_without_its_model_are_refused(files):
    (files.kpis / "kpi_bookings.sql").unlink()
    (files.kpis / "kpi_deals_won.yml").unlink()

    assert problems(files) == [
        (
            "kpi_deals_won.sql",
            None,
            None,
            "a KPI without a definition",
            "kpi_deals_won.yml beside it, with the KPI's definition",
        ),
        (
            "kpi_bookings.yml",
            None,
            None,
            "a definition without its model",
            "kpi_bookings.sql beside it, with the rows that the KPI counts",
        ),
    ]


def test_a_definition_may_be_a_counter_kpi_though_it_is_itself_wrong(files):
    replace(files.define("win_rate"), "counter_kpi: null", "counter_kpi: bookings")
    replace(files.kpis / "kpi_bookings.yml", "unit: money", "unit: gold")

    assert [(name, found) for name, _, _, found, _ in problems(files)] == [("kpi_bookings.yml", "'gold'")]


def test_a_folder_without_kpis_has_no_definitions(tmp_path):
    assert load_definitions(tmp_path) == {}


def test_the_definitions_that_are_shipped_are_right():
    definitions = load_definitions()

    assert {
        "bookings",
        "deals_won",
        "win_rate",
        "average_deal_size",
        "sales_cycle",
        "open_pipeline",
        "lead_to_deal_conversion",
    } <= definitions.keys()
    assert all(
        definition.file.parent in (kpi_folder(), composite_folder()) for definition in definitions.values()
    )
