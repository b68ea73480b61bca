"""ops.kpi_verdicts: what the nights said of each KPI."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from psycopg import Connection

from yardstick.conditions.finding import Verdict
from yardstick.reading.strict import Bilingual

Condition = Literal["tied", "controllable", "measurable", "easy", "realistic"]


@dataclass(frozen=True)
class VerdictRow:
    """A verdict on a KPI, at a node, in a dimension of a condition; on the KPI as such at the company.

    `mend` is None where there is nothing to mend. `test_version` counts the changes of how it is tested. The
    condition is met or not by its decisive dimensions; the others explain these.
    """

    kpi_id: str
    node_kind: str
    node_id: str
    condition: Condition
    dimension: str
    estimate: Decimal | float | None
    lower: Decimal | float | None
    upper: Decimal | float | None
    n: int
    threshold: Decimal | float | None
    test_version: int
    is_decisive: bool
    verdict: Verdict
    reason: Bilingual
    mend: Bilingual | None


def keep_verdicts(
    connection: Connection, as_of: date, conditions: Collection[Condition], rows: Iterable[VerdictRow]
) -> None:
    """Replace what the night said of these conditions."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(
            "delete from ops.kpi_verdicts where as_of = %s and condition = any(%s)", [as_of, list(conditions)]
        )
        with cursor.copy("copy ops.kpi_verdicts from stdin") as copy:
            for row in rows:
                copy.write_row(_values(row, as_of))


def _values(row: VerdictRow, as_of: date) -> tuple[object, ...]:
    return (
        row.kpi_id,
        row.node_kind,
        row.node_id,
        row.condition,
        row.dimension,
        as_of,
        row.estimate,
        row.lower,
        row.upper,
        row.n,
        row.threshold,
        row.test_version,
        row.is_decisive,
        row.verdict,
        row.reason.en,
        row.reason.ru,
        row.mend and row.mend.en,
        row.mend and row.mend.ru,
    )
