"""What people achieved in the months that are over, per day of capacity and season."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yardstick.conditions.chances import Array, Measure, Truths
from yardstick.conditions.months import month_numbers

#: Halves that arithmetic leaves a trifle too small.
_ROUNDING = 1e-9


class Grid:
    """Places a frame's rows, one per person and month, in arrays of people × consecutive months."""

    def __init__(self, history: pd.DataFrame, people: pd.Index) -> None:
        months = month_numbers(history["month"])
        self.people = people
        self.first_month = int(months.min()) if len(months) else 0
        self.months = int(months.max()) - self.first_month + 1 if len(months) else 0
        self._history = history
        self._at = people.get_indexer(pd.Index(history["person_id"])), months - self.first_month

    def of(self, column: str) -> Array:
        """The column's numbers; NaN where there is no row."""
        placed = np.full((len(self.people), self.months), np.nan)
        placed[self._at] = pd.to_numeric(self._history[column]).to_numpy(dtype=np.float64, na_value=np.nan)
        return placed


@dataclass(frozen=True)
class Record:
    """Numerators and, unless the KPI is a sum, denominators: parts × people × consecutive months.

    Both are per unit of load, which is season × capacity. NaN where a person has no value, or was there for
    too little of the month to say something.
    """

    measure: Measure
    people: pd.Index
    first_month: int
    parts: Array
    #: Everything counted so far was a whole number, and so is what comes.
    is_whole: bool

    @classmethod
    def of(cls, measure: Measure, grid: Grid, least_capacity: float) -> "Record":
        """`least_capacity` is the share of a person's usual capacity with which a month says something."""
        capacity = grid.of("capacity")
        usual = np.array([np.median(of[of > 0]) if (of > 0).any() else np.inf for of in capacity])
        is_there = (capacity > 0) & (capacity >= least_capacity * usual[:, None])
        if measure.kind == "ratio":
            parts = np.stack([grid.of("numerator"), grid.of("denominator")])
            parts[:, ~(parts[1] != 0)] = np.nan
        else:
            parts = grid.of("value")[None]
        is_whole = measure.adds_up and not (parts % 1 > 0).any()
        if measure.kind == "typical":
            parts = np.concatenate([parts, np.ones_like(parts)])
        else:
            loads = grid.of("season") * capacity
            parts = parts / np.where(loads > 0, loads, np.nan)
        parts[:, ~(is_there & np.isfinite(parts).all(axis=0))] = np.nan
        return cls(measure, grid.people, grid.first_month, parts, is_whole)

    def before(self, month: int) -> "Record":
        """What was known when the month began."""
        return replace(self, parts=self.parts[..., : max(0, month - self.first_month)])

    @property
    def known(self) -> Truths:
        """People × months: where something is known."""
        return np.asarray(np.isfinite(self.parts).all(axis=0))

    def values(self, parts: Array, growth: float) -> Array:
        """What parts (first axis), times their load, come to; NaN where there is nothing to divide by."""
        grown = parts[0] * growth
        if len(parts) == 1:
            return np.asarray(np.floor(grown + 0.5 + _ROUNDING) if self.is_whole else grown)
        is_there = parts[1] != 0
        return np.asarray(np.where(is_there, grown, np.nan) / np.where(is_there, parts[1], 1))


@dataclass(frozen=True)
class Plan:
    """The months of a period to come: who is there, where, and with how much season × capacity."""

    people: pd.Index
    months: int
    _people_at: NDArray[np.int64]
    _months_at: NDArray[np.int64]
    _loads: Array
    _rows: pd.DataFrame

    @classmethod
    def of(
        cls, measure: Measure, rows: pd.DataFrame, people: pd.Index, first_month: int, months: int
    ) -> "Plan":
        """Of a balance, the period's last month is all that counts."""
        at = month_numbers(rows["month"]) - first_month
        begins = months - 1 if measure.is_balance else 0
        is_within = (at >= begins) & (at < months)
        rows = rows[is_within]
        loads = (rows["season"] * rows["capacity"]).to_numpy(dtype=np.float64)
        if measure.kind == "typical":
            loads = (loads > 0).astype(np.float64)
        return cls(
            people,
            months - begins,
            people.get_indexer(pd.Index(rows["person_id"])),
            at[is_within] - begins,
            loads,
            rows,
        )

    def of_people(self) -> Array:
        """People × months."""
        loads = np.zeros((len(self.people), self.months))
        np.add.at(loads, (self._people_at, self._months_at), self._loads)
        return loads

    def of_nodes(self, kinds: Sequence[str]) -> tuple[list[tuple[str, str]], Array]:
        """The nodes (kind, id) and what each person brings to each of them: months × nodes × people."""
        names, loads = list[tuple[str, str]](), list[Array]()
        for kind in kinds:
            codes, ids = pd.factorize(self._rows[f"{kind}_id"], sort=True)
            placed = np.zeros((self.months, len(ids), len(self.people)))
            is_in = codes >= 0
            np.add.at(
                placed, (self._months_at[is_in], codes[is_in], self._people_at[is_in]), self._loads[is_in]
            )
            names += [(kind, str(node)) for node in ids]
            loads.append(placed)
        return names, np.concatenate(loads, axis=1)
