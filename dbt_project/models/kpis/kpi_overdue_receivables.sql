select
    invoice_id || coalesce('#' || from_on, '') as event_id,
    'invoice' as record_kind,
    invoice_id as record_id,
    owner_id as person_id,
    owner_id as actor_id,
    from_on as event_on,
    until_on,
    case when is_overdue then balance end as numerator,
    null::numeric as denominator
from {{ ref('int_receivables') }}
where is_overdue is not false
