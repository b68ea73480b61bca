-- One row per period of the planned years and month that it overlaps: which share of the month's working
-- days lies in the period, and whether the period ends in that month.
with overlapping as (
    select
        periods.period_kind,
        periods.period_start,
        dates.month_start,
        count(*) filter (where dates.is_working_day) as working_days,
        max(dates.date_on) as last_on
    from {{ ref('dim_dates') }} as dates
    cross join {{ periods_of('dates') }} as periods (period_kind, period_start)
    where {{ is_planned('dates.date_on') }}
    group by periods.period_kind, periods.period_start, dates.month_start
)

select
    overlapping.period_kind,
    overlapping.period_start,
    overlapping.month_start,
    overlapping.working_days::numeric / nullif(month_bounds.working_days, 0) as share_of_month,
    overlapping.last_on = period_bounds.period_end as is_last
from overlapping
inner join {{ ref('int_periods') }} as period_bounds
    on overlapping.period_kind = period_bounds.period_kind
    and overlapping.period_start = period_bounds.period_start
inner join {{ ref('int_periods') }} as month_bounds
    on month_bounds.period_kind = 'month' and overlapping.month_start = month_bounds.period_start
