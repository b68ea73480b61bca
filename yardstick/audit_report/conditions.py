"""What the published night says of each KPI's five conditions, at one node."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import LiteralString, get_args

from psycopg.rows import class_row

from yardstick.company import Company
from yardstick.errors import UsageError
from yardstick.reading.wording import did_you_mean, quoted
from yardstick.server.embedded import Role
from yardstick.verdict_rows import Condition
from yardstick.warehouse import connect, is_there

CONDITIONS: tuple[Condition, ...] = get_args(Condition)

_NODES: LiteralString = "select distinct node_id, node_name from kpi.dim_nodes order by node_id"
#: In the order of the tree of goals, as on the scorecard; what no source gives is not there to be judged.
_KPIS: LiteralString = """
    select
        kpis.kpi_id,
        case %(language)s when 'ru' then kpis.title_ru else kpis.title_en end as title
    from kpi.dim_kpis as kpis
    left join (
        select kpi_id, min(position) as position
        from kpi.dim_goals
        group by kpi_id
    ) as goals using (kpi_id)
    where exists (select from kpi.kpi_conditions as judged where judged.kpi_id = kpis.kpi_id)
    order by goals.position, kpis.kpi_id
"""
_JUDGED: LiteralString = """
    select
        kpi_id,
        condition,
        as_of,
        verdict,
        case %(language)s when 'ru' then reason_ru else reason end as reason,
        case %(language)s when 'ru' then mend_ru else mend end as mend
    from kpi.kpi_conditions
    where node_id = %(node_id)s
"""


@dataclass(frozen=True)
class Judged:
    """What was said of one condition of a KPI."""

    kpi_id: str
    condition: Condition
    as_of: date
    verdict: str
    reason: str
    mend: str | None


@dataclass(frozen=True)
class Audit:
    """KPI × condition at a node. A condition that was not tested there is missing."""

    company_name: str
    node_name: str
    as_of: date | None
    #: KPI id → title, in the order of the goals.
    titles: Mapping[str, str]
    judged: Mapping[tuple[str, Condition], Judged]


def read_audit(company: Company, kpi_id: str | None, node_id: str | None, language: str) -> Audit:
    """What is published of one KPI, or of all, at a node; by default at the company.

    Raises UsageError for a KPI or node that is not published, and where nothing is published yet.
    """
    node_id = node_id or company.settings.id
    values = {"language": language, "node_id": node_id}
    with connect(company, Role.READER) as connection:
        is_published = is_there(connection, "kpi.kpi_conditions")
        nodes: dict[str, str] = dict(connection.execute(_NODES).fetchall()) if is_published else {}
        if not nodes:
            raise UsageError(f"{company.settings.name}: nothing is published yet: run yardstick refresh")
        _refuse_unknown("node", node_id, nodes)
        titles: dict[str, str] = dict(connection.execute(_KPIS, values).fetchall())
        with connection.cursor(row_factory=class_row(Judged)) as cursor:
            rows = cursor.execute(_JUDGED, values).fetchall()
    if kpi_id is not None:
        _refuse_unknown("KPI", kpi_id, titles)
        titles = {kpi_id: titles[kpi_id]}
    return Audit(
        company_name=company.settings.name,
        node_name=nodes[node_id],
        as_of=max((row.as_of for row in rows), default=None),
        titles=titles,
        judged={(row.kpi_id, row.condition): row for row in rows},
    )


def _refuse_unknown(kind: str, given: str, known: Mapping[str, str]) -> None:
    if given not in known:
        hint = did_you_mean(given, known)
        raise UsageError(f"found the unknown {kind} {quoted(given)}; expected one that was judged{hint}")
