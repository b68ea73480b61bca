"""A plan rate of a fiscal year that is over is not changed any more; all others may be."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import psycopg
import pytest

from yardstick.company import load_company
from yardstick.company_state import state_folder, was_refreshed
from yardstick.company_tables import write_company_tables
from yardstick.definitions.files import load_definitions
from yardstick.errors import ConfigurationError
from yardstick.landing.tables import ensure_landing_tables
from yardstick.nights import Request, begin_night, end_night
from yardstick.plan_rates import check_plan_rates, keep_plan_rates
from yardstick.run_tables import ensure_run_tables
from yardstick.server.embedded import Role, Server
from yardstick.warehouse import connect

TINY = Path(__file__).resolve().parents[1] / "companies" / "tiny"

#: Fiscal 2025 ends on the last day of March, and the published night is a day before it.
PUBLISHED_ON, CLOSED_ON = date(2025, 3, 30), date(2025, 3, 31)
RATES = "USD,plan,2024,0.91\nUSD,plan,2025,0.920\nUSD,plan,2026,0.9\nUSD,actual,2024-01,0.93\n"


@pytest.fixture
def write_rates(tmp_path: Path) -> Callable[[str], None]:
    """Writes rates.csv of a company whose last published night had RATES."""
    folder = tmp_path / "company"
    shutil.copytree(TINY, folder)
    settings = folder / "company.yml"
    settings.write_text(settings.read_text().replace("fiscal_year_start: 1", "fiscal_year_start: 4"))

    def write(rates: str) -> None:
        (folder / "rates.csv").write_text(f"currency,kind,period,rate\n{rates}")

    write(RATES)
    return write


@pytest.fixture
def folder(write_rates: Callable[[str], None], tmp_path: Path) -> Path:
    return tmp_path / "company"


@pytest.fixture
def published(server: Server, folder: Path) -> Path:
    company = load_company(folder)
    state_folder(company)
    with connect(company, Role.OWNER) as connection:
        ensure_landing_tables(connection, company.settings.sources)
        ensure_run_tables(connection)
        publish_night(connection, folder, "first", PUBLISHED_ON)
    return folder


def publish_night(connection: psycopg.Connection, folder: Path, run_id: str, as_of: date) -> None:
    """What of a night bears on rates."""
    begin_night(connection, run_id, Request(as_of))
    write_company_tables(connection, load_company(folder), load_definitions(), as_of)
    end_night(connection, run_id, "published", None)
    keep_plan_rates(connection)


def problems(folder: Path, as_of: date = CLOSED_ON) -> list[str]:
    try:
        check_plan_rates(load_company(folder), as_of)
    except ConfigurationError as error:
        return [str(problem).removeprefix(f"{folder}/") for problem in error.problems]
    return []


def test_the_same_rates_are_no_change(published, write_rates):
    assert problems(published) == []
    write_rates(RATES.replace("0.920", "0.92"))
    assert problems(published) == []


def test_a_changed_rate_of_a_closed_year_says_what_it_was_and_what_to_do_instead(published, write_rates):
    write_rates(RATES.replace("0.920", "0.95"))

    assert problems(published) == [
        "rates.csv:3: rate: found 0.95 as the plan rate of USD for 2025; expected 0.92, with which 2025 was "
        "closed: what is reported of it stays; a new rate needs a row for a new year or a new currency"
    ]


def test_a_rate_of_a_closed_year_is_not_taken_away(published, write_rates):
    write_rates(RATES.replace("USD,plan,2024,0.91\n", ""))

    (problem,) = problems(published)

    assert problem.startswith(
        "rates.csv: rate: found no plan rate of USD for 2024; expected 0.91, with which"
    )


def test_a_year_that_is_not_over_may_change_its_rate(published, write_rates):
    write_rates(RATES.replace("0.920", "0.95").replace("0.9\n", "0.8\n"))

    assert problems(published, PUBLISHED_ON) == []


def test_a_year_that_people_saw_closed_is_closed_for_an_earlier_night_too(published, write_rates):
    with connect(load_company(published), Role.OWNER) as connection:
        publish_night(connection, published, "second", CLOSED_ON)
    write_rates(RATES.replace("0.920", "0.95"))

    assert len(problems(published, PUBLISHED_ON)) == 1


def test_new_currencies_new_years_and_actual_rates_are_free(published, write_rates):
    write_rates(f"CHF,plan,2024,1.05\nCHF,plan,2025,1.06\n{RATES.replace('0.93', '0.94')}USD,plan,2027,0.8\n")

    assert problems(published) == []


def test_a_rate_that_only_a_night_not_published_had_binds_no_one(published, write_rates):
    write_rates(RATES.replace("0.920", "0.95"))
    company = load_company(published)
    with connect(company, Role.OWNER) as connection:
        begin_night(connection, "held", Request(PUBLISHED_ON))
        write_company_tables(connection, company, load_definitions(), PUBLISHED_ON)
        end_night(connection, "held", "held", "for this test")
    write_rates(RATES)

    assert problems(published) == []


def test_a_company_that_was_never_refreshed_has_nothing_to_change(folder):
    company = load_company(folder)

    check_plan_rates(company, CLOSED_ON)

    assert not was_refreshed(company)
