"""What people achieved each month: the scale on which it compares, who compares, what was done before."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from control_worlds import Kpi, activities, person_months
from hypothesis import given, settings
from hypothesis import strategies as st

from yardstick.conditions.person_months import Measured, activity_before, panel
from yardstick.definitions.files import load_definitions

RANDOM = np.random.default_rng


def scaled(kpi: Measured, months: pd.DataFrame) -> list[float]:
    return [float(value) for value in panel(kpi, months).rows["value"]]


class TestTheScale:
    def test_of_a_flow_is_per_working_day_over_the_typical_day(self) -> None:
        """10 a day is typical; 0 is 0; near the typical, 1 % more is 0.01 more."""
        months = person_months(
            np.array([[0.0, 100, 200, 202, 200]]), capacity=np.array([[20, 10, 20, 20, 20.0]])
        )
        found = scaled(Kpi(), months)
        assert found[0] == 0
        assert found[1] == found[2] == pytest.approx(np.sqrt(2) * np.log(1 + np.sqrt(2)))
        assert found[3] - found[2] == pytest.approx(0.01, abs=1e-4)

    def test_of_a_flow_weighs_a_month_by_its_working_days(self) -> None:
        months = person_months(np.ones((1, 2)), capacity=np.array([[5.0, 15.0]]))
        assert panel(Kpi(), months).rows["weight"].tolist() == [0.5, 1.5]

    def test_of_a_balance_is_by_the_days_that_the_person_usually_has(self) -> None:
        """A month's leave leaves the pipeline as it is; half-timers are compared by the half."""
        capacity = np.array([[20, 20, 5, 15.0], [7.5, 7.5, 7.5, 7.5]])
        months = person_months(np.array([[30.0] * 4, [15.0] * 4]), capacity=capacity)
        found = scaled(Kpi("sum", "balance"), months)
        assert found == pytest.approx([found[0]] * 8)

    def test_of_a_share_of_cases_is_over_the_mean_weighing_by_cases(self) -> None:
        """3 of 10 and 0 of 2 and 3 of 8: 6 of 20 is the mean, 0.3."""
        months = person_months(
            np.array([[3.0, 0, 3]]), np.array([[10.0, 2, 8]]), rows=np.array([[10.0, 2, 8]])
        )
        found = panel(Kpi("ratio"), months)
        assert found.rows["value"].tolist() == pytest.approx([1, 0, 1.25])
        assert found.rows["weight"].tolist() == pytest.approx([1.5, 0.3, 1.2])
        assert found.cases == pytest.approx(20 / 3)

    @pytest.mark.parametrize(
        ("numerator", "denominator"),
        [(-1.0, 2.0), (3.0, 2.0), (600.0, 2000.0)],
        ids=["NPS", "mean", "margin"],
    )
    def test_of_any_other_ratio_weighs_by_rows(self, numerator: float, denominator: float) -> None:
        months = person_months(
            np.array([[numerator, numerator]]), np.array([[denominator] * 2]), rows=np.array([[1.0, 3.0]])
        )
        found = panel(Kpi("ratio"), months)
        assert found.cases is None
        assert found.rows["weight"].tolist() == [0.5, 1.5]

    def test_of_a_formula_weighs_all_months_alike(self) -> None:
        assert (
            panel(Kpi("composite"), person_months(np.ones((1, 3)), rows=np.nan)).rows["weight"].tolist()
            == [1] * 3
        )

    def test_leaves_out_months_without_a_value_or_without_a_working_day(self) -> None:
        months = person_months(np.array([[1.0, 2.0, 3.0]]), capacity=np.array([[20, 0, 20.0]]))
        months.loc[2, "value"] = np.nan
        assert panel(Kpi(), months).rows["month"].tolist() == [2023 * 12]

    @given(
        unit=st.sampled_from([0.01, 90, 1e6]),
        kind=st.sampled_from([Kpi(), Kpi("median"), Kpi("sum", "balance")]),
    )
    @settings(max_examples=9, deadline=None)
    def test_is_the_same_in_any_currency(self, unit: float, kind: Kpi) -> None:
        months = person_months(100 * RANDOM(1).standard_normal((9, 14)))
        assert scaled(kind, months.assign(value=months["value"] * unit)) == pytest.approx(
            scaled(kind, months)
        )

    def test_takes_decimals_and_people_without_a_team(self) -> None:
        months = person_months(np.array([[1.0, 2.0]])).assign(team_id=None, region_id=None, denominator=None)
        months["value"] = [Decimal("1.50"), Decimal("2.00")]
        assert len(panel(Kpi(), months).rows) == 2

    def test_of_every_shipped_kpi_is_known(self) -> None:
        values = RANDOM(1).integers(1, 9, (9, 14)) * 1.0
        months = person_months(values, 2 * values)
        for definition in load_definitions().values():
            assert len(panel(definition, months).rows) == 9 * 14


class TestWhoCompares:
    def test_is_known_for_the_months_that_are_asked_for(self) -> None:
        values = np.ones((9, 14))
        values[0, 11:] = np.nan
        values[1, 12:] = np.nan
        assert panel(Kpi(), person_months(values)).people(12) == 8

    def test_is_one_less_for_each_region_but_one(self) -> None:
        assert panel(Kpi(), person_months(np.ones((9, 14)), regions=3)).people(12) == 7

    def test_of_nobody_is_nobody(self) -> None:
        assert panel(Kpi(), person_months(np.zeros((0, 0)))).people(12) == 0


class TestActivityBefore:
    def test_is_that_of_the_month_before_per_working_day(self) -> None:
        months = person_months(np.ones((1, 3)), capacity=np.array([[20.0, 10, 20]]))
        found = activity_before(months, activities(np.array([[60.0, 30, 90]])))
        assert found["month"].tolist() == [2023 * 12 + 1, 2023 * 12 + 2, 2023 * 12 + 3]
        first, second, third = found["activity"]
        assert first == second < third

    def test_is_none_where_nothing_is_recorded_once_anything_was(self) -> None:
        """Recording begins in February: January is not known, and March is a month without activity."""
        recorded = activities(np.array([[np.nan, 5, np.nan, 5]])).dropna()
        found = activity_before(person_months(np.ones((1, 4))), recorded)
        assert found["month"].tolist() == [2023 * 12 + 2, 2023 * 12 + 3, 2023 * 12 + 4]
        assert found["activity"].tolist()[1] == 0

    def test_of_a_month_in_which_the_person_was_not_there_is_not_known(self) -> None:
        months = person_months(np.array([[1.0, np.nan, 1.0]]))
        found = activity_before(months, activities(np.ones((1, 3))))
        assert found["month"].tolist() == [2023 * 12 + 1, 2023 * 12 + 3]
