"""What of a table of people and months is due to the person, to the month, and to neither.

The model: value = month + segment + person + rest. Month and segment are fixed, so what moves everybody in a
month, and what makes one segment unlike another, is taken out. The person is random. The rest has a variance
inverse to the weight of a value, and may carry over from month to month, as an autoregression of first order.

Person and rest are told apart by REML (Patterson and Thompson 1971); so is the carry-over, with people fixed.
The bounds of the person's share are Wald's (1947; Seely and El-Bassiouni 1983), exact for a given carry-over.
On a balanced table without one, all of it is the closed form ICC(C,1) with its F interval (McGraw and Wong
1996). Nothing is iterated over the table: it is turned, once per carry-over, into independent squares.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.sparse import csr_array, diags_array, hstack
from scipy.stats import chi2, f

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

#: Carry-overs that are tried: the share of a month's rest that is found in the next.
_TIES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
#: How sure it must be that anything carries over at all: decision 0026.
_SHOWN = 0.98
#: What is smaller than this share of the whole is due to rounding.
_ROUNDING = 1e-9
#: Where the most likely share is looked for before it is told exactly; an effect leaves the rest this much.
_SHARES = np.linspace(0, 1 - _ROUNDING, 101)


def indicators(codes: Codes) -> Array:
    """A column per code that occurs, in order: 1 where it stands."""
    return np.equal.outer(codes, np.unique(codes)).astype(np.float64)


@dataclass(frozen=True)
class Table:
    """Values of people in months, sorted by person, then month; a person at most once a month.

    `month` counts calendar months. `segments` has a column per segment but one: 1 where the value is of it.
    Weights are relative: 1 is a typical month's.
    """

    values: Array
    weights: Array
    person: Codes
    month: Codes
    segments: Array

    @cached_property
    def months(self) -> int:
        """How many months occur."""
        return len(np.unique(self.month))

    @cached_property
    def fixed(self) -> Array:
        """A column per month that occurs, then the segments'."""
        return np.hstack([indicators(self.month), self.segments])

    @cached_property
    def columns(self) -> csr_array:
        """What is fixed, then a column per person, then the values."""
        return csr_array(np.column_stack([self.fixed, indicators(self.person), self.values]))


@dataclass(frozen=True)
class Share:
    """A share of the variance, from 0 to 1, with one-sided bounds."""

    estimate: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Components:
    """What is due to the person, once months are out; what to the month, of all; and what carries over.

    `ratio` is the person's variance over the rest's in a typical month.
    """

    person: Share
    month: Share
    ratio: float
    tie: float


@dataclass(frozen=True)
class Squares:
    """A random effect as independent squares, and what is left when it is taken out as well.

    Square i over the variance of the rest is a chi-square of one degree of freedom, times 1 + ratio × gain i.
    The ratio is the effect's variance over the rest's. On a balanced table each gain is the number of months.
    """

    squares: Array
    gains: Array
    rest: float
    freedom: int

    @property
    def can_be_told(self) -> bool:
        """Whether the effect is apart from what is fixed and from the rest."""
        return self.freedom > 0 and len(self.gains) > 0

    def ratio(self) -> float:
        """The most likely ratio."""
        likely = int(self._likelihoods(_SHARES / (1 - _SHARES)).argmax())
        low, high = _SHARES[max(0, likely - 1)], _SHARES[min(len(_SHARES) - 1, likely + 1)]
        return _ratio(_root(lambda share: self._slope(_ratio(share)), low, high))

    def bounds(self, confidence: float) -> tuple[float, float]:
        """Ratios that the true one is not below, and not above, each at that confidence."""
        freedom = len(self.gains), self.freedom
        lower, upper = (
            _ratio(_root(self._excess_over(_quantile(of, *freedom)), 0.0, _SHARES[-1]))
            for of in (confidence, 1 - confidence)
        )
        return lower, upper

    def rest_variance(self, ratio: float) -> float:
        """The variance of the rest, given the ratio."""
        return self._left(ratio) / (len(self.gains) + self.freedom)

    def _excess_over(self, quantile: float) -> Callable[[float], float]:
        """How far the effect's mean square, less what a share explains, exceeds so many times the rest's."""

        def excess(share: float) -> float:
            scaled = float((self.squares / (1 + _ratio(share) * self.gains)).mean())
            return scaled * self.freedom - quantile * self.rest

        return excess

    def _likelihoods(self, ratios: Array) -> Array:
        """Twice the logarithm of the restricted likelihood of each ratio, but for a constant."""
        grown = 1 + np.multiply.outer(ratios, self.gains)
        left = (self.squares / grown).sum(axis=1) + self.rest
        return np.asarray(-np.log(grown).sum(axis=1) - (len(self.gains) + self.freedom) * np.log(left))

    def _slope(self, ratio: float) -> float:
        """How the likelihood changes with the ratio."""
        grown = 1 + ratio * self.gains
        explained = float((self.squares * self.gains / grown**2).sum())
        return explained / self.rest_variance(ratio) - float((self.gains / grown).sum())

    def _left(self, ratio: float) -> float:
        return float((self.squares / (1 + ratio * self.gains)).sum()) + self.rest


