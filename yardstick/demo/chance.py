"""Luck that falls the same on every machine: draws from PCG64 by whole numbers and exact arithmetic only.

NumPy's own normal, Poisson or binomial draws go through exp and log, whose last bit differs between
processors; one such bit would change a file. So a distribution is a table of quantiles here.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Chance:
    """One stream of luck, given by a seed."""

    def __init__(self, seed: int) -> None:
        self._generator = np.random.Generator(np.random.PCG64(seed))

    def whole(self, low: int, high: int, size: int) -> Whole:
        """Whole numbers from `low` up to, but not including, `high`."""
        return self._generator.integers(low, high, size=size, dtype=np.int64)

    def happens(self, probability: Real) -> Flags:
        """Whether each of the events happens, in the shape of `probability`."""
        return self._generator.random(probability.shape) < probability

    def bell(self, shape: tuple[int, ...]) -> Real:
        """Roughly normal numbers (mean 0, standard deviation 1): a sum of twelve even draws."""
        twelve = self._generator.integers(0, 65536, size=(12, *shape), dtype=np.int64)
        middle: Real = (twelve.sum(axis=0) - 6 * 65535) / 65536.0
        return middle

    def shaped(self, quantiles: Sequence[float], size: int) -> Real:
        """Numbers whose evenly spaced quantiles, from the least to the greatest, are `quantiles`."""
        table = np.array(quantiles, dtype=np.float64)
        step = self.whole(0, len(table) - 1, size)
        return table[step] + (table[step + 1] - table[step]) * self._generator.random(size)

    def pick(self, weights: Sequence[int] | Whole, size: int) -> Whole:
        """Positions in `weights`, each as often as its weight says."""
        bounds = np.cumsum(np.asarray(weights, dtype=np.int64))
        return np.searchsorted(bounds, self.whole(0, int(bounds[-1]), size), side="right").astype(np.int64)

    def sample(self, candidates: Whole, size: int) -> Whole:
        """`size` different ones of the candidates, in rising order."""
        return np.sort(self._generator.permutation(candidates)[:size])
