-- A deal counts from its creation until it closes, for whoever owned it on the day.
select
    open_deals.stretch_id as event_id,
    'deal' as record_kind,
    open_deals.deal_id as record_id,
    open_deals.person_id,
    open_deals.person_id as actor_id,
    lower(open_deals.open_during) as event_on,
    upper(open_deals.open_during) as until_on,
    deals.amount_at_plan_rate as numerator,
    null::numeric as denominator
from {{ ref('int_open_deals') }} as open_deals
inner join {{ ref('fct_deals') }} as deals on open_deals.deal_id = deals.deal_id