def components(table: Table, confidence: float) -> Components | None:
    """What the table's values are due to; None where nothing varies or people cannot be told apart.

    No carry-over is assumed unless the months show one. Where they do, the bounds are the widest of all
    carry-overs that they allow: a rest that lingers looks like a person, and a year or two of months do not
    tell well for how long it does.
    """
    if np.ptp(table.values) <= _ROUNDING * np.abs(table.values).max():
        return None
    ties = _possible_ties(table, confidence)
    turned = [_Products(table, tie) for tie in ties]
    of_people = [one.of_people() for one in turned]
    if not all(squares.can_be_told for squares in of_people):
        return None
    ratio = of_people[0].ratio()
    bounds = [squares.bounds(confidence) for squares in of_people]
    return Components(
        person=Share(
            _share(ratio),
            _share(min(lower for lower, _ in bounds)),
            _share(max(upper for _, upper in bounds)),
        ),
        month=turned[0].of_months(of_people[0], ratio, confidence),
        ratio=ratio,
        tie=ties[0],
    )


def seat_ratios(table: Table, seats: Array, tie: float) -> tuple[float, float] | None:
    """Variances over the rest's of the person, seats being fixed, and of the seat, people being fixed.

    `seats` has a column per seat: 1 where the value was achieved on it. None where those who moved do not
    tell seats from people.
    """
    of_people = _Products(replace(table, segments=seats[:, 1:]), tie).of_people()
    of_seats = _Products(replace(table, segments=seats[:, :0]), tie, seats).of_further()
    if not (of_people.can_be_told and of_seats.can_be_told):
        return None
    return of_people.ratio(), of_seats.ratio()


def reliability(ratio: float, tie: float, months: Codes) -> Array:
    """Of the mean of so many months: how much of its variance between people is due to who they are.

    Without carry-over this is Spearman and Brown's n × ICC ÷ (1 + (n − 1) × ICC).
    """
    lags = np.arange(1, int(months.max()))
    shares = np.clip(1 - lags / months[:, None], 0, None)
    rest = (1 + 2 * (shares * tie**lags).sum(axis=1)) / months
    return np.asarray(ratio / (ratio + rest))


class _Products:
    """Sums of products of a table's columns, turned so that the rest is alike everywhere and independent.

    The columns are those of the table, and those of any further effect.
    """

    def __init__(self, table: Table, tie: float, further: Array | None = None) -> None:
        goes_on = np.r_[False, table.person[1:] == table.person[:-1]]
        apart = np.where(goes_on, np.diff(table.month, prepend=0), 1)
        carried = np.where(goes_on, tie**apart, 0.0)
        scales = 1 / np.sqrt(1 - carried**2)
        roots = np.sqrt(table.weights)
        turn = diags_array([roots * scales, -roots[:-1] * (carried * scales)[1:]], offsets=[0, -1])
        columns = (
            table.columns if further is None else hstack([table.columns, csr_array(further)], format="csr")
        )
        turned = turn @ columns
        self._sums: Array = (turned.T @ turned).toarray()
        fixed, self._value = table.fixed.shape[1], table.columns.shape[1] - 1
        self._fixed, self._people = slice(0, fixed), slice(fixed, self._value)
        self._given, self._further = slice(0, self._value), slice(self._value + 1, None)
        self._volume = 2 * float(np.log(scales).sum())
        self._values, self._months = len(table.values), table.months

    def likelihood(self) -> float:
        """Twice the logarithm of the restricted likelihood of the carry-over, people being fixed."""
        of_people = np.diagonal(self._sums)[self._people]
        across = np.delete(self._sums[self._people], self._people, axis=1)
        others = np.delete(np.delete(self._sums, self._people, axis=0), self._people, axis=1)
        within = others - across.T @ (across / of_people[:, None])
        sizes, axes = _spectrum(within[:-1, :-1], float(np.trace(others[:-1, :-1])))
        left = float(within[-1, -1] - ((axes.T @ within[:-1, -1]) ** 2 / sizes).sum())
        freedom = self._values - len(of_people) - len(sizes)
        if freedom <= 0 or left <= _ROUNDING * others[-1, -1]:
            return 0.0
        volume = self._volume - float(np.log(of_people).sum() + np.log(sizes).sum())
        return volume - freedom * float(np.log(left))

    def of_people(self) -> Squares:
        """The effect of people, months and segments being fixed."""
        return self._squares(self._people, self._fixed)

    def of_further(self) -> Squares:
        """The further effect, people being fixed as well."""
        return self._squares(self._further, self._given)

    def of_months(self, people: Squares, ratio: float, confidence: float) -> Share:
        """The months' variance over the sum of months', people's and rest's.

        By moments: how far the months' effects spread beyond what the rest makes of their estimates; on a
        balanced table, (mean square of months − mean square of the rest) ÷ people. The bounds are F's.
        """
        across = self._sums[self._people]
        shrinks = (ratio / (1 + ratio * np.diagonal(self._sums)[self._people]))[:, None]
        told = self._sums - across.T @ (shrinks * across)
        errors = np.linalg.pinv(told[self._fixed, self._fixed], rcond=_ROUNDING, hermitian=True)
        effects = (errors @ told[self._fixed, self._value])[: self._months]
        freedom = self._months - 1
        blurred = errors[: self._months, : self._months]
        blur = float(np.trace(blurred) - blurred.mean() * self._months) / freedom
        spread = float(effects.var(ddof=1)) / people.rest_variance(ratio)

        def share(quantile: float) -> float:
            months = max(0.0, spread / quantile - blur)
            return months / (1 + ratio + months)

        upper, lower = (_quantile(of, freedom, people.freedom) for of in (1 - confidence, confidence))
        return Share(share(1.0), share(lower), share(upper))

    def _squares(self, effect: slice, fixed: slice) -> Squares:
        sizes, axes = _spectrum(self._sums[fixed, fixed], float(np.trace(self._sums[fixed, fixed])))
        along = axes.T @ self._sums[fixed]
        left = self._sums - along.T @ (along / sizes[:, None])
        gains, axes = _spectrum(left[effect, effect], float(np.trace(self._sums[effect, effect])))
        squares = (axes.T @ left[effect, self._value]) ** 2 / gains
        in_all, in_left = (float(of[self._value, self._value]) for of in (self._sums, left))
        rest = max(in_left - float(squares.sum()), _ROUNDING * in_all)
        return Squares(squares, gains, rest, self._values - len(sizes) - len(gains))


