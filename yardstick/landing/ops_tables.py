"""The tables of schema ops that landing writes: what it took in, and what it could not read."""

from collections.abc import Mapping
from typing import LiteralString

from psycopg import Connection

from yardstick.warehouse import has_column, is_there

#: One row per run, source and entity.
LANDINGS = """
create schema if not exists ops;
create table ops.landings (
    run_id text not null,
    source text not null,
    entity text not null,
    as_of date not null,
    is_complete boolean not null,
    rows_read bigint not null,
    rows_rejected bigint not null,
    rows_repeated bigint not null,
    characters_cleaned bigint not null,
    versions_added bigint not null,
    records_deleted bigint not null,
    records_alive bigint not null,
    bytes_read bigint not null,
    calls bigint not null,
    landed_at timestamptz not null default now(),
    primary key (run_id, source, entity)
);
create index on ops.landings (source, entity, as_of);
comment on table ops.landings is 'What each run landed: one row per run, source and entity.';
comment on column ops.landings.as_of is 'the night that the run landed for';
comment on column ops.landings.is_complete is
    'false if the end of the export was missing, so that absent records were not taken for deleted';
comment on column ops.landings.rows_read is 'rows of the export, rejected and repeated ones too';
comment on column ops.landings.rows_rejected is 'rows that were not landed: see ops.rejects';
comment on column ops.landings.rows_repeated is 'rows that repeat an earlier row word for word';
comment on column ops.landings.characters_cleaned is
    'characters that a database cannot hold (NUL, half of a surrogate pair) and that were left out';
comment on column ops.landings.versions_added is 'record versions added, deletions too';
comment on column ops.landings.records_deleted is 'records marked deleted: a complete export lacks them';
comment on column ops.landings.records_alive is 'records that exist as known on that night';
comment on column ops.landings.bytes_read is 'size of the export, or of the answers';
comment on column ops.landings.calls is 'requests to the source; 0 for an export';
"""

#: Of landings that an earlier version of Yardstick made.
_COLUMN_OF_CALLS = "alter table ops.landings add column calls bigint not null default 0"

#: One row per source and entity that is asked for changes.
CURSORS = """
create table ops.cursors (
    source text not null,
    entity text not null,
    as_of date not null,
    changed_until text,
    reading_until text,
    read_to_id bigint,
    noted_at timestamptz not null default now(),
    primary key (source, entity)
);
comment on table ops.cursors is
    'Up to where each entity of a source has landed; committed with the records that it covers.';
comment on column ops.cursors.as_of is 'the night that landed last';
comment on column ops.cursors.changed_until is
    'the modified time, as the source writes it, until which all changes have landed';
comment on column ops.cursors.reading_until is 'of a reading that was stopped: the same, once it has ended';
comment on column ops.cursors.read_to_id is 'of a reading that was stopped: the id behind which it goes on';
"""

#: One row per row of an export and rule that it broke, as of the night's latest landing.
REJECTS = """
create table ops.rejects (
    run_id text not null,
    source text not null,
    entity text not null,
    as_of date not null,
    rule text not null,
    record_id text,
    file text not null,
    line bigint not null,
    field text,
    found text not null,
    expected text not null
);
create index on ops.rejects (source, entity, as_of);
comment on table ops.rejects is
    'Rows that a night could not land: one row per row of an export and reason.';
comment on column ops.rejects.rule is
    'cells, missing_id, id_length, date_format, number_format or duplicate_id';
comment on column ops.rejects.record_id is 'the id in the row, null where it could not be read';
comment on column ops.rejects.line is 'line of the file on which the row begins';
comment on column ops.rejects.field is 'canonical field, several separated by commas; null: the whole row';
comment on column ops.rejects.found is 'what the row holds, its beginning if it is long';
comment on column ops.rejects.expected is 'what it should hold';
"""


def ensure_ops_tables(connection: Connection) -> None:
    """Create what is missing of the tables; takes no lock when all is there."""
    relations = {"ops.landings": LANDINGS, "ops.rejects": REJECTS, "ops.cursors": CURSORS}
    create_missing(connection, relations)
    if not has_column(connection, "ops.landings", "calls"):
        connection.execute(_COLUMN_OF_CALLS)


def create_missing(connection: Connection, relations: Mapping[str, LiteralString]) -> None:
    """Run the statements of those relations that are not there, in one transaction."""
    with connection.transaction():
        for relation, statements in relations.items():
            if not is_there(connection, relation):
                connection.execute(statements)
