with recursive latest as (
    select distinct on (node_id)
        node_id,
        node_name,
        parent_id
    from kpi.dim_nodes
    order by node_id asc, valid_from desc
),

tree as (
    select
        node_id,
        node_name,
        0 as depth,
        array[node_name, node_id] as path
    from latest
    where parent_id is null
    union all
    select
        latest.node_id,
        latest.node_name,
        tree.depth + 1 as depth,
        tree.path || latest.node_name || latest.node_id as path
    from tree
    inner join latest on tree.node_id = latest.parent_id
)

select
    tree.node_id as value,
    repeat('· ', tree.depth) || coalesce(names.title_{language}, tree.node_name) as title
from tree
left join kpi.dim_labels as names on names.topic = 'node' and tree.node_id = names.value
order by tree.path
