"""The company's CSV files: header, rows and cells, each problem at its line."""

import pytest
from company_files import ORG_CSV, CompanyFiles

TARGET_COLUMNS = "kpi,node,period,level,value,currency,version,decided_on,decided_by,note"
TARGET_COLUMNS_LISTED = TARGET_COLUMNS.replace(",", ", ")


@pytest.fixture
def files(tmp_path):
    return CompanyFiles(tmp_path)


@pytest.mark.parametrize("name", ["targets.csv", "absences.csv", "rates.csv"])
def test_a_table_of_nothing_but_its_header_is_right(files, name):
    header = (files.folder / name).read_text(encoding="utf-8").splitlines()[0]
    files.write(name, header + "\n")

    assert files.problems() == []


@pytest.mark.parametrize("name", ["targets.csv", "org.csv", "absences.csv", "rates.csv"])
def test_a_table_without_a_header_or_without_a_file_is_refused(files, name):
    header = (files.folder / name).read_text(encoding="utf-8").splitlines()[0]
    expected = f"a CSV file, at least its header: {header}"

    files.write(name, "")
    assert files.problems() == [(name, None, None, "an empty file", expected)]

    (files.folder / name).unlink()
    assert files.problems() == [(name, None, None, "no such file", expected)]


def test_columns_may_stand_in_any_order_and_rows_be_blank(files):
    files.write("rates.csv", "rate,period,kind,currency\n\n0.92,2027,plan,USD\n,,,\n")

    assert [str(rate.rate) for rate in files.load().rates] == ["0.92"]


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter(files):
    text = (files.folder / "org.csv").read_text(encoding="utf-8").replace("\n", "\r\n")
    (files.folder / "org.csv").write_bytes(text.encode("utf-8-sig"))

    assert files.problems() == []


def test_an_unknown_column_a_missing_one_and_a_doubled_one_are_all_named(files):
    files.write("targets.csv", TARGET_COLUMNS.replace("period", "perod").replace("note", "value") + "\n")

    assert files.problems() == [
        (
            "targets.csv",
            1,
            "perod",
            "the unknown column 'perod'",
            f"the columns {TARGET_COLUMNS_LISTED}; did you mean 'period'?",
        ),
        ("targets.csv", 1, "period", "no such column", f"the columns {TARGET_COLUMNS_LISTED}"),
        ("targets.csv", 1, "value", "the column 'value' 2 times", "each column once"),
        ("targets.csv", 1, "note", "no such column", f"the columns {TARGET_COLUMNS_LISTED}"),
    ]


def test_a_table_of_nothing_but_separators_has_no_columns(files):
    files.write("rates.csv", ",,,\n")

    assert [problem[1:4] for problem in files.problems()] == [
        (1, column, "no such column") for column in ("currency", "kind", "period", "rate")
    ]


def test_another_delimiter_is_recognised_by_its_single_column(files):
    files.write("targets.csv", TARGET_COLUMNS.replace(",", ";") + "\n")

    assert files.problems() == [
        (
            "targets.csv",
            1,
            None,
            f"a header of one column, '{TARGET_COLUMNS.replace(',', ';')}'",
            f"columns separated by commas: {TARGET_COLUMNS}",
        ),
    ]


def test_a_row_with_too_few_or_too_many_cells_is_refused(files):
    short = files.append("absences.csv", "anna,2026-06-01")
    long = files.append("absences.csv", "anna,2026-06-01,2026-06-02,sick, at home")

    expected = "4, one per column of the header (a text with a comma stands in quotes)"
    assert files.problems() == [
        ("absences.csv", short, None, "2 cells", expected),
        ("absences.csv", long, None, "5 cells", expected),
    ]


def test_a_quote_never_closed_is_answered_with_the_line_where_its_row_begins(files):
    line = files.append("absences.csv", 'anna,2026-06-01,2026-06-02,"sick\nboris,2026-06-01,2026-06-02,well')

    assert files.problems() == [
        (
            "absences.csv",
            line,
            None,
            "a row that cannot be read from here on (unexpected end of data)",
            'a quote (") closed in its cell, and a quote inside a quoted cell doubled ("")',
        ),
    ]


def test_a_row_after_one_of_several_lines_keeps_its_own_line(files):
    first = files.append("absences.csv", 'anna,2026-06-01,2026-06-02,"sick\nat home"')
    files.append("absences.csv", "anna,2026-06-31,2026-06-30,")

    ((name, line, field, *_),) = files.problems()

    assert (name, line, field) == ("absences.csv", first + 2, "first_day")


