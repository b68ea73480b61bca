"""The statements of a landing, in which {table} is the landing table. See yardstick.landing.entity."""

# What the night knew until now. Of a temporary table, ids are stored plainly: what could be moved out of its
# row would take two files more, which every landing would make and delete.
KNOWN = """
create temporary table known (
    id text storage plain,
    as_of date,
    version_id bigint,
    content_hash uuid,
    is_deleted boolean
) on commit drop
"""
RECALL = """
insert into known
select distinct on (id) id, as_of, version_id, content_hash, is_deleted
from {table}
where as_of <= %(as_of)s
order by id, as_of desc, version_id desc
"""
KNOWN_HASHES = """
select coalesce(string_agg(uuid_send(content_hash), ''), '') from known where not is_deleted
"""

HAS_INDEX = "select exists (select from pg_index where indrelid = %(table)s::regclass)"
CREATE_INDEX = """
create index on {table} (id, as_of desc, version_id desc) include (content_hash, is_deleted)
"""

# Thousands of records tell the planner what it has to know; a larger sample's time goes into sorting JSON.
SAMPLE_LITTLE = "set local default_statistics_target = 10"

# Rows that came. A record is new if it has to be a version: the night does not know its content.
STAGE = """
create temporary table staged (
    line bigint not null,
    content_hash uuid not null,
    is_new boolean not null,
    id text storage plain not null
) on commit drop
"""
COPY_VERSIONS = """
copy {table} (is_deleted, content_hash, as_of, source_modified_at, id, record) from stdin (format binary)
"""
COPY_STAGED = "copy staged (line, content_hash, is_new, id) from stdin (format binary)"

# Rows whose id stands in an earlier row, which is the one that counts.
FIND_REPEATED = """
create temporary table repeated on commit drop as
select line, id, content_hash, first_line, first_hash
from (
    select
        line, id, content_hash,
        first_value(line) over by_id as first_line,
        first_value(content_hash) over by_id as first_hash
    from staged
    window by_id as (partition by id order by line)
) as records
where line <> first_line
"""
REJECT_CONTRADICTIONS = """
insert into ops.rejects (run_id, source, entity, as_of, rule, record_id, file, line, field, found, expected)
select
    %(run_id)s, %(source)s, %(entity)s, %(as_of)s, 'duplicate_id', repeated.id, %(file)s, repeated.line,
    difference.fields, left(difference.found, 200),
    left(format('as in line %%s, which stands: %%s', repeated.first_line, difference.expected), 400)
from repeated
cross join lateral (
    select record from {table} where (id, content_hash) = (repeated.id, repeated.content_hash) limit 1
) as later
cross join lateral (
    select record from {table} where (id, content_hash) = (repeated.id, repeated.first_hash) limit 1
) as first
cross join lateral (
    select
        string_agg(key, ', ' order by key) as fields,
        string_agg(format('%%s %%s', key, value), ', ' order by key) as found,
        string_agg(format('%%s %%s', key, first.record -> key), ', ' order by key) as expected
    from jsonb_each(later.record)
    where value is distinct from first.record -> key
) as difference
where repeated.content_hash <> repeated.first_hash
"""
# Of the versions that came for an id, the one of its first row stays, if that is new.
DROP_REPEATED = """
delete from {table} as landed
using (
    select
        came.id, came.as_of, came.version_id,
        came.content_hash = repeated.first_hash
        and came.version_id = min(came.version_id) over (partition by came.id, came.content_hash) as stays
    from (select distinct id, first_hash from repeated) as repeated
    join {table} as came on came.id = repeated.id and came.as_of = %(as_of)s
    left join known on known.id = came.id
    where known.id is null or (known.as_of, known.version_id) < (came.as_of, came.version_id)
) as came
where (landed.id, landed.as_of, landed.version_id) = (came.id, came.as_of, came.version_id) and not came.stays
"""
UNSTAGE_REPEATED = "delete from staged using repeated where staged.line = repeated.line"

