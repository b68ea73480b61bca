"""Panels of months and teams: what level, trend and season leave of one, and what resembles it by chance.

A panel is an array of consecutive months (rows) by teams (columns), NaN where nothing is known.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import f

Panel = NDArray[np.float64]
Known = NDArray[np.bool_]

#: Ties of a month to the one before that are tried: an autoregression of the first order.
_TIES = np.linspace(-0.9, 0.95, 75)
#: That all teams share a season is given up when they differ by more than chance would in a quarter of cases:
#: the level at which a test that only decides on pooling is best (Bancroft 1964).
_CHANCE_OF_POOLING = 0.25
#: With fewer, a season of its own leaves nothing of a team.
_MONTHS_OF_AN_OWN_SEASON = 24
#: What is smaller than this share of the values is due to rounding.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Residuals:
    """What is left of a panel.

    `first_month` is the calendar month of the first row, January being 0 and so is every twelfth.
    """

    panel: Panel
    first_month: int
    has_own_seasons: bool


def residuals(panel: Panel, first_month: int, minimum_months: int) -> Residuals:
    """What is left of each team when its level, its linear trend and its season are taken out.

    All is fitted by least squares over what is known, in units of each team's own spread. The season is one
    effect per calendar month that all teams share; where chance does not explain how teams differ, it is
    each team's own. What is left of each team has standard deviation 1. A team known in fewer months than
    `minimum_months`, or too few for a season of its own, or that only follows its trend, is NaN.
    """
    known = np.isfinite(panel)
    known &= known.sum(axis=0) >= minimum_months
    values = _of_spread_one(np.where(known, panel, 0), known)
    known &= np.isfinite(values)
    if not known.any():
        return Residuals(np.full_like(panel, np.nan), first_month, has_own_seasons=False)
    dummies = np.broadcast_to(_dummies(len(panel), first_month)[:, None], (*panel.shape, 12))
    own = _without_trend(values[..., None], known)[..., 0]
    season = _without_trend(dummies, known)
    shared, shared_effects = _fitted(season, own)
    left = own - shared
    by_team = [_fitted(season[:, team], left[:, team]) for team in range(panel.shape[1])]
    differs = np.stack([of_team for of_team, _ in by_team], axis=1)
    effects = sum(of_team for _, of_team in by_team) - shared_effects
    freedom = known.sum() - 2 * known.any(axis=0).sum() - shared_effects - effects
    ratio = (differs**2).sum() / max(1, effects) * freedom / max(_ROUNDING, ((left - differs) ** 2).sum())
    has_own_seasons = bool(min(effects, freedom) > 0 and f.sf(ratio, effects, freedom) < _CHANCE_OF_POOLING)
    if has_own_seasons:
        left -= differs
        known &= known.sum(axis=0) >= _MONTHS_OF_AN_OWN_SEASON
    left = _of_spread_one(left, known)
    return Residuals(np.where(known, left, np.nan), first_month, has_own_seasons)


def _fitted(season: Panel, values: Panel) -> tuple[Panel, int]:
    """What the season explains of the values, and by how many effects."""
    effects, _, rank, _ = np.linalg.lstsq(season.reshape(-1, 12), values.ravel())
    return np.asarray(season @ effects), int(rank)


def _of_spread_one(values: Panel, known: Known) -> Panel:
    """Each team's values in units of their standard deviation; NaN for a team whose values are all equal."""
    months = np.maximum(known.sum(axis=0), 1)
    centred = np.where(known, values - np.where(known, values, 0).sum(axis=0) / months, 0)
    spread = np.sqrt((centred**2).sum(axis=0) / months)
    changes = spread > _ROUNDING * np.maximum(1, np.abs(values).max(axis=0))
    return np.asarray(np.where(changes, values, np.nan) / np.where(changes, spread, 1))


