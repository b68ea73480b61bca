"""What schema kpi says of one number, read as the reader that Metabase is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import LiteralString

from psycopg import Connection
from psycopg.rows import class_row

from yardstick.company import Company, Period, period_of
from yardstick.company.periods import PeriodKind
from yardstick.errors import UsageError
from yardstick.reading.wording import did_you_mean, quoted
from yardstick.warehouse import is_there

_NUMBER: LiteralString = """
    select
        scorecards.kpi_id,
        case %(language)s when 'ru' then kpis.title_ru else kpis.title_en end as title,
        case %(language)s when 'ru' then kpis.meaning_ru else kpis.meaning_en end as meaning,
        kpis.formula,
        kpis.expression,
        kpis.direction,
        kpis.band_from,
        kpis.band_to,
        kpis.unit,
        kpis.aggregation,
        kpis.over_time,
        scorecards.node_kind,
        scorecards.node_id,
        scorecards.node_name,
        scorecards.period_start,
        scorecards.period_end,
        scorecards.numerator,
        scorecards.denominator,
        scorecards.actual,
        scorecards.rows_counted,
        scorecards.target,
        scorecards.target_version,
        scorecards.is_target_derived,
        scorecards.threshold,
        scorecards.stretch,
        scorecards.plan_to_date,
        scorecards.needed_per_day,
        scorecards.attainment,
        scorecards.status,
        case %(language)s
            when 'ru' then scorecards.withheld_reason_ru
            else scorecards.withheld_reason
        end as withheld_reason,
        scorecards.is_certified
    from kpi.scorecards
    inner join kpi.dim_kpis as kpis on scorecards.kpi_id = kpis.kpi_id
    where
        scorecards.kpi_id = %(kpi_id)s
        and scorecards.node_id = %(node_id)s
        and scorecards.period_kind = %(period_kind)s
        and scorecards.period_start = %(period_start)s
"""

#: The last night on which the period was open or the last closed of its kind, and lay in the two months under
#: test: what it said of the period stands.
_VERDICTS: LiteralString = """
    select
        as_of,
        condition,
        dimension,
        verdict,
        case %(language)s when 'ru' then reason_ru else reason end as reason
    from kpi.kpi_verdicts
    where
        kpi_id = %(kpi_id)s
        and node_id = %(node_id)s
        and is_decisive
        and as_of = (
            select max(as_of)
            from kpi.kpi_verdicts
            where
                kpi_id = %(kpi_id)s
                and node_id = %(node_id)s
                and as_of >= %(period_start)s
                and as_of < %(next_period_end)s
                and date_trunc('month', as_of + 1) - interval '1 month' <= %(period_end)s
        )
    order by condition, dimension
"""

_GIVEN: LiteralString = """
    select node_id, period_kind, period_start, source, version, value, decided_on, decided_by, note
    from kpi.target_versions
    where
        kpi_id = %(kpi_id)s
        and node_id = any(%(node_ids)s)
        and level = 'target'
        and superseded_on is null
        and value is not null
    order by
        array_position(%(node_ids)s, node_id),
        array_position(array['year', 'quarter', 'month', 'week'], period_kind),
        period_start
"""

_NODES_ABOVE: LiteralString = """
    with recursive above as (
        select node_id, parent_id, 0 as steps
        from kpi.dim_nodes
        where node_id = %(node_id)s and valid_from <= %(day)s and (valid_to > %(day)s) is not false
        union all
        select nodes.node_id, nodes.parent_id, above.steps + 1
        from above
        inner join kpi.dim_nodes as nodes on above.parent_id = nodes.node_id
        where nodes.valid_from <= %(day)s and (nodes.valid_to > %(day)s) is not false
    )

    select node_id
    from above
    order by steps
"""


@dataclass(frozen=True)
class PublishedNumber:
    """A row of the scorecards with its KPI. Values are in the KPI's unit, money in the company's currency."""

    kpi_id: str
    title: str
    meaning: str
    formula: str
    expression: str | None
    direction: str
    band_from: Decimal | None
    band_to: Decimal | None
    unit: str
    aggregation: str
    over_time: str
    node_kind: str
    node_id: str
    node_name: str
    period_start: date
    period_end: date
    numerator: Decimal | None
    denominator: Decimal | None
    actual: Decimal | None
    rows_counted: int
    target: Decimal | None
    target_version: int | None
    is_target_derived: bool | None
    threshold: Decimal | None
    stretch: Decimal | None
    plan_to_date: Decimal | None
    needed_per_day: Decimal | None
    attainment: Decimal | None
    status: str
    withheld_reason: str | None
    is_certified: bool

    @property
    def adds_up(self) -> bool:
        """Whether the numbers of people sum to their team's."""
        return self.aggregation in ("sum", "distinct")

    @property
    def adds_up_over_time(self) -> bool:
        """Whether the numbers of months sum to their year's, too."""
        return self.adds_up and self.over_time == "flow"


