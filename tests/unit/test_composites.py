"""Composite KPIs: what their definitions must agree with, and what dbt is told of them."""

from decimal import Decimal

import pytest
from company_files import CompanyFiles

from yardstick.definitions.composites import composite_variables
from yardstick.definitions.files import composite_folder, counted_inputs, load_composites, load_definitions
from yardstick.errors import ConfigurationError

EXPRESSION = "kpi.expression"


@pytest.fixture
def files(tmp_path):
    files = CompanyFiles(tmp_path)
    files.define("size", unit="money", aggregation="ratio")
    files.define("cycle", unit="days", aggregation="median")
    return files


def problems(files):
    with pytest.raises(ConfigurationError) as caught:
        load_definitions(files.project)
    return [
        (problem.file.name, problem.line, problem.field, problem.found, problem.expected)
        for problem in caught.value.problems
    ]


def test_a_composite_is_one_file_and_a_kpi_as_any_other(files):
    file = files.compose("velocity", "deals_won.rows_counted * size.actual / cycle.actual")

    velocity = load_definitions(files.project)["velocity"]

    assert (velocity.kpi_id, velocity.file, velocity.aggregation) == ("velocity", file, "composite")
    assert velocity.input_kpis == ("deals_won", "size", "cycle")


def test_a_composite_may_rest_on_another(files):
    files.compose("velocity", "deals_won.actual * size.actual")
    files.compose("share", "velocity.actual / bookings.target")

    definitions = load_definitions(files.project)

    assert counted_inputs("share", definitions) == ("deals_won", "size", "bookings")


@pytest.mark.parametrize(
    ("expression", "found", "expected"),
    [
        (
            "bokings.actual / 2",
            "the unknown KPI 'bokings'",
            "KPIs that have a definition; did you mean 'bookings'?",
        ),
        ("velocity.actual + bookings.actual", "the KPI itself in velocity.actual", "other KPIs"),
        (
            "bookings.denominator",
            "'bookings.denominator'",
            "of a KPI of that kind one of bookings.actual, bookings.numerator, bookings.rows_counted, "
            "bookings.target, bookings.opening_actual, bookings.opening_numerator, "
            "bookings.opening_rows_counted",
        ),
        (
            "cycle.numerator",
            "'cycle.numerator'",
            "of a KPI of that kind one of cycle.actual, cycle.rows_counted, cycle.target, "
            "cycle.opening_actual, cycle.opening_rows_counted",
        ),
        (
            "bookings.actual ** 2",
            "'bookings.actual ** 2'",
            "a formula of values such as win_rate.actual, numbers, + - * /, parentheses, min() and max(); "
            "not 'bookings.actual ** 2'",
        ),
    ],
)
def test_a_wrong_expression_is_answered_with_its_place(files, expression, found, expected):
    files.compose("velocity", expression)

    assert problems(files) == [("velocity.yml", 5, EXPRESSION, found, expected)]


def test_composites_in_a_cycle_are_each_told_of_it(files):
    files.compose("first", "second.actual + 1")
    files.compose("second", "third.actual + 1")
    files.compose("third", "first.actual + bookings.actual")

    expected = "a formula that rests on KPIs that count rows, in the end"
    assert problems(files) == [
        ("first.yml", 5, EXPRESSION, "a cycle, first → second → third → first", expected),
        ("second.yml", 5, EXPRESSION, "a cycle, second → third → first → second", expected),
        ("third.yml", 5, EXPRESSION, "a cycle, third → first → second → third", expected),
    ]


def test_of_a_composite_only_the_actual_can_be_used(files):
    files.compose("velocity", "deals_won.actual * size.actual")
    files.compose("change", "velocity.actual - velocity.opening_actual")

    expected = "of a KPI of that kind one of velocity.actual"
    assert problems(files) == [("change.yml", 5, EXPRESSION, "'velocity.opening_actual'", expected)]


