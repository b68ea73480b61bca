select
    case
        when numbers.status = 'withheld' then labels.title_{language}
        when numbers.actual - numbers.plan_to_date > 0
            then '+' || kpi.shown(numbers.actual - numbers.plan_to_date, kpis.unit, '{language}')
        else coalesce(kpi.shown(numbers.actual - numbers.plan_to_date, kpis.unit, '{language}'), '–')
    end as distance,
    labels.title_{language} || coalesce(
        '. ' || case '{language}' when 'ru' then 'План на сегодня: ' else 'Plan to date: ' end
        || kpi.shown(numbers.plan_to_date, kpis.unit, '{language}'),
        ''
    ) as note
from kpi.period_choices as periods
inner join kpi.scorecards as numbers
    on periods.period_kind = numbers.period_kind and periods.period_start = numbers.period_start
inner join kpi.dim_kpis as kpis on numbers.kpi_id = kpis.kpi_id
inner join kpi.dim_labels as labels on labels.topic = 'status' and numbers.status = labels.value
where periods.period = {{period}} and numbers.kpi_id = {{kpi}} and numbers.node_id = {{node}}
