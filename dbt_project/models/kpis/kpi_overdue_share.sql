select
    invoice_id || coalesce('#' || from_on, '') as event_id,
    'invoice' as record_kind,
    invoice_id as record_id,
    owner_id as person_id,
    owner_id as actor_id,
    from_on as event_on,
    until_on,
    case is_overdue when true then balance when false then 0 end as numerator,
    balance as denominator
from {{ ref('int_receivables') }}
