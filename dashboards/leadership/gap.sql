with chosen as (
    select
        period_kind,
        period_start,
        period_end
    from kpi.period_choices
    where period = {{period}}
),

whole as (
    select
        numbers.actual,
        numbers.plan_to_date
    from chosen
    inner join kpi.scorecards as numbers
        on chosen.period_kind = numbers.period_kind and chosen.period_start = numbers.period_start
    inner join kpi.dim_kpis as kpis on numbers.kpi_id = kpis.kpi_id
    where
        numbers.kpi_id = {{kpi}}
        and numbers.node_id = {{node}}
        and numbers.node_kind <> 'person'
        and kpis.aggregation in ('sum', 'distinct')
        and numbers.actual is not null
        and numbers.plan_to_date is not null
),

below as (
    select distinct nodes.node_id
    from chosen
    inner join kpi.dim_nodes as nodes
        on chosen.period_end >= nodes.valid_from and (chosen.period_start < nodes.valid_to) is not false
    where nodes.parent_id = {{node}}
),

distances as (
    select
        numbers.node_id,
        numbers.node_name,
        numbers.actual - numbers.plan_to_date as distance
    from chosen
    cross join below
    inner join kpi.scorecards as numbers
        on below.node_id = numbers.node_id
        and chosen.period_kind = numbers.period_kind
        and chosen.period_start = numbers.period_start
    where numbers.kpi_id = {{kpi}} and numbers.actual - numbers.plan_to_date <> 0
),

steps as (
    select
        1 as position,
        null as node_id,
        case '{language}' when 'ru' then 'План на сегодня' else 'Plan to date' end as step,
        plan_to_date as amount
    from whole
    union all
    select
        2 as position,
        distances.node_id,
        distances.node_name as step,
        distances.distance as amount
    from whole
    cross join distances
    union all
    select
        3 as position,
        null as node_id,
        case '{language}' when 'ru' then 'Остальное' else 'The rest' end as step,
        whole.actual
        - whole.plan_to_date
        - coalesce((select sum(distances.distance) from distances), 0) as amount
    from whole
)

select
    coalesce(node_id, {{node}}) as node_id,
    step,
    round(amount, 2) as amount
from steps
where position < 3 or round(amount, 2) <> 0
order by position, amount, step
