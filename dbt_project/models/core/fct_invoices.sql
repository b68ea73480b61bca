select
    invoice_id,
    source,
    deal_id,
    account_id,
    amount,
    currency,
    issued_on,
    due_on
from {{ ref('stg_csv__invoices') }}
where is_latest and not is_deleted
