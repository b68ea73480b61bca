"""Publishing: the difference between schema `build` and schema `kpi`, applied in one transaction.

Tables of `kpi` are permanent: a reader sees the old night or the new, never both, and waits for neither;
grants and analysts' own views on them survive.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection, sql

from yardstick.company import Company
from yardstick.company_state import state_folder
from yardstick.errors import YardstickError
from yardstick.sql_fragments import assignments, equal, identifiers, qualified

#: What people are told of a night even when it was held, and the words for it.
TOLD_ANYWAY = ("refreshes", "data_issues", "dim_labels")

#: Changes from which on readers' queries are planned by new statistics at once: PostgreSQL sees to it only in
#: a minute or so.
ROWS_WORTH_STATISTICS = 5_000


@dataclass(frozen=True)
class PublishedTable:
    """A dbt model that people read: its contract as the manifest holds it."""

    name: str
    description: str
    #: Column → type and description, in order.
    columns: dict[str, tuple[str, str]]
    key: tuple[str, ...]
    #: By what else readers look rows up: the last part of an index's name → what it is on, in SQL.
    indexes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """How many rows of a table a publish inserted, updated or deleted."""

    table: str
    rows: int


def read_manifest(company: Company) -> dict[str, Any]:
    """What dbt's last run left of the project; raises FileNotFoundError where it never ran."""
    path = state_folder(company) / "dbt" / "target" / "manifest.json"
    manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return manifest


def published_tables(manifest: Mapping[str, Any]) -> list[PublishedTable]:
    """The models that are published."""
    return sorted(_models(manifest), key=lambda table: table.name)


def history_tables(manifest: Mapping[str, Any]) -> dict[str, PublishedTable]:
    """The tables of `kpi` that keep what was reported, by name: dbt knows them as source `history`."""
    columns = {model.name: model.columns for model in _models(manifest)}
    return {
        node["name"]: PublishedTable(
            name=node["name"],
            description=node["description"],
            columns={**columns.get(node["config"]["meta"].get("columns_of"), {}), **_contract(node)},
            key=tuple(node["config"]["meta"]["primary_key"]),
        )
        for node in manifest["sources"].values()
        if node["source_name"] == "history"
    }


def publish(
    connection: Connection, tables: Sequence[PublishedTable], watched: Collection[str] = ()
) -> list[Change]:
    """Make each table of `kpi` equal to its model in `build`, within the caller's transaction.

    Until that ends, what changed in a watched table stands in `pg_temp.changed_<table>`: `old` and `new`,
    each a row of the table, or null where there was none.

    Raises YardstickError when a model dropped a column or changed a type that people may rely on.
    """
    changes = []
    for table in tables:
        _refuse_broken_contract(connection, table)
        ensure_table(connection, table)
        merge = _watched(connection, table) if table.name in watched else _merge(table)
        changes.append(Change(table.name, connection.execute(merge).rowcount))
        if changes[-1].rows >= ROWS_WORTH_STATISTICS:
            connection.execute(sql.SQL("analyze {}").format(sql.Identifier("kpi", table.name)))
    return changes


def _models(manifest: Mapping[str, Any]) -> Iterator[PublishedTable]:
    for node in manifest["nodes"].values():
        if node["config"].get("meta", {}).get("is_published"):
            keys = [key["columns"] for key in node["constraints"] if key["type"] == "primary_key"]
            indexes = node["config"]["meta"].get("reader_indexes", {})
            yield PublishedTable(node["name"], node["description"], _contract(node), tuple(keys[0]), indexes)


def _contract(node: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {name: (column["data_type"], column["description"]) for name, column in node["columns"].items()}


def ensure_table(connection: Connection, table: PublishedTable) -> None:
    """Create the table of `kpi`, or add the columns that are new, and keep its comments those given."""
    name = sql.Identifier("kpi", table.name)
    existing = _columns(connection, f"kpi.{table.name}")
    if not existing:
        columns = [
            sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(data_type))
            for column, (data_type, _) in table.columns.items()
        ]
        key = sql.SQL("primary key ({})").format(identifiers(table.key))
        connection.execute(sql.SQL("create table {} ({})").format(name, sql.SQL(", ").join([*columns, key])))
        existing = _columns(connection, f"kpi.{table.name}")
    for column, (data_type, _) in table.columns.items():
        if column not in existing:
            connection.execute(
                sql.SQL("alter table {} add column {} {}").format(
                    name,
                    sql.Identifier(column),
                    sql.SQL(data_type),
                )
            )
            existing[column] = (data_type, None)
    _ensure_key(connection, table)
    for index, expressions in table.indexes.items():
        statement = sql.SQL("create index if not exists {} on {} ({})")
        index_name = sql.Identifier(f"{table.name}_{index}")
        connection.execute(statement.format(index_name, name, sql.SQL(expressions)))
    _comment(connection, table, {column: comment for column, (_, comment) in existing.items()})


