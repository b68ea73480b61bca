"""Goals: what they must agree with, and what they weigh on a scorecard."""

from decimal import Decimal

import pytest
from company_files import CompanyFiles

from yardstick.company import Goal, check_company
from yardstick.errors import ConfigurationError
from yardstick.extract.entities import given_fields


@pytest.fixture
def files(tmp_path):
    return CompanyFiles(tmp_path)


def child(kpi, relation="driver", **more):
    """A goal of that KPI as a line among the children of `revenue`."""
    traits = "".join(f", {key}: {value}" for key, value in more.items())
    title = "title: {en: Better, ru: Лучше}"
    return f"      - {{id: {kpi}_goal, {title}, kpi: {kpi}, owner: Ada, relation: {relation}{traits}}}"


def test_goals_are_flattened_with_their_parent(files):
    revenue, more_deals = files.load().goals

    assert (revenue.id, revenue.parent, revenue.relation, revenue.sign) == ("revenue", None, None, None)
    assert more_deals == Goal(
        id="more_deals",
        title=more_deals.title,
        kpi="deals_won",
        owner="Ada",
        parent="revenue",
        relation="driver",
        sign=1,
        lag_months=2,
    )
    assert (more_deals.title.en, more_deals.title.ru) == ("More deals", "Больше сделок")


@pytest.mark.parametrize(
    ("old", "new", "field", "found", "expected"),
    [
        (
            "kpi: deals_won",
            "kpi: deal_won",
            "goals.revenue.children.more_deals.kpi",
            "the unknown KPI 'deal_won'",
            "a KPI that has a definition; did you mean 'deals_won'?",
        ),
        (
            "id: more_deals",
            "id: revenue",
            "goals.revenue.children.revenue.id",
            "'revenue', which line 2 has too",
            "an id of its own for each goal",
        ),
        (
            "relation: driver",
            "relation: drives",
            "goals.revenue.children.more_deals.relation",
            "'drives'",
            "'sum', 'product' or 'driver'; did you mean 'driver'?",
        ),
        (
            "lag_months: 2",
            "weight: 0.04",
            "goals.revenue.children.more_deals.weight",
            "'0.04'",
            "the goal's share of its parent's score, 0.05 to 0.5; the shares of siblings sum to 1",
        ),
        (
            "lag_months: 2",
            "sign: 2",
            "goals.revenue.children.more_deals.sign",
            "'2'",
            "1 (more of it helps the parent) or -1 (more of it hurts)",
        ),
        (
            ", ru: Больше сделок}",
            "}",
            "goals.revenue.children.more_deals.title.ru",
            "nothing",
            "the text in Russian",
        ),
    ],
)
def test_a_wrong_goal_is_refused(files, old, new, field, found, expected):
    line = files.replace("goals.yml", old, new)

    assert files.problems() == [("goals.yml", line, field, found, expected)]


def test_only_a_driver_has_a_sign_and_a_lag(files):
    files.replace(
        "targets.csv", "deals_won,anna,2026-05,stretch,12,,", "deals_won,anna,2026-05,stretch,12,EUR,"
    )
    files.define("deals_won", unit="money")
    files.replace("goals.yml", "relation: driver", "relation: sum")
    line = files.replace("goals.yml", "lag_months: 2", "lag_months: 0")

    assert files.problems() == [
        (
            "goals.yml",
            line,
            "goals.revenue.children.more_deals.lag_months",
            "a value",
            "no lag_months: only a driver has one",
        ),
    ]


def test_weights_are_multiplied_down_to_the_leaves(files):
    for name in ("calls", "meetings", "mails"):
        files.define(name)
    files.replace("goals.yml", "lag_months: 2", "weight: 0.5\n        children:")
    files.append("goals.yml", f"    {child('meetings', weight=0.4)}")
    files.append("goals.yml", f"    {child('mails', weight=0.4)}")
    files.append("goals.yml", f"    {child('bookings_by_phone', weight=0.2)}")
    files.append("goals.yml", child("calls", weight=0.5))
    files.define("bookings_by_phone")

    weights = {goal.kpi: goal.score_weight for goal in files.load().goals}

    assert weights == {
        "bookings": None,
        "deals_won": None,  # its children stand for it
        "meetings": Decimal("0.2"),
        "mails": Decimal("0.2"),
        "bookings_by_phone": Decimal("0.1"),
        "calls": Decimal("0.5"),
    }


def test_the_weights_of_siblings_sum_to_1(files):
    files.define("calls")
    files.replace("goals.yml", "lag_months: 2", "weight: 0.4")
    files.append("goals.yml", child("calls", weight=0.5))

    expected = "weights that sum to 1 (a child without a weight stays out of the score)"
    assert files.problems() == [
        ("goals.yml", 6, "goals.revenue.children", "weights that sum to 0.9", expected)
    ]


