with chosen as (
    select
        period_kind,
        period_start,
        period_end
    from kpi.period_choices
    where period = {{period}}
),

people as (
    select distinct members.person_id
    from chosen
    inner join kpi.node_people as members
        on chosen.period_end >= members.valid_from and chosen.period_start < members.valid_to
    where members.node_id = {{node}} and members.person_id <> 'unassigned'
)

select
    numbers.node_id,
    numbers.node_name as person,
    kpi.shown(numbers.actual, kpis.unit, '{language}') as actual,
    kpi.shown(numbers.plan_to_date, kpis.unit, '{language}') as plan_to_date,
    kpi.shown(numbers.target, kpis.unit, '{language}') as target,
    numbers.attainment,
    labels.title_{language} as status,
    case '{language}' when 'ru' then numbers.withheld_reason_ru else numbers.withheld_reason end as reason
from chosen
cross join people
inner join kpi.scorecards as numbers
    on people.person_id = numbers.node_id
    and chosen.period_kind = numbers.period_kind
    and chosen.period_start = numbers.period_start
inner join kpi.dim_kpis as kpis on numbers.kpi_id = kpis.kpi_id
inner join kpi.dim_labels as labels on labels.topic = 'status' and numbers.status = labels.value
where numbers.kpi_id = {{kpi}}
order by numbers.attainment desc nulls last, numbers.actual desc nulls last, numbers.node_name asc
