-- One row per KPI, node and period of the KPIs that only their rows can give, at every level from the rows.
-- Grouping sets sort the rows once for each level and kind of period; sixteen copies of them take five times
-- as long.
with pieces as (
    select
        pieces.kpi_id,
        pieces.record_id,
        pieces.person_id,
        pieces.team_id,
        pieces.region_id,
        pieces.company_id,
        pieces.numerator,
        kpis.aggregation,
        dates.week_start,
        dates.month_start,
        dates.quarter_start,
        dates.year_start
    from {{ ref('int_kpi_pieces') }} as pieces
    inner join {{ source('company', 'kpis') }} as kpis on pieces.kpi_id = kpis.kpi_id
    inner join {{ ref('dim_dates') }} as dates on pieces.starts_on = dates.date_on
    where kpis.aggregation in ('median', 'distinct')
)

select
    kpi_id,
    case
        when person_id is not null then 'person'
        when team_id is not null then 'team'
        when region_id is not null then 'region'
        else 'company'
    end as node_kind,
    coalesce(person_id, team_id, region_id, company_id) as node_id,
    case
        when week_start is not null then 'week'
        when month_start is not null then 'month'
        when quarter_start is not null then 'quarter'
        else 'year'
    end as period_kind,
    coalesce(week_start, month_start, quarter_start, year_start) as period_start,
    case aggregation
        when 'median'
            then (
                percentile_cont(0.5) within group (order by numerator) filter (where aggregation = 'median')
            )::numeric(38, 12)
        else count(distinct record_id) filter (where aggregation = 'distinct')::numeric
    end as actual
from pieces
group by
    kpi_id, aggregation,
    grouping sets (person_id, team_id, region_id, company_id),
    grouping sets (week_start, month_start, quarter_start, year_start)