def test_weights_may_miss_1_by_a_thousandth_and_be_left_out(files):
    for name in ("calls", "meetings", "mails"):
        files.define(name)
        files.append("goals.yml", child(name, weight=0.333))
    files.replace("goals.yml", "lag_months: 2", "lag_months: 1")

    assert files.problems() == []


def test_a_goal_does_not_serve_itself(files):
    line = files.append("goals.yml", child("bookings"))

    found = "'bookings', by which the goal revenue above is measured too: a cycle"
    place = "goals.revenue.children.bookings_goal.kpi"
    assert files.problems() == [("goals.yml", line, place, found, "a KPI that serves the goals above")]


def test_parts_of_a_sum_are_of_its_unit_and_add_up(files):
    files.define("upsell", unit="money")
    files.define("calls")
    files.append("goals.yml", child("upsell", "sum"))
    line = files.append("goals.yml", child("calls", "sum"))
    files.define("share", unit="money", aggregation="ratio")
    ratio_line = files.append("goals.yml", child("share", "sum"))

    assert files.problems() == [
        (
            "goals.yml",
            line,
            "goals.revenue.children.calls_goal.kpi",
            "'calls', whose unit is count",
            "a KPI whose unit is money, as that of bookings is",
        ),
        (
            "goals.yml",
            ratio_line,
            "goals.revenue.children.share_goal.relation",
            "the relation sum, though share is a ratio",
            "product or driver: only what adds up is a sum of its parts",
        ),
    ]


@pytest.mark.parametrize(
    ("factors", "is_right"),
    [
        ({"deals": "count", "size": "money"}, True),
        ({"leads": "count", "conversion": "share", "size": "money"}, True),
        ({"deals": "count", "conversion": "share"}, False),
        ({"turnover": "money", "size": "money"}, False),
        ({"cycle": "days", "size": "money"}, False),
    ],
)
def test_the_units_of_factors_multiply_to_that_of_their_product(files, factors, is_right):
    lines = []
    for kpi, unit in factors.items():
        files.define(kpi, unit=unit)
        lines.append(files.append("goals.yml", child(kpi, "product")))

    found = " × ".join(f"{kpi} ({unit})" for kpi, unit in factors.items())
    expected = "factors whose units multiply to that of bookings (money)"
    first = next(iter(factors))
    place = f"goals.revenue.children.{first}_goal.relation"
    assert files.problems() == ([] if is_right else [("goals.yml", lines[0], place, found, expected)])


def test_one_factor_is_no_product(files):
    files.define("size", unit="money")
    line = files.append("goals.yml", child("size", "product"))

    place = "goals.revenue.children.size_goal.relation"
    assert files.problems() == [
        ("goals.yml", line, place, "1 children of the relation product", "2 to 5 factors of bookings")
    ]


def unreached(files):
    with pytest.raises(ConfigurationError) as caught:
        check_company(files.folder, files.project)
    return [
        (problem.line, problem.field, problem.found, problem.expected) for problem in caught.value.problems
    ]


def test_a_kpi_without_a_path_to_a_goal_is_answered_with_the_line_to_add(files):
    files.define("calls")

    ((line, field, found, expected),) = unreached(files)

    assert (line, field, found) == (6, "goals.revenue.children", "no goal with the KPI 'calls'")
    added = expected.removeprefix("a path to a goal of the company, such as, among these, ")
    files.append("goals.yml", f"      {added}")
    assert [goal.kpi for goal in check_company(files.folder, files.project).goals][-1] == "calls"


def test_a_kpi_that_no_source_gives_needs_no_goal(files):
    file = files.define("response_time")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[deals.owner_id, deals.closed_at]", "[leads.id, deals.id]"), "utf-8")
    files.compose("responses", "response_time.actual / deals_won.actual")

    assert check_company(files.folder, files.project)


def test_a_kpi_whose_field_no_source_gives_needs_no_goal(files):
    file = files.define("upsell")
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("[deals.owner_id, deals.closed_at]", "[deals.owner_id, deals.kind]"), "utf-8"
    )

    assert check_company(files.folder, files.project)


def test_a_field_is_given_where_another_stands_in_for_it():
    assert given_fields("leads", ["id", "created_at"]) == {"id", "created_at", "assigned_at"}
    assert given_fields("leads", ["id", "assigned_at"]) == {"id", "assigned_at"}


def test_a_composite_needs_a_goal_as_any_kpi(files):
    files.compose("size", "bookings.actual / deals_won.actual")

    ((_, _, found, _),) = unreached(files)

    assert found == "no goal with the KPI 'size'"


def test_a_night_does_not_ask_for_a_path(files):
    files.define("calls")

    assert files.load()
