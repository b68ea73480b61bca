"""A table of kpi whose rows a new version tells apart by other columns."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from yardstick.publishing.publish import PublishedTable, publish
from yardstick.server.embedded import Role, Server
from yardstick.warehouse import connect

COLUMNS = {"goal_id": ("text", "Goal."), "node_id": ("text", "Node."), "actual": ("numeric", "Achieved.")}


@pytest.fixture
def connection(server: Server, tmp_path: Path) -> Iterator[psycopg.Connection]:
    company = SimpleNamespace(folder=tmp_path, settings=SimpleNamespace(id="nordlicht"))
    with connect(company, Role.OWNER) as connection:
        connection.execute("create table build.progress (goal_id text, node_id text, actual numeric)")
        connection.execute("insert into build.progress values ('sales', 'demo', 90), ('sales', 'anna', 60)")
        yield connection


def test_a_longer_key_takes_the_place_of_the_old(connection: psycopg.Connection) -> None:
    connection.execute("create table kpi.progress (goal_id text primary key, actual numeric)")
    connection.execute("insert into kpi.progress values ('sales', 80)")
    connection.execute(
        "create view kpi.shortfall as select goal_id, 100 - actual as missing from kpi.progress"
    )

    publish(connection, [PublishedTable("progress", "Progress.", COLUMNS, ("goal_id", "node_id"))])

    rows = connection.execute("select goal_id, node_id, actual from kpi.progress order by node_id").fetchall()
    assert rows == [("sales", "anna", 60), ("sales", "demo", 90)]
    missing = connection.execute("select missing from kpi.shortfall order by missing").fetchall()
    assert missing == [(10,), (40,)]


def test_the_same_key_leaves_rows_where_they_are(connection: psycopg.Connection) -> None:
    table = PublishedTable("progress", "Progress.", COLUMNS, ("goal_id", "node_id"))
    publish(connection, [table])
    places = connection.execute("select ctid from kpi.progress order by node_id").fetchall()

    assert [change.rows for change in publish(connection, [table])] == [0]
    assert connection.execute("select ctid from kpi.progress order by node_id").fetchall() == places


def test_what_readers_look_up_by_has_an_index_from_the_first_publish_on(
    connection: psycopg.Connection,
) -> None:
    table = PublishedTable(
        "progress", "Progress.", COLUMNS, ("goal_id", "node_id"), {"by_node": "node_id, coalesce(actual, 0)"}
    )

    for _ in range(2):
        publish(connection, [table])

    indexes = dict(
        connection.execute("select indexname, indexdef from pg_indexes where schemaname = 'kpi'").fetchall()
    )
    assert set(indexes) == {"progress_pkey", "progress_by_node"}
    assert indexes["progress_by_node"].endswith("(node_id, COALESCE(actual, (0)::numeric))")
