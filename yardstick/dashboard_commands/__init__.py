"""The commands of `yardstick dashboards`."""
