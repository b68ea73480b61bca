with versions as (
    select
        version_id,
        source,
        id,
        source_modified_at,
        is_deleted,
        record,
        as_of
    from {{ source('landed', 'csv_stage_entries') }}
    where as_of <= {{ as_of() }}
)

select
    {{ record_version_columns('stage_entry_id') }},
    {{ foreign_id('deal_id') }} as deal_id,
    record ->> 'stage' as stage,
    record ->> 'actor_id' as source_actor_id,
    {{ moment_at('entered_at') }} as entered_at,
    {{ moment_on('entered_at') }} as entered_on
from versions
