"""How often the person's share is misjudged, in normal tables of which it is known.

Each rate is asserted with its exact 95 % interval, which must hold the stated rate or lie on its better side.
Decision 0026 states them.
"""

from functools import cache

import numpy as np
import pytest
from control_worlds import carried
from rates import at_least, at_most, times

from yardstick.conditions.variance_components import Components, Table, components

CONFIDENCE = 0.95
#: What a person's share must be shown to reach.
WANTED = 0.05


@cache
def shares(
    people: int, months: int, share: float, number: int, *, tie: float = 0.0, is_ragged: bool = False
) -> list[Components]:
    """The components of so many normal tables; a ragged one lacks a quarter of its values and has weights."""
    random = np.random.default_rng([people, months, int(share * 100), int(tie * 100)])
    person, month = np.divmod(np.arange(people * months), months)
    found = []
    for _ in range(times(number)):
        weights = random.uniform(0.4, 1.6, (people, months)) if is_ragged else np.ones((people, months))
        values = carried(random, people, months, tie) / np.sqrt(weights)
        values += random.standard_normal(months)
        values += np.sqrt(share / (1 - share)) * random.standard_normal((people, 1))
        known = random.random(people * months) < (0.75 if is_ragged else 1)
        table = Table(
            values.ravel()[known],
            weights.ravel()[known],
            person[known],
            month[known],
            np.zeros((int(known.sum()), 0)),
        )
        of_table = components(table, CONFIDENCE)
        assert of_table is not None
        found.append(of_table)
    return found


class TestTheShareOfThePerson:
    """Of twelve months; a power is that of the F interval less what the guard against carry-over costs."""

    @pytest.mark.parametrize("people", [5, 8, 15])
    def test_is_shown_of_equal_people_in_at_most_one_case_in_a_hundred(self, people: int) -> None:
        at_most((of.person.lower >= WANTED for of in shares(people, 12, 0.0, 300)), 0.01)

    @pytest.mark.parametrize(
        ("people", "share", "stated"),
        [(5, 0.1, 0.14), (8, 0.1, 0.18), (15, 0.1, 0.25), (5, 0.3, 0.60), (8, 0.3, 0.77), (15, 0.3, 0.94)],
    )
    def test_is_shown_as_often_as_stated(self, people: int, share: float, stated: float) -> None:
        at_least((of.person.lower >= WANTED for of in shares(people, 12, share, 300)), stated)

    def test_of_eight_equal_people_is_below_nine_per_cent_in_95_of_100_cases(self) -> None:
        at_most((of.person.estimate > 0.09 for of in shares(8, 12, 0.0, 300)), 0.05)

    @pytest.mark.parametrize("is_ragged", [False, True])
    @pytest.mark.parametrize("share", [0.0, 0.2])
    def test_lies_above_its_lower_and_below_its_upper_bound_in_95_of_100_cases(
        self, share: float, is_ragged: bool
    ) -> None:
        found = shares(12, 24, share, 200, is_ragged=is_ragged)
        at_most((of.person.lower > share for of in found), 0.05)
        at_most((of.person.upper < share for of in found), 0.05)

    @pytest.mark.parametrize("people_and_months", [(8, 12), (15, 24)], ids=str)
    @pytest.mark.parametrize("tie", [0.2, 0.4, 0.6, 0.8, 0.9])
    def test_is_shown_of_equal_people_in_at_most_five_of_100_cases_whatever_carries_over(
        self, people_and_months: tuple[int, int], tie: float
    ) -> None:
        """Without the guard it is shown in 4 to 99 of 100 cases."""
        found = shares(*people_and_months, 0.0, 120, tie=tie)
        at_most((of.person.lower >= WANTED for of in found), 0.05)
