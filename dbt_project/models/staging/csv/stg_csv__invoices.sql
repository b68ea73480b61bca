with versions as (
    select
        version_id,
        source,
        id,
        source_modified_at,
        is_deleted,
        record,
        as_of
    from {{ source('landed', 'csv_invoices') }}
    where as_of <= {{ as_of() }}
)

select
    {{ record_version_columns('invoice_id') }},
    {{ foreign_id('deal_id') }} as deal_id,
    {{ foreign_id('account_id') }} as account_id,
    (record ->> 'amount')::numeric as amount,
    record ->> 'currency' as currency,
    {{ moment_at('issued_at') }} as issued_at,
    {{ moment_on('issued_at') }} as issued_on,
    {{ moment_at('due_at') }} as due_at,
    {{ moment_on('due_at') }} as due_on
from versions
