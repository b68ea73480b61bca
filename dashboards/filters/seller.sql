select distinct on (node_name, node_id)
    node_id as value,
    node_name as title
from kpi.dim_nodes
where node_kind = 'person' and node_id <> 'unassigned'
order by node_name asc, node_id asc
