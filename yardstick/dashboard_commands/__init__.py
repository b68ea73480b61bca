"""`yardstick dashboards`: check them, run their questions."""
