with positions as (
    select
        kpi_id,
        min(position) as position
    from kpi.dim_goals
    group by kpi_id
)

select
    kpis.kpi_id,
    kpis.title_{language} as kpi,
    max(labels.title_{language}) filter (where conditions.condition = 'tied') as tied,
    max(labels.title_{language}) filter (where conditions.condition = 'controllable') as controllable,
    max(labels.title_{language}) filter (where conditions.condition = 'measurable') as measurable,
    max(labels.title_{language}) filter (where conditions.condition = 'easy') as easy,
    max(labels.title_{language}) filter (where conditions.condition = 'realistic') as realistic
from kpi.kpi_conditions as conditions
inner join kpi.dim_kpis as kpis on conditions.kpi_id = kpis.kpi_id
inner join kpi.dim_labels as labels on labels.topic = 'verdict' and conditions.verdict = labels.value
left join positions on conditions.kpi_id = positions.kpi_id
where conditions.node_id = {{node}}
group by kpis.kpi_id, kpis.title_{language}, positions.position
order by positions.position, kpi