def test_a_composite_is_not_for_less_than_its_inputs_shortest_period(files):
    files.define("retention", shortest_period="quarter")
    files.compose("velocity", "retention.actual / 2", shortest_period="month")

    expected = "quarter or longer, the shortest period of retention"
    assert problems(files) == [("velocity.yml", 9, "kpi.shortest_period", "'month'", expected)]


def test_an_id_is_of_one_kpi(files):
    files.compose("size", "bookings.actual / 2")

    expected = "another name: kpi_size.yml defines size"
    assert problems(files) == [("size.yml", None, None, "a second KPI of that id", expected)]


def test_the_period_is_no_kpi(files):
    files.compose("period", "bookings.actual / 2")

    ((name, *_, found, _),) = problems(files)

    assert (name, found) == ("period.yml", "a KPI named period")


def test_a_composite_without_russian_is_refused(files):
    file = files.compose("velocity", "bookings.actual / 2")
    file.write_text(file.read_text("utf-8").replace(", ru: Название", ""), "utf-8")

    assert problems(files) == [("velocity.yml", 2, "kpi.title.ru", "nothing", "the text in Russian")]


@pytest.mark.parametrize(
    ("direction", "band", "field", "found", "expected"),
    [
        ("band", "null", "kpi.band", "nothing", "the band that is right: {from: …, to: …}"),
        ("up", "{from: 3, to: 5}", "kpi.band", "a band", "no band: the direction is up"),
        ("band", "{from: 5, to: 5}", "kpi.band.to", "'5'", "more than 5, where the band begins"),
        ("band", "{from: 0, to: 5}", "kpi.band.from", "'0'", "the lowest value that is right, above 0"),
        ("band", "{from: 3}", "kpi.band.to", "nothing", "the highest value that is right, above the lowest"),
    ],
)
def test_a_direction_of_band_has_a_band_and_no_other_has(files, direction, band, field, found, expected):
    file = files.compose("coverage", "bookings.actual / 2")
    text = file.read_text("utf-8")
    file.write_text(text.replace("direction: up", f"direction: {direction}\n  band: {band}"), "utf-8")

    assert [problem[2:] for problem in problems(files)] == [(field, found, expected)]


def test_a_band_has_two_bounds(files):
    file = files.compose("coverage", "bookings.actual / 2")
    file.write_text(
        file.read_text("utf-8").replace("direction: up", "direction: band\n  band: {from: 3, to: 5}"), "utf-8"
    )

    band = load_definitions(files.project)["coverage"].band

    assert (band.lowest, band.highest) == (Decimal(3), Decimal(5))


def test_dbt_is_told_which_values_to_lay_side_by_side(files):
    files.compose("coverage", "bookings.opening_actual / max(deals_won.target, 0)")
    files.compose("twice", "coverage.actual * 2")

    variables = composite_variables(load_composites(files.project))

    assert variables["values"] == [
        {
            "name": "bookings.opening_rows_counted",
            "kpi_id": "bookings",
            "attribute": "rows_counted",
            "kind": "opening",
        },
        {
            "name": "bookings.opening_actual",
            "kpi_id": "bookings",
            "attribute": "actual",
            "kind": "opening",
        },
        {"name": "deals_won.target", "kpi_id": "deals_won", "attribute": "target", "kind": "target"},
    ]
    coverage, twice = variables["formulas"]
    assert coverage["first_kpi"] == "bookings"
    assert coverage["rows"] == "bookings.opening_rows_counted"
    assert coverage["rests_on"] == ["bookings.opening_actual", "deals_won.target"]
    bounds = '"deals_won.target", 0::numeric'
    greatest = f"case when num_nulls({bounds}) = 0 then greatest({bounds}) end"
    assert coverage["sql"] == f'(round("bookings.opening_actual", 30) / nullif({greatest}, 0))'
    assert twice["sql"] == f"({coverage['sql']} * 2::numeric)"


def test_the_composites_that_are_shipped_are_right():
    definitions = load_definitions()

    shipped = {kpi_id for kpi_id, card in definitions.items() if card.file.parent == composite_folder()}
    assert {"quota_attainment", "sales_velocity", "pipeline_coverage"} <= shipped
