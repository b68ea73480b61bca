with goals as (
    select
        kpi_id,
        min(position) as position,
        sum(score_weight) as weight
    from kpi.dim_goals
    group by kpi_id
)

select
    numbers.kpi_id,
    kpis.title_{language} as kpi,
    kpi.shown(numbers.actual, kpis.unit, '{language}') as actual,
    kpi.shown(numbers.plan_to_date, kpis.unit, '{language}') as plan_to_date,
    kpi.shown(numbers.target, kpis.unit, '{language}') as target,
    kpi.shown(nullif(numbers.needed_per_day, 0), kpis.unit, '{language}') as needed_per_day,
    numbers.attainment,
    goals.weight,
    labels.title_{language} as status,
    case '{language}' when 'ru' then numbers.withheld_reason_ru else numbers.withheld_reason end as reason
from kpi.period_choices as periods
inner join kpi.scorecards as numbers
    on periods.period_kind = numbers.period_kind and periods.period_start = numbers.period_start
inner join kpi.dim_kpis as kpis on numbers.kpi_id = kpis.kpi_id
inner join kpi.dim_labels as labels on labels.topic = 'status' and numbers.status = labels.value
left join goals on numbers.kpi_id = goals.kpi_id
where
    periods.period = {{period}}
    and numbers.node_id = {{node}}
    and (numbers.target is not null or goals.weight is not null or numbers.status = 'withheld')
order by goals.weight is null, goals.position
