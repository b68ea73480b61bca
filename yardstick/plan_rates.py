"""Plan rates of fiscal years that are over: to change one would change what people were told long ago."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from psycopg import Connection

from yardstick.company import Company
from yardstick.company.periods import fiscal_year
from yardstick.company.tables import Rate
from yardstick.company_state import was_refreshed
from yardstick.errors import ConfigurationError, Problem
from yardstick.reading.csv_tables import read_table
from yardstick.server.embedded import Role
from yardstick.warehouse import connect, is_there


def keep_plan_rates(connection: Connection) -> None:
    """Remember the night's plan rates as those that people were shown, within the caller's transaction."""
    connection.execute("delete from ops.published_plan_rates")
    connection.execute(
        """
        insert into ops.published_plan_rates
        select currency, extract(year from period_end), period_end, rate
        from company.rates
        where kind = 'plan'
        """
    )


def check_plan_rates(company: Company, as_of: date) -> None:
    """Raise ConfigurationError if rates.csv changes the plan rate of a closed year, as of a night.

    A company that was never refreshed has nothing to change, and no server is started for it.
    """
    if was_refreshed(company):
        with connect(company, Role.OWNER) as connection:
            refuse_changed_plan_rates(connection, company, as_of)


def refuse_changed_plan_rates(connection: Connection, company: Company, as_of: date) -> None:
    """Raise ConfigurationError naming each closed year's plan rate that is not the published one any more.

    Closed is a fiscal year that ends by the as-of or by the last published night.
    """
    if problems := list(_changes(company, _published_rates(connection, as_of))):
        raise ConfigurationError(problems)


def _published_rates(connection: Connection, as_of: date) -> list[tuple[str, int, Decimal]]:
    """Currency, fiscal year and plan rate of the closed years, as the last published night had them."""
    if not is_there(connection, "ops.published_plan_rates"):
        return []
    return connection.execute(
        """
        select currency, fiscal_year, rate
        from ops.published_plan_rates
        where ends_on <= greatest(%s, (select max(as_of) from ops.refreshes where state = 'published'))
        order by fiscal_year, currency
        """,
        [as_of],
    ).fetchall()


def _changes(company: Company, published: list[tuple[str, int, Decimal]]) -> Iterator[Problem]:
    table = read_table(company.folder / "rates.csv", Rate)
    start = company.settings.fiscal_year_start
    plans = {
        (row.value.currency, fiscal_year(company.period(row.value.period).start, start)): row
        for row in table.rows
        if row.value.kind == "plan"
    }
    for currency, year, rate in published:
        row = plans.get((currency, year))
        expected = (
            f"{rate.normalize():f}, with which {year} was closed: what is reported of it stays; "
            "a new rate needs a row for a new year or a new currency"
        )
        if row is None:
            yield Problem(table.file, None, "rate", f"no plan rate of {currency} for {year}", expected)
        elif row.value.rate != rate:
            found = f"{row.value.rate} as the plan rate of {currency} for {year}"
            yield table.problem(row, "rate", found, expected)
