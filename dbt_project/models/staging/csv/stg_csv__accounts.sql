with versions as (
    select
        version_id,
        source,
        id,
        source_modified_at,
        is_deleted,
        record,
        as_of
    from {{ source('landed', 'csv_accounts') }}
    where as_of <= {{ as_of() }}
)

select
    {{ record_version_columns('account_id') }},
    record ->> 'name' as account_name,
    record ->> 'industry' as industry,
    record ->> 'country' as country
from versions
