with won as (
    select
        credit_id,
        deal_id,
        person_id,
        actor_id,
        closed_on,
        amount_at_plan_rate,
        account_id,
        first_value(deal_id) over (partition by account_id order by closed_on, deal_id) as first_deal_id
    from {{ ref('int_deal_credits') }}
    where stage_kind = 'won'
)

select
    credit_id as event_id,
    'deal' as record_kind,
    deal_id as record_id,
    person_id,
    actor_id,
    closed_on as event_on,
    null::date as until_on,
    case
        when account_id is null then null
        when deal_id = first_deal_id then 0
        else amount_at_plan_rate
    end as numerator,
    amount_at_plan_rate as denominator
from won
