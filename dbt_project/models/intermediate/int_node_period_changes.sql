-- One row per KPI, node and period in which anything changed: sums over the period's days.
with days as (
    select
        kpi_days.kpi_id,
        kpi_days.person_id,
        kpi_days.team_id,
        kpi_days.region_id,
        dates.week_start,
        dates.month_start,
        dates.quarter_start,
        dates.year_start,
        kpi_days.numerator,
        kpi_days.denominator,
        kpi_days.rows_counted
    from {{ ref('fct_kpi_days') }} as kpi_days
    inner join {{ ref('dim_dates') }} as dates on kpi_days.day_on = dates.date_on
),

by_person as (
    select
        kpi_id,
        person_id,
        team_id,
        region_id,
        case
            when week_start is not null then 'week'
            when month_start is not null then 'month'
            when quarter_start is not null then 'quarter'
            else 'year'
        end as period_kind,
        coalesce(week_start, month_start, quarter_start, year_start) as period_start,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(rows_counted) as rows_counted
    from days
    group by
        kpi_id, person_id, team_id, region_id,
        grouping sets ((week_start), (month_start), (quarter_start), (year_start))
),

placed as (
    select
        by_person.kpi_id,
        by_person.person_id,
        by_person.team_id,
        by_person.region_id,
        settings.company_id,
        by_person.period_kind,
        by_person.period_start,
        by_person.numerator,
        by_person.denominator,
        by_person.rows_counted
    from by_person
    cross join {{ source('company', 'settings') }} as settings
)

select
    placed.kpi_id,
    nodes.node_kind,
    nodes.node_id,
    placed.period_kind,
    placed.period_start,
    sum(placed.numerator) as numerator,
    sum(placed.denominator) as denominator,
    sum(placed.rows_counted)::bigint as rows_counted
from placed
cross join {{ levels('placed') }} as nodes (node_kind, node_id)
group by placed.kpi_id, nodes.node_kind, nodes.node_id, placed.period_kind, placed.period_start
