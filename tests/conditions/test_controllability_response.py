"""The response to a person's own activity: the slope within people, and how sure it is."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from control_worlds import Array
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from yardstick.conditions.activity_response import Slope, slope_within_people

RANDOM = np.random.default_rng
CONFIDENCE = 0.95


def rows(
    people: int = 9, months: int = 14, *, slope: float = 0.5, gaps: float = 0.2, seed: int = 1
) -> pd.DataFrame:
    random = RANDOM(seed)
    activity = random.standard_normal((people, months)) + random.standard_normal((people, 1))
    value = (
        slope * activity + random.standard_normal((people, months)) + 3 * random.standard_normal((1, months))
    )
    value += 5 * random.standard_normal((people, 1))
    person, month = np.indices(value.shape)
    frame = pd.DataFrame(
        {
            "person": person.ravel(),
            "month": month.ravel(),
            "value": value.ravel(),
            "activity": activity.ravel(),
            "weight": random.uniform(0.5, 2, value.size),
        }
    )
    return frame[random.random(value.size) >= gaps].reset_index(drop=True)


def slope_of(frame: pd.DataFrame) -> Slope | None:
    columns = (frame[name].to_numpy() for name in ("value", "activity", "weight", "person", "month"))
    return slope_within_people(*columns, CONFIDENCE)


def by_dummies(frame: pd.DataFrame) -> float:
    model = smf.wls("value ~ activity + C(person) + C(month)", frame, weights=frame["weight"])
    return float(model.fit().params["activity"])


@pytest.mark.parametrize("seed", [1, 2])
def test_is_what_least_squares_find_beside_a_dummy_per_person_and_month(seed: int) -> None:
    frame = rows(seed=seed)
    found = slope_of(frame)
    assert found is not None
    assert found.estimate == pytest.approx(by_dummies(frame), abs=1e-7)


def test_is_as_sure_as_leaving_out_each_person_in_turn_makes_it() -> None:
    """Squared error: (people − 1) ÷ people of the squared changes of the slope, one person left out."""
    frame = rows()
    found = slope_of(frame)
    assert found is not None
    without = [by_dummies(frame[frame["person"] != person]) for person in range(9)]
    error = np.sqrt(8 / 9 * ((np.array(without) - by_dummies(frame)) ** 2).sum())
    margin = t.ppf(CONFIDENCE, 8) * error
    assert found.upper - found.estimate == pytest.approx(margin, rel=1e-5)
    assert found.estimate - found.lower == pytest.approx(margin, rel=1e-5)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_owes_nothing_to_what_moves_all_or_sets_people_apart(seed: int) -> None:
    frame = rows(seed=3)
    random = RANDOM(seed)

    def shifted(by: Array, of: str) -> "pd.Series[float]":
        return pd.Series(100 * by[frame[of]], frame.index)

    moved = frame.assign(
        value=frame["value"]
        + shifted(random.standard_normal(14), "month")
        + shifted(random.random(9), "person"),
        activity=frame["activity"] + shifted(random.standard_normal(14), "month"),
    )
    plain, found = slope_of(frame), slope_of(moved)
    assert plain is not None
    assert found is not None
    assert (found.estimate, found.lower) == pytest.approx((plain.estimate, plain.lower), abs=1e-6)


def test_of_what_only_one_person_did_differently_is_not_told() -> None:
    frame = rows()
    frame["activity"] = np.where(frame["person"] == 0, frame["activity"], 1.0)
    assert slope_of(frame) is None


def test_of_what_all_did_alike_is_not_told() -> None:
    frame = rows()
    assert slope_of(frame.assign(activity=1.0)) is None
    assert slope_of(frame.assign(activity=frame["month"] ** 2 + 7.0 * frame["person"])) is None


def test_stands_a_month_that_only_one_person_has() -> None:
    frame = rows(gaps=0)
    frame = frame[(frame["month"] < 13) | (frame["person"] == 0)].reset_index(drop=True)
    found = slope_of(frame)
    assert found is not None
    assert found.estimate == pytest.approx(by_dummies(frame), abs=1e-6)
    assert np.isfinite(found.lower)
