with fiscal as (
    select
        days.date_on,
        days.is_working_day,
        days.holiday_name,
        make_interval(months => settings.fiscal_year_start - 1) as shift
    from {{ source('company', 'calendar') }} as days
    cross join {{ source('company', 'settings') }} as settings
)

select
    date_on,
    date_trunc('week', date_on)::date as week_start,
    date_trunc('month', date_on)::date as month_start,
    (date_trunc('quarter', date_on - shift) + shift)::date as quarter_start,
    (date_trunc('year', date_on - shift) + shift)::date as year_start,
    is_working_day,
    holiday_name
from fiscal
