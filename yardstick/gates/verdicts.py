"""Is each KPI measurable? A suite per KPI over what dbt counted, and the verdicts that follow from it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from psycopg import Connection
from psycopg.rows import class_row
from ruamel.yaml import YAML

from yardstick.company import Company
from yardstick.conditions.finding import Verdict
from yardstick.conditions.numbers import percent, readable
from yardstick.gates.suites import Expectation, Finding, Suite, run_suites
from yardstick.paths import EXPECTATIONS
from yardstick.reading.strict import Bilingual
from yardstick.verdict_rows import VerdictRow, keep_verdicts


@dataclass(frozen=True)
class _Bound:
    """A bound of the share of rows that pass, and the mark at which it is expected, or above."""

    mark: str
    severity: Literal["critical", "warning"]


#: Below its mark, the upper bound proves a failure; the lower one leaves it open.
_BOUNDS = {"upper": _Bound("fails_below", "critical"), "lower": _Bound("threshold", "warning")}

_QUERY = """
    select *, dimension || ' ' || node_kind || ' ' || node_id as subject from build.int_kpi_measurements
"""
#: Great Expectations turns each decimal of a result into a float by trial, which takes longer than all else.
#: Where nothing was tested and anything may be true, there is nothing to expect.
_JUDGED = """
    select subject, n, failed, lower::float8 as lower, upper::float8 as upper,
        threshold::float8 as threshold, fails_below::float8 as fails_below
    from ({}) as measurements
    where kpi_id = '{}' and (n > 0 or upper < 1)
"""


@dataclass(frozen=True)
class Measurement:
    """What dbt counted of one KPI, node and dimension; shares from 0 to 1, bounds one-sided at 95 %.

    `rows_by_amount`: how many rows were tested where their amounts weigh; n is then what these are worth.
    """

    subject: str
    kpi_id: str
    node_kind: str
    node_id: str
    dimension: str
    n: int
    failed: int
    estimate: Decimal | None
    lower: Decimal
    upper: Decimal
    threshold: Decimal
    fails_below: Decimal
    withholds: bool
    whose: str | None
    rows_by_amount: int | None
    facts: Mapping[str, Any] | None


def judge_kpis(connection: Connection, company: Company, as_of: date) -> dict[str, int]:
    """Replace the night's verdicts on "measurable" in ops.kpi_verdicts; how often each was given."""
    texts = YAML(typ="safe").load(EXPECTATIONS / "kpis.yml")
    with connection.cursor(row_factory=class_row(Measurement)) as cursor:
        measurements = cursor.execute(_QUERY).fetchall()
    below = set(_below(run_suites(company, "kpis", _suites(measurements, texts), len(measurements))))
    verdicts = [(measurement, verdict_of(measurement, below)) for measurement in measurements]
    keep_verdicts(connection, as_of, ["measurable"], (verdict_row(*judged, texts) for judged in verdicts))
    return dict(Counter(verdict for _, verdict in verdicts))


def _suites(measurements: Sequence[Measurement], texts: Mapping[str, Any]) -> list[Suite]:
    tested: dict[str, set[str]] = {}
    for measurement in measurements:
        tested.setdefault(measurement.kpi_id, set()).add(measurement.dimension)
    return [
        Suite(
            name=kpi_id,
            query=_JUDGED.format(_QUERY, kpi_id),
            expectations=tuple(_expectation(kpi_id, bound, sorted(dimensions), texts) for bound in _BOUNDS),
        )
        for kpi_id, dimensions in sorted(tested.items())
    ]


def _expectation(kpi_id: str, bound: str, dimensions: Sequence[str], texts: Mapping[str, Any]) -> Expectation:
    """One for all dimensions: their number costs Great Expectations far more time than that of the rows."""
    hints = (f"{dimension}: {texts['dimensions'][dimension]['fix_hint']['en']}" for dimension in dimensions)
    return Expectation(
        type="expect_column_pair_values_a_to_be_greater_than_b",
        kwargs={"column_A": bound, "column_B": _BOUNDS[bound].mark, "or_equal": True},
        severity=_BOUNDS[bound].severity,
        description=" ".join((texts["bounds"][bound], *hints)),
        meta={"kpi": kpi_id, "bound": bound},
    )


def _below(findings: Sequence[Finding]) -> Iterator[tuple[str, str, str]]:
    """KPI, bound and subject of every bound that lies below its mark."""
    for finding in findings:
        if finding.error is not None:
            raise RuntimeError(f"{finding.suite}: {finding.error}")
        meta = finding.expectation.meta
        for subject in finding.failing_subjects:
            yield meta["kpi"], meta["bound"], subject


def verdict_of(measurement: Measurement, below: set[tuple[str, str, str]]) -> Verdict:
    """What follows from the KPI, bound and subject of every bound that lies below its mark."""

    def is_below(bound: str) -> bool:
        return (measurement.kpi_id, bound, measurement.subject) in below

    if measurement.n == 0 and measurement.upper == 1:
        return "not enough data"
    if is_below("upper"):
        return "fail"
    if is_below("lower"):
        return "warn" if measurement.failed else "not enough data"
    return "pass"


def verdict_row(measurement: Measurement, verdict: Verdict, texts: Mapping[str, Any]) -> VerdictRow:
    """The verdict with its reason and what would mend it, in the words of expectations/kpis.yml."""
    dimension = texts["dimensions"][measurement.dimension]
    return VerdictRow(
        kpi_id=measurement.kpi_id,
        node_kind=measurement.node_kind,
        node_id=measurement.node_id,
        condition="measurable",
        dimension=measurement.dimension,
        estimate=measurement.estimate,
        lower=measurement.lower,
        upper=measurement.upper,
        n=measurement.n,
        threshold=measurement.threshold,
        test_version=texts["test_version"],
        # That too little is known of what withholds nothing leaves no number unproved.
        is_decisive=measurement.withholds or verdict != "not enough data",
        verdict=verdict,
        reason=_reason(measurement, verdict, texts),
        mend=Bilingual(**dimension["fix_hint"]) if verdict in ("warn", "fail") else None,
    )


def _reason(measurement: Measurement, verdict: Verdict, texts: Mapping[str, Any]) -> Bilingual:
    said = (texts["verdicts"] | texts["dimensions"][measurement.dimension])[verdict]
    values = {
        "n": measurement.n if measurement.rows_by_amount is None else measurement.rows_by_amount,
        "effective": measurement.n,
        "failed": measurement.failed,
        "whose": measurement.whose,
        "threshold": percent(measurement.threshold),
        "short": percent(1 - (measurement.estimate or Decimal(0))),
        **_told(measurement.facts or {}),
    }
    parts = [said] if measurement.rows_by_amount is None else [said, texts["by_amount"]]
    whole = {language: " ".join(part[language] for part in parts) for language in ("en", "ru")}
    return Bilingual(**whole).filled(values)


def _told(facts: Mapping[str, Any]) -> dict[str, str]:
    """Numbers in the unit that stands among them, as people read them; words as they are."""
    is_share = facts.get("unit") == "share"

    def words(fact: str | float | None) -> str:
        if isinstance(fact, str):
            return fact
        return percent(fact) if is_share and fact is not None else readable(fact)

    return {name: words(fact) for name, fact in facts.items()}
