-- What a person's open deals promised for a month on its first day, and what the person booked in it; a row
-- per person and month that is over, from the first month on that began with a deal in the data.
with amounts as (
    select
        due.person_id,
        due.month_start,
        deal_months.weighted_amount as forecast,
        0 as actual
    from {{ ref('int_due_deals') }} as due
    inner join {{ ref('int_open_deal_months') }} as deal_months
        on due.deal_id = deal_months.deal_id
        and due.month_start = lower(deal_months.open_during)
    where deal_months.weighted_amount is not null
    union all
    select
        credits.person_id,
        date_trunc('month', deals.closed_on)::date as month_start,
        0 as forecast,
        credits.amount_at_plan_rate as actual
    from {{ ref('int_deal_credits') }} as credits
    inner join {{ ref('fct_deals') }} as deals on credits.deal_id = deals.deal_id
    where deals.stage_kind = 'won' and deals.closed_on is not null
),

by_person as (
    select
        person_id,
        month_start,
        coalesce(person_id, {{ unassigned('person') }}) as node_id,
        (month_start + interval '1 month')::date - 1 as month_end,
        coalesce(sum(forecast), 0) as forecast,
        coalesce(sum(actual), 0) as actual
    from amounts
    group by person_id, month_start
)

select
    node_id || '#' || to_char(month_start, 'YYYY-MM') as event_id,
    'person' as record_kind,
    node_id as record_id,
    person_id,
    person_id as actor_id,
    month_end as event_on,
    null::date as until_on,
    actual - abs(forecast - actual) as numerator,
    actual as denominator
from by_person
where
    month_start >= (select min(deals.created_on) from {{ ref('fct_deals') }} as deals)
    and month_end <= {{ as_of() }}
