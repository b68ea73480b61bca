"""The least that the work could cost: hand-written SQL from the same raw records to the same results."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Literal

import psycopg
from psycopg import sql

from benchmarks.meter import Meter, Reading
from yardstick.company import Company
from yardstick.landing.tables import landing_table
from yardstick.server.embedded import Role
from yardstick.transform import kpi_models
from yardstick.warehouse import connect

_FOLDER = Path(__file__).parent / "floors"
_BLOCK_BYTES = 2**18
_ROWS = """
    select '{}' as kpi_id, event_id, person_id, event_on, until_on, numerator, denominator from build.{}
"""


@dataclass(frozen=True)
class Floor:
    """A statement that did the least of a step's work: how many rows it made, and what it cost."""

    step: Literal["land", "build"]
    name: str
    rows: int
    reading: Reading


def measure_floors(company: Company, meter: Meter) -> Iterator[Floor]:
    """The floors of landing and of dbt, over what the last refresh landed and built. Leaves nothing."""
    with connect(company, Role.OWNER) as connection:
        connection.execute("create schema floor")
        yield _copy(connection, company, meter)
        connection.execute(_statement("functions.sql"))
        for file in sorted((_FOLDER / "facts").glob("*.sql")):
            yield _made(connection, f"facts: {file.stem}", file.stem, file.read_text("utf-8"), meter)
        kpi_rows = " union all ".join(_ROWS.format(name.removeprefix("kpi_"), name) for name in kpi_models())
        kpi_days = _statement("kpi_days.sql").replace("{kpi_rows}", kpi_rows)
        yield _made(connection, "KPI days", "kpi_days", kpi_days, meter)
        yield _made(connection, "actuals by node and period", "actuals", _statement("actuals.sql"), meter)
        connection.rollback()


def _statement(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")


def _copy(connection: psycopg.Connection, company: Company, meter: Meter) -> Floor:
    """COPY of the very records that were landed into one table of jsonb, read from a file."""
    connection.execute("create table floor.records (id text, record jsonb)")
    with TemporaryFile() as spool:
        for source in company.settings.sources:
            for entity in source.entities:
                table = landing_table(source.name, entity)
                query = sql.SQL("copy (select id, record from {}) to stdout").format(table)
                with connection.cursor().copy(query) as landed:
                    spool.writelines(landed)
        spool.seek(0)
        cursor = connection.cursor()
        with meter.measure() as reading, cursor.copy("copy floor.records from stdin") as copy:
            while block := spool.read(_BLOCK_BYTES):
                copy.write(block)
    return Floor("land", "COPY into jsonb", cursor.rowcount, reading)


def _made(connection: psycopg.Connection, name: str, table: str, statement: str, meter: Meter) -> Floor:
    with meter.measure() as reading:
        connection.execute(statement)
        connection.execute(sql.SQL("analyze {}").format(sql.Identifier("floor", table)))
    count = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier("floor", table)))
    ((rows,),) = count.fetchall()
    return Floor("build", name, rows, reading)
