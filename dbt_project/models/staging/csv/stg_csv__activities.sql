with versions as (
    select
        version_id,
        source,
        id,
        source_modified_at,
        is_deleted,
        record,
        as_of
    from {{ source('landed', 'csv_activities') }}
    where as_of <= {{ as_of() }}
)

select
    {{ record_version_columns('activity_id') }},
    record ->> 'kind' as activity_kind,
    record ->> 'owner_id' as source_owner_id,
    record ->> 'actor_id' as source_actor_id,
    {{ foreign_id('deal_id') }} as deal_id,
    {{ foreign_id('lead_id') }} as lead_id,
    record ->> 'direction' as direction,
    record ->> 'status' as status,
    (record ->> 'minutes')::numeric as minutes,
    {{ moment_at('happened_at') }} as happened_at,
    {{ moment_on('happened_at') }} as happened_on,
    {{ moment_on('due_at') }} as due_on,
    {{ moment_on('completed_at') }} as completed_on,
    {{ moment_at('logged_at') }} as logged_at,
    {{ moment_on('logged_at') }} as logged_on
from versions
