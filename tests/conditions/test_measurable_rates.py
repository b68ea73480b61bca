"""How often completeness is misjudged, in simulated companies with a known dose of dirt.

What is stated follows from a threshold of 98 % and from bounds that are held by 95 % on either side: of
1,000 rows 12 may fail and the KPI passes, and with 28 it fails. Each rate is asserted with its exact
95 % interval, which must hold the stated rate or lie on its better side.
"""

import csv
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

import numpy as np
import psycopg
import pytest
from jinja2 import Environment, FileSystemLoader
from rates import at_least, at_most, times
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

from yardstick.gates.verdicts import Measurement, verdict_of
from yardstick.paths import DBT_PROJECT
from yardstick.server.embedded import Role, Server

ROWS, COMPANIES = 1000, 2000


@cache
def marks() -> tuple[Decimal, Decimal]:
    """What completeness must reach, and below what it fails, as shipped."""
    with (DBT_PROJECT / "seeds" / "measurable_thresholds.csv").open(encoding="utf-8") as file:
        (row,) = [row for row in csv.DictReader(file) if row["dimension"] == "completeness"]
    return Decimal(row["threshold"]), Decimal(row["fails_below"])


@pytest.fixture(scope="module")
def warehouse(server: Server) -> Iterator[psycopg.Connection]:
    with psycopg.connect(**server.login(Role.ADMIN, "postgres")) as connection:
        yield connection


def bounds(warehouse: psycopg.Connection, n: int, failed: list[int]) -> list[tuple[Decimal, Decimal]]:
    """The lower and upper bound of each share that passed, by the macro that all models use."""
    macros = Environment(loader=FileSystemLoader(DBT_PROJECT / "macros"), autoescape=False)
    bound = macros.get_template("wilson.sql").module.wilson_bound  # type: ignore[attr-defined]
    lower, upper = bound("(n - failed)", "n", "lower"), bound("(n - failed)", "n", "upper")
    statement = (
        f"select {lower}, {upper} from (select %s::bigint as n, failed "
        "from unnest(%s::bigint[]) with ordinality as drawn (failed, place) order by place) as companies"
    )
    return warehouse.execute(statement, [n, failed]).fetchall()  # type: ignore[arg-type]


def verdicts(warehouse: psycopg.Connection, dose: float, n: int = ROWS) -> list[str]:
    """What is said of companies of which each row lacks something with this chance."""
    failed = np.random.default_rng(round(dose * 1000)).binomial(n, dose, times(COMPANIES)).tolist()
    threshold, fails_below = marks()
    said = []
    for count, (lower, upper) in zip(failed, bounds(warehouse, n, failed), strict=True):
        measured = Measurement(
            subject="it", kpi_id="bookings", node_kind="company", node_id="demo", dimension="completeness",
            n=n, failed=count, estimate=None, lower=lower, upper=upper, threshold=threshold,
            fails_below=fails_below, withholds=True, whose=None, rows_by_amount=None, facts=None,
        )  # fmt: skip
        below = {("bookings", "upper", "it")} if upper < fails_below else set()
        below |= {("bookings", "lower", "it")} if lower < threshold else set()
        said.append(verdict_of(measured, below))
    return said


def test_the_bounds_are_wilsons(warehouse: psycopg.Connection) -> None:
    for failed in (0, 1, 12, 28, 500, 1000):
        ((lower, upper),) = bounds(warehouse, ROWS, [failed])
        stated = proportion_confint(ROWS - failed, ROWS, alpha=0.10, method="wilson")
        assert (float(lower), float(upper)) == pytest.approx(stated, abs=1e-12)


@pytest.mark.parametrize(
    ("dose", "passes", "fails"),
    [(0.002, 0.99, 0.0), (0.01, 0.79, 0.0), (0.02, 0.05, 0.05), (0.03, 0.0, 0.66), (0.05, 0.0, 0.99)],
)
def test_five_doses_of_dirt_are_judged_as_often_as_stated(
    warehouse: psycopg.Connection, dose: float, passes: float, fails: float
) -> None:
    said = verdicts(warehouse, dose)
    is_clean, is_dirty = dose < 0.02, dose > 0.02
    (at_least if is_clean else at_most)((verdict == "pass" for verdict in said), passes)
    (at_least if is_dirty else at_most)((verdict == "fail" for verdict in said), fails)


@pytest.mark.parametrize("dose", [0.002, 0.01, 0.02, 0.03, 0.05])
def test_the_rates_are_those_of_the_binomial_distribution(warehouse: psycopg.Connection, dose: float) -> None:
    """Twelve of 1,000 may fail, 28 are too many. Four standard errors are allowed."""
    said = verdicts(warehouse, dose)
    for verdict, chance in (("pass", binom.cdf(12, ROWS, dose)), ("fail", binom.sf(27, ROWS, dose))):
        error = 4 * np.sqrt(chance * (1 - chance) / len(said)) + 1 / len(said)
        assert said.count(verdict) / len(said) == pytest.approx(chance, abs=error)


@pytest.mark.parametrize(("n", "verdict"), [(132, "not enough data"), (133, "pass")])
def test_without_a_failure_133_rows_are_enough(warehouse: psycopg.Connection, n: int, verdict: str) -> None:
    assert set(verdicts(warehouse, 0.0, n)) == {verdict}
