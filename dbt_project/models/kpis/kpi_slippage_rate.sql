-- A deal that was due in a month slipped unless it was won or lost in it.
select
    due.deal_id || '#' || to_char(due.month_start, 'YYYY-MM') as event_id,
    'deal' as record_kind,
    due.deal_id as record_id,
    due.person_id,
    due.person_id as actor_id,
    due.month_end as event_on,
    null::date as until_on,
    coalesce(deals.closed_on > due.month_end, true)::integer::numeric as numerator,
    1::numeric as denominator
from {{ ref('int_due_deals') }} as due
inner join {{ ref('fct_deals') }} as deals on due.deal_id = deals.deal_id