FORGET_REJECTS = """
delete from ops.rejects where source = %(source)s and entity = %(entity)s and as_of = %(as_of)s
"""
KEEP_REJECTS = """
copy ops.rejects (run_id, source, entity, as_of, file, line, record_id, rule, field, found, expected)
from stdin (format binary)
"""
COUNT_REJECTED = """
select count(distinct line) from ops.rejects
where source = %(source)s and entity = %(entity)s and as_of = %(as_of)s
"""

# What was alive and did not come; it has vanished if the export is complete, no reject tells otherwise, and
# the source does not list it as one that is there.
LIST = "create temporary table listed (id text storage plain not null) on commit drop"
COPY_LISTED = "copy listed (id) from stdin (format binary)"
ABSENT = "create temporary table absent (id text storage plain, has_vanished boolean) on commit drop"
FIND_ABSENT = """
insert into absent
select
    id,
    %(is_complete)s
    and not exists (
        select from ops.rejects
        where (source, entity, as_of, record_id) = (%(source)s, %(entity)s, %(as_of)s, known.id)
    )
    and not exists (select from listed where listed.id = known.id) as has_vanished
from known
where not is_deleted and not exists (select from staged where staged.id = known.id)
"""
ADD_DELETED = """
insert into {table} (id, source_modified_at, is_deleted, record, content_hash, as_of)
select last.id, last.source_modified_at, true, last.record, last.content_hash, %(as_of)s
from absent
join known on known.id = absent.id
join {table} as last on (last.id, last.as_of, last.version_id) = (known.id, known.as_of, known.version_id)
where absent.has_vanished
order by last.id
"""
COUNT_KEPT = "select count(*) from absent where not has_vanished"
# The next night that has landed already goes on knowing what it knew; of an id that it did not know,
# that there is no such record.
NEXT_NIGHT = """
select min(as_of) from ops.landings where source = %(source)s and entity = %(entity)s and as_of > %(as_of)s
"""
KEEP_NEXT_NIGHT = """
insert into {table} (id, source_modified_at, is_deleted, record, content_hash, as_of)
select
    changes.id,
    before.source_modified_at,
    known.id is null or before.is_deleted,
    before.record,
    before.content_hash,
    %(next_night)s
from (
    select id from staged where is_new
    union all
    select id from absent where has_vanished
) as changes
left join known on known.id = changes.id
join lateral (
    select source_modified_at, is_deleted, record, content_hash
    from {table} as version
    where version.id = changes.id and version.as_of <= %(as_of)s
        and (known.id is null or (version.as_of, version.version_id) = (known.as_of, known.version_id))
    order by version.as_of desc, version.version_id desc
    limit 1
) as before on true
where not exists (
    select from {table} as own
    where own.id = changes.id and own.as_of > %(as_of)s and own.as_of <= %(next_night)s
)
order by changes.id
"""

FORGET_LANDING = """
delete from ops.landings where run_id = %(run_id)s and source = %(source)s and entity = %(entity)s
"""
# Of a reading that lands in portions, the row tells all.
NOTE_LANDING = """
insert into ops.landings (
    run_id, source, entity, as_of, is_complete, rows_read, rows_rejected, rows_repeated, characters_cleaned,
    versions_added, records_deleted, records_alive, bytes_read, calls
)
values (
    %(run_id)s, %(source)s, %(entity)s, %(as_of)s, %(is_complete)s, %(rows_read)s, %(rows_rejected)s,
    %(rows_repeated)s, %(characters_cleaned)s, %(versions_added)s, %(records_deleted)s, %(records_alive)s,
    %(bytes_read)s, %(calls)s
)
on conflict (run_id, source, entity) do update set
    as_of = excluded.as_of,
    is_complete = excluded.is_complete,
    rows_read = landings.rows_read + excluded.rows_read,
    rows_rejected = excluded.rows_rejected,
    rows_repeated = landings.rows_repeated + excluded.rows_repeated,
    characters_cleaned = landings.characters_cleaned + excluded.characters_cleaned,
    versions_added = landings.versions_added + excluded.versions_added,
    records_deleted = landings.records_deleted + excluded.records_deleted,
    records_alive = excluded.records_alive,
    bytes_read = landings.bytes_read + excluded.bytes_read,
    calls = landings.calls + excluded.calls,
    landed_at = excluded.landed_at
"""
