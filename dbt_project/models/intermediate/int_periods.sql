-- One row per period: its bounds, its working days, and how many of them are over tonight.
with days as (
    select
        dates.date_on,
        dates.is_working_day,
        periods.period_kind,
        periods.period_start,
        dates.is_working_day and dates.date_on <= {{ as_of() }} as is_worked
    from {{ ref('dim_dates') }} as dates
    cross join lateral (
        values
        ('week', dates.week_start),
        ('month', dates.month_start),
        ('quarter', dates.quarter_start),
        ('year', dates.year_start)
    ) as periods (period_kind, period_start)
)

select
    period_kind,
    period_start,
    (
        period_start
        + case period_kind
            when 'week' then interval '1 week'
            when 'month' then interval '1 month'
            when 'quarter' then interval '3 months'
            else interval '1 year'
        end
        - interval '1 day'
    )::date as period_end,
    count(*) filter (where is_working_day) as working_days,
    count(*) filter (where is_worked) as working_days_over
from days
group by period_kind, period_start
