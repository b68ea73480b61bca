select
    case
        when numbers.status = 'withheld' then labels.title_{language}
        else coalesce(kpi.shown(numbers.actual, kpis.unit, '{language}'), '–')
    end as value,
    kpis.title_{language} || case when kpis.unit = 'money' then ', ' || company.currency else '' end
    || coalesce(
        '. ' || case '{language}' when 'ru' then numbers.withheld_reason_ru else numbers.withheld_reason end,
        ''
    ) as note
from kpi.period_choices as periods
inner join kpi.scorecards as numbers
    on periods.period_kind = numbers.period_kind and periods.period_start = numbers.period_start
inner join kpi.dim_kpis as kpis on numbers.kpi_id = kpis.kpi_id
inner join kpi.dim_labels as labels on labels.topic = 'status' and numbers.status = labels.value
cross join kpi.dim_company as company
where periods.period = {{period}} and numbers.kpi_id = {{kpi}} and numbers.node_id = {{node}}
