"""A warehouse of a few rows: what dbt would have built of a night is given, and published.

Anna and Boris are in team North, Clara in team South, both of region Nordics of company Nordlicht.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from psycopg import Connection, sql
from psycopg.rows import dict_row
from ruamel.yaml import YAML

from yardstick.paths import DBT_PROJECT
from yardstick.publishing.history import publish_reported
from yardstick.publishing.publish import PublishedTable

Row = dict[str, Any]

TEAMS = {"anna": "North", "boris": "North", "clara": "South", "unassigned": "unassigned-team"}
KINDS = {"North": "team", "South": "team", "unassigned-team": "team", "Nordics": "region"}
KPIS = {
    "bookings": ("sum", "flow"),
    "win_rate": ("ratio", "flow"),
    "sales_cycle": ("median", "flow"),
    "open_pipeline": ("sum", "balance"),
}
MONTHS = [date(2026, month, 1) for month in range(1, 13)]


def described(columns: list[Row]) -> dict[str, tuple[str, str]]:
    return {column["name"]: (column["data_type"], column["description"]) for column in columns}


def published(name: str) -> PublishedTable:
    """A published table as its model declares it."""
    (file,) = (DBT_PROJECT / "models").glob(f"*/{name}.yml")
    model = YAML(typ="safe").load(file)["models"][0]
    (key,) = (item["columns"] for item in model["constraints"] if item["type"] == "primary_key")
    return PublishedTable(name, model["description"], described(model["columns"]), tuple(key))


TABLES = [published(name) for name in ("dim_dates", "dim_kpis", "fct_deals", "kpi_rows", "scorecards")]


def kept() -> dict[str, PublishedTable]:
    """The tables that keep history, as they are declared."""
    columns = {table.name: table.columns for table in TABLES}
    (source,) = YAML(typ="safe").load(DBT_PROJECT / "models" / "marts" / "history.yml")["sources"]
    return {
        table["name"]: PublishedTable(
            table["name"],
            table["description"],
            columns.get(table["config"]["meta"].get("columns_of"), {}) | described(table["columns"]),
            tuple(table["config"]["meta"]["primary_key"]),
        )
        for table in source["tables"]
    }


HISTORY = kept()


def month_end(start: date) -> date:
    return (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def scorecard(
    kpi_id: str = "bookings", node_id: str = "anna", month: int = 5, actual: Any = None, **more: Any
) -> Row:
    """A scorecard of a month of 2026; of a KPI that adds up, the actual is the numerator."""
    start = MONTHS[month - 1]
    is_sum = KPIS.get(kpi_id, ("sum", "flow"))[0] == "sum"
    return {
        "kpi_id": kpi_id,
        "node_id": node_id,
        "node_name": node_id.title(),
        "node_kind": KINDS.get(node_id, "company" if node_id == "nordlicht" else "person"),
        "period_kind": "month",
        "period_start": start,
        "period_end": month_end(start),
        "numerator": actual if is_sum else None,
        "actual": actual,
        "rows_counted": 1,
        "status": "no target",
        "is_certified": True,
        **more,
    }


def kpi_row(
    kpi_id: str, record: str, person: str | None, event_on: str, numerator: Any = None, **more: Any
) -> Row:
    """A row of a KPI: a deal of the CRM, one event of it."""
    return {
        "kpi_id": kpi_id,
        "event_id": f"crm:{record}",
        "record_kind": "deal",
        "record_id": f"crm:{record}",
        "person_id": person,
        "event_on": event_on,
        "numerator": numerator,
        **more,
    }


def every_level(month: int = 5, kpi_id: str = "bookings", **actuals: Any) -> list[Row]:
    """A scorecard of each of these nodes."""
    return [scorecard(kpi_id, node_id, month, actual) for node_id, actual in actuals.items()]


@dataclass
class Warehouse:
    """The nights of a company, as they are published."""

    connection: Connection
    nights: list[date] = field(default_factory=list)

    def report(self, as_of: str, *scorecards: Row, rows: Sequence[Row] = (), **tables: Sequence[Row]) -> int:
        """Publish a night; how many rows of the published tables changed."""
        night = date.fromisoformat(as_of)
        with self.connection.transaction():
            self.build({"scorecards": scorecards, "kpi_rows": rows, **tables})
            changes = publish_reported(self.connection, TABLES, HISTORY, night, self.nights)
        self.nights.append(night)
        return sum(change.rows for change in changes)

    def build(self, tables: Mapping[str, Sequence[Row]]) -> None:
        """Put these rows, and no others, into tables of schema build."""
        for name, rows in tables.items():
            table = sql.Identifier("build", name)
            self.connection.execute(sql.SQL("delete from {}").format(table))
            for row in rows:
                self.connection.execute(
                    sql.SQL("insert into {} ({}) values ({})").format(
                        table,
                        sql.SQL(", ").join(map(sql.Identifier, row)),
                        sql.SQL(", ").join(map(sql.Placeholder, row)),
                    ),
                    row,
                )

    def ask(self, query: str, **parameters: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(query.encode(), parameters).fetchall()

    def versions(self, node_id: str = "anna") -> list[tuple[Any, ...]]:
        """Night, actual and whether gone: of each version of a node's scorecards."""
        query = """
            select reported_as_of::text, actual, is_gone from kpi.scorecard_history
            where node_id = %(node_id)s order by period_start, reported_as_of
        """
        return self.ask(query, node_id=node_id)

    def restatements(self) -> list[tuple[Any, ...]]:
        """Night, KPI, node, month, actual before and after, cause."""
        query = """
            select
                as_of::text, kpi_id, node_id, extract(month from period_start)::int, actual_before,
                actual_after, cause
            from kpi.restatements order by as_of, kpi_id, node_id, period_start
        """
        return self.ask(query)

    def records(self, node_id: str) -> list[Row]:
        """What made the restatements of a node."""
        query = """
            select * from kpi.restatement_records where node_id = %s order by as_of, period_start, record_id
        """
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, [node_id]).fetchall()


def set_up(connection: Connection) -> Warehouse:
    """A warehouse in which no night has been published."""
    for table in TABLES:
        columns = [
            sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(data_type))
            for name, (data_type, _) in table.columns.items()
        ]
        connection.execute(
            sql.SQL("create table {} ({})").format(
                sql.Identifier("build", table.name), sql.SQL(", ").join(columns)
            )
        )
    connection.execute(
        """
        create table build.int_person_teams (
            person_id text, team_id text, region_id text, company_id text, valid_during daterange
        );
        insert into build.dim_dates (date_on, week_start, month_start, quarter_start, year_start)
        select day, date_trunc('week', day), date_trunc('month', day), date_trunc('quarter', day),
            date_trunc('year', day)
        from generate_series('2026-01-01', '2026-12-31', interval '1 day') as day
        """
    )
    warehouse = Warehouse(connection)
    warehouse.build(
        {
            "dim_kpis": [
                {"kpi_id": kpi_id, "aggregation": aggregation, "over_time": over_time}
                for kpi_id, (aggregation, over_time) in KPIS.items()
            ],
            "int_person_teams": [member(person, team, "[,)") for person, team in TEAMS.items()],
        }
    )
    return warehouse


def member(person: str, team: str, during: str) -> Row:
    """A stretch of days of a person in a team."""
    return {
        "person_id": person,
        "team_id": team,
        "region_id": "Nordics",
        "company_id": "nordlicht",
        "valid_during": during,
    }


def numbers(record: Row) -> tuple[Any, ...]:
    """Record, change, numerator before and after."""
    return record["record_id"], record["change"], record["numerator_before"], record["numerator_after"]
