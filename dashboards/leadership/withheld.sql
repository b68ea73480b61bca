select
    numbers.kpi_id,
    kpis.title_{language} as kpi,
    case '{language}' when 'ru' then numbers.withheld_reason_ru else numbers.withheld_reason end as reason,
    labels.title_{language} as status
from kpi.period_choices as periods
inner join kpi.scorecards as numbers
    on periods.period_kind = numbers.period_kind and periods.period_start = numbers.period_start
inner join kpi.dim_kpis as kpis on numbers.kpi_id = kpis.kpi_id
inner join kpi.dim_labels as labels on labels.topic = 'status' and numbers.status = labels.value
where periods.period = {{period}} and numbers.node_id = {{node}} and numbers.status = 'withheld'
order by kpi
