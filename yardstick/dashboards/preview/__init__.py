"""The dashboards as one HTML page, for those without Metabase and for pull requests."""

from yardstick.dashboards.preview.site import preview_file, write_preview

__all__ = ["preview_file", "write_preview"]
