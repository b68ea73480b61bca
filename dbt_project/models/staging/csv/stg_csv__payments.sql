with versions as (
    select
        version_id,
        source,
        id,
        source_modified_at,
        is_deleted,
        record,
        as_of
    from {{ source('landed', 'csv_payments') }}
    where as_of <= {{ as_of() }}
)

select
    {{ record_version_columns('payment_id') }},
    {{ foreign_id('invoice_id') }} as invoice_id,
    {{ foreign_id('deal_id') }} as deal_id,
    (record ->> 'amount')::numeric as amount,
    record ->> 'currency' as currency,
    {{ moment_at('paid_at') }} as paid_at,
    {{ moment_on('paid_at') }} as paid_on
from versions
