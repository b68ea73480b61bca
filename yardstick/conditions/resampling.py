"""What may come of a period: months of history drawn again, for a person alone and for all together."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from yardstick.conditions.chances import Array, Outlook, Truths
from yardstick.conditions.records import Record
from yardstick.conditions.thresholds import RealismThresholds

#: How often another colleague stands in for what a person has no month of.
_STAND_INS = 8
#: How many colleagues, taken at random, are asked whether they have the month.
_ASKED = 40
#: A month that fewer people lived through says little of what all of them have in common.
_FEWEST_PEOPLE = 5
#: What two people must have in common to know how their levels compare.
_COMMON_MONTHS = 6
#: How many times another's level may be a person's.
_LEVELS = (0.1, 10.0)


def urn(months: NDArray[np.int64], draws: int, length: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Draws `length` months out of each row's `months`: length × rows × draws.

    Pólya's urn: what was drawn goes back with another of its like. This is the same as drawing how often each
    month will occur in future (Rubin 1981, "The Bayesian Bootstrap"), so that sums of months vary by what the
    months of history leave open about the usual month, too. All rows use the same random numbers.
    """
    chosen = np.empty((length, len(months), draws), dtype=np.int64)
    for drawn in range(length):
        ball = np.floor(random.random(draws) * (months[:, None] + drawn)).astype(np.int64)
        again = np.maximum(ball - months[:, None], 0)
        earlier = np.take_along_axis(chosen[:drawn], again[None], axis=0)[0] if drawn else ball
        chosen[drawn] = np.where(ball < months[:, None], ball, earlier)
    return chosen


def own_outlook(
    record: Record, loads: Array, growth: float, draws: int, random: np.random.Generator
) -> Outlook:
    """Of each person, from nothing but the person's own months. `loads` are people × months of the period."""
    known = record.known
    months = known.sum(axis=1)
    if not months.any():
        outcomes = np.full((len(months), 1), np.nan)
    elif loads.shape[1] == 1:
        outcomes = record.values(record.parts * loads, growth)
    else:
        first_known = np.argsort(~known, axis=1, kind="stable")
        lengths, length = np.unique(np.maximum(months, 1), return_inverse=True)
        drawn = urn(lengths, draws, loads.shape[1], random)
        sums = np.empty((len(record.parts), len(months), draws))
        for row, known_months in enumerate(lengths):
            alike = length == row
            own = np.take_along_axis(record.parts[:, alike], first_known[None, alike, :known_months], axis=2)
            of_months = zip(drawn[:, row], loads[alike].T, strict=True)
            sums[:, alike] = sum(own[..., chosen] * load[:, None] for chosen, load in of_months)
        outcomes = record.values(sums, growth)
    return Outlook(record.measure, outcomes, months.astype(np.float64), spans(loads))


def spans(loads: Array) -> Array:
    """How many months of the same load would vary as much as these (last axis), relative to their sum."""
    squares = (loads**2).sum(axis=-1)
    return np.asarray(np.where(squares > 0, loads.sum(axis=-1) ** 2 / np.where(squares > 0, squares, 1), 1))


def joint_outlook(
    record: Record,
    loads: Array,
    growth: float,
    thresholds: RealismThresholds,
    random: np.random.Generator,
) -> tuple[Outlook, Outlook]:
    """Of each node: each month drawn for all people at once, and as if people had nothing in common.

    `loads` are months of the period × nodes × people. Who has too few months is drawn as if a colleague;
    where others lack a month, colleagues stand in for them at the person's own level.
    """
    columns = _common_months(record.known)
    is_asked = loads.sum(axis=(0, 1)) > 0
    lasting = np.minimum(record.known.sum(axis=1), len(columns))
    weights = loads.sum(axis=0)
    months = (weights * lasting).sum(axis=1) / np.maximum(weights.sum(axis=1), np.finfo(float).tiny)
    together, apart = [], []
    for parts, share in _completed(record, columns, is_asked, thresholds, random):
        chosen = urn(np.array([parts.shape[2]]), share, len(loads), random)[:, 0]
        alone = random.permuted(np.tile(np.arange(share), (is_asked.sum(), 1)), axis=1)[None]
        joint, independent = np.zeros((2, len(parts), loads.shape[1], share))
        for columns_drawn, load in zip(chosen, loads[..., is_asked], strict=True):
            drawn = parts[..., columns_drawn]
            joint += load @ drawn
            independent += load @ np.take_along_axis(drawn, alone, axis=2)
        together.append(record.values(joint, growth))
        apart.append(record.values(independent, growth))
    effective = spans(np.moveaxis(loads.sum(axis=2), 0, -1))
    return (
        Outlook(record.measure, np.concatenate(together, axis=1), months, effective),
        Outlook(record.measure, np.concatenate(apart, axis=1), months, effective),
    )


