"""What tests look at in a company's warehouse: through `yardstick sql`, or table by table."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import psycopg
from commands import Commands

from yardstick.company import load_company
from yardstick.server.embedded import Role
from yardstick.warehouse import database_name

#: Table → its rows as PostgreSQL writes them, in order.
Tables = dict[str, list[str]]

#: Wall clocks live only there.
OF_THE_RUN = "refreshes"


def session(home: Path, folder: Path, role: Role = Role.OWNER) -> psycopg.Connection:
    """A session in the warehouse of a company, on the server of a home that is up; each statement commits."""
    server = json.loads((home / "server.json").read_text())
    return psycopg.connect(
        host="127.0.0.1",
        port=server["port"],
        user=role,
        password=server["passwords"][role],
        dbname=database_name(load_company(folder, needs_exports=False)),
        autocommit=True,
    )


def published(home: Path, folder: Path) -> Tables:
    """Every table of schema kpi."""
    return _dump(home, folder, "published::text")


def row_versions(home: Path, folder: Path) -> Tables:
    """Where each row of schema kpi lies and which transaction put it there."""
    return _dump(home, folder, "format('%s %s', published.ctid, published.xmin)")


def _dump(home: Path, folder: Path, row: str) -> Tables:
    with session(home, folder) as connection:
        names = connection.execute(
            "select relname from pg_class where relnamespace = 'kpi'::regnamespace and relkind = 'r'"
        ).fetchall()
        return {
            name: [
                text
                for (text,) in connection.execute(
                    f'select {row} from kpi.{name} as published order by published::text collate "C"'
                )
            ]
            for (name,) in sorted(names)
        }


def without(tables: Tables, *names: str) -> Tables:
    """The tables but for some of them."""
    return {name: rows for name, rows in tables.items() if name not in names}


def query(commands: Commands, folder: Path, statement: str, home: Path | None = None) -> list[dict[str, str]]:
    """The rows of a statement as `yardstick sql --format csv` prints them."""
    done = commands.start("sql", statement, "--company", folder, "--format", "csv", home=home).end()
    assert (done.exit_code, done.stderr) == (0, ""), done.said
    return list(csv.DictReader(io.StringIO(done.stdout)))


#: KPI, node kind, node, period kind, first day of the period.
Key = tuple[str, str, str, str, str]


def actuals(commands: Commands, folder: Path, period_kinds: list[str]) -> dict[Key, Decimal | None]:
    """What kpi.scorecards shows in periods of these kinds; rows that a verdict withholds are left out."""
    kinds = ", ".join(f"'{kind}'" for kind in period_kinds)
    rows = query(
        commands,
        folder,
        "select kpi_id, node_kind, node_id, period_kind, period_start, actual from kpi.scorecards "
        f"where period_kind in ({kinds}) and {SHOWN}",
    )
    return {
        (row["kpi_id"], row["node_kind"], row["node_id"], row["period_kind"], row["period_start"]): (
            Decimal(row["actual"]) if row["actual"] else None
        )
        for row in rows
    }


#: A row that no verdict withholds: it has a number, or nothing to divide by.
SHOWN = (
    "(withheld_reason is null or withheld_reason like 'Nothing counted in this period%' "
    "or withheld_reason like 'It rests on what has no value here%')"
)
