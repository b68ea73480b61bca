-- One row per KPI that counts over days, team or company, and closed month of the last two years: how it fell
-- over the month. A day off belongs to the working day before it.
with thresholds as (
    select
        max(value) filter (where name = 'gaming.edge') as edge,
        max(value) filter (where name = 'gaming.last_days') as last_days
    from {{ ref('condition_thresholds') }}
    where condition = 'realistic'
),

days as (
    select
        date_on,
        month_start,
        count(*) filter (where is_working_day) over (month order by date_on) as working_day,
        count(*) filter (where is_working_day) over month as working_days
    from {{ ref('dim_dates') }}
    where {{ is_lately_closed('month_start') }}
    window month as (partition by month_start)
),

placed as (
    select
        days.date_on,
        days.month_start,
        days.working_days,
        days.working_day <= edges.length as is_first,
        days.working_day > days.working_days - edges.length as is_last,
        days.working_day > days.working_days - thresholds.last_days as is_late
    from days
    cross join thresholds
    cross join lateral (values (greatest(1, round(days.working_days * thresholds.edge)))) as edges (length)
),

months as (
    select
        kpi_days.kpi_id,
        kpi_days.team_id,
        placed.month_start,
        max(placed.working_days) as working_days,
        sum(kpi_days.numerator) as numerator,
        sum(kpi_days.denominator) as denominator,
        sum(kpi_days.numerator) filter (where placed.is_first) as first_numerator,
        sum(kpi_days.numerator) filter (where placed.is_last) as last_numerator,
        sum(kpi_days.numerator) filter (where placed.is_late) as late_numerator,
        sum(kpi_days.denominator) filter (where placed.is_late) as late_denominator
    from {{ ref('fct_kpi_days') }} as kpi_days
    inner join {{ source('company', 'kpis') }} as kpis on kpi_days.kpi_id = kpis.kpi_id
    inner join placed on kpi_days.day_on = placed.date_on
    where kpis.over_time = 'flow' and kpis.aggregation in ('sum', 'ratio')
    group by
        grouping sets (
            (kpi_days.kpi_id, placed.month_start, kpi_days.team_id),
            (kpi_days.kpi_id, placed.month_start)
        )
)

select
    months.kpi_id,
    nodes.node_kind,
    nodes.node_id,
    months.month_start,
    months.working_days,
    coalesce(seasons.season, 1) as season,
    coalesce(months.numerator, 0) as numerator,
    months.denominator,
    coalesce(months.first_numerator, 0) as first_numerator,
    coalesce(months.last_numerator, 0) as last_numerator,
    coalesce(months.late_numerator, 0) as late_numerator,
    coalesce(months.late_denominator, 0) as late_denominator
from months
cross join {{ source('company', 'settings') }} as company
inner join {{ ref('dim_nodes') }} as nodes
    on coalesce(months.team_id, company.company_id) = nodes.node_id
    and {{ is_team_of_tonight('nodes') }}
inner join {{ ref('dim_dates') }} as tonight on company.as_of = tonight.date_on
left join {{ ref('int_seasons') }} as seasons
    on months.kpi_id = seasons.kpi_id
    and tonight.year_start = seasons.year_start
    and extract(month from months.month_start) = seasons.month_of_year
