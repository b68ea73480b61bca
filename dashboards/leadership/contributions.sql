with goal as (
    select goal_id
    from kpi.dim_goals
    where kpi_id = {{kpi}}
    order by position
    limit 1
)

select
    kpis.kpi_id,
    case
        when parts.relation = 'rest' then case '{language}' when 'ru' then 'Остальное' else 'The rest' end
        else kpis.title_{language}
    end as part,
    round(parts.contribution, 2) as contribution
from kpi.period_choices as periods
inner join kpi.goal_contributions as parts
    on periods.period_kind = parts.period_kind and periods.period_start = parts.period_start
inner join goal on parts.parent_goal_id = goal.goal_id
inner join kpi.dim_goals as goals on parts.child_goal_id = goals.goal_id
inner join kpi.dim_kpis as kpis on goals.kpi_id = kpis.kpi_id
where
    periods.period = {{period}}
    and parts.node_id = {{node}}
    and parts.contribution is not null
order by parts.relation = 'rest', parts.contribution, parts.child_goal_id
