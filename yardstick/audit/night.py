"""What a night judges: its company, its definitions, and a session on what dbt has built."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import LiteralString

import pandas as pd
from psycopg import Connection
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from yardstick.audit.thresholds import load_thresholds
from yardstick.company import Company
from yardstick.company.periods import Period, PeriodKind, period_name, period_of
from yardstick.conditions.finding import Finding
from yardstick.conditions.thresholds import Thresholds
from yardstick.definitions.cards import Definition
from yardstick.definitions.files import inputs_of

#: A KPI, the node at which it was tested (None: the KPI as such), and what was found.
Found = tuple[str, str | None, Finding]
Findings = Iterator[Found]


_PERSON_MONTHS: LiteralString = """
    select
        kpi_id, person_id, team_id, region_id, company_id, month_start as month, numerator::float8,
        denominator::float8, value::float8, rows_counted, capacity::float8, is_whole, season::float8,
        target::float8, attained
    from build.int_person_kpi_months
"""


@dataclass(frozen=True)
class AuditedNight:
    """One night of one company, after the marts were built and before they are published."""

    connection: Connection
    company: Company
    definitions: Mapping[str, Definition]
    as_of: date
    thresholds: Thresholds

    @cached_property
    def given_kpis(self) -> dict[str, Definition]:
        """The KPIs that the company's sources give all fields for."""
        given = self.company.settings.given_inputs()
        return {
            kpi_id: definition
            for kpi_id, definition in self.definitions.items()
            if inputs_of(kpi_id, self.definitions) <= given
        }

    @cached_property
    def node_kinds(self) -> dict[str, str]:
        """Kind of every node of the org tree, by node id."""
        return dict(self.connection.execute("select node_id, node_kind from build.dim_nodes").fetchall())

    @cached_property
    def person_months(self) -> pd.DataFrame:
        """What people achieved each month, as int_person_kpi_months has it."""
        return self.frame(_PERSON_MONTHS)

    def frame(self, query: LiteralString, **values: object) -> pd.DataFrame:
        """The rows of a query, a column each of its columns; numbers stay as PostgreSQL gave them."""
        cursor = self.connection.execute(query, values)
        columns = [column.name for column in cursor.description or ()]
        return pd.DataFrame(cursor.fetchall(), columns=columns)

    def with_periods(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with its periods as people write them, from period_kind and period_start."""
        periods = zip(frame["period_kind"], frame["period_start"], strict=True)
        return frame.assign(period=[self.period_name(kind, start) for kind, start in periods])

    def period_name(self, kind: PeriodKind, day: date) -> str:
        """The period that holds the day, as people write it."""
        return period_name(self.period(kind, day), self.company.settings.fiscal_year_start)

    def period(self, kind: PeriodKind, day: date) -> Period:
        """The period that holds the day."""
        return period_of(day, kind, self.company.settings.fiscal_year_start)


@contextmanager
def audited_night(
    connection: Connection, company: Company, definitions: Mapping[str, Definition], as_of: date
) -> Iterator[AuditedNight]:
    """The night, to be judged on one thread.

    Small matrices are sooner multiplied by one thread than shared out, and always with the same digits.
    """
    with threadpool_limits(limits=1):
        yield AuditedNight(connection, company, definitions, as_of, load_thresholds())
