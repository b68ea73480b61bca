-- One row per KPI, node and period of the KPIs that only their rows can give, at every level from the rows.
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
    pieces.kpi_id,
    nodes.node_kind,
    nodes.node_id,
    periods.period_kind,
    periods.period_start,
    case pieces.aggregation
        when 'median'
            then (percentile_cont(0.5) within group (order by pieces.numerator))::numeric(38, 12)
        else count(distinct pieces.record_id)::numeric
    end as actual
from pieces
cross join {{ levels('pieces') }} as nodes (node_kind, node_id)
cross join {{ periods_of('pieces') }} as periods (period_kind, period_start)
group by
    pieces.kpi_id, pieces.aggregation, nodes.node_kind, nodes.node_id,
    periods.period_kind, periods.period_start
