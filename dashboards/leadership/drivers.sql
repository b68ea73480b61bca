with goal as (
    select goal_id
    from kpi.dim_goals
    where kpi_id = {{kpi}}
    order by position
    limit 1
)

select
    progress.kpi_id,
    kpis.title_{language} as kpi,
    kpi.shown(progress.actual, kpis.unit, '{language}') as actual,
    kpi.shown(progress.plan_to_date, kpis.unit, '{language}') as plan_to_date,
    progress.attainment,
    labels.title_{language} as status,
    progress.owner
from kpi.period_choices as periods
inner join kpi.goal_progress as progress
    on periods.period_kind = progress.period_kind and periods.period_start = progress.period_start
inner join goal on progress.parent_goal_id = goal.goal_id
inner join kpi.dim_goals as goals on progress.goal_id = goals.goal_id
inner join kpi.dim_kpis as kpis on progress.kpi_id = kpis.kpi_id
inner join kpi.dim_labels as labels on labels.topic = 'status' and progress.status = labels.value
where periods.period = {{period}} and progress.node_id = {{node}}
order by goals.position
