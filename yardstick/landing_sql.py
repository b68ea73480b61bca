"""The statements of a landing, in which {table} is the landing table. See yardstick.landing."""

# Every row that came: a record, or, where it has a rule, a reject.
STAGE = """
create temporary table staged (
    position bigint generated always as identity,
    line bigint not null,
    id text,
    source_modified_at timestamptz,
    record jsonb,
    rule text,
    field text,
    found text,
    expected text,
    content_hash uuid generated always as (md5(record::text)::uuid) stored
) on commit drop
"""
COPY = "copy staged (line, id, source_modified_at, record, rule, field, found, expected) from stdin"

# Rows whose id stands in an earlier row, which is the one that counts.
FIND_REPEATED = """
create temporary table repeated on commit drop as
select position, first_position
from (
    select position, first_value(position) over (partition by id order by position) as first_position
    from staged
    where rule is null
) as records
where position <> first_position
"""
REJECT_CONTRADICTIONS = """
insert into ops.rejects (run_id, source, entity, as_of, rule, record_id, file, line, field, found, expected)
select
    %(run_id)s, %(source)s, %(entity)s, %(as_of)s, 'duplicate_id', later.id, %(file)s, later.line,
    difference.fields, left(difference.found, 200),
    left(format('as in line %%s, which stands: %%s', first.line, difference.expected), 400)
from repeated
join staged as later on later.position = repeated.position
join staged as first on first.position = repeated.first_position
cross join lateral (
    select
        string_agg(key, ', ' order by key) as fields,
        string_agg(format('%%s %%s', key, value), ', ' order by key) as found,
        string_agg(format('%%s %%s', key, first.record -> key), ', ' order by key) as expected
    from jsonb_each(later.record)
    where value is distinct from first.record -> key
) as difference
where later.content_hash <> first.content_hash
"""
DROP_REPEATED = "delete from staged using repeated where staged.position = repeated.position"

FORGET_REJECTS = """
delete from ops.rejects where source = %(source)s and entity = %(entity)s and as_of = %(as_of)s
"""
KEEP_REJECTS = """
insert into ops.rejects (run_id, source, entity, as_of, rule, record_id, file, line, field, found, expected)
select
    %(run_id)s, %(source)s, %(entity)s, %(as_of)s, rule, id, %(file)s, line, field, found, expected
from staged
where rule is not null
order by position
"""
COUNT_REJECTED = """
select count(distinct line) from ops.rejects
where source = %(source)s and entity = %(entity)s and as_of = %(as_of)s
"""

# What the night knew until now, and what of it changes: a change without a position is a deletion.
RECALL = """
create temporary table known on commit drop as
select distinct on (id) id, as_of, version_id, content_hash, is_deleted
from {table}
where as_of <= %(as_of)s
order by id, as_of desc, version_id desc
"""
COMPARE = """
create temporary table changes on commit drop as
select staged.id, staged.position
from staged
left join known on known.id = staged.id
where staged.rule is null
    and (known.id is null or known.is_deleted or known.content_hash <> staged.content_hash)
union all
select known.id, null
from known
where %(is_complete)s and not known.is_deleted
    and not exists (select from staged where staged.id = known.id)
"""

ADD_CHANGED = """
insert into {table} (id, source_modified_at, is_deleted, record, content_hash, as_of)
select staged.id, source_modified_at, false, record, content_hash, %(as_of)s
from changes
join staged on staged.position = changes.position
order by staged.position
"""
ADD_DELETED = """
insert into {table} (id, source_modified_at, is_deleted, record, content_hash, as_of)
select last.id, last.source_modified_at, true, last.record, last.content_hash, %(as_of)s
from changes
join known on known.id = changes.id
join {table} as last on (last.id, last.as_of, last.version_id) = (known.id, known.as_of, known.version_id)
where changes.position is null
order by last.id
"""
# The next night that has landed already goes on knowing what it knew; of an id that it did not know,
# that there is no such record.
NEXT_NIGHT = """
select min(as_of) from ops.landings where source = %(source)s and entity = %(entity)s and as_of > %(as_of)s
"""
KEEP_NEXT_NIGHT = """
insert into {table} (id, source_modified_at, is_deleted, record, content_hash, as_of)
select
    changes.id,
    coalesce(last.source_modified_at, staged.source_modified_at),
    coalesce(last.is_deleted, true),
    coalesce(last.record, staged.record),
    coalesce(last.content_hash, staged.content_hash),
    %(next_night)s
from changes
left join staged on staged.position = changes.position
left join known on known.id = changes.id
left join {table} as last
    on (last.id, last.as_of, last.version_id) = (known.id, known.as_of, known.version_id)
where not exists (
    select from {table} as own
    where own.id = changes.id and own.as_of > %(as_of)s and own.as_of <= %(next_night)s
)
order by changes.id
"""

COUNT_ALIVE = """
select
    (select count(*) from changes where position is not null)
    + (select count(*) from known
       where not is_deleted and not exists (select from changes where changes.id = known.id))
"""
FORGET_LANDING = """
delete from ops.landings where run_id = %(run_id)s and source = %(source)s and entity = %(entity)s
"""
NOTE_LANDING = """
insert into ops.landings (
    run_id, source, entity, as_of, is_complete, rows_read, rows_rejected, rows_repeated, characters_cleaned,
    versions_added, records_deleted, records_alive, bytes_read
)
values (
    %(run_id)s, %(source)s, %(entity)s, %(as_of)s, %(is_complete)s, %(rows_read)s, %(rows_rejected)s,
    %(rows_repeated)s, %(characters_cleaned)s, %(versions_added)s, %(records_deleted)s, %(records_alive)s,
    %(bytes_read)s
)
"""
