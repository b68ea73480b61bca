"""docs/worked-example.md is true: its rows are the files, its sums are right, its results are published."""

import csv
import re
import shlex
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

import psycopg
import pytest
from commands import PROJECT, Commands, Done
from warehouse_reading import session

from yardstick.server.embedded import Role

PAGE = (PROJECT / "docs" / "worked-example.md").read_text(encoding="utf-8")
COMPANY = PROJECT / "docs" / "worked-example"

FENCE = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CAPTIONED_TABLE = re.compile(r"^\*\*(.+)\*\*\n\n\|(.+)\|\n\|[-|]+\|\n((?:\|.+\n)+)", re.MULTILINE)
EQUATION = re.compile(r"[|`]([^|`]+ = [^|`]+)[|`]")
NUMBER = re.compile(r"[\d,]*\d(?:\.\d+)?(?: %)?")
OPERATORS = str.maketrans({"×": "*", "÷": "/", "−": "-", "√": "root"})

#: Scorecards of June by who is meant, as the page calls and orders them.
JUNE = """
    with june as (
        select
            scorecards.*,
            case node_kind when 'company' then 'Company' else node_name end as who,
            array_position(array['person', 'team', 'company'], node_kind) as place
        from kpi.scorecards
        where period_kind = 'month' and period_start = '2026-06-01'
            and node_kind <> 'region' and node_id not like 'unassigned%'
    )
"""
#: Caption of a table → the SELECT that returns it, column by column.
RESULTS = {
    "Closed deals": """
        select
            split_part(record_id, ':', 2), person_name, event_on,
            max(numerator) filter (where kpi_id = 'bookings'),
            max(numerator) filter (where kpi_id = 'deals_won'),
            max(numerator) filter (where kpi_id = 'win_rate'),
            max(denominator) filter (where kpi_id = 'win_rate')
        from kpi.kpi_rows
        join kpi.dim_people using (person_id)
        where kpi_id in ('bookings', 'deals_won', 'win_rate')
        group by record_id, person_name, event_on
        order by event_on, person_name, record_id
    """,
    "Open deals": """
        select split_part(record_id, ':', 2), person_name, event_on, numerator
        from kpi.kpi_rows
        join kpi.dim_people using (person_id)
        where kpi_id = 'open_pipeline' and coalesce(until_on > '2026-06-19', true)
        order by event_on
    """,
    "Leads and calls": """
        select split_part(record_id, ':', 2), person_name, event_on, kpi_id, numerator, denominator
        from kpi.kpi_rows
        join kpi.dim_people using (person_id)
        where kpi_id in ('lead_to_deal_conversion', 'outbound_calls')
        order by kpi_id, record_id
    """,
    "Bookings by day": """
        select day_on, person_name, node_name, numerator
        from kpi.fct_kpi_days
        join kpi.dim_people using (person_id)
        join kpi.dim_nodes on node_id = team_id
        where kpi_id = 'bookings' and day_on >= '2026-06-01'
        order by day_on, person_name
    """,
    "June so far": f"""
        {JUNE}
        select
            title_en,
            max(actual) filter (where who = 'Anna'),
            max(actual) filter (where who = 'North'),
            max(actual) filter (where who = 'Company')
        from june
        join kpi.dim_kpis using (kpi_id)
        join unnest(array[
            'bookings', 'deals_won', 'average_deal_size', 'win_rate', 'open_pipeline',
            'lead_to_deal_conversion', 'outbound_calls'
        ]) with ordinality as shown (kpi_id, place) using (kpi_id)
        group by title_en, shown.place
        order by shown.place
    """,
    "Open pipeline in June": f"""
        {JUNE}
        select who, opening, began, ended, transferred_out, closing
        from kpi.balance_changes
        join june using (kpi_id, node_id, period_kind, period_start)
        where kpi_id = 'open_pipeline' and side = 'numerator' and who in ('Anna', 'North', 'Company')
        order by place, who
    """,
    "The company's plan": """
        select
            case period_kind when 'year' then 'Year' else to_char(period_start, 'FMMonth') end,
            target / 1000, target, plan_to_date
        from kpi.scorecards
        where kpi_id = 'bookings' and node_kind = 'company'
            and (period_kind = 'year' or period_kind = 'month' and period_start >= '2026-04-01')
        order by period_kind, period_start
    """,
    "June's days of capacity": f"""
        {JUNE}
        select who, target / 1000, plan_to_date / 1000, (target - actual) / needed_per_day
        from june where kpi_id = 'bookings' order by place, who
    """,
    "June's bookings, as planned": f"""
        {JUNE}
        select who, threshold, target, stretch, plan_to_date
        from june where kpi_id = 'bookings' order by place, who
    """,
    "June's bookings against the plan": f"""
        {JUNE}
        select who, attainment, actual / plan_to_date, status, needed_per_day
        from june where kpi_id = 'bookings' order by place, who
    """,
    "Weighted scorecards of June": f"""
        {JUNE},
        scores as (
            select person_id as node_id, period_kind, period_start, weighted_attainment, weight_shown
            from kpi.person_scorecards
            union all
            select node_id, period_kind, period_start, weighted_attainment, weight_shown
            from kpi.head_scorecards
        )
        select
            who,
            max(attainment) filter (where kpi_id = 'bookings'),
            max(attainment) filter (where kpi_id = 'win_rate'),
            max(attainment) filter (where kpi_id = 'open_pipeline'),
            weighted_attainment, weight_shown
        from june
        join scores using (node_id, period_kind, period_start)
        where who <> 'Ben'
        group by place, who, weighted_attainment, weight_shown
        order by place, who
    """,
    "Is the open pipeline complete?": f"""
        {JUNE}
        select who, n, estimate, lower, upper, verdict
        from kpi.kpi_verdicts
        join june using (kpi_id, node_id)
        where kpi_id = 'open_pipeline' and dimension = 'completeness' and who <> 'Ben'
        order by place, who
    """,
    "How much of the pipeline is beyond doubt?": f"""
        {JUNE}
        select who, estimate, verdict
        from kpi.kpi_verdicts
        join june using (kpi_id, node_id)
        where kpi_id = 'open_pipeline' and dimension = 'effect' and who = 'Company'
    """,
    "What is to be mended": """
        select split_part(record_id, ':', 2), owner_name, what_en, mend_en from kpi.data_issues
    """,
}


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


