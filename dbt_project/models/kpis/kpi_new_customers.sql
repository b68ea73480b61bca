select distinct on (account_id)
    account_id as event_id,
    'deal' as record_kind,
    deal_id as record_id,
    owner_id as person_id,
    coalesce(closed_by_id, owner_id) as actor_id,
    closed_on as event_on,
    null::date as until_on,
    1::numeric as numerator,
    null::numeric as denominator
from {{ ref('fct_deals') }}
where stage_kind = 'won' and account_id is not null
order by account_id, closed_on, deal_id
