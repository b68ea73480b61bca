"""Pushes the dashboards to Metabase through its API, and shows what people changed there by hand."""
