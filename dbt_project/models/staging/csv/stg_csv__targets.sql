with versions as (
    select
        version_id,
        source,
        id,
        source_modified_at,
        is_deleted,
        record,
        as_of
    from {{ source('landed', 'csv_targets') }}
    where as_of <= {{ as_of() }}
)

select
    {{ record_version_columns('target_id') }},
    record ->> 'kpi' as kpi_id,
    record ->> 'node' as node_id,
    record ->> 'owner_id' as source_owner_id,
    record ->> 'period' as period_name,
    coalesce(record ->> 'level', 'target') as level,
    (record ->> 'value')::numeric as value,
    record ->> 'currency' as currency,
    (record ->> 'version')::numeric as source_version,
    {{ moment_on('decided_at') }} as decided_on
from versions