class Chance:
    """Draws panels that resemble one of residuals but owe nothing to any other.

    A month's value is made of a part that all teams share and a part of each team's own; both carry over from
    month to month by an autoregression of the first order. What comes new in a month is drawn from what came
    new in the months of the panel, for all teams of a month at once; level, trend and season are then taken
    out of the draw as they were of the panel, for this too makes two panels look alike. The strength of the
    carry-over is the one that, after the same taking out, would show what the panel shows.
    """

    def __init__(self, like: Residuals) -> None:
        known = np.isfinite(like.panel)
        self._months = np.flatnonzero(known.any(axis=1))
        values = np.where(known, like.panel, 0)
        teams = np.maximum(known.sum(axis=1, keepdims=True), 1)
        shared = values.sum(axis=1, keepdims=True) / teams
        shared_design, own_design = _designs(len(values), like.first_month % 12, like.has_own_seasons)
        self._parts = [_Part.of(shared, np.asarray(known.any(axis=1, keepdims=True)), shared_design)]
        if values.shape[1] > 1:
            self._parts.append(_Part.of(np.where(known, values - shared, 0), known, own_design))

    def draw(self, draws: int, random: np.random.Generator) -> Panel:
        """Months × draws × teams."""
        months = random.choice(self._months, size=(len(self._parts[0].news), draws))
        return np.asarray(sum(part.of_months(months) for part in self._parts))


@dataclass(frozen=True)
class _Design:
    """The taking out of level, trend and perhaps season, and what it does to each tie between months."""

    takes_out: Panel
    #: Per tie: how like the month before a month then looks, its variance, its carry-over and the inverse.
    visible_ties: Panel
    variances: Panel
    carry: Panel
    inverse: Panel


@dataclass(frozen=True)
class _Part:
    """A part of a panel: what came new in each month, and the operator that makes months of it."""

    news: Panel
    makes: Panel

    @classmethod
    def of(cls, values: Panel, known: Known, design: _Design) -> "_Part":
        variance = (values**2).sum() / known.sum()
        if variance <= _ROUNDING:
            return cls(np.zeros_like(values), design.takes_out)
        pairs = max(1, int((known[1:] & known[:-1]).sum()))
        tie = (values[1:] * values[:-1]).sum() / pairs / variance
        nearest = int(np.abs(design.visible_ties - tie).argmin())
        news = np.where(known, design.inverse[nearest] @ values, 0)
        scale = variance / ((news**2).sum() / known.sum() * design.variances[nearest])
        return cls(news, design.takes_out @ design.carry[nearest] * np.sqrt(scale))

    def of_months(self, months: NDArray[np.int64]) -> Panel:
        drawn = self.news[months]
        return (self.makes @ drawn.reshape(len(months), -1)).reshape(drawn.shape)


@lru_cache(maxsize=256)
def _designs(months: int, first_month: int, has_own_seasons: bool) -> tuple["_Design", "_Design"]:
    """Of the part that teams share, which loses its season, and of their own, which do if they have one."""
    line = np.stack([np.ones(months), np.linspace(-1, 1, months)], axis=1)
    detrended = np.eye(months) - line @ np.linalg.pinv(line)
    dummies = detrended @ _dummies(months, first_month)
    deseasoned = detrended - dummies @ np.linalg.pinv(dummies)
    return _design(deseasoned), _design(deseasoned if has_own_seasons else detrended)


def _design(takes_out: Panel) -> _Design:
    apart = np.abs(np.subtract.outer(np.arange(len(takes_out)), np.arange(len(takes_out))))
    likeness = _TIES[:, None, None] ** apart
    left = takes_out @ likeness @ takes_out
    variances = np.diagonal(left, axis1=1, axis2=2).mean(axis=1)
    beside = np.diagonal(left, offset=1, axis1=1, axis2=2).mean(axis=1)
    carry = np.asarray(np.linalg.cholesky(likeness))
    return _Design(takes_out, beside / variances, variances, carry, np.asarray(np.linalg.inv(carry)))


def _dummies(months: int, first_month: int) -> Panel:
    return np.eye(12)[(first_month + np.arange(months)) % 12]


def _without_trend(values: Panel, known: Known) -> Panel:
    """Months × teams × variables less the line through each team's known months; 0 where not known."""
    count = np.maximum(known.sum(axis=0), 1)
    months = np.where(known, np.arange(len(values))[:, None], 0)
    centred = np.where(known, months - months.sum(axis=0) / count, 0)
    level = np.where(known[..., None], values, 0).sum(axis=0) / count[:, None]
    left = np.where(known[..., None], values - level, 0)
    squares = (centred**2).sum(axis=0)
    slope = (centred[..., None] * left).sum(axis=0) / np.where(squares > 0, squares, 1)[:, None]
    return np.asarray(left - centred[..., None] * slope)
