with below as (
    select distinct node_id
    from kpi.dim_nodes
    where node_id = {{node}} or parent_id = {{node}}
)

select
    numbers.kpi_id,
    numbers.node_id,
    coalesce(names.title_{language}, numbers.node_name) as node,
    kpis.title_{language} as kpi,
    labels.title_{language} as status,
    case '{language}' when 'ru' then numbers.withheld_reason_ru else numbers.withheld_reason end as reason
from kpi.period_choices as periods
cross join below
inner join kpi.scorecards as numbers
    on below.node_id = numbers.node_id
    and periods.period_kind = numbers.period_kind
    and periods.period_start = numbers.period_start
inner join kpi.dim_kpis as kpis on numbers.kpi_id = kpis.kpi_id
inner join kpi.dim_labels as labels on labels.topic = 'status' and numbers.status = labels.value
left join kpi.dim_labels as names on names.topic = 'node' and numbers.node_id = names.value
where periods.period = {{period}} and numbers.status = 'withheld'
order by numbers.node_id <> {{node}}, numbers.node_name, kpi
limit 200
