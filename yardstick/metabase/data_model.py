"""What dbt's docs say of tables and columns, in Metabase's data model: descriptions, keys, links."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from yardstick.metabase.changes import Writer
from yardstick.publishing.publish import PublishedTable, history_tables, published_tables

Manifest = Mapping[str, Any]
Thing = dict[str, Any]

#: How long Metabase is waited for while it looks at new tables, in seconds.
PATIENCE = 60


@dataclass(frozen=True)
class Link:
    """A column that says which row of another table is meant."""

    table: str
    column: str
    to_table: str
    to_column: str


def links(manifest: Manifest) -> Iterator[Link]:
    """The links that dbt tests: its tests of relationships."""
    for node in manifest["nodes"].values():
        test = node.get("test_metadata") or {}
        if test.get("name") != "relationships":
            continue
        given = test["kwargs"]
        to = re.fullmatch(r"ref\('(\w+)'\)", given["to"])
        if to and node.get("attached_node"):
            table = node["attached_node"].rpartition(".")[2]
            yield Link(table, given["column_name"], to[1], given["field"])


def describe(
    writer: Writer, database: int, manifest: Manifest, sleep: Callable[[float], None] = time.sleep
) -> bool:
    """Describe every table that people read; False if Metabase has not looked at all of them yet."""
    tables = {**{table.name: table for table in published_tables(manifest)}, **history_tables(manifest)}
    if database < 0:  # it is not made in a dry run
        return True
    found = _found(writer, database, tables, sleep)
    numbers = {
        (name, column["name"]): column["id"] for name, table in found.items() for column in table["fields"]
    }
    link_of = {
        (link.table, link.column): numbers.get((link.to_table, link.to_column)) for link in links(manifest)
    }
    for name, table in tables.items():
        if name in found:
            _describe_table(writer, table, found[name], link_of)
    return _is_complete(found, tables)


def _found(
    writer: Writer, database: int, tables: Mapping[str, PublishedTable], sleep: Callable[[float], None]
) -> dict[str, Thing]:
    """The tables that Metabase knows, by name; it is asked to look again where one or a column is missing."""
    found = _known(writer, database)
    if _is_complete(found, tables) or writer.is_dry_run:
        return found
    writer.session.post(f"/api/database/{database}/sync_schema", {})
    for _ in range(PATIENCE):
        found = _known(writer, database)
        if _is_complete(found, tables):
            break
        sleep(1)
    return found


def _known(writer: Writer, database: int) -> dict[str, Thing]:
    metadata = writer.session.get(f"/api/database/{database}/metadata", include_hidden="true")
    return {table["name"]: table for table in metadata["tables"] if table["schema"] == "kpi"}


def _is_complete(found: Mapping[str, Thing], tables: Mapping[str, PublishedTable]) -> bool:
    return all(
        name in found and table.columns.keys() <= {column["name"] for column in found[name]["fields"]}
        for name, table in tables.items()
    )


def _describe_table(
    writer: Writer, table: PublishedTable, found: Thing, link_of: Mapping[tuple[str, str], int | None]
) -> None:
    what = f"table {table.name}"
    writer.change(f"/api/table/{found['id']}", what, found, {"description": table.description})
    for column in found["fields"]:
        name = column["name"]
        if name not in table.columns:
            continue
        wanted: Thing = {"description": table.columns[name][1]}
        target = link_of.get((table.name, name))
        if table.key == (name,):
            wanted["semantic_type"] = "type/PK"
        elif target is not None:
            wanted |= {"semantic_type": "type/FK", "fk_target_field_id": target}
        writer.change(f"/api/field/{column['id']}", f"column {table.name}.{name}", column, wanted)
