select data_until from kpi.refreshes
