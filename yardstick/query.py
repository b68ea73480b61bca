"""`yardstick sql`: one statement as the reader, its rows as a table, CSV or JSON."""

import csv
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import psycopg
import simplejson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from yardstick.company import Company
from yardstick.errors import UsageError
from yardstick.server.embedded import Role
from yardstick.warehouse import connect

Rows = Iterator[Sequence[object]]
Writer = Callable[[Sequence[str], Rows], None]


def run_query(company: Company, statement: str, write: Writer) -> None:
    """Run one statement and write its rows.

    Raises UsageError with PostgreSQL's own words when it refuses.
    """
    with connect(company, Role.READER) as connection, connection.cursor() as cursor:
        try:
            # A prepared statement is one statement: PostgreSQL refuses to prepare several at once.
            cursor.execute(statement.encode(), prepare=True)
        except psycopg.Error as error:
            raise UsageError(f"sql: {error}") from None
        write([column.name for column in cursor.description or ()], iter(cursor))


def _write_csv(columns: Sequence[str], rows: Rows) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_text(value) for value in row] for row in rows)


def _write_json(columns: Sequence[str], rows: Rows) -> None:
    records = [dict(zip(columns, row, strict=True)) for row in rows]
    simplejson.dump(records, sys.stdout, default=_text, ensure_ascii=False, indent=2, use_decimal=True)
    sys.stdout.write("\n")


def _write_table(columns: Sequence[str], rows: Rows) -> None:
    table = Table()
    for column in columns:
        table.add_column(Text(column))
    for row in rows:
        table.add_row(*(Text(_text(value)) for value in row))
    Console().print(table)


def _text(value: object) -> str:
    """A value as PostgreSQL would print it, but for true and false; null is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    if isinstance(value, list):
        return "{" + ",".join(_text(item) for item in value) + "}"
    return str(value)


FORMATS: Mapping[str, Writer] = MappingProxyType(
    {"table": _write_table, "csv": _write_csv, "json": _write_json}
)
