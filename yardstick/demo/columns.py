"""Records of the simulated CRMs: one array per field, a row per record.

Days are counted from the first day of the world, moments in minutes from its midnight, in local time;
people, accounts and products are positions in the world's lists. `NONE` stands for what is not there.
"""

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np

from yardstick.demo.chance import Flags, Whole

NONE = -1
DAY_MINUTES = 24 * 60

#: The two CRMs of the company: its own, and a smaller one that came with a company it bought.
SYSTEMS = ("crm", "alpine")
CRM, ALPINE = 0, 1


@dataclass(frozen=True)
class Columns:
    """Base of the record sets, whose every field is an array with a row per record."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def take(self, rows: Whole | Flags) -> Self:
        """The chosen rows, in the order given."""
        return replace(self, **{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def joined(self, other: Self) -> Self:
        """These rows, then the other's."""
        columns = {
            field.name: np.concatenate([getattr(self, field.name), getattr(other, field.name)])
            for field in fields(self)
        }
        return replace(self, **columns)


def turns(count: Whole) -> tuple[Whole, Whole]:
    """For counts 2, 0, 1: of which row each of the three is (0, 0, 2), and its turn there (0, 1, 0)."""
    of_row = np.repeat(np.arange(len(count)), count)
    return of_row, np.arange(len(of_row)) - np.repeat(np.cumsum(count) - count, count)
