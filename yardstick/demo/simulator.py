"""The demo company: its CRMs' exports and the truth about them, from a company folder and a seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from yardstick.demo.bookkeeping import keep_ledger
from yardstick.demo.chance import Chance
from yardstick.demo.dirt import Planted, plant
from yardstick.demo.ledger import Ledger
from yardstick.demo.notes import take_notes
from yardstick.demo.records import draw_records
from yardstick.demo.tables import Table, export
from yardstick.demo.view import View, view_on
from yardstick.demo.volumes import AS_OF
from yardstick.demo.world import read_world
from yardstick.errors import UsageError

SEED = 7


@dataclass(frozen=True)
class Demo:
    """What the simulated CRMs hold at the end of a day."""

    seed: int
    view: View
    planted: tuple[Planted, ...]

    def tables(self) -> Iterator[Table]:
        """The files of the exports."""
        return export(self.view, self.planted)

    @cached_property
    def ledger(self) -> Ledger:
        """The truth about them, in plain values."""
        return keep_ledger(self.view, self.planted)

    @property
    def notes(self) -> dict[str, Any]:
        """What else there is to know, as JSON-ready values."""
        return take_notes(self.view, self.planted, self.seed)

    def on(self, as_of: date) -> "Demo":
        """The same CRMs at the end of another day; raises UsageError if it is no day of the world."""
        world = self.view.world
        if not world.first_day <= as_of <= AS_OF:
            raise UsageError(f"The demo has nothing for {as_of}: its days are {world.first_day} to {AS_OF}.")
        return Demo(self.seed, view_on(world, self.view.records, world.day_of(as_of)), self.planted)


def simulate(folder: Path, seed: int = SEED, as_of: date = AS_OF, scale: float = 1) -> Demo:
    """The people in org.csv and absences.csv of a company folder, at work until the end of a day.

    The same folder, seed and scale give the same demo on every machine. Raises ConfigurationError or
    UsageError if the folder's files are missing or not right, UsageError if the day lies outside the world.
    """
    world = read_world(folder, scale)
    chance = Chance(seed)
    records, planted = plant(world, draw_records(world, chance), chance)
    return Demo(seed, view_on(world, records, world.days - 1), planted).on(as_of)
