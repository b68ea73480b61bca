"""The JavaScript that draws charts: Vega, Vega-Lite and what embeds them, as vl-convert carries them."""

from importlib.metadata import version

from yardstick.dashboards.preview.whole_files import write_whole
from yardstick.paths import home


def chart_library() -> str:
    """The library as one script that loads nothing; it is bundled once for each version and kept."""
    kept = home() / "cache" / f"vega-{version('vl-convert-python')}.js"
    if not kept.exists():
        import vl_convert  # slow to import, and needed once

        write_whole(kept, vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))
    return kept.read_text(encoding="utf-8")
