"""The tables of the landing are there, once, whatever the sources map."""

import psycopg
from landing_night import export, land

from yardstick.company import CsvSource
from yardstick.extract.entities import ENTITIES
from yardstick.landing.tables import ensure_landing_tables

COLUMNS = ["version_id", "id", "source_modified_at", "is_deleted", "record", "content_hash", "as_of"]


def named(source: CsvSource, name: str, *entities: str) -> CsvSource:
    """A source like `source` of another name that maps these entities only."""
    mapped = {entity: source.entities[entity].model_dump() for entity in entities}
    return CsvSource(**{**source.model_dump(), "name": name, "entities": mapped})


def columns(connection: psycopg.Connection, relation: str) -> list[str]:
    return [column.name for column in connection.execute(f"select * from {relation}").description or ()]


def test_each_entity_has_its_view_empty_where_no_source_maps_it(connection: psycopg.Connection) -> None:
    for entity in ENTITIES:
        assert columns(connection, f"landed.csv_{entity}") == ["source", *COLUMNS]
    assert connection.execute("select * from landed.csv_payments").fetchall() == []


def test_an_empty_view_has_the_types_of_a_full_one(connection: psycopg.Connection) -> None:
    query = """
        select count(distinct (column_name, data_type)) from information_schema.columns
        where table_schema = 'landed' and table_name in ('csv_payments', 'csv_deals')
    """
    assert connection.execute(query).fetchone() == (len(COLUMNS) + 1,)


def test_the_view_of_an_entity_unites_the_sources_that_map_it(
    connection: psycopg.Connection, source: CsvSource
) -> None:
    ensure_landing_tables(connection, [source, named(source, "erp", "deals")])
    land(connection, export(("A", 1)), source_name="crm")
    land(connection, export(("A", 2)), source_name="erp")
    seen = connection.execute("select source, record -> 'amount' from landed.csv_deals order by source")
    assert seen.fetchall() == [("crm", 1), ("erp", 2)]


def test_a_source_no_longer_described_leaves_the_view_and_keeps_its_records(
    connection: psycopg.Connection, source: CsvSource
) -> None:
    land(connection, export(("A", 1)))
    ensure_landing_tables(connection, [named(source, "erp", "deals")])
    assert connection.execute("select count(*) from landed.csv_deals").fetchone() == (0,)
    ensure_landing_tables(connection, [])
    assert connection.execute("select count(*) from landed.csv_deals").fetchone() == (0,)
    assert connection.execute("select count(*) from raw_crm.deals").fetchone() == (1,)


def test_views_upon_the_views_survive_a_change_of_sources(
    connection: psycopg.Connection, source: CsvSource
) -> None:
    connection.execute("create view public.mine as select source, id from landed.csv_leads")
    ensure_landing_tables(connection, [source, named(source, "erp", "deals")])
    assert connection.execute("select * from public.mine").fetchall() == []


def test_nothing_is_written_and_nobody_waits_when_all_is_there(
    address: str, connection: psycopg.Connection, source: CsvSource
) -> None:
    connection.execute("set lock_timeout = '100ms'")
    with psycopg.connect(address) as reader:
        reader.execute("lock table raw_crm.deals, landed.csv_deals, ops.rejects in access share mode")
        with connection.transaction():
            ensure_landing_tables(connection, [source])
            written = connection.execute("select pg_current_xact_id_if_assigned()").fetchone()
    assert written == (None,)


def test_the_comparison_of_a_night_finds_the_index_that_the_first_landing_built(
    connection: psycopg.Connection,
) -> None:
    land(connection, export(("A", 1)), 1)
    land(connection, export(("A", 2)), 2)
    query = "select indexdef from pg_indexes where schemaname = 'raw_crm' and tablename = 'deals'"
    [(index,)] = connection.execute(query).fetchall()
    assert index.endswith("(id, as_of DESC, version_id DESC) INCLUDE (content_hash, is_deleted)")
