"""`yardstick dashboards`: check them, run their questions, push them to Metabase."""