def _possible_ties(table: Table, confidence: float) -> tuple[float, ...]:
    """The likely carry-over, then the least and the most that the months allow; only 0 if they show none.

    Goes up from 0 until the likelihood has fallen too far, then takes it twice for a parabola of Fisher's z:
    through the likeliest and its neighbours, then through points as far from its peak as the bounds.
    """
    shown = _likelihood_lost(_SHOWN)
    likelihoods: list[float] = []
    for tie in _TIES:
        likelihoods.append(_Products(table, tie).likelihood())
        if likelihoods[-1] < max(likelihoods) - shown:
            break
    likely = int(np.argmax(likelihoods))
    if likelihoods[0] >= likelihoods[likely] - shown:
        return (0.0,)
    first = min(likely - 1, len(likelihoods) - 3)
    points = np.arctanh(_TIES[first : first + 3])
    heights = np.array(likelihoods[first : first + 3])
    bound = float(np.sqrt(_likelihood_lost(confidence)))
    peak, width = _peak(points, heights)
    points = peak + np.array([-1, 0, 1]) * bound * width
    peak, width = _peak(points, np.array([_Products(table, tie).likelihood() for tie in np.tanh(points)]))
    ties = np.clip(np.tanh(peak + np.array([0, -1, 1]) * bound * width), 0, _TIES[-1])
    return tuple(map(float, ties))


def _peak(points: Array, heights: Array) -> tuple[float, float]:
    """Where the parabola through three points is highest, and how far from there it has fallen by 1.

    Where it opens upwards, the highest point, and the distance of the points.
    """
    (left, right), (before, after) = np.diff(points), np.diff(heights)
    bends = (before / left - after / right) / (left + right)
    if bends <= 0:
        return float(points[heights.argmax()]), float(left)
    middle = (points[0] + points[1]) / 2 + before / left / bends / 2
    return float(np.clip(middle, points[0] - left, points[2] + right)), float(1 / np.sqrt(bends))


def _likelihood_lost(confidence: float) -> float:
    """How far twice the logarithm of the likelihood lies below the most, at a one-sided bound."""
    return float(chi2.ppf(2 * confidence - 1, 1))


def _spectrum(products: Array, whole: float) -> tuple[Array, Array]:
    """Eigenvalues that are more than rounding of the whole, and their vectors."""
    values, vectors = np.linalg.eigh(products)
    real = values > _ROUNDING * whole
    return values[real], vectors[:, real]


def _quantile(of: float, *freedom: int) -> float:
    return float(f.ppf(of, *freedom))


def _root(falling: Callable[[float], float], low: float, high: float) -> float:
    """Where a falling function is 0 between the two, or the end next to it."""
    if falling(low) <= 0:
        return low
    if falling(high) >= 0:
        return high
    return float(brentq(falling, low, high, xtol=1e-12))


def _ratio(share: float) -> float:
    return share / (1 - share)


def _share(ratio: float) -> float:
    return ratio / (1 + ratio)
