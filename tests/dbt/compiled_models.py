"""The models of the dbt project as plain SQL, so that a test may build all of them within a second."""

from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

import psycopg
from psycopg import sql

from yardstick.company import Company
from yardstick.publishing.publish import read_manifest
from yardstick.transform import run_dbt


@dataclass(frozen=True)
class CompiledModel:
    """A model that dbt makes a table of: its columns, and the query behind it."""

    name: str
    columns: tuple[str, ...]
    query: str


def compiled_sql(company: Company, node: str) -> str:
    """The query of one model or test of the project."""
    (compiled,) = run_dbt(company, ["compile", "--select", node]).result
    return str(compiled.node.compiled_code)


def begin_anew(connection: psycopg.Connection) -> None:
    """Take back what was done and begin a transaction, or what opens one of its own would commit it."""
    connection.rollback()
    connection.execute("select 1")


class CompiledModels:
    """The tables that stand in schema `build`, in the order in which one rests on the other."""

    def __init__(self, company: Company, connection: psycopg.Connection) -> None:
        run_dbt(company, ["compile"])
        self._nodes = read_manifest(company)["nodes"]
        self._models = tuple(_tables(self._nodes, connection))

    def test(self, name: str) -> str:
        """The query of a test of the project: what it finds."""
        return str(self._nodes[f"test.yardstick.{name}"]["compiled_code"])

    def rebuild(self, connection: psycopg.Connection) -> None:
        """Make every table anew from what `raw_...` and `company` hold, within the caller's transaction."""
        for model in self._models:
            table = sql.Identifier("build", model.name)
            columns = sql.SQL(", ").join(map(sql.Identifier, model.columns))
            connection.execute(sql.SQL("delete from {}").format(table))
            insert = sql.SQL("insert into {} ({}) select {} from (").format(table, columns, columns)
            connection.execute(insert.as_string(connection) + model.query + "\n) as rebuilt")


def _tables(nodes: dict[str, Any], connection: psycopg.Connection) -> Iterator[CompiledModel]:
    models = {name: node for name, node in nodes.items() if node["resource_type"] == "model"}
    rests_on = {name: set(node["depends_on"]["nodes"]) & models.keys() for name, node in models.items()}
    for node in map(models.__getitem__, TopologicalSorter(rests_on).static_order()):
        if node["config"]["materialized"] == "table":
            found = connection.execute(
                "select attname from pg_attribute where attrelid = to_regclass(%s) and attnum > 0 "
                "and not attisdropped order by attnum",
                [f"build.{node['name']}"],
            )
            columns = tuple(column for (column,) in found)
            if columns:
                yield CompiledModel(node["name"], columns, node["compiled_code"])
