with versions as (
    select
        version_id,
        source,
        id,
        source_modified_at,
        is_deleted,
        record,
        as_of
    from {{ source('landed', 'csv_deals') }}
    where as_of <= {{ as_of() }}
)

select
    {{ record_version_columns('deal_id') }},
    record ->> 'name' as deal_name,
    record ->> 'owner_id' as source_owner_id,
    {{ foreign_id('account_id') }} as account_id,
    {{ foreign_id('product_id') }} as product_id,
    {{ foreign_id('lead_id') }} as lead_id,
    record ->> 'stage' as stage,
    (record ->> 'amount')::numeric as amount,
    record ->> 'currency' as currency,
    record ->> 'kind' as deal_kind,
    {{ moment_at('created_at') }} as created_at,
    {{ moment_on('created_at') }} as created_on,
    {{ moment_on('expected_close_at') }} as expected_close_on,
    {{ moment_at('closed_at') }} as closed_at,
    {{ moment_on('closed_at') }} as closed_on
from versions