def _common_months(known: Truths) -> NDArray[np.int64]:
    people = known.sum(axis=0)
    return np.flatnonzero(people >= max(1, min(_FEWEST_PEOPLE, people.max(initial=0) / 2)))


def _completed(
    record: Record,
    columns: NDArray[np.int64],
    is_asked: Truths,
    thresholds: RealismThresholds,
    random: np.random.Generator,
) -> Iterator[tuple[Array, int]]:
    """The parts of those who are asked, without gaps, and how many of the draws to make from them."""
    draws = thresholds.draws
    parts, known = record.parts[..., columns], record.known[:, columns]
    if not len(columns):
        yield np.full((len(parts), is_asked.sum(), 1), np.nan), draws
        return
    lacking = is_asked & ~known.all(axis=1)
    if not lacking.any():
        yield parts[:, is_asked], draws
        return
    person, month = np.arange(lacking.sum())[:, None], np.arange(len(columns))
    for stand_in in range(_STAND_INS):
        asked = random.integers(len(known), size=(len(person), _ASKED))
        levels = _levels(record, lacking, asked, thresholds.minimum_months)
        has_month = known[asked] & (levels[0] > 0)[..., None]
        first = has_month.argmax(axis=1)
        lent = parts[:, asked[person, first], month] * levels[:, person, first]
        filled = parts.copy()
        filled[:, lacking] = np.where(
            known[lacking], parts[:, lacking], np.where(has_month.any(axis=1), lent, np.nan)
        )
        filled = np.where(np.isfinite(filled), filled, _means(filled))
        yield filled[:, is_asked], draws * (stand_in + 1) // _STAND_INS - draws * stand_in // _STAND_INS


def _levels(record: Record, lacking: Truths, asked: NDArray[np.int64], minimum_months: int) -> Array:
    """How many times the level of each colleague asked a person's is, by the months that both have.

    Parts × those who lack months × colleagues; 0 where one cannot stand in. Of whom little is known,
    the level is that of the colleague.
    """
    known = record.known
    is_lasting = known.sum(axis=1) >= minimum_months
    both = known[lacking][:, None] & known[asked]
    parts = np.nan_to_num(record.parts)
    of_person = np.einsum("prm,ram->pra", parts[:, lacking], both)
    of_colleague = np.einsum("pram,ram->pra", parts[:, asked], both)
    is_comparable = (np.minimum(of_person, of_colleague) > 0).all(axis=0)
    is_comparable &= both.sum(axis=2) >= _COMMON_MONTHS
    ratio = np.clip(of_person / np.where(of_colleague > 0, of_colleague, 1), *_LEVELS)
    levels = np.where(is_lasting[lacking, None], np.where(is_comparable, ratio, 0), 1.0)
    return np.asarray(levels * is_lasting[asked])


def _means(parts: Array) -> Array:
    """Each person's mean month; of whom nothing is known, everybody's."""
    known = np.isfinite(parts)
    sums = np.where(known, parts, 0)
    everybody = sums.sum(axis=(1, 2), keepdims=True) / np.maximum(known.sum(axis=(1, 2), keepdims=True), 1)
    own = sums.sum(axis=2, keepdims=True) / np.maximum(known.sum(axis=2, keepdims=True), 1)
    return np.asarray(np.where(known.any(axis=2, keepdims=True), own, everybody))
