"""Records of the simulated CRM: one array per field, a row per record.

Days are counted from the first day of the world, moments in minutes from its midnight, in local time;
people, accounts and products are positions in the world's lists. `NONE` stands for what is not there.
"""

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np

from yardstick.demo.chance import Flags, Whole

NONE = -1
DAY_MINUTES = 24 * 60


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
