select node_name as name from kpi.dim_nodes where node_id = {{node}}
