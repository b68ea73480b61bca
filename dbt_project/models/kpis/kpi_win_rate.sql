select
    deal_id as event_id,
    'deal' as record_kind,
    deal_id as record_id,
    owner_id as person_id,
    coalesce(closed_by_id, owner_id) as actor_id,
    closed_on as event_on,
    null::date as until_on,
    (stage_kind = 'won')::integer::numeric as numerator,
    1::numeric as denominator
from {{ ref('fct_deals') }}
where stage_kind in ('won', 'lost')
