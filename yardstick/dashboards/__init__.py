"""Dashboards as code: what people read every morning, the same files for Metabase and for the preview."""

from yardstick.dashboards.dashboards import (
    SHARED,
    Dashboard,
    Dashboards,
    Filter,
    PlacedTile,
    Question,
    Tab,
)
from yardstick.dashboards.load import load_dashboards
from yardstick.dashboards.template import Template

__all__ = [
    "SHARED",
    "Dashboard",
    "Dashboards",
    "Filter",
    "PlacedTile",
    "Question",
    "Tab",
    "Template",
    "load_dashboards",
]
