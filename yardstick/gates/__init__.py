"""Great Expectations at the boundaries: what landed, each KPI's inputs, what would be published."""
