-- One row per source and date field: has day and month been read in the wrong order? Three signs that
-- chance does not give: a closed month with ten rows or more, on five days or more, and none after the
-- 12th; more than half of all days among the first twelve, the month that runs left out; more than 2 %
-- closed (or assigned) before created. The two shares must hold at the lower bound of a 99.95 % one-sided
-- interval.
with settings as (
    select as_of
    from {{ source('company', 'settings') }}
),

dated as (
    select
        deals.source,
        fields.field,
        fields.date_on,
        deals.closed_on < deals.created_on as is_out_of_order
    from {{ ref('fct_deals') }} as deals
    cross join
        lateral (
            values
            ('deals.created_at', deals.created_on),
            ('deals.closed_at', deals.closed_on)
        ) as fields (field, date_on)
    union all
    select
        leads.source,
        fields.field,
        fields.date_on,
        leads.assigned_on < leads.created_on as is_out_of_order
    from {{ ref('fct_leads') }} as leads
    cross join
        lateral (
            values
            ('leads.created_at', leads.created_on),
            ('leads.assigned_at', leads.assigned_on)
        ) as fields (field, date_on)
    union all
    select
        source,
        'activities.happened_at' as field,
        happened_on as date_on,
        null as is_out_of_order
    from {{ ref('fct_activities') }}
),

days as (
    select
        source,
        field,
        date_on,
        count(*) as row_count,
        count(*) filter (where is_out_of_order) as rows_out_of_order
    from dated
    where date_on is not null
    group by source, field, date_on
),

months as (
    select
        days.source,
        days.field,
        sum(days.row_count) as row_count,
        -- The month that runs has early days alone, or mostly.
        sum(days.row_count) filter (where not months.is_running) as settled_rows,
        sum(days.row_count) filter (
            where not months.is_running and extract(day from days.date_on) <= 12
        ) as early_rows,
        sum(days.rows_out_of_order) as rows_out_of_order,
        -- The last month with rows may just have stopped early.
        sum(days.row_count) >= 10
        and count(*) >= 5
        and max(extract(day from days.date_on)) <= 12
        and bool_and(months.is_closed)
        and lead(months.month_start) over by_month is not null as is_cut_after_12th
    from days
    cross join settings
    cross join
        lateral (
            select
                date_trunc('month', days.date_on) as month_start,
                date_trunc('month', days.date_on) < date_trunc('month', settings.as_of + 1) as is_closed,
                days.date_on between date_trunc('month', settings.as_of + 1) and settings.as_of as is_running
        ) as months
    group by days.source, days.field, months.month_start
    window by_month as (partition by days.source, days.field order by months.month_start)
),

fields as (
    select
        source,
        field,
        sum(row_count)::bigint as row_count,
        coalesce(sum(settled_rows), 0)::bigint as settled_rows,
        coalesce(sum(early_rows), 0)::bigint as early_rows,
        sum(rows_out_of_order)::bigint as rows_out_of_order,
        count(*) filter (where is_cut_after_12th) as months_cut_after_12th
    from months
    group by source, field
)

select
    source,
    field,
    row_count,
    settled_rows,
    early_rows,
    rows_out_of_order,
    months_cut_after_12th,
    months_cut_after_12th > 0
    or {{ wilson_bound('early_rows', 'settled_rows', 'lower', z=3.2905267314918945) }} > 0.5
    or {{ wilson_bound('rows_out_of_order', 'row_count', 'lower', z=3.2905267314918945) }} > 0.02
        as is_wrong
from fields