@dataclass(frozen=True)
class GivenTarget:
    """A target in force, as it was decided; money in the company's currency."""

    node_id: str
    period_kind: PeriodKind
    period_start: date
    source: str
    version: int
    value: Decimal
    decided_on: date
    decided_by: str | None
    note: str | None


@dataclass(frozen=True)
class Verdict:
    """What a night said of one dimension of a condition."""

    as_of: date
    condition: str
    dimension: str
    verdict: str
    reason: str


class Published:
    """Schema kpi of a company, for one session of the reader."""

    def __init__(self, connection: Connection, company: Company, language: str = "en") -> None:
        self._connection = connection
        self._company = company
        self._language = language

    def as_of(self) -> date:
        """Business date of the published night; raises UsageError while there is none."""
        row = None
        if is_there(self._connection, "kpi.scorecards"):
            row = self._connection.execute(
                "select as_of from kpi.refreshes where state = 'published' order by ended_at desc limit 1"
            ).fetchone()
        if row is None:
            name = self._company.settings.name
            raise UsageError(f"{name}: nothing is published yet: run yardstick refresh")
        return date.fromisoformat(str(row[0]))

    def number(self, kpi_id: str, node_id: str, period: Period) -> PublishedNumber:
        """The number that the scorecards show; raises UsageError where they have none, saying why."""
        parameters = {
            "language": self._language,
            "kpi_id": kpi_id,
            "node_id": node_id,
            "period_kind": period.kind,
            "period_start": period.start,
        }
        with self._connection.cursor(row_factory=class_row(PublishedNumber)) as cursor:
            number = cursor.execute(_NUMBER, parameters).fetchone()
        if number is None:
            raise UsageError(self._why_there_is_none(kpi_id, node_id, period))
        return number

    def verdicts(self, number: PublishedNumber, period: Period) -> list[Verdict]:
        """The verdicts that stand for a number: those of the last night that tested its period."""
        following = period_of(
            period.end + timedelta(days=1), period.kind, self._company.settings.fiscal_year_start
        )
        parameters = {
            "language": self._language,
            "kpi_id": number.kpi_id,
            "node_id": number.node_id,
            "period_start": period.start,
            "period_end": period.end,
            "next_period_end": following.end,
        }
        with self._connection.cursor(row_factory=class_row(Verdict)) as cursor:
            return cursor.execute(_VERDICTS, parameters).fetchall()

    def given_targets(self, kpi_id: str, node_ids: Sequence[str]) -> list[GivenTarget]:
        """Targets of a KPI that are in force for some nodes, in their order; of a node the longest first."""
        with self._connection.cursor(row_factory=class_row(GivenTarget)) as cursor:
            return cursor.execute(_GIVEN, {"kpi_id": kpi_id, "node_ids": list(node_ids)}).fetchall()

    def target_of(self, kpi_id: str, node_id: str, period: Period) -> Decimal | None:
        """The target that the scorecards show of another node."""
        row = self._connection.execute(
            "select target from kpi.scorecards where (kpi_id, node_id, period_kind, period_start) "
            "= (%s, %s, %s, %s)",
            (kpi_id, node_id, period.kind, period.start),
        ).fetchone()
        return None if row is None else row[0]

    def nodes_above(self, node_id: str, day: date) -> list[str]:
        """The node itself and those above it on a day, the company last."""
        rows = self._connection.execute(_NODES_ABOVE, {"node_id": node_id, "day": day})
        return [str(row[0]) for row in rows]

    def _why_there_is_none(self, kpi_id: str, node_id: str, period: Period) -> str:
        kpis = self._ids("select kpi_id from kpi.dim_kpis")
        if kpi_id not in kpis:
            hint = did_you_mean(kpi_id, kpis)
            return f"found the unknown KPI {quoted(kpi_id)}; expected one of kpi.dim_kpis{hint}"
        nodes = self._ids("select node_id from kpi.dim_nodes")
        if node_id not in nodes:
            hint = did_you_mean(node_id, nodes)
            return f"found the unknown node {quoted(node_id)}; expected one of kpi.dim_nodes{hint}"
        return (
            f"{kpi_id} has no number of {node_id} from {period.start} to {period.end}: the period has not "
            f"begun, is shorter than the KPI's shortest, or {node_id} was not there"
        )

    def _ids(self, query: LiteralString) -> set[str]:
        return {str(row[0]) for row in self._connection.execute(query)}
