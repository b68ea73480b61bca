"""Is each target realistic? People's months, the targets ahead, and who will be there to reach them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Literal, LiteralString

import pandas as pd

from yardstick.audit.night import AuditedNight, Findings
from yardstick.company.currencies import minor_unit_digits
from yardstick.company.periods import PeriodKind
from yardstick.conditions.chances import Measure
from yardstick.conditions.gaming import CounterKpi, judge_gaming
from yardstick.conditions.realism import Realism, judge_realism
from yardstick.definitions.cards import Definition

_KINDS: tuple[PeriodKind, ...] = ("month", "quarter", "year")
#: Decimals that a target of the unit may have; of money, those of the currency.
_DECIMALS = {"count": 0, "share": 4, "days": 1, "minutes": 0}

#: A target was decided for its period if somebody gave one for it to the node, or to a node above that; all
#: others follow from those of longer or shorter periods.
_TARGETS: LiteralString = """
    with recursive above as (
        select distinct node_id, node_id as above_id
        from build.dim_nodes
        union
        select above.node_id, nodes.parent_id
        from above
        join build.dim_nodes as nodes on nodes.node_id = above.above_id
        where
            nodes.parent_id is not null
            and %(as_of)s >= nodes.valid_from
            and coalesce(%(as_of)s < nodes.valid_to, true)
    ),

    decided as (
        select distinct given.kpi_id, above.node_id, given.period_kind, given.period_start
        from build.target_versions as given
        join above on above.above_id = given.node_id
        where given.superseded_on is null
    )

    select
        kpi_id, targets.node_kind, node_id, period_kind, period_start, targets.target::float8,
        decided.node_id is not null as is_decided
    from build.int_targets as targets
    left join decided using (kpi_id, node_id, period_kind, period_start)
    where targets.target is not null and node_id <> 'unassigned'
"""
#: Season is the KPI's own, and so is how capacity is counted.
_PLAN: LiteralString = """
    select
        person_id, team_id, region_id, company_id, month_start as month, sum(capacity)::float8 as capacity,
        (sum(capacity) / nullif(max(days.days), 0))::float8 as full_people
    from build.int_capacity
    join (
        select month_start, count(*) as days
        from build.dim_dates
        where is_working_day
        group by month_start
    ) as days using (month_start)
    group by person_id, team_id, region_id, company_id, month_start
"""
_SEASONS: LiteralString = """
    select kpi_id, month_of_year, season::float8
    from build.int_seasons
    where year_start = (select year_start from build.dim_dates where date_on = %(as_of)s)
"""
_SHAPES: LiteralString = """
    select
        kpi_id, node_kind, node_id, month_start as month, working_days, season::float8, numerator::float8,
        denominator::float8, first_numerator::float8, last_numerator::float8, late_numerator::float8,
        late_denominator::float8
    from build.int_month_shapes
"""
_CLOSINGS: LiteralString = """
    select kpi_id, node_kind, node_id, month_start as month, reported::float8, known::float8
    from build.int_month_closings
"""


def judge_targets(night: AuditedNight) -> Findings:
    """What is found of the targets of each KPI that has any, and of signs that it is bent to reach them."""
    realism = read_realism(night)
    for kpi_id, of_kpi in realism.items():
        for (_, node_id), findings in of_kpi.by_node().items():
            for finding in findings:
                yield kpi_id, node_id, finding
    yield from _signs_of_gaming(night, realism)


def _signs_of_gaming(night: AuditedNight, kpis: Iterable[str]) -> Findings:
    shapes, closings = night.frame(_SHAPES), night.frame(_CLOSINGS)
    thresholds = night.thresholds.realistic.gaming
    for kpi_id in kpis:
        definition = night.given_kpis[kpi_id]
        counter = night.given_kpis.get(definition.counter_kpi or "")
        for (_, node_id), finding in judge_gaming(
            _measure(night, definition),
            shapes[shapes["kpi_id"].isin([kpi_id, counter.kpi_id if counter else kpi_id])],
            closings[closings["kpi_id"] == kpi_id],
            thresholds,
            CounterKpi(_measure(night, counter), counter.title, counter.unit == "share") if counter else None,
        ):
            yield kpi_id, node_id, finding


def read_realism(night: AuditedNight) -> dict[str, Realism]:
    """Of each KPI with targets in the periods that are open and in those after them."""
    history, plan = night.person_months, night.frame(_PLAN)
    calendar_months = pd.to_datetime(plan["month"]).dt.month
    targets = _ahead(night, night.frame(_TARGETS, as_of=night.as_of))
    seasons = night.frame(_SEASONS, as_of=night.as_of)
    judged = {}
    for kpi_id in sorted(set(targets["kpi_id"]) & night.given_kpis.keys()):
        definition = night.given_kpis[kpi_id]
        season = seasons[seasons["kpi_id"] == kpi_id].set_index("month_of_year")["season"]
        capacity = plan["full_people" if definition.over_time == "balance" else "capacity"]
        judged[kpi_id] = judge_realism(
            _measure(night, definition),
            history[history["kpi_id"] == kpi_id],
            targets[targets["kpi_id"] == kpi_id],
            plan.assign(capacity=capacity, season=calendar_months.map(season).fillna(1.0)),
            night.thresholds.realistic,
        )
    return judged


def _ahead(night: AuditedNight, targets: pd.DataFrame) -> pd.DataFrame:
    """The targets of the periods that hold the as-of, and of those that follow."""
    periods = set()
    for kind in _KINDS:
        running = night.period(kind, night.as_of)
        periods |= {(kind, running.start), (kind, running.end + timedelta(days=1))}
    keys = zip(targets["period_kind"], targets["period_start"], strict=True)
    return night.with_periods(targets[[key in periods for key in keys]])


def _measure(night: AuditedNight, definition: Definition) -> Measure:
    band = definition.band
    minor_unit = minor_unit_digits(night.company.settings.currency)
    return Measure(
        kpi_id=definition.kpi_id,
        direction=definition.direction,
        kind=_kind(definition),
        is_balance=definition.over_time == "balance",
        band=(float(band.lowest), float(band.highest)) if band else None,
        decimals=_DECIMALS.get(definition.unit, minor_unit),
    )


def _kind(definition: Definition) -> Literal["sum", "ratio", "typical"]:
    match definition.aggregation:
        case "sum" | "ratio" as kind:
            return kind
    return "typical"
