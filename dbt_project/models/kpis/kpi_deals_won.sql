select
    credit_id as event_id,
    'deal' as record_kind,
    deal_id as record_id,
    person_id,
    actor_id,
    closed_on as event_on,
    null::date as until_on,
    deal_part as numerator,
    null::numeric as denominator
from {{ ref('int_deal_credits') }}
where stage_kind = 'won'