def _columns(connection: Connection, relation: str) -> dict[str, tuple[str, str | None]]:
    """Column → type and comment of a relation as it is; empty when it is not there."""
    rows = connection.execute(
        """
        select attname, format_type(atttypid, atttypmod), col_description(attrelid, attnum)
        from pg_attribute
        where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped
        """,
        [relation],
    )
    return {column: (data_type, comment) for column, data_type, comment in rows}


def _refuse_broken_contract(connection: Connection, table: PublishedTable) -> None:
    existing = _columns(connection, f"kpi.{table.name}")
    built = _columns(connection, f"build.{table.name}")
    broken = sorted(
        column
        for column, (data_type, _) in existing.items()
        if column not in built or built[column][0] != data_type
    )
    if broken:
        columns = ", ".join(f"{column} {existing[column][0]}" for column in broken)
        raise YardstickError(
            f"kpi.{table.name} is published with {columns}, which its model "
            "no longer gives so: keep the column, or publish the change under a new name"
        )


def _ensure_key(connection: Connection, table: PublishedTable) -> None:
    """Have the table's rows told apart by its key; those that another key told apart before make way."""
    key = connection.execute(
        """
        select conname, array(
            select attname
            from unnest(conkey) with ordinality as keys (attnum, place)
            inner join pg_attribute on attrelid = conrelid and pg_attribute.attnum = keys.attnum
            order by place
        )
        from pg_constraint
        where conrelid = to_regclass(%s) and contype = 'p'
        """,
        [f"kpi.{table.name}"],
    ).fetchone()
    if key is None or tuple(key[1]) == table.key:
        return
    name = sql.Identifier("kpi", table.name)
    connection.execute(sql.SQL("delete from {}").format(name))
    connection.execute(
        sql.SQL("alter table {} drop constraint {}, add primary key ({})").format(
            name, sql.Identifier(key[0]), identifiers(table.key)
        )
    )


def _comment(connection: Connection, table: PublishedTable, comments: dict[str, str | None]) -> None:
    name = sql.Identifier("kpi", table.name)
    shown = connection.execute("select obj_description(to_regclass(%s))", [f"kpi.{table.name}"]).fetchone()
    if shown != (table.description,):
        connection.execute(sql.SQL("comment on table {} is {}").format(name, sql.Literal(table.description)))
    for column, (_, description) in table.columns.items():
        if comments[column] != description:
            connection.execute(
                sql.SQL("comment on column {}.{} is {}").format(
                    name, sql.Identifier(column), sql.Literal(description)
                )
            )


def _watched(connection: Connection, table: PublishedTable) -> sql.Composed:
    """The merge, which keeps each row that it changes until the transaction ends."""
    changed = sql.Identifier("pg_temp", f"changed_{table.name}")
    connection.execute(
        sql.SQL("create temporary table {} (old {row}, new {row}) on commit drop").format(
            changed, row=sql.Identifier("kpi", table.name)
        )
    )
    return sql.SQL(
        "with changed as ({} returning old, new) insert into {} select old, new from changed"
    ).format(_merge(table), changed)


def _merge(table: PublishedTable) -> sql.Composed:
    values = [column for column in table.columns if column not in table.key]
    changed = sql.SQL("({}) is distinct from ({})").format(
        qualified("published", values), qualified("built", values)
    )
    return sql.SQL(
        """
        merge into {published} as published
        using {built} as built
        on {same_key}
        when matched and {changed} then update set {assignments}
        when not matched by target then insert ({columns}) values ({built_columns})
        when not matched by source then delete
        """
    ).format(
        published=sql.Identifier("kpi", table.name),
        built=sql.Identifier("build", table.name),
        same_key=equal("published", "built", table.key),
        changed=changed,
        assignments=assignments("built", values),
        columns=identifiers(table.columns),
        built_columns=qualified("built", table.columns),
    )
