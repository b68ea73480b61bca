-- A week's progress stands on the scorecards: goals are followed by month, quarter and year.
select
    goals.goal_id,
    scorecards.node_id,
    scorecards.period_kind,
    scorecards.period_start,
    scorecards.period_end,
    scorecards.node_kind,
    scorecards.node_name,
    goals.parent_goal_id,
    goals.kpi_id,
    goals.owner,
    scorecards.actual,
    scorecards.target,
    scorecards.plan_to_date,
    scorecards.attainment,
    scorecards.status,
    scorecards.withheld_reason
from {{ ref('dim_goals') }} as goals
inner join {{ ref('scorecards') }} as scorecards on goals.kpi_id = scorecards.kpi_id
where scorecards.period_kind <> 'week'
