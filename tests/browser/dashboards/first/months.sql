select created_on as month, amount_at_plan_rate as amount from kpi.fct_deals
