"""The verdicts on "measurable": how what was counted is judged, and told in both languages."""

import csv
from dataclasses import replace
from decimal import Decimal

import pytest
from ruamel.yaml import YAML

from yardstick.gates.verdicts import Measurement, verdict_of, verdict_row
from yardstick.paths import DBT_PROJECT, EXPECTATIONS

TEXTS = YAML(typ="safe").load(EXPECTATIONS / "kpis.yml")
with (DBT_PROJECT / "seeds" / "measurable_thresholds.csv").open() as seed:
    DIMENSIONS = [row["dimension"] for row in csv.DictReader(seed)]

OF_80 = Measurement(
    subject="completeness person anna",
    kpi_id="bookings",
    node_kind="person",
    node_id="anna",
    dimension="completeness",
    n=80,
    failed=4,
    estimate=Decimal("0.95"),
    lower=Decimal("0.89"),
    upper=Decimal("0.978"),
    threshold=Decimal("0.98"),
    fails_below=Decimal("0.98"),
    withholds=True,
    whose="Anna 4",
    rows_by_amount=None,
    facts=None,
)
#: Every fact that a dimension which looks at the number itself may name.
FACTS = dict.fromkeys(
    (
        *("month", "actual", "lowest", "highest", "target", "without_amount", "without_date"),
        *("feed", "day", "said", "known", "from_day", "to_day", "ledger"),
    ),
    1.0,
)
LOWER, UPPER = (("bookings", bound, OF_80.subject) for bound in ("lower", "upper"))


def test_each_dimension_that_is_tested_has_its_words() -> None:
    assert sorted(TEXTS["dimensions"]) == sorted(DIMENSIONS)


@pytest.mark.parametrize("dimension", DIMENSIONS)
@pytest.mark.parametrize("verdict", ["pass", "warn", "fail", "not enough data"])
def test_every_verdict_can_be_told_in_both_languages(dimension: str, verdict: str) -> None:
    row = verdict_row(replace(OF_80, dimension=dimension, facts=FACTS), verdict, TEXTS)
    assert row.reason.en
    assert any("а" <= letter <= "я" for letter in row.reason.ru)
    assert (row.mend is not None) == (verdict in ("warn", "fail"))


def test_the_upper_bound_below_its_mark_fails_and_the_lower_one_warns() -> None:
    assert verdict_of(OF_80, {LOWER, UPPER}) == "fail"
    assert verdict_of(OF_80, {LOWER}) == "warn"
    assert verdict_of(replace(OF_80, failed=0), {LOWER}) == "not enough data"
    assert verdict_of(OF_80, set()) == "pass"


def test_where_nothing_was_tested_nothing_is_known() -> None:
    untested = replace(OF_80, n=0, failed=0, estimate=None, lower=Decimal(0), upper=Decimal(1))
    assert verdict_of(untested, set()) == "not enough data"


def test_a_share_of_the_amount_is_said_to_be_one() -> None:
    row = verdict_row(replace(OF_80, n=12, estimate=Decimal("0.7"), rows_by_amount=80), "fail", TEXTS)
    assert row.n == 12
    assert row.reason.en == (
        "4 of 80 rows lack a person, a date or a value: Anna 4. "
        "By amount they weigh more: 30\u00a0% of it, where all rows are worth 12 of equal size."
    )
    assert row.reason.ru == (
        "В 4 из 80 строк нет сотрудника, даты или значения: Anna 4. "
        "По сумме их доля больше: 30\u00a0%; все строки по весу равны 12 одинаковым."
    )


def test_too_little_data_of_what_withholds_nothing_does_not_decide() -> None:
    assert verdict_row(OF_80, "not enough data", TEXTS).is_decisive
    shown = replace(OF_80, dimension="timeliness", withholds=False)
    assert not verdict_row(shown, "not enough data", TEXTS).is_decisive
    assert verdict_row(shown, "fail", TEXTS).is_decisive


def test_a_reason_names_the_facts_of_its_dimension_in_the_unit_of_the_kpi() -> None:
    facts = FACTS | {"unit": "share", "month": "2026-06", "actual": 0.4, "lowest": 0.38, "highest": "∞"}
    facts |= {"target": None, "without_amount": "3", "without_date": "1"}
    wide = replace(OF_80, dimension="effect", estimate=Decimal("0.9"), facts=facts)

    assert verdict_row(wide, "fail", TEXTS).reason.en == (
        "2026-06: 40\u00a0%, but it may be anything from 38\u00a0% to ∞ (target: –), "
        "too wide a range to rely on: of 80 rows 3 have no amount and 1 no date (Anna 4)."
    )
    assert verdict_row(wide, "pass", TEXTS).reason.ru == (
        "Недостающие данные могут изменить показатель не более чем на 10\u00a0%."
    )
