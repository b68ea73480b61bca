"""What people achieved each month, on a scale on which people and months compare."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from yardstick.conditions.months import month_numbers
from yardstick.conditions.variance_components import Array, Codes, Table, indicators

#: In place of a team or region that is not known.
_NONE = ""


class Measured(Protocol):
    """What a KPI's definition says of how its values compare; `kpi_cards.Definition` does."""

    @property
    def aggregation(self) -> str:
        """sum, distinct, ratio, median or composite."""

    @property
    def over_time(self) -> str:
        """flow or balance."""

    @property
    def direction(self) -> str:
        """up, down or band."""


@dataclass(frozen=True)
class Panel:
    """A KPI's scaled values, a row per person and month in which it has one: sorted by person, then month.

    `rows` has person_id, team_id, region_id, month (calendar months, counted), value and weight, whose mean
    is 1. Values are in units of a typical one: near it, a difference of 0.1 is one of 10 %. `cases` is how
    many cases a typical month has, of a KPI that is a share of cases; else None.
    """

    rows: pd.DataFrame
    cases: float | None

    @property
    def months(self) -> int:
        """How many months have a value of anybody."""
        return int(self.rows["month"].nunique())

    def people(self, months: int) -> int:
        """How many people are known for so many months, and compare: less one for each region but one.

        Differences between regions are taken out, so a person who is alone in a region compares with nobody.
        """
        known = self.rows.groupby("person_id")["month"].transform("size")
        stays = self.rows[known >= months].value_counts(["person_id", "region_id"], sort=False).reset_index()
        homes = stays.sort_values("count", kind="stable").drop_duplicates("person_id", keep="last")
        return len(homes) - max(0, homes["region_id"].nunique() - 1)

    @property
    def moves(self) -> int:
        """How often a person has another team than in the month before that is known."""
        return int((self._goes_on & (self.rows["team_id"] != self.rows["team_id"].shift())).sum())

    def table(self) -> Table:
        """The values as a table whose segments are the regions."""
        return Table(
            values=self.rows["value"].to_numpy(np.float64),
            weights=self.rows["weight"].to_numpy(np.float64),
            person=codes(self.rows["person_id"]),
            month=self.rows["month"].to_numpy(np.int64),
            segments=indicators(codes(self.rows["region_id"]))[:, 1:],
        )

    def seats(self) -> Array:
        """A column per team."""
        return indicators(codes(self.rows["team_id"]))

    @property
    def _goes_on(self) -> "pd.Series[bool]":
        return self.rows["person_id"] == self.rows["person_id"].shift()


def panel(kpi: Measured, person_months: pd.DataFrame) -> Panel:
    """The KPI's months of people, scaled by its kind.

    - A flow that adds up (a sum, or a count of distinct things) is taken per working day of capacity, and
      weighs by them.
    - A balance that adds up is taken per working day that the person usually has, as leave does not empty a
      pipeline.
    - A share of cases (each row of a ratio counts at most one case, won or not) is taken as it is, weighing
      by its cases. The person's share of a case's variance is then the beta-binomial's 1 ÷ (M + 1) by its
      analysis of variance (Ridout, Demétrio and Firth 1999), whichever cases a month had.
    - Any other (a mean, a median, a share of money, a formula) is taken as it is, weighing by its rows.

    All but shares of cases go through the inverse hyperbolic sine over the typical size: a logarithm for what
    is large, it takes zeros and negative amounts, and is the same in any currency (Burbidge, Magee and Robb
    1988). Typical is the median of the sizes that are not 0.
    """
    rows = _numbers(person_months, ["numerator", "denominator", "value", "capacity", "rows_counted"])
    rows = rows.assign(
        team_id=rows["team_id"].fillna(_NONE).astype(str),
        region_id=rows["region_id"].fillna(_NONE).astype(str),
    ).sort_values(["person_id", "month"])
    value, weight = rows["value"], pd.Series(1.0, rows.index)
    is_of_cases = _is_of_cases(kpi, rows)
    if kpi.aggregation in ("sum", "distinct"):
        capacity = rows["capacity"]
        if kpi.over_time == "flow":
            weight = capacity
        else:
            capacity = capacity.groupby(rows["person_id"]).transform("mean")
        value = value / capacity.where(capacity > 0)
    elif kpi.aggregation != "composite":
        weight = rows["denominator"] if is_of_cases else rows["rows_counted"]
    rows = rows.assign(value=value, weight=weight)
    rows = rows[np.isfinite(rows["value"]) & (rows["weight"] > 0)]
    typical = float(rows["weight"].mean())
    value = over_mean(rows["value"], rows["weight"]) if is_of_cases else over_typical(rows["value"])
    rows = rows.assign(value=value, weight=rows["weight"] / typical)
    kept = ["person_id", "team_id", "region_id", "month", "value", "weight"]
    return Panel(rows[kept].reset_index(drop=True), typical if is_of_cases else None)


def activity_before(person_months: pd.DataFrame, activity: pd.DataFrame) -> pd.DataFrame:
    """What each person did the month before: person_id, month and activity, scaled, per working day.

    Known of a month in which the person was there. Where nothing is recorded nothing was done, from the first
    month of which anything is recorded of anybody.
    """
    there = _numbers(person_months, ["capacity"])
    done = _numbers(activity, ["activities"])
    rows = there.merge(done, how="left", on=["person_id", "month"])
    rows = rows[rows["month"].between(done["month"].min(), done["month"].max()) & (rows["capacity"] > 0)]
    per_day = rows["activities"].fillna(0) / rows["capacity"]
    return pd.DataFrame(
        {"person_id": rows["person_id"], "month": rows["month"] + 1, "activity": over_typical(per_day)}
    )


def over_typical(values: "pd.Series[float]") -> "pd.Series[float]":
    """Inverse hyperbolic sines of the values over their typical size, near which they rise as these do."""
    sizes = values[values != 0].abs()
    typical = float(sizes.median()) if len(sizes) else 1.0
    return pd.Series(np.sqrt(2) * np.arcsinh(values / typical), values.index)


def over_mean(values: "pd.Series[float]", weights: "pd.Series[float]") -> "pd.Series[float]":
    """The values over their weighted mean, if that is not 0."""
    mean = float((values * weights).sum() / weights.sum()) if len(values) else 0.0
    return values / mean if mean else values


def codes(names: "pd.Series[str]") -> Codes:
    """0, 1, … for the names, in the order in which they are met."""
    return np.asarray(pd.factorize(names)[0], dtype=np.int64)


def _numbers(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """With numbers in these columns, and calendar months that count."""
    numbers = {column: frame[column].astype(np.float64) for column in columns}
    return frame.assign(month=month_numbers(frame["month"]), **numbers)


def _is_of_cases(kpi: Measured, rows: pd.DataFrame) -> bool:
    """Whether a ratio is a share of cases: never below 0 or above 1, and of no more cases than rows."""
    if kpi.aggregation != "ratio":
        return False
    known = rows[rows["denominator"] > 0]
    is_share = (known["numerator"] >= 0) & (known["numerator"] <= known["denominator"])
    return bool(is_share.all() and known["denominator"].sum() <= known["rows_counted"].sum())