TABLES = {
    caption: [cells(header), *map(cells, body.splitlines())]
    for caption, header, body in CAPTIONED_TABLE.findall(PAGE)
}
EXPORTS = sorted(str(file.relative_to(COMPANY)) for file in COMPANY.rglob("*.csv"))
EQUATIONS = [" ".join(text.split()) for text in EQUATION.findall(FENCE.sub("", PAGE.replace("|", "||")))]


def number(text: str) -> Decimal:
    """A number as the page writes it; its decimals are those that are shown."""
    plain = Decimal(text.removesuffix(" %").replace(",", ""))
    return plain.scaleb(-2) if text.endswith(" %") else plain


def worth(expression: str) -> Decimal:
    """What an expression of the page comes to."""
    code = NUMBER.sub(lambda found: f"Decimal('{number(found.group())}')", expression.translate(OPERATORS))
    return Decimal(eval(code, {"Decimal": Decimal, "root": Decimal.sqrt}))


def shows(told: str, exact: Decimal) -> bool:
    """Is the number on the page the exact one, rounded to the decimals that it has there?"""
    return exact.quantize(number(told), ROUND_HALF_UP) == number(told)


def agrees(cell: str, value: object) -> bool:
    """Does a cell tell what is published?"""
    result = cell.rpartition(" = ")[2]
    if isinstance(value, int | Decimal):
        return shows(result, Decimal(value))
    return result == ("–" if value is None else str(value))


@pytest.mark.parametrize("file", EXPORTS)
def test_its_rows_are_the_rows_of_the_companys_files(file: str) -> None:
    with (COMPANY / file).open(encoding="utf-8", newline="") as rows:
        assert TABLES[file] == list(csv.reader(rows))


@pytest.mark.parametrize("equation", EQUATIONS)
def test_its_sums_are_right(equation: str) -> None:
    expression, _, result = equation.rpartition(" = ")
    assert shows(result, worth(expression))


def test_no_table_and_no_sum_goes_unchecked() -> None:
    assert set(TABLES) == {*EXPORTS, *RESULTS}
    rules = re.findall(r"^\|[-|]+\|$", PAGE, re.MULTILINE)
    assert (len(rules), len(EQUATIONS)) == (len(TABLES), FENCE.sub("", PAGE).count(" = "))


@pytest.fixture(scope="module")
def refreshed(commands: Commands) -> Done:
    """The refresh of the page's company, as the page says."""
    return commands.start("refresh", "--company", COMPANY).end()


@pytest.fixture(scope="module")
def reader(commands: Commands, refreshed: Done) -> Iterator[psycopg.Connection]:
    assert refreshed.exit_code == 0, refreshed.said
    with session(commands.home, COMPANY, Role.READER) as connection:
        yield connection


def test_its_company_is_well(commands: Commands) -> None:
    done = commands.start("check", "--company", COMPANY).end()
    assert (done.exit_code, "all is well" in done.stdout) == (0, True), done.said


@pytest.mark.parametrize("caption", RESULTS)
def test_its_results_are_what_is_published(reader: psycopg.Connection, caption: str) -> None:
    published = reader.execute(RESULTS[caption].encode()).fetchall()
    _, *told = TABLES[caption]
    assert len(told) == len(published)
    wrong = [
        (cell, value)
        for row, values in zip(told, published, strict=True)
        for cell, value in zip(row, values, strict=True)
        if not agrees(cell, value)
    ]
    assert wrong == []


def test_no_number_of_it_is_certified(reader: psycopg.Connection) -> None:
    statement = "select count(*) from kpi.scorecards where is_certified and node_id not like 'unassigned%'"
    assert reader.execute(statement).fetchone() == (0,)


def test_what_it_asks_at_the_end_is_answered(commands: Commands, refreshed: Done) -> None:
    lines = FENCE.findall(PAGE)[-1].replace("\n    ", " ").splitlines()
    asked = [shlex.split(line)[1:] for line in lines]
    answers = [commands.start(*arguments).end() for arguments in asked]
    assert [answer.exit_code for answer in answers] == [0, 0, 0]
    assert all("12,830.47" in answer.stdout.replace("12830.47", "12,830.47") for answer in answers[1:])
