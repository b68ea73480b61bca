select deal_name as name from kpi.fct_deals where false
