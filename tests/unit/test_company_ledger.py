"""ledger.csv, which need not be there: what it must agree with."""

from decimal import Decimal

import pytest
from company_files import CompanyFiles

HEADER = "kpi,node,period,value\n"


@pytest.fixture
def files(tmp_path):
    files = CompanyFiles(tmp_path)
    files.write("ledger.csv", HEADER + "bookings,demo,2026-05,1000.50\ndeals_won,anna,2026-Q1,12\n")
    return files


def test_what_accounting_says_is_read(files):
    said = [(entry.kpi, entry.node, entry.period, entry.value) for entry in files.load().ledger]

    assert said == [
        ("bookings", "demo", "2026-05", Decimal("1000.50")),
        ("deals_won", "anna", "2026-Q1", Decimal(12)),
    ]


def test_a_company_without_a_ledger_is_right(files):
    (files.folder / "ledger.csv").unlink()

    assert files.load().ledger == ()


def test_an_empty_ledger_is_refused(files):
    files.write("ledger.csv", "")

    expected = "a CSV file, at least its header: kpi,node,period,value"
    assert files.problems() == [("ledger.csv", None, None, "an empty file", expected)]


@pytest.mark.parametrize(
    ("row", "field", "found", "expected"),
    [
        (
            "bokings,demo,2026-04,1",
            "kpi",
            "the unknown KPI 'bokings'",
            "a KPI that has a definition; did you mean 'bookings'?",
        ),
        (
            "per_deal,demo,2026-04,1",
            "kpi",
            "'per_deal'",
            "a KPI that counts rows: one made of others is as right as these",
        ),
        (
            "bookings,ana,2026-04,1",
            "node",
            "the unknown node 'ana'",
            "the company's id, or a region, team or person of org.csv or of an export "
            "(who has left an export needs a row in org.csv); did you mean 'anna'?",
        ),
        (
            "bookings,demo,2026-05,2",
            "period",
            "2026-05, which line 2 has for the same KPI and node",
            "each period once: correct the line that is there",
        ),
        (
            "monthly,demo,2026-W07,2",
            "period",
            "'2026-W07'",
            "a month or longer, the shortest period of monthly",
        ),
        (
            "bookings,demo,2098,2",
            "period",
            "2098, which ends on 2098-03-31",
            "a period that is over",
        ),
    ],
)
def test_a_wrong_entry_is_refused_at_its_line(files, row, field, found, expected):
    files.define("monthly", shortest_period="month")
    files.compose("per_deal", "bookings.actual / deals_won.actual")
    line = files.append("ledger.csv", row)

    assert files.problems() == [("ledger.csv", line, field, found, expected)]


def test_a_value_that_is_no_number_is_refused(files):
    line = files.append("ledger.csv", "bookings,demo,2026-04,1.000,50")

    assert [problem[:3] for problem in files.problems()] == [("ledger.csv", line, None)]
