select node_id as value, node_name as title from kpi.dim_nodes
