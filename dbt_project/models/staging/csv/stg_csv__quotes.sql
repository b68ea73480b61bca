with versions as (
    select
        version_id,
        source,
        id,
        source_modified_at,
        is_deleted,
        record,
        as_of
    from {{ source('landed', 'csv_quotes') }}
    where as_of <= {{ as_of() }}
)

select
    {{ record_version_columns('quote_id') }},
    {{ foreign_id('deal_id') }} as deal_id,
    record ->> 'owner_id' as source_owner_id,
    (record ->> 'amount')::numeric as amount,
    record ->> 'currency' as currency,
    {{ moment_at('sent_at') }} as sent_at,
    {{ moment_on('sent_at') }} as sent_on
from versions
