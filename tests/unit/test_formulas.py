"""The expressions of composite KPIs: what they may be made of, and the SQL that they become."""

import psycopg
import pytest

from yardstick.definitions.formulas import DAYS, Formula, Value
from yardstick.server.embedded import Role


@pytest.fixture
def connection(server):
    with psycopg.connect(**server.login(Role.ADMIN, "postgres")) as connection:
        yield connection


def computed(connection, expression, **values):
    """The expression's value, where a name with one underscore for the dot has the value given."""
    numbers = {name.replace("__", "."): value for name, value in values.items()}

    def literal(value):
        number = numbers[value.name]
        return "null::numeric" if number is None else f"{number}::numeric"

    return connection.execute(f"select ({Formula(expression).sql(literal)})::float").fetchone()[0]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("a.actual + b.actual * 2", 7),
        ("(a.actual + b.actual) * 2", 8),
        ("a.actual - b.actual - 1", -3),
        ("a.actual / b.actual", 1 / 3),
        ("-a.actual + 0.5", -0.5),
        ("1 / 2 * a.actual", 0.5),
        ("min(a.actual, b.actual, 2)", 1),
        ("max(a.actual - b.actual, 0)", 0),
    ],
)
def test_an_expression_is_computed_as_it_reads(connection, expression, value):
    assert computed(connection, expression, a__actual=1, b__actual=3) == pytest.approx(value)


def test_counts_divide_without_rounding(connection):
    assert (
        computed(connection, "a.rows_counted / b.rows_counted", a__rows_counted=1, b__rows_counted=2) == 0.5
    )


def test_division_by_zero_is_no_number(connection):
    assert computed(connection, "a.actual / (b.actual - 3)", a__actual=1, b__actual=3) is None


def test_what_is_not_known_stays_unknown_in_min_and_max(connection):
    assert computed(connection, "max(a.target, 0)", a__target=None) is None
    assert computed(connection, "min(a.target, 0) + 1", a__target=None) is None


def test_a_value_is_of_this_period_or_of_the_one_before():
    formula = Formula("open_pipeline.opening_actual / period.days + open_pipeline.actual / period.days")

    opening, closing = Value("open_pipeline", "actual", True), Value("open_pipeline", "actual")
    assert formula.values == (opening, DAYS, closing)
    assert formula.inputs == (opening, closing)
    assert [value.name for value in formula.values] == [
        "open_pipeline.opening_actual",
        "period.days",
        "open_pipeline.actual",
    ]


def test_a_composite_stands_for_its_formula():
    formulas = {"size": Formula("bookings.actual / deals.actual"), "twice": Formula("size.actual * 2")}

    inlined = Formula("a.actual - twice.actual").inlined(formulas)

    assert inlined.text == "a.actual - bookings.actual / deals.actual * 2"
    assert [value.kpi_id for value in inlined.values] == ["a", "bookings", "deals"]


@pytest.mark.parametrize(
    ("expression", "refused"),
    [
        ("a.actual ** 2", "'a.actual ** 2'"),
        ("a.actual // 2", "'a.actual // 2'"),
        ("a.actual % 2", "'a.actual % 2'"),
        ("abs(a.actual)", "'abs(a.actual)'"),
        ("max(a.actual)", "'max(a.actual)'"),
        ("a.actual if a.target else 0", "'a.actual if a.target else 0'"),
        ("a.actual + '1'", "''1''"),
        ("a.actual * 1e3", "'1e3'"),
        ("a.actual * True", "'True'"),
        ("a", "'a'"),
        ("a.b.actual", "'a.b.actual'"),
        ("__import__('os').system('true')", "'__import__('os').system('true')'"),
    ],
)
def test_an_expression_holds_nothing_else(expression, refused):
    with pytest.raises(ValueError, match="a formula of values such as") as caught:
        Formula(expression)

    assert str(caught.value).endswith(f"; not {refused}")


@pytest.mark.parametrize("expression", ["", "a.actual +", "(a.actual", "a.actual b.actual", "(" * 5000, "\0"])
def test_what_cannot_be_read_is_told_what_a_formula_looks_like(expression):
    with pytest.raises(ValueError, match="a formula of values such as"):
        Formula(expression)


def test_a_formula_names_a_kpi():
    with pytest.raises(ValueError, match="no KPI is named"):
        Formula("period.days * 2")


def test_an_unknown_attribute_is_answered_with_the_nearest():
    with pytest.raises(ValueError, match="not 'actaul'; did you mean 'actual'"):
        Formula("a.actaul")


def test_a_target_has_no_opening():
    with pytest.raises(ValueError, match="not 'opening_target'"):
        Formula("a.opening_target")


def test_the_period_knows_its_days_only():
    with pytest.raises(ValueError, match="not 'period"):
        Formula("a.actual / period.weeks")
