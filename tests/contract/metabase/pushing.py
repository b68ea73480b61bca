"""Pushes the small dashboards, and reads what Metabase then has."""

import io
from dataclasses import dataclass
from typing import Any

from doubles.metabase.content import Thing
from doubles.metabase.server import MetabaseServer
from rich.console import Console
from small_boards import SmallBoards

from yardstick.dashboard_commands.pull import show_differences
from yardstick.dashboard_commands.push import push_dashboards


@dataclass
class Pusher:
    company: Any
    boards: SmallBoards
    metabase: MetabaseServer
    said: io.StringIO

    def push(self, *languages: str, **options: bool) -> list[str]:
        """What was written, as method and path."""
        before = len(self.metabase.writes())
        console = Console(file=self.said, width=200)
        try:
            push_dashboards(self.company, languages, console, folder=self.boards.folder, **options)
        finally:
            self.writes = self.metabase.writes()[before:]
        return self.writes

    def pull(self) -> str:
        text = io.StringIO()
        show_differences(self.company, (), Console(file=text, width=200), folder=self.boards.folder)
        return text.getvalue()

    def card(self, name: str) -> Thing:
        return _named(self.metabase.content.cards, name)

    def board(self, name: str) -> Thing:
        return _named(self.metabase.content.dashboards, name)

    def collection(self, name: str) -> Thing:
        """A collection by its name; of two languages' the first."""
        return _named(self.metabase.content.collections, name)

    def group(self, name: str) -> int:
        return next(number for number, known in self.metabase.access.groups.items() if known == name)


def _named(things: dict[int, Thing], name: str) -> Thing:
    return next(thing for thing in things.values() if thing["name"] == name and not thing["archived"])
