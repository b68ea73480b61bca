select
    credit_id as event_id,
    'line' as record_kind,
    line_id as record_id,
    person_id,
    actor_id,
    closed_on as event_on,
    null::date as until_on,
    net_amount_at_plan_rate - cost_at_plan_rate as numerator,
    null::numeric as denominator
from {{ ref('int_line_credits') }}
