select
    account_id || '#' || month_start as event_id,
    'account' as record_kind,
    account_id as record_id,
    keeper_id as person_id,
    keeper_id as actor_id,
    month_end as event_on,
    null::date as until_on,
    amount_at_plan_rate as numerator,
    amount_year_before as denominator
from {{ ref('int_account_months') }}
where had_paid_year_before
