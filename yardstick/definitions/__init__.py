"""Definitions: what each KPI means, as its files hold it."""
