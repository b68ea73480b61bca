with chosen as (
    select
        period_kind,
        period_start,
        period_end
    from kpi.period_choices
    where period = {{period}}
),

below as (
    select distinct nodes.node_id
    from chosen
    inner join kpi.dim_nodes as nodes
        on chosen.period_end >= nodes.valid_from and (chosen.period_start < nodes.valid_to) is not false
    where nodes.parent_id = {{node}}
)

select
    numbers.node_id,
    coalesce(names.title_{language}, numbers.node_name) as node,
    kpi.shown(
        case {{known}} when 'reported' then reported.actual else numbers.actual end, kpis.unit, '{language}'
    ) as actual,
    kpi.shown(numbers.plan_to_date, kpis.unit, '{language}') as plan_to_date,
    kpi.shown(numbers.actual - numbers.plan_to_date, kpis.unit, '{language}') as distance,
    kpi.shown(numbers.target, kpis.unit, '{language}') as target,
    numbers.attainment,
    labels.title_{language} as status,
    case '{language}' when 'ru' then numbers.withheld_reason_ru else numbers.withheld_reason end as reason
from chosen
cross join below
inner join kpi.scorecards as numbers
    on below.node_id = numbers.node_id
    and chosen.period_kind = numbers.period_kind
    and chosen.period_start = numbers.period_start
inner join kpi.dim_kpis as kpis on numbers.kpi_id = kpis.kpi_id
inner join kpi.dim_labels as labels on labels.topic = 'status' and numbers.status = labels.value
left join kpi.dim_labels as names on names.topic = 'node' and numbers.node_id = names.value
left join lateral (
    select versions.actual
    from kpi.scorecard_history as versions
    where
        versions.kpi_id = numbers.kpi_id
        and versions.node_id = numbers.node_id
        and versions.period_kind = numbers.period_kind
        and versions.period_start = numbers.period_start
    order by
        versions.reported_as_of <= numbers.period_end desc,
        abs(versions.reported_as_of - numbers.period_end) asc
    limit 1
) as reported on {{known}} = 'reported'
where numbers.kpi_id = {{kpi}}
order by
    case kpis.direction when 'down' then -1 else 1 end
    * (numbers.actual - numbers.plan_to_date) asc nulls last,
    numbers.node_name asc,
    numbers.node_id asc
