"""How likely is a target to be reached? Counted over what may come of a period, as history has it."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm
from scipy.stats import t as student

Array = NDArray[np.float64]
Truths = NDArray[np.bool_]

#: What is smaller than this share of a value is due to rounding.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Measure:
    """What must be known of a KPI to judge its targets.

    `kind` is sum (people and months add up), ratio (sum of numerators by sum of denominators) or typical: a
    value that is neither, such as a median, of which a longer period has about the mean of its months.
    """

    kpi_id: str
    direction: Literal["up", "down", "band"]
    kind: Literal["sum", "ratio", "typical"]
    #: The state on a period's last day, not what happened in it.
    is_balance: bool = False
    #: The lowest and the highest value that is right, of a KPI whose direction is band.
    band: tuple[float, float] | None = None
    #: Decimals that a target of it may have.
    decimals: int = 2

    @property
    def adds_up(self) -> bool:
        """Whether what people achieve, and what is asked of them, sums to that of their team."""
        return self.kind == "sum"

    def reached(self, values: Array, targets: Array) -> Truths:
        """Whether each value is at its target or better; a band has no other target than itself."""
        if self.direction == "band":
            lowest, highest = self.band or (-np.inf, np.inf)
            return np.asarray((values >= lowest) & (values <= highest))
        slack = _ROUNDING * np.abs(targets)
        if self.direction == "down":
            return np.asarray(values <= targets + slack)
        return np.asarray(values >= targets - slack)


class Chance(NamedTuple):
    """Of a target, and how many months of history it rests on."""

    estimate: float
    lower: float
    upper: float
    months: int


@dataclass(frozen=True)
class Outlook:
    """What may come of a period: a row per person or node, the columns outcomes that are equally likely.

    `outcomes` is NaN beyond those that a row has. `months` is how many months of history a row rests on,
    `spans` how many months it has in the period, in terms of the spread of their sum.
    """

    measure: Measure
    outcomes: Array
    months: Array
    spans: Array

    def chances(self, targets: Array) -> Array:
        """Of each row's target: (1 + outcomes that reach it) ÷ (outcomes + 2); NaN without history or target.

        Where the period is one month, the outcomes are no more than the months of history.
        """
        weight = self._weight()
        return np.asarray((1 + self._shares(targets) * weight) / (weight + 2))

    def bounds(self, targets: Array, confidence: float) -> tuple[Array, Array]:
        """The interval of each chance: what the months of history leave open.

        Of a period of one month it is Wilson's. Of a sum of k months out of n, the mean month is known to its
        spread ÷ √n, the sum therefore to √(k ÷ n) of its own spread, and by that much its target may lie
        nearer or farther. The urn has made the spread √(1 + (k − 1) ÷ (n + 1)) times as wide as it is.
        """
        shares = self._shares(targets)
        months = np.maximum(self.months, 1)
        lower, upper = wilson(shares, months, confidence)
        least = 0.5 / self.outcomes.shape[1]
        distance = norm.ppf(np.clip(shares, least, 1 - least))
        distance *= np.sqrt(1 + (self.spans - 1) / (months + 1))
        margin = student.ppf((1 + confidence) / 2, np.maximum(months - 1, 1))
        margin *= np.sqrt(self.spans / months + distance**2 / (2 * months))
        is_month = self._is_month()
        return (
            np.where(is_month, lower, norm.cdf(distance - margin)),
            np.where(is_month, upper, norm.cdf(distance + margin)),
        )

    def targets_at(self, chance: float) -> Array:
        """The target of each row that has this chance; NaN without history. Not for a band."""
        weight = self._weight()
        shares = np.clip((chance * (weight + 2) - 1) / np.maximum(weight, 1), 0, 1)
        sign = 1 if self.measure.direction == "down" else -1
        return np.array(
            [
                sign * np.quantile(known, share, method="interpolated_inverted_cdf") if len(known) else np.nan
                for share, known in zip(
                    shares, (sign * row[np.isfinite(row)] for row in self.outcomes), strict=True
                )
            ]
        )

    def judge(self, targets: Array, confidence: float) -> list[Chance]:
        """Each row's chance with its interval."""
        lower, upper = self.bounds(targets, confidence)
        columns = (
            self.chances(targets).tolist(),
            lower.tolist(),
            upper.tolist(),
            self.months.astype(int).tolist(),
        )
        return [Chance(*row) for row in zip(*columns, strict=True)]

    def _shares(self, targets: Array) -> Array:
        is_outcome = np.isfinite(self.outcomes)
        reached = self.measure.reached(self.outcomes, targets[:, None]) & is_outcome
        known = is_outcome.sum(axis=1)
        is_asked = (known > 0) & np.isfinite(targets)
        return np.asarray(np.where(is_asked, reached.sum(axis=1) / np.maximum(known, 1), np.nan))

    def _weight(self) -> Array:
        return np.where(self._is_month(), self.months, self.outcomes.shape[1])

    def _is_month(self) -> Truths:
        return np.asarray(self.spans < 1 + _ROUNDING)


def wilson(shares: Array, n: Array, confidence: float) -> tuple[Array, Array]:
    """Wilson's interval of shares that were seen of n."""
    quantile = norm.ppf((1 + confidence) / 2)
    middle = (shares * n + quantile**2 / 2) / (n + quantile**2)
    margin = quantile * np.sqrt(n * shares * (1 - shares) + quantile**2 / 4) / (n + quantile**2)
    return middle - margin, middle + margin
