"""What may come of each period that has targets, for each person and for each node that people make up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from yardstick.conditions.chances import Array, Measure, Outlook, Truths
from yardstick.conditions.dice import generator
from yardstick.conditions.months import month_numbers
from yardstick.conditions.records import Plan, Record
from yardstick.conditions.resampling import joint_outlook, own_outlook
from yardstick.conditions.thresholds import RealismThresholds

#: The kinds of nodes that people make up.
NODE_KINDS = ("team", "region", "company")
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Prospect:
    """A period with targets.

    Targets are one per person, or node, and NaN where there is none. `is_there` says who has capacity in the
    period, `belongs` (nodes × people) which share of it is a node's. `together` is what may come of nodes,
    `apart` what would if people had nothing in common. Of a KPI that is neither a sum nor a ratio both are
    None, for a team's value does not follow from its people's.

    `decided` has the persons and nodes whose targets were decided, and do not follow from those of another
    period: a month's share of a year, a year that sums months. `is_shortest` says that this is the shortest
    period for which something was decided.
    """

    period_kind: str
    period_start: date
    period: str
    decided: frozenset[tuple[str, str]]
    is_shortest: bool
    people: pd.Index
    outlook: Outlook
    targets: Array
    is_there: Truths
    nodes: list[tuple[str, str]]
    node_targets: Array
    belongs: Array
    together: Outlook | None
    apart: Outlook | None

    @property
    def begins(self) -> int:
        """The number of its first month."""
        return self.period_start.year * 12 + self.period_start.month - 1

    @property
    def months(self) -> int:
        """How many it has."""
        return MONTHS[self.period_kind]


def asked_of(measure: Measure, targets: pd.DataFrame) -> pd.DataFrame:
    """The targets that are there; a band is asked of every node that is named.

    Where nothing is said of what was decided, it is the shortest period's.
    """
    if measure.direction == "band" and measure.band is not None:
        targets = targets.assign(target=measure.band[0])
    asked = targets.dropna(subset=["target"])
    if "is_decided" in asked:
        return asked
    return asked.assign(is_decided=asked["period_kind"] == _shortest(asked))


def _shortest(targets: pd.DataFrame) -> str | None:
    kinds: list[str] = targets["period_kind"].unique().tolist()
    return min(kinds, key=MONTHS.__getitem__, default=None)


def prospects(
    record: Record,
    asked: pd.DataFrame,
    plan_months: pd.DataFrame,
    growth: float,
    thresholds: RealismThresholds,
) -> Iterator[Prospect]:
    """By period; what is asked, and the plan, as `judge_realism` takes them."""
    shortest = _shortest(asked[asked["is_decided"].astype(bool)])
    for (kind, start), rows in asked.groupby(["period_kind", "period_start"], sort=True):
        day, months = pd.Timestamp(str(start)).date(), MONTHS[str(kind)]
        begins = int(month_numbers(pd.Series([start]))[0])
        plan = Plan.of(record.measure, plan_months, record.people, begins, months)
        past = record.before(begins)
        seed = record.measure.kpi_id, str(kind), day.isoformat()
        loads, (nodes, node_loads) = plan.of_people(), plan.of_nodes(NODE_KINDS)
        together = apart = None
        if record.measure.kind != "typical":
            random = generator(*seed, "nodes")
            together, apart = joint_outlook(past, node_loads, growth, thresholds, random)
        given = rows.set_index(["node_kind", "node_id"])["target"].astype(np.float64)
        persons = [("person", str(person)) for person in record.people]
        yield Prospect(
            period_kind=str(kind),
            period_start=day,
            period=str(rows["period"].iloc[0]),
            decided=frozenset(given.index[rows["is_decided"].astype(bool)]),
            is_shortest=kind == shortest,
            people=record.people,
            outlook=own_outlook(past, loads, growth, thresholds.draws, generator(*seed, "people")),
            targets=_by_name(given, persons),
            is_there=np.asarray((loads > 0).any(axis=1)),
            nodes=nodes,
            node_targets=_by_name(given, nodes),
            belongs=node_loads.sum(axis=0)
            / np.where(loads > 0, loads, 0).sum(axis=1).clip(np.finfo(float).tiny),
            together=together,
            apart=apart,
        )


def _by_name(given: "pd.Series[float]", names: Sequence[tuple[str, str]]) -> Array:
    """NaN where nothing is given."""
    return np.asarray(given.reindex(pd.MultiIndex.from_tuples(names, names=given.index.names)))
