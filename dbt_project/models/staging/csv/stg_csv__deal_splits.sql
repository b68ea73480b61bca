with versions as (
    select
        version_id,
        source,
        id,
        source_modified_at,
        is_deleted,
        record,
        as_of
    from {{ source('landed', 'csv_deal_splits') }}
    where as_of <= {{ as_of() }}
)

select
    {{ record_version_columns('deal_split_id') }},
    {{ foreign_id('deal_id') }} as deal_id,
    record ->> 'owner_id' as source_owner_id,
    (record ->> 'share')::numeric as share
from versions
