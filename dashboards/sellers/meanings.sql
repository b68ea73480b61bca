select
    kpis.kpi_id,
    kpis.title_{language} as kpi,
    kpis.meaning_{language} as meaning,
    kpis.formula,
    kpis.owner,
    kpis.worked_example_{language} as example
from kpi.dim_kpis as kpis
inner join (
    select
        kpi_id,
        min(position) as position
    from kpi.dim_goals
    group by kpi_id
) as goals on kpis.kpi_id = goals.kpi_id
order by goals.position
