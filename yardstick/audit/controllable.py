"""Is each KPI in the hands of those whom it measures? Their months, who made what, what they did before."""

from typing import LiteralString

from yardstick.audit.night import AuditedNight, Findings
from yardstick.conditions.controllability import Ownership, judge_controllability

_OWNERSHIP: LiteralString = (
    "select kpi_id, owned::float8, total::float8, rows_counted from build.int_ownership"
)
_ACTIVITY: LiteralString = """
    select actor_id as person_id, date_trunc('month', happened_on)::date as month, count(*) as activities
    from build.fct_activities
    where
        actor_id is not null
        and happened_on <= %(as_of)s
        and happened_on > %(as_of)s - interval '38 months'
    group by actor_id, month
"""


def judge_control(night: AuditedNight) -> Findings:
    """What is found of how far people hold each KPI in their hands."""
    months = night.person_months[night.person_months["is_whole"]]
    thresholds = night.thresholds.controllable
    activity = night.frame(_ACTIVITY, as_of=night.as_of)
    owned = {kpi_id: Ownership(*row) for kpi_id, *row in night.connection.execute(_OWNERSHIP)}
    for kpi_id, definition in night.given_kpis.items():
        of_kpi = months[months["kpi_id"] == kpi_id]
        ownership = owned.get(kpi_id, Ownership(0, 0, 0))
        for finding in judge_controllability(definition, of_kpi, ownership, activity, thresholds):
            yield kpi_id, None, finding
