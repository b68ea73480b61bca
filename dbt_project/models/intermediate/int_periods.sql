-- One row per period: its bounds and its working days.
select
    periods.period_kind,
    periods.period_start,
    (
        periods.period_start
        + case periods.period_kind
            when 'week' then interval '1 week'
            when 'month' then interval '1 month'
            when 'quarter' then interval '3 months'
            else interval '1 year'
        end
        - interval '1 day'
    )::date as period_end,
    count(*) filter (where dates.is_working_day) as working_days
from {{ ref('dim_dates') }} as dates
cross join {{ periods_of('dates') }} as periods (period_kind, period_start)
group by periods.period_kind, periods.period_start
