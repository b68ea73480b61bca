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
),

goals as (
    select
        kpi_id,
        sum(score_weight) as weight
    from kpi.dim_goals
    group by kpi_id
)

select
    numbers.node_id,
    numbers.kpi_id,
    numbers.node_name as person,
    kpis.title_{language} as kpi,
    kpi.shown(numbers.actual, kpis.unit, '{language}') as actual,
    kpi.shown(numbers.plan_to_date, kpis.unit, '{language}') as plan_to_date,
    numbers.attainment,
    labels.title_{language} as status
from chosen
cross join people
inner join kpi.scorecards as numbers
    on people.person_id = numbers.node_id
    and chosen.period_kind = numbers.period_kind
    and chosen.period_start = numbers.period_start
inner join kpi.dim_kpis as kpis on numbers.kpi_id = kpis.kpi_id
inner join kpi.dim_labels as labels on labels.topic = 'status' and numbers.status = labels.value
left join goals on numbers.kpi_id = goals.kpi_id
where numbers.status in ('behind', 'missed')
order by
    goals.weight * (1 - numbers.attainment) desc nulls last,
    numbers.node_name asc,
    numbers.node_id asc,
    kpi asc
limit 50
