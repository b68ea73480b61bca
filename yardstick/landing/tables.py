"""Where records land: a table per source and entity, and over all sources of a kind a view per entity."""

from collections.abc import Iterable

from psycopg import Connection
from psycopg.sql import SQL, Identifier, Literal

from yardstick.company import Source
from yardstick.extract.kinds import LANDED_ENTITIES
from yardstick.landing.ops_tables import ensure_ops_tables

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
comment on column {table}.is_deleted is 'true from the night on which the source no longer had the record';
comment on column {table}.record is
    'of an export canonical fields, in "extra" the unmapped columns as text; of a CRM its own fields';
""")


def landing_table(source_name: str, entity: str) -> Identifier:
    """Name of the table in which an entity of a source lands."""
    return Identifier(f"raw_{source_name}", entity)


def ensure_landing_tables(connection: Connection, sources: Iterable[Source]) -> None:
    """Create what is missing of the landing tables, the views landed.<kind>_<entity>, and schema ops.

    Every entity of every kind has its view, an empty one where no source gives it. What a source that is no
    longer described has landed stays, but leaves the views. Takes no lock when all is there.
    """
    wanted = {
        f"{kind}_{entity}": set[str]() for kind, entities in LANDED_ENTITIES.items() for entity in entities
    }
    with connection.transaction():
        ensure_ops_tables(connection)
        tables = _tables(connection)
        for source in sources:
            for landing in source.landings:
                wanted[f"{source.kind}_{landing.entity}"].add(source.name)
                if (source.name, landing.entity) not in tables:
                    _create_table(connection, source.name, landing.entity)
        views = _views(connection)
        for view, source_names in wanted.items():
            if views.get(view) != source_names:
                _create_view(connection, view, sorted(source_names))


def _tables(connection: Connection) -> set[tuple[str, str]]:
    """(source, entity) of every landing table that is there."""
    query = r"select substr(schemaname, 5), tablename from pg_tables where schemaname like 'raw\_%'"
    return set(connection.execute(query).fetchall())


def _views(connection: Connection) -> dict[str, set[str]]:
    """View → the sources that it reads, for every view that is there."""
    query = """
        select viewname, array_remove(array_agg(substr(table_schema, 5)), null)
        from pg_views
        left join information_schema.view_table_usage on (view_schema, view_name) = (schemaname, viewname)
        where schemaname = 'landed'
        group by viewname
    """
    return {view: set(source_names) for view, source_names in connection.execute(query)}


def _create_table(connection: Connection, source_name: str, entity: str) -> None:
    columns = [
        SQL("{} {} {}").format(Identifier(name), SQL(kind), SQL(constraint))
        for name, (kind, constraint) in _COLUMNS.items()
    ]
    table = landing_table(source_name, entity)
    connection.execute(SQL("create schema if not exists {}").format(Identifier(f"raw_{source_name}")))
    connection.execute(_TABLE.format(table=table, columns=SQL(", ").join(columns)))


def _create_view(connection: Connection, name: str, source_names: list[str]) -> None:
    _, _, entity = name.partition("_")
    columns = SQL(", ").join(map(Identifier, _COLUMNS))
    selects = [
        SQL("select {}::text, {} from {}").format(Literal(source), columns, landing_table(source, entity))
        for source in source_names
    ]
    blanks = [SQL("null::{}").format(SQL(kind)) for kind, _ in _COLUMNS.values()]
    nothing = SQL("select null::text, {} where false").format(SQL(", ").join(blanks))
    view = SQL("{} (source, {})").format(Identifier("landed", name), columns)
    query = SQL(" union all ").join(selects) if selects else nothing
    connection.execute("create schema if not exists landed")
    connection.execute(SQL("create or replace view {} as {}").format(view, query))
