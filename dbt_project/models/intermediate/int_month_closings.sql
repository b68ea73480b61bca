-- One row per KPI of which more is better and whose events add up, team or company, and closed month of the
-- last two years: what was reported when the month closed, and what is known now. A month of which no night
-- told within a week of its last day has no row: what was taken back since then is not known.
with nights as (
    select
        periods.period_start,
        min(refreshes.as_of) as as_of
    from {{ ref('int_periods') }} as periods
    inner join {{ source('ops', 'refreshes') }} as refreshes
        on refreshes.as_of between periods.period_end and periods.period_end + 7
    where
        periods.period_kind = 'month'
        and {{ is_lately_closed('periods.period_start') }}
        and refreshes.state = 'published'
    group by periods.period_start
)

select
    scorecards.kpi_id,
    scorecards.node_kind,
    scorecards.node_id,
    scorecards.period_start as month_start,
    closings.actual as reported,
    scorecards.actual as known
from {{ ref('scorecards') }} as scorecards
inner join nights on scorecards.period_start = nights.period_start
inner join {{ source('company', 'kpis') }} as kpis on scorecards.kpi_id = kpis.kpi_id
inner join {{ ref('dim_nodes') }} as nodes
    on scorecards.node_id = nodes.node_id
    and {{ is_team_of_tonight('nodes') }}
cross join
    lateral (
        select history.actual
        from {{ source('history', 'scorecard_history') }} as history
        where
            history.kpi_id = scorecards.kpi_id
            and history.node_id = scorecards.node_id
            and history.period_kind = scorecards.period_kind
            and history.period_start = scorecards.period_start
            and history.reported_as_of <= nights.as_of
        order by history.reported_as_of desc
        limit 1
    ) as closings
where
    scorecards.period_kind = 'month'
    and kpis.aggregation = 'sum'
    and kpis.over_time = 'flow'
    and kpis.direction = 'up'
