select
    invoice_id as event_id,
    'invoice' as record_kind,
    invoice_id as record_id,
    owner_id as person_id,
    owner_id as actor_id,
    issued_on as event_on,
    null::date as until_on,
    amount_at_plan_rate as numerator,
    null::numeric as denominator
from {{ ref('fct_invoices') }}
