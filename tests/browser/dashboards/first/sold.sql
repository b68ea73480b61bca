select amount_at_plan_rate as amount, owner_id as node_id from kpi.fct_deals where owner_id = {{node}}
