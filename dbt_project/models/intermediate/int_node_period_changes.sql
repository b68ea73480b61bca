-- One row per KPI, node and period in which anything changed: sums over the period's days. Days are summed
-- once to weeks, where the KPI is told by the week, and once to months; all else is summed from these.
with days as (
    select
        kpi_days.kpi_id,
        kpi_days.person_id,
        kpi_days.team_id,
        kpi_days.region_id,
        kpis.shortest_period,
        dates.week_start,
        dates.month_start,
        dates.quarter_start,
        dates.year_start,
        kpi_days.numerator,
        kpi_days.denominator,
        kpi_days.rows_counted
    from {{ ref('fct_kpi_days') }} as kpi_days
    inner join {{ source('company', 'kpis') }} as kpis on kpi_days.kpi_id = kpis.kpi_id
    inner join {{ ref('dim_dates') }} as dates on kpi_days.day_on = dates.date_on
),

weeks as (
    select
        kpi_id,
        person_id,
        team_id,
        region_id,
        week_start,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(rows_counted) as rows_counted
    from days
    where shortest_period = 'week'
    group by kpi_id, person_id, team_id, region_id, week_start
),

months as (
    select
        kpi_id,
        person_id,
        team_id,
        region_id,
        month_start,
        quarter_start,
        year_start,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(rows_counted) as rows_counted
    from days
    group by kpi_id, person_id, team_id, region_id, month_start, quarter_start, year_start
),

by_person as (
    select
        kpi_id,
        person_id,
        team_id,
        region_id,
        'week' as period_kind,
        week_start as period_start,
        numerator,
        denominator,
        rows_counted
    from weeks
    union all
    select
        months.kpi_id,
        months.person_id,
        months.team_id,
        months.region_id,
        periods.period_kind,
        periods.period_start,
        months.numerator,
        months.denominator,
        months.rows_counted
    from months
    cross join
        lateral (
            values
            ('month', months.month_start),
            ('quarter', months.quarter_start),
            ('year', months.year_start)
        ) as periods (period_kind, period_start)
),

rolled_up as (
    select
        kpi_id,
        period_kind,
        period_start,
        region_id,
        team_id,
        person_id,
        grouping(region_id, team_id, person_id) as summed_over,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(rows_counted) as rows_counted
    from by_person
    group by kpi_id, period_kind, period_start, rollup (region_id, team_id, person_id)
),

-- A person who moved, or a team that did, is in two places of one period.
of_nodes as (
    select
        rolled_up.kpi_id,
        rolled_up.period_kind,
        rolled_up.period_start,
        case rolled_up.summed_over
            when 0 then 'person'
            when 1 then 'team'
            when 3 then 'region'
            else 'company'
        end as node_kind,
        case rolled_up.summed_over
            when 0 then rolled_up.person_id
            when 1 then rolled_up.team_id
            when 3 then rolled_up.region_id
            else settings.company_id
        end as node_id,
        rolled_up.numerator,
        rolled_up.denominator,
        rolled_up.rows_counted
    from rolled_up
    cross join {{ source('company', 'settings') }} as settings
)

select
    kpi_id,
    node_kind,
    node_id,
    period_kind,
    period_start,
    sum(numerator) as numerator,
    sum(denominator) as denominator,
    sum(rows_counted)::bigint as rows_counted
from of_nodes
group by kpi_id, node_kind, node_id, period_kind, period_start
