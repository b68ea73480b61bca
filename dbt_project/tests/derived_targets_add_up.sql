-- What children were not given they have of their parent's target, to the last minor unit. Where they were
-- given more than there is above, there is nothing left to share.
with targets as (
    select
        edges.kpi_id,
        edges.level,
        edges.node_id,
        edges.parent_id,
        edges.month_start,
        edges.target,
        edges.is_derived
    from {{ ref('int_month_edge_targets') }} as edges
    inner join {{ source('company', 'kpis') }} as kpis on edges.kpi_id = kpis.kpi_id
    where {{ adds_up('kpis') }}
),

parents as (
    select
        kpi_id,
        level,
        node_id,
        month_start,
        sum(target) as target
    from targets
    group by kpi_id, level, node_id, month_start
)

select
    children.kpi_id,
    children.level,
    children.parent_id,
    children.month_start,
    parents.target,
    sum(children.target) as children_target
from targets as children
inner join parents
    on children.kpi_id = parents.kpi_id
    and children.level = parents.level
    and children.parent_id = parents.node_id
    and children.month_start = parents.month_start
group by children.kpi_id, children.level, children.parent_id, children.month_start, parents.target
having
    bool_or(children.is_derived)
    and sum(children.target)
    <> greatest(parents.target, coalesce(sum(children.target) filter (where not children.is_derived), 0))
