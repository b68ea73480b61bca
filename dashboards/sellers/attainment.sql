select
    kpis.kpi_id,
    kpis.title_{language} as kpi,
    least(numbers.attainment, 2) as attainment
from kpi.period_choices as periods
inner join kpi.scorecards as numbers
    on periods.period_kind = numbers.period_kind and periods.period_start = numbers.period_start
inner join kpi.dim_kpis as kpis on numbers.kpi_id = kpis.kpi_id
inner join (
    select
        kpi_id,
        min(position) as position
    from kpi.dim_goals
    group by kpi_id
) as goals on numbers.kpi_id = goals.kpi_id
where periods.period = {{period}} and numbers.node_id = {{node}} and numbers.attainment is not null
order by goals.position
