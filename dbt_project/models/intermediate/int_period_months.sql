-- One row per period of the planned years and month that it overlaps: how many working days they have in
-- common, and whether the period ends in that month.
with overlapping as (
    select
        periods.period_kind,
        periods.period_start,
        dates.month_start,
        count(*) filter (where dates.is_working_day) as working_days,
        count(*) filter (where dates.is_working_day and dates.date_on <= {{ as_of() }}) as working_days_over,
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
    overlapping.working_days,
    overlapping.working_days_over,
    overlapping.last_on = periods.period_end as is_last
from overlapping
inner join {{ ref('int_periods') }} as periods
    on overlapping.period_kind = periods.period_kind and overlapping.period_start = periods.period_start