def test_a_table_that_is_no_utf_8_is_answered_with_the_line(files):
    (files.folder / "org.csv").write_bytes(ORG_CSV.replace("Ahlers", "Ählers").encode("cp1252"))

    assert files.problems() == [("org.csv", 6, None, "a character that is no UTF-8", "a file saved as UTF-8")]


def test_a_nul_character_is_refused(files):
    line = files.append("absences.csv", "anna,2026-06-01,2026-06-02,\0")

    assert files.problems() == [("absences.csv", line, None, "a NUL character", "a file saved as UTF-8 text")]


@pytest.mark.parametrize(
    ("old", "new", "field", "found", "expected"),
    [
        ("bookings,demo", ",demo", "kpi", "nothing", "the KPI's id, such as bookings"),
        (
            "demo,2027",
            "demo,2027-Q5",
            "period",
            "'2027-Q5'",
            "a period from 1900 to 2099 such as 2026, 2026-Q1, 2026-03 or 2026-W07",
        ),
        (
            "demo,2027",
            "demo,Mar 2027",
            "period",
            "'Mar 2027'",
            "a period from 1900 to 2099 such as 2026, 2026-Q1, 2026-03 or 2026-W07",
        ),
        ("demo,2027", "demo,2027-W53", "period", "'2027-W53'", "a week of 2027, from 2027-W01 to 2027-W52"),
        ("2027,target", "2027,goal", "level", "'goal'", "'threshold', 'target' or 'stretch'"),
        (
            "1250000.50",
            '"1,250,000.50"',
            "value",
            "'1,250,000.50'",
            "a number with a decimal point and nothing between thousands, such as 1250000.50",
        ),
        (
            "1250000.50",
            "NaN",
            "value",
            "'NaN'",
            "a number with a decimal point and nothing between thousands, such as 1250000.50",
        ),
        (
            "EUR,1",
            "euro,1",
            "currency",
            "'euro'",
            "an ISO 4217 currency code in capitals, such as EUR, USD or RUB",
        ),
        ("EUR,1", "EUR,0", "version", "'0'", "1, and one more each time that the target is decided anew"),
        ("EUR,1", "EUR,v1", "version", "'v1'", "1, and one more each time that the target is decided anew"),
        (
            "1,2026-03-01,Ada,\n",
            "1,01.03.2026,Ada,\n",
            "decided_on",
            "'01.03.2026'",
            "a date that exists, as year-month-day, such as 2026-03-01",
        ),
    ],
)
def test_a_wrong_cell_is_answered_with_what_belongs_there(files, old, new, field, found, expected):
    line = files.replace("targets.csv", old, new)

    assert files.problems() == [("targets.csv", line, field, found, expected)]


@pytest.mark.parametrize("share", ["0", "1.2", "80%"])
def test_a_share_of_full_time_is_above_0_and_at_most_1(files, share):
    line = files.replace("org.csv", ",0.8,", f",{share},")

    ((name, found_line, field, found, _),) = files.problems()

    assert (name, found_line, field, found) == ("org.csv", line, "full_time_share", f"'{share}'")


def test_the_problems_of_all_files_come_at_once_in_the_order_of_files_and_lines(files):
    files.replace("company.yml", "currency: EUR", "currency: EURO")
    files.replace("goals.yml", "owner: Ada\n    children", "children")
    files.append("targets.csv", "bookings,demo,2027,hope,1,EUR,1,2026-03-01,Ada,")
    files.append("org.csv", "west,area,West,demo,,,,,")
    files.append("absences.csv", "anna,soon,later,")
    files.append("rates.csv", "USD,plan,2028,-1")
    (files.kpis / "kpi_bookings.yml").write_text("models: []\n", encoding="utf-8")

    assert [(name, line, field) for name, line, field, *_ in files.problems()] == [
        ("absences.csv", 3, "first_day"),
        ("absences.csv", 3, "last_day"),
        ("company.yml", 3, "currency"),
        ("goals.yml", 2, "goals.revenue.owner"),
        ("org.csv", 9, "kind"),
        ("rates.csv", 5, "rate"),
        ("targets.csv", 4, "level"),
        ("kpi_bookings.yml", 1, "models"),
    ]
