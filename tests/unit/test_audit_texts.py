"""How findings become verdicts with words."""

from typing import get_args

import pytest
from ruamel.yaml import YAML

from yardstick.audit.texts import Texts
from yardstick.conditions.finding import Finding
from yardstick.paths import EXPECTATIONS
from yardstick.verdict_rows import Condition

JUDGED = [name for name in get_args(Condition) if (EXPECTATIONS / f"{name}.yml").exists()]


def slow(verdict: str = "warn") -> Finding:
    values = {"seconds": "70.0", "share": "12 %"}
    return Finding("run_time", verdict, "run_time", n=14, estimate=70, threshold=60, values=values)  # type: ignore[arg-type]


def test_a_reason_is_filled_in_in_both_languages() -> None:
    row = Texts("easy").row("bookings", "company", "demo", slow())
    assert "70.0" in row.reason.en
    assert "70.0" in row.reason.ru
    assert (row.condition, row.dimension, row.n, row.estimate, row.threshold) == (
        "easy",
        "run_time",
        14,
        70,
        60,
    )


def test_only_what_warns_or_fails_is_to_be_mended() -> None:
    texts = Texts("easy")
    mends = {
        verdict: texts.row("bookings", "company", "demo", slow(verdict)).mend
        for verdict in ("pass", "warn", "fail", "not enough data")
    }
    assert {verdict for verdict, mend in mends.items() if mend is not None} == {"warn", "fail"}


def test_the_run_time_explains_and_the_score_decides() -> None:
    score = Finding("score", "pass", "nothing", n=7)
    texts = Texts("easy")
    assert not texts.row("bookings", "company", "demo", slow()).is_decisive
    assert texts.row("bookings", "company", "demo", score).is_decisive


@pytest.mark.parametrize("condition", JUDGED)
def test_every_condition_tells_its_version_and_what_decides(condition: str) -> None:
    texts = YAML(typ="safe").load(EXPECTATIONS / f"{condition}.yml")
    assert texts["test_version"] >= 1
    assert set(texts["decides"]) <= set(texts["mend"])
