select deal_name as name, record_url as url from kpi.fct_deals
