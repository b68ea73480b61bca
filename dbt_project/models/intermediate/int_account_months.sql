-- One row per account and month that is over, while one of the months before in which it paid is remembered:
-- for a year, or for as long as customer_retention takes a customer to be active. A refund is not paying.
with settings as (
    select
        (date_trunc('month', as_of + 1) - interval '1 month')::date as last_month_start,
        make_interval(
            months => greatest(12, {{ kpi_parameter('customer_retention', 'active_months') }})::integer
        ) as remembered_for
    from {{ source('company', 'settings') }}
),

payments as (
    select
        account_id,
        date_trunc('month', paid_on)::date as month_start,
        paid_on,
        payment_id,
        deal_id,
        amount_at_plan_rate,
        coalesce(amount > 0, true) as is_paying
    from {{ ref('fct_payments') }}
    where account_id is not null and paid_on between {{ first_day() }} and {{ as_of() }}
),

paid as (
    select
        account_id,
        month_start,
        -- What is not known of one payment is not known of the month.
        case when count(*) = count(amount_at_plan_rate) then sum(amount_at_plan_rate) end as amount,
        bool_or(is_paying) as has_paid,
        (array_agg(deal_id order by paid_on desc, payment_id desc) filter (where is_paying))[1] as deal_id
    from payments
    group by account_id, month_start
),

monthly as (
    select
        account_id,
        month_start,
        amount,
        has_paid,
        deal_id,
        lead(month_start) over (partition by account_id, has_paid order by month_start) as next_month_start
    from paid
),

remembered as (
    select
        monthly.account_id,
        months.month_start::date as month_start,
        (months.month_start + interval '1 month' - interval '1 day')::date as month_end,
        monthly.month_start as paid_before,
        monthly.deal_id
    from monthly
    cross join settings
    -- The next month in which it pays is the last that remembers this one.
    cross join
        lateral generate_series(
            monthly.month_start + interval '1 month',
            least(
                monthly.month_start + settings.remembered_for,
                monthly.next_month_start,
                settings.last_month_start
            ),
            interval '1 month'
        ) as months (month_start)
    where monthly.has_paid
)

select
    remembered.account_id,
    remembered.month_start,
    remembered.month_end,
    owners.person_id as keeper_id,
    remembered.paid_before,
    coalesce(this_month.has_paid, false) as has_paid,
    case when this_month.account_id is null then 0 else this_month.amount end as amount_at_plan_rate,
    coalesce(year_before.has_paid, false) as had_paid_year_before,
    year_before.amount as amount_year_before
from remembered
left join monthly as this_month
    on remembered.account_id = this_month.account_id and remembered.month_start = this_month.month_start
left join monthly as year_before
    on remembered.account_id = year_before.account_id
    and (remembered.month_start - interval '1 year')::date = year_before.month_start
left join {{ ref('int_deal_owners') }} as owners
    on case when this_month.has_paid then this_month.deal_id else remembered.deal_id end
    = owners.deal_id
    and owners.valid_during @> remembered.month_end
