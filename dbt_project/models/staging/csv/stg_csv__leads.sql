with versions as (
    select
        version_id,
        source,
        id,
        source_modified_at,
        is_deleted,
        record,
        as_of
    from {{ source('landed', 'csv_leads') }}
    where as_of <= {{ as_of() }}
)

select
    {{ record_version_columns('lead_id') }},
    record ->> 'owner_id' as source_owner_id,
    record ->> 'origin' as origin,
    {{ foreign_id('deal_id') }} as deal_id,
    {{ moment_at('created_at') }} as created_at,
    {{ moment_on('created_at') }} as created_on,
    {{ moment_at('assigned_at') }} as assigned_at,
    {{ moment_on('assigned_at') }} as assigned_on
from versions
