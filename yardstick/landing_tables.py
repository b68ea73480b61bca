"""Where records land: a table per source and entity, and over all sources a view per entity."""

from collections.abc import Iterable

from psycopg import Connection
from psycopg.sql import SQL, Identifier, Literal

from yardstick.company import CsvSource
from yardstick.extract.entities import ENTITIES
from yardstick.ops_tables import ensure_ops_tables

#: Column of a landing table → its type and what else holds for it.
_COLUMNS = {
    "version_id": ("bigint", "generated always as identity"),
    "id": ("text", "not null"),
    "source_modified_at": ("timestamptz", ""),
    "is_deleted": ("boolean", "not null"),
    "record": ("jsonb", "not null"),
    "content_hash": ("uuid", "not null"),
    "as_of": ("date", "not null"),
}

_TABLE = SQL("""
create table {table} ({columns});
comment on table {table} is 'What came from the source: one row per version of a record.';
comment on column {table}.as_of is 'the night that landed the version';
comment on column {table}.is_deleted is 'true from the night on which a complete export lacked the record';
comment on column {table}.record is 'canonical fields as JSON; "extra" holds the unmapped columns as text';
""")


def landing_table(source_name: str, entity: str) -> Identifier:
    """Name of the table in which an entity of a source lands."""
    return Identifier(f"raw_{source_name}", entity)


def ensure_landing_tables(connection: Connection, sources: Iterable[CsvSource]) -> None:
    """Create what is missing of the landing tables, the views landed.csv_<entity>, and schema ops.

    Every entity has its view, an empty one where no source maps it. What a source that is no longer
    described has landed stays, but leaves the views. Takes no lock when all is there.
    """
    mapped = [(source.name, entity) for source in sources for entity in source.entities]
    with connection.transaction():
        ensure_ops_tables(connection)
        tables = _tables(connection)
        for source_name, entity in mapped:
            if (source_name, entity) not in tables:
                _create_table(connection, source_name, entity)
        views = _views(connection)
        for entity in ENTITIES:
            source_names = {source_name for source_name, landed in mapped if landed == entity}
            if views.get(entity) != source_names:
                _create_view(connection, entity, sorted(source_names))


def _tables(connection: Connection) -> set[tuple[str, str]]:
    """(source, entity) of every landing table that is there."""
    query = r"select substr(schemaname, 5), tablename from pg_tables where schemaname like 'raw\_%'"
    return set(connection.execute(query).fetchall())


def _views(connection: Connection) -> dict[str, set[str]]:
    """Entity → the sources that its view reads, for every view that is there."""
    query = """
        select substr(viewname, 5), array_remove(array_agg(substr(table_schema, 5)), null)
        from pg_views
        left join information_schema.view_table_usage on (view_schema, view_name) = (schemaname, viewname)
        where schemaname = 'landed'
        group by viewname
    """
    return {entity: set(source_names) for entity, source_names in connection.execute(query)}


def _create_table(connection: Connection, source_name: str, entity: str) -> None:
    columns = [
        SQL("{} {} {}").format(Identifier(name), SQL(kind), SQL(constraint))
        for name, (kind, constraint) in _COLUMNS.items()
    ]
    table = landing_table(source_name, entity)
    connection.execute(SQL("create schema if not exists {}").format(Identifier(f"raw_{source_name}")))
    connection.execute(_TABLE.format(table=table, columns=SQL(", ").join(columns)))


def _create_view(connection: Connection, entity: str, source_names: list[str]) -> None:
    columns = SQL(", ").join(map(Identifier, _COLUMNS))
    selects = [
        SQL("select {}::text, {} from {}").format(Literal(name), columns, landing_table(name, entity))
        for name in source_names
    ]
    blanks = [SQL("null::{}").format(SQL(kind)) for kind, _ in _COLUMNS.values()]
    nothing = SQL("select null::text, {} where false").format(SQL(", ").join(blanks))
    view = SQL("{} (source, {})").format(Identifier("landed", f"csv_{entity}"), columns)
    query = SQL(" union all ").join(selects) if selects else nothing
    connection.execute("create schema if not exists landed")
    connection.execute(SQL("create or replace view {} as {}").format(view, query))
