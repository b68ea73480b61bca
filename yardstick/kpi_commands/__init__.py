"""`yardstick kpi`: what each KPI means, where a number comes from, and how to add a KPI."""
