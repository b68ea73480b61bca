select
    kpis.kpi_id as value,
    kpis.title_{language} as title
from kpi.dim_kpis as kpis
left join (
    select
        kpi_id,
        min(position) as position
    from kpi.dim_goals
    group by kpi_id
) as goals on kpis.kpi_id = goals.kpi_id
order by goals.position, kpis.title_{language}
