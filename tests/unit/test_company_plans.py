"""Targets, rates and absences: what they must agree with."""

import pytest
from company_files import CompanyFiles


@pytest.fixture
def files(tmp_path):
    return CompanyFiles(tmp_path)


@pytest.mark.parametrize(
    ("row", "field", "found", "expected"),
    [
        (
            "bokings,demo,2028,target,1,EUR,1,2026-03-01,Ada,",
            "kpi",
            "the unknown KPI 'bokings'",
            "a KPI that has a definition; did you mean 'bookings'?",
        ),
        (
            "bookings,ana,2028,target,1,EUR,1,2026-03-01,Ada,",
            "node",
            "the unknown node 'ana'",
            "the company's id, or a region, team or person of org.csv or of an export "
            "(who has left an export needs a row in org.csv); did you mean 'anna'?",
        ),
        (
            "bookings,demo,2028,target,1,,1,2026-03-01,Ada,",
            "currency",
            "nothing",
            "a currency: bookings is money",
        ),
        (
            "deals_won,demo,2028,target,1,EUR,1,2026-03-01,Ada,",
            "currency",
            "'EUR'",
            "a blank cell: deals_won is no money",
        ),
        (
            "bookings,demo,2027,target,2,EUR,1,2026-04-01,Ada,",
            "version",
            "version 1, which line 2 has for the same KPI, node, period and level",
            "a version of its own: rows are added, never changed",
        ),
        (
            "bookings,demo,2026-Q4,target,1,USD,1,2026-03-01,Ada,",
            "currency",
            "'USD'",
            "EUR, or a currency with a plan rate for 2026 in rates.csv",
        ),
        (
            "bookings,demo,2027,target,1,GBP,2,2026-03-01,Ada,",
            "currency",
            "'GBP'",
            "EUR, or a currency with a plan rate for 2027 in rates.csv",
        ),
    ],
)
def test_a_wrong_target_is_refused(files, row, field, found, expected):
    line = files.append("targets.csv", row)

    assert files.problems() == [("targets.csv", line, field, found, expected)]


@pytest.mark.parametrize("period", ["2027", "2027-Q1", "2026-04", "2027-03"])
def test_a_plan_rate_holds_for_every_period_that_starts_in_its_fiscal_year(files, period):
    files.append("targets.csv", f"bookings,anna,{period},target,1,USD,1,2026-03-01,Ada,")

    assert files.problems() == []


def test_a_kpi_that_ought_to_lie_in_a_band_has_no_target(files):
    file = files.define("coverage")
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("direction: up", "direction: band\n          band: {from: 3, to: 5}"), "utf-8"
    )
    line = files.append("targets.csv", "coverage,demo,2028,target,4,,1,2026-03-01,Ada,")

    expected = "another KPI: coverage is measured by the band of its definition"
    assert files.problems() == [("targets.csv", line, "kpi", "'coverage'", expected)]


def test_a_target_is_not_for_less_than_the_kpis_shortest_period(files):
    files.define("retention", shortest_period="quarter")
    files.append("targets.csv", "retention,demo,2027-Q1,target,1,,1,2026-03-01,Ada,")
    line = files.append("targets.csv", "retention,demo,2026-05,target,1,,1,2026-03-01,Ada,")

    assert files.problems() == [
        ("targets.csv", line, "period", "'2026-05'", "a quarter or longer, the shortest period of retention")
    ]


@pytest.mark.parametrize(
    ("row", "field", "found", "expected"),
    [
        (
            "USD,plan,2027,0.95",
            "rate",
            "the plan rate of USD for 2027, which line 2 has too",
            "each rate once",
        ),
        ("EUR,plan,2027,1", "currency", "'EUR'", "other currencies only: the company's own is always 1"),
        ("GBP,plan,2027-03,1.1", "period", "'2027-03'", "a fiscal year such as 2026 for a rate of kind plan"),
        ("USD,actual,2027,1.1", "period", "'2027'", "a month such as 2026-03 for a rate of kind actual"),
        (
            "GBP,actual,2027-03,0",
            "rate",
            "'0'",
            "how much of the company's currency one unit is worth, above 0, such as 0.92",
        ),
    ],
)
def test_a_wrong_rate_is_refused(files, row, field, found, expected):
    line = files.append("rates.csv", row)

    assert files.problems() == [("rates.csv", line, field, found, expected)]


def test_a_currency_of_the_rates_has_a_plan_rate_for_each_year_that_has_targets(files):
    line = files.append("rates.csv", "GBP,plan,2027,1.1\nGBP,actual,2028-02,1.2")
    files.append("targets.csv", "deals_won,anna,2027-06,target,9,,1,2026-03-01,Ada,")
    files.append("targets.csv", "deals_won,demo,2029,target,9,,1,2026-03-01,Ada,")

    assert files.problems() == [
        (
            "rates.csv",
            place,
            "currency",
            f"no plan rate of {currency} for {year}, a fiscal year that has targets",
            f"a row {currency},plan,{year} and the rate",
        )
        for place, currency, year in [(2, "USD", 2029), (line, "GBP", 2028), (line, "GBP", 2029)]
    ]


def test_a_target_is_not_decided_in_the_future(files):
    line = files.append("targets.csv", "bookings,demo,2028,target,1,EUR,1,2999-01-01,Ada,")

    found, expected = "2999-01-01, which is yet to come", "the day of the decision, today at the latest"
    assert files.problems() == [("targets.csv", line, "decided_on", found, expected)]


def test_an_absence_of_an_unknown_person_is_refused(files):
    line = files.append("absences.csv", "red,2026-06-01,2026-06-02,")

    ((name, found_line, field, found, _),) = files.problems()

    assert (name, found_line, field, found) == ("absences.csv", line, "person", "the unknown person 'red'")


def test_an_absence_ends_on_its_first_day_or_later(files):
    files.append("absences.csv", "anna,2026-06-02,2026-06-02,")
    line = files.append("absences.csv", "anna,2026-06-02,2026-06-01,")

    assert files.problems() == [
        ("absences.csv", line, "last_day", "2026-06-01", "the first day, 2026-06-02, or a later one")
    ]


def test_the_problems_of_kpi_definitions_are_the_companys_too(files):
    (files.kpis / "kpi_deals_won.sql").unlink()

    assert files.problems() == [
        (
            "kpi_deals_won.yml",
            None,
            None,
            "a definition without its model",
            "kpi_deals_won.sql beside it, with the rows that the KPI counts",
        ),
    ]
