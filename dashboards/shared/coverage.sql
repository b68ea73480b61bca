with recursive below as (
    select
        {{node}}::text as node_id,
        0 as depth
    union
    select
        nodes.node_id,
        below.depth + 1 as depth
    from below
    inner join kpi.dim_nodes as nodes on below.node_id = nodes.parent_id and nodes.node_kind <> 'person'
)

select
    covers.node_id,
    repeat('· ', below.depth) || numbers.node_name as node,
    kpi.shown(covers.target, kpis.unit, '{language}') as target,
    kpi.shown(covers.children_target, kpis.unit, '{language}') as children_target,
    covers.coverage,
    kpi.shown(nullif(covers.over_assigned, 0), kpis.unit, '{language}') as over_assigned
from kpi.period_choices as periods
cross join below
inner join kpi.target_reconciliations as covers
    on below.node_id = covers.node_id
    and periods.period_kind = covers.period_kind
    and periods.period_start = covers.period_start
    and covers.level = 'target'
inner join kpi.scorecards as numbers
    on covers.kpi_id = numbers.kpi_id
    and covers.node_id = numbers.node_id
    and covers.period_kind = numbers.period_kind
    and covers.period_start = numbers.period_start
inner join kpi.dim_kpis as kpis on covers.kpi_id = kpis.kpi_id
where periods.period = {{period}} and covers.kpi_id = {{kpi}}
order by below.depth, covers.coverage, covers.node_id
