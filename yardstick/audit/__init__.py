"""The nightly audit: what the conditions' tests find of each KPI, from the warehouse to its verdicts."""
