with recursive tree as (
    select
        goal_id,
        position,
        0 as depth
    from kpi.dim_goals
    where parent_goal_id is null
    union all
    select
        goals.goal_id,
        goals.position,
        tree.depth + 1 as depth
    from tree
    inner join kpi.dim_goals as goals on tree.goal_id = goals.parent_goal_id
)

select
    progress.kpi_id,
    repeat('· ', tree.depth) || goals.title_{language} as goal,
    kpis.title_{language} as kpi,
    kpi.shown(progress.actual, kpis.unit, '{language}') as actual,
    kpi.shown(progress.plan_to_date, kpis.unit, '{language}') as plan_to_date,
    kpi.shown(progress.target, kpis.unit, '{language}') as target,
    progress.attainment,
    labels.title_{language} as status,
    covers.coverage,
    progress.owner,
    case '{language}' when 'ru' then numbers.withheld_reason_ru else numbers.withheld_reason end as reason
from kpi.period_choices as periods
inner join kpi.goal_progress as progress
    on periods.period_kind = progress.period_kind and periods.period_start = progress.period_start
inner join kpi.dim_goals as goals on progress.goal_id = goals.goal_id
inner join tree on progress.goal_id = tree.goal_id
inner join kpi.dim_kpis as kpis on progress.kpi_id = kpis.kpi_id
inner join kpi.dim_labels as labels on labels.topic = 'status' and progress.status = labels.value
left join kpi.scorecards as numbers
    on progress.kpi_id = numbers.kpi_id
    and progress.node_id = numbers.node_id
    and progress.period_kind = numbers.period_kind
    and progress.period_start = numbers.period_start
left join kpi.target_reconciliations as covers
    on progress.kpi_id = covers.kpi_id
    and progress.node_id = covers.node_id
    and progress.period_kind = covers.period_kind
    and progress.period_start = covers.period_start
    and covers.level = 'target'
where periods.period = {{period}} and progress.node_id = {{node}}
order by tree.position
