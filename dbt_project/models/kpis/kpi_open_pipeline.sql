-- A deal counts from its creation until it closes, for whoever owned it on the day.
with stretches as (
    select
        deals.deal_id,
        owners.person_id,
        deals.amount_at_plan_rate,
        deals.created_on,
        lower(owners.valid_during) as owned_from,
        least(deals.closed_on, upper(owners.valid_during)) as until_on
    from {{ ref('fct_deals') }} as deals
    left join {{ ref('int_deal_owners') }} as owners on deals.deal_id = owners.deal_id
    -- A closed deal without its closing date would stay open for ever.
    where deals.stage_kind = 'open' or deals.closed_on is not null
)

select
    deal_id || coalesce('#' || owned_from::text, '') as event_id,
    'deal' as record_kind,
    deal_id as record_id,
    person_id,
    person_id as actor_id,
    greatest(created_on, owned_from) as event_on,
    until_on,
    amount_at_plan_rate as numerator,
    null::numeric as denominator
from stretches
where coalesce(greatest(created_on, owned_from) < until_on, true)
