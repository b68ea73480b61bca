with months as (
    select
        account_id,
        keeper_id,
        month_start,
        month_end,
        has_paid,
        paid_before,
        (
            month_start
            - make_interval(months => {{ kpi_parameter('customer_retention', 'active_months') }}::integer)
        )::date as active_if_paid_since
    from {{ ref('int_account_months') }}
)

select
    account_id || '#' || month_start as event_id,
    'account' as record_kind,
    account_id as record_id,
    keeper_id as person_id,
    keeper_id as actor_id,
    month_end as event_on,
    null::date as until_on,
    -- A month later, the first of the months has passed out of sight.
    (has_paid or paid_before > active_if_paid_since)::integer::numeric as numerator,
    1::numeric as denominator
from months
where paid_before >= active_if_paid_since
