-- An open deal counts with its chance to be won, which changes with its stage and from month to month.
select
    deal_months.stretch_id || coalesce('#' || lower(deal_months.open_during)::text, '') as event_id,
    'deal' as record_kind,
    deal_months.deal_id as record_id,
    deal_months.person_id,
    deal_months.person_id as actor_id,
    lower(deal_months.open_during) as event_on,
    upper(deal_months.open_during) as until_on,
    deal_months.weighted_amount as numerator,
    null::numeric as denominator
from {{ ref('int_open_deal_months') }} as deal_months
