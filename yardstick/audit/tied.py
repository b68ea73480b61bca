"""Is each KPI tied to a goal? What the warehouse gives for the tests of goals, targets and drivers."""

from typing import LiteralString

from yardstick.audit.night import AuditedNight, Findings
from yardstick.conditions.goal_ties import judge_ties

_SCORECARDS: LiteralString = """
    select distinct scorecards.node_id as person_id, scorecards.node_name as person_name, scorecards.kpi_id
    from build.scorecards
    join build.dim_goals as goals on goals.kpi_id = scorecards.kpi_id and goals.score_weight is not null
    where
        scorecards.node_kind = 'person'
        and scorecards.period_kind = 'month'
        and %(as_of)s between scorecards.period_start and scorecards.period_end
"""

#: There may be many targets ahead: those of periods under test are judged.
_TARGETS: LiteralString = """
    select
        kpi_id, node_id, period_kind, period_start, target as parent_target, children_target as child_targets
    from build.target_reconciliations
    join (
        select distinct period_kind, period_start
        from build.int_goal_values
    ) as periods using (period_kind, period_start)
    where level = 'target'
"""

_VALUES: LiteralString = """
    select kpi_id, node_id, period_kind, period_start, relation, actual, made_of
    from build.int_goal_values
"""

#: Five years, as many as a link needs to show and no more than a company stays the same for.
_PANEL: LiteralString = """
    select kpi_id, node_id as team_id, period_start as month, actual::float8 as value
    from build.scorecards
    where
        node_kind = 'team'
        and node_id <> 'unassigned'
        and period_kind = 'month'
        and period_end <= %(as_of)s
        and period_start > %(as_of)s - interval '5 years'
        and actual is not null
"""


def judge_goal_ties(night: AuditedNight) -> Findings:
    """What is found of each KPI's ties, as such and at the nodes that have targets or are made of others."""
    found = judge_ties(
        goals=night.company.goals,
        titles={kpi_id: card.title for kpi_id, card in night.given_kpis.items()},
        scorecards=night.frame(_SCORECARDS, as_of=night.as_of),
        targets=night.with_periods(night.frame(_TARGETS)),
        values=night.with_periods(night.frame(_VALUES)),
        panel=night.frame(_PANEL, as_of=night.as_of),
        thresholds=night.thresholds.tied,
    )
    for (kpi_id, node_id), findings in found.items():
        for finding in findings:
            yield kpi_id, node_id, finding
