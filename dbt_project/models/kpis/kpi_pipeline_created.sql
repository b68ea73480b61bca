-- A deal counts on the day of its creation with the first amount known of it, whatever it came to be later.
select
    deals.deal_id as event_id,
    'deal' as record_kind,
    deals.deal_id as record_id,
    owners.person_id,
    owners.person_id as actor_id,
    deals.created_on as event_on,
    null::date as until_on,
    round(amounts.amount * plan_rates.rate, {{ minor_unit() }}) as numerator,
    null::numeric as denominator
from {{ ref('fct_deals') }} as deals
inner join {{ ref('int_deal_amounts') }} as amounts on deals.deal_id = amounts.deal_id and amounts.is_assumed
left join {{ ref('int_deal_owners') }} as owners
    on deals.deal_id = owners.deal_id and owners.valid_during @> deals.created_on
left join {{ ref('int_rates') }} as plan_rates
    on deals.currency = plan_rates.currency
    and plan_rates.kind = 'plan'
    and plan_rates.valid_during @> deals.created_on
