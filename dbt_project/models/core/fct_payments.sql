select
    payment_id,
    source,
    invoice_id,
    deal_id,
    amount,
    currency,
    paid_on
from {{ ref('stg_csv__payments') }}
where is_latest and not is_deleted
