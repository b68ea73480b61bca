"""The night's verdicts on all conditions but "measurable", which is judged before the marts are built."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from psycopg import Connection

from yardstick.audit.controllable import judge_control
from yardstick.audit.easy import judge_computation
from yardstick.audit.night import AuditedNight, Findings, audited_night
from yardstick.audit.realistic import judge_targets
from yardstick.audit.texts import Texts
from yardstick.audit.tied import judge_goal_ties
from yardstick.company import Company
from yardstick.definitions.cards import Definition
from yardstick.verdict_rows import Condition, VerdictRow, keep_verdicts

_JUDGES: dict[Condition, Callable[[AuditedNight], Findings]] = {
    "tied": judge_goal_ties,
    "controllable": judge_control,
    "easy": judge_computation,
    "realistic": judge_targets,
}


def judge_conditions(
    connection: Connection, company: Company, definitions: Mapping[str, Definition], as_of: date
) -> dict[str, int]:
    """Replace the night's verdicts on these conditions in ops.kpi_verdicts; how often each was given."""
    with audited_night(connection, company, definitions, as_of) as night:
        rows = [row for condition in _JUDGES for row in _rows(night, condition)]
    keep_verdicts(connection, as_of, list(_JUDGES), rows)
    return dict(Counter(row.verdict for row in rows))


def _rows(night: AuditedNight, condition: Condition) -> Iterator[VerdictRow]:
    texts = Texts(condition)
    company_id = night.company.settings.id
    for kpi_id, node_id, finding in _JUDGES[condition](night):
        node = node_id or company_id
        yield texts.row(kpi_id, night.node_kinds[node], node, finding)
