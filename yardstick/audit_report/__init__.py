"""`yardstick audit`: KPI × condition, as the last published night judged them."""
