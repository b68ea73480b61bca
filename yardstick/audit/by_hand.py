"""One person's KPI, computed a second time from the rows that the warehouse counted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import LiteralString

from yardstick.audit.night import AuditedNight
from yardstick.company.periods import Period, PeriodKind
from yardstick.conditions.finding import Finding
from yardstick.conditions.hand_check import Exported, Row, check_by_hand, choose_person, nobody_to_check
from yardstick.definitions.files import counted_inputs

#: What a composite rests on may be withheld somewhere: there it is not to be recomputed.
_ACTUALS: LiteralString = """
    select kpi_id, node_id, rows_counted, actual
    from build.int_actuals
    where
        node_kind = 'person'
        and period_kind = %(kind)s
        and period_start = %(start)s
        and lacking is null
"""
_ROWS: LiteralString = """
    select
        chosen.for_kpi_id, rows.kpi_id, rows.record_id, rows.event_on, rows.until_on, rows.numerator,
        rows.denominator
    from unnest(%(for_kpis)s::text[], %(kpis)s::text[], %(people)s::text[], %(ends)s::date[])
        as chosen (for_kpi_id, kpi_id, person_id, ends_on)
    join build.kpi_rows as rows
        on rows.kpi_id = chosen.kpi_id
        and coalesce(rows.person_id, 'unassigned') = chosen.person_id
        and rows.event_on <= chosen.ends_on
    where rows.event_on >= (select min(date_on) from build.dim_dates)
"""
_TARGETS: LiteralString = """
    select node_id, kpi_id, period_kind, period_start, target
    from build.scorecards
    where node_kind = 'person' and node_id = any(%(people)s) and target is not null
"""


@dataclass(frozen=True)
class _Choice:
    """Whose KPI is recomputed, of which period, and what the warehouse has."""

    person: str
    period: Period
    actual: Decimal | None


def check_all_by_hand(night: AuditedNight) -> dict[str, Finding]:
    """The hand check of each KPI, in the last month that is over, or in the last of its own periods."""
    periods = {
        kpi_id: _last_period(night, "month" if card.shortest_period == "week" else card.shortest_period)
        for kpi_id, card in night.given_kpis.items()
    }
    choices = _choices(night, periods)
    rows, targets = _rows(night, choices), _targets(night, choices)
    return {
        kpi_id: _checked(night, kpi_id, choices[kpi_id], rows[kpi_id], targets)
        if kpi_id in choices
        else nobody_to_check(_name(night, period), night.thresholds.easy.hand_check)
        for kpi_id, period in periods.items()
    }


def _last_period(night: AuditedNight, kind: PeriodKind) -> Period:
    """The last period of the kind that is over."""
    period = night.period(kind, night.as_of)
    return period if period.end <= night.as_of else night.period(kind, period.start - timedelta(days=1))


def _choices(night: AuditedNight, periods: Mapping[str, Period]) -> dict[str, _Choice]:
    """Of each KPI that can be recomputed for somebody."""
    known: dict[Period, dict[tuple[str, str], tuple[int, Decimal | None]]] = {}
    for period in set(periods.values()):
        rows = night.connection.execute(_ACTUALS, {"kind": period.kind, "start": period.start})
        known[period] = {(kpi_id, person): (count, actual) for kpi_id, person, count, actual in rows}
    choices = {}
    for kpi_id, period in periods.items():
        of_period = known[period]
        inputs = counted_inputs(kpi_id, night.definitions)
        counts = {
            person: sum(of_period.get((name, person), (0, None))[0] for name in inputs)
            for name, person in of_period
            if name == kpi_id
        }
        person = choose_person(kpi_id, counts, night.as_of, night.thresholds.easy.hand_check)
        if person is not None:
            choices[kpi_id] = _Choice(person, period, of_period[kpi_id, person][1])
    return choices


def _rows(night: AuditedNight, choices: Mapping[str, _Choice]) -> dict[str, list[Row]]:
    """By the KPI that is recomputed, the rows that it counts."""
    wanted = [
        (kpi_id, name, choice.person, choice.period.end)
        for kpi_id, choice in choices.items()
        for name in counted_inputs(kpi_id, night.definitions)
    ]
    names = ("for_kpis", "kpis", "people", "ends")
    values = {name: [row[place] for row in wanted] for place, name in enumerate(names)}
    rows: dict[str, list[Row]] = defaultdict(list)
    for for_kpi, *row in night.connection.execute(_ROWS, values):
        rows[for_kpi].append(Row(*row))
    return rows


def _targets(
    night: AuditedNight, choices: Mapping[str, _Choice]
) -> dict[tuple[str, Period], dict[str, Decimal]]:
    """By person and period, the target of each KPI."""
    people = sorted({choice.person for choice in choices.values()})
    targets: dict[tuple[str, Period], dict[str, Decimal]] = defaultdict(dict)
    for person, kpi_id, kind, start, target in night.connection.execute(_TARGETS, {"people": people}):
        targets[person, night.period(kind, start)][kpi_id] = target
    return targets


def _checked(
    night: AuditedNight,
    kpi_id: str,
    choice: _Choice,
    rows: Sequence[Row],
    targets: Mapping[tuple[str, Period], Mapping[str, Decimal]],
) -> Finding:
    period = choice.period
    exported = Exported(
        person=choice.person,
        rows=rows,
        targets=targets.get((choice.person, period), {}),
        period=period,
        before=night.period(period.kind, period.start - timedelta(days=1)),
    )
    name, parameters = _name(night, period), night.thresholds.easy.hand_check
    return check_by_hand(kpi_id, night.definitions, exported, choice.actual, name, parameters)


def _name(night: AuditedNight, period: Period) -> str:
    return night.period_name(period.kind, period.start)
