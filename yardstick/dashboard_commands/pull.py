"""`yardstick dashboards pull`: what Metabase has and the files have not, as a diff."""

import difflib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text
from ruamel.yaml import YAML

from yardstick.company import Company
from yardstick.dashboard_commands.push import push_dashboards
from yardstick.metabase.changes import Change, Fields
from yardstick.paths import DASHBOARDS

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def show_differences(
    company: Company, languages: Sequence[str], console: Console, folder: Path = DASHBOARDS
) -> None:
    """Print a diff from what the files say to what Metabase has; nothing is written."""
    outcome = push_dashboards(company, languages, Console(file=io.StringIO()), is_dry_run=True, folder=folder)
    for change in outcome.changes:
        for line in difference(change):
            console.print(Text(line, style=_STYLES.get(line[:1], "")), soft_wrap=True)
    if not outcome.changes:
        console.print("no changes", highlight=False)


def difference(change: Change) -> Iterator[str]:
    """A unified diff of one thing."""
    if change.verb == "make":
        yield f"{change.what}: it is in dashboards/ and not in Metabase"
        return
    differing = [key for key in change.after if change.after[key] != change.before.get(key)]
    ours, theirs = (
        _yaml({key: fields.get(key) for key in differing}) for fields in (change.after, change.before)
    )
    yield from difflib.unified_diff(
        ours, theirs, f"dashboards/ {change.what}", f"Metabase {change.what}", n=1, lineterm=""
    )


def _yaml(fields: Fields) -> list[str]:
    writer, text = YAML(typ="safe"), io.StringIO()
    writer.default_flow_style, writer.allow_unicode, writer.width = False, True, 10_000
    writer.dump(dict(fields), text)
    return text.getvalue().splitlines()
