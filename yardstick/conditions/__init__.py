"""The five conditions of a KPI: what each test finds, from frames to findings, without a database."""
