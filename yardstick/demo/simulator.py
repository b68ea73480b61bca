"""The demo company: its CRM's export and the truth about it, from a company folder and a seed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yardstick.demo.chance import Chance
from yardstick.demo.dirt import plant
from yardstick.demo.records import draw_records
from yardstick.demo.tables import Table, export
from yardstick.demo.truth import truth
from yardstick.demo.world import read_world

SEED = 5


@dataclass(frozen=True)
class Demo:
    """A simulated CRM: the files of its export, and the truth as JSON-ready values (see truth.py)."""

    tables: tuple[Table, ...]
    truth: dict[str, Any]


def simulate(folder: Path, seed: int = SEED) -> Demo:
    """48 months of the people in org.csv and absences.csv of a company folder.

    The same folder and seed give the same demo on every machine. Raises UsageError if the folder's files
    are missing or not right.
    """
    world = read_world(folder)
    chance = Chance(seed)
    records, planted = plant(draw_records(world, chance), chance)
    return Demo(export(world, records, planted), truth(world, records, planted, seed))
