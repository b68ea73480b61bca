"""How often drivers are misjudged, in simulated companies where it is known what drives what.

Stated: of drivers that drive nothing, the interval alone finds 5 % against what is claimed, and 5 % for it;
of all links that are shown, one in ten is due to chance. Each rate is asserted with its exact 95 % interval,
which must hold the stated rate or lie on its better side.
"""

from collections.abc import Iterable
from functools import cache

import numpy as np
import pytest
from driver_worlds import World, panel_of
from scipy.stats import binomtest
from shipped import THRESHOLDS

from yardstick.conditions.drivers import Edge, judge_drivers
from yardstick.conditions.finding import Finding

PARAMETERS = THRESHOLDS.tied.drivers.model_copy(update={"draws": 400})
#: Companies judged by themselves, each with so many drivers.
FAMILY = 20


@cache
def findings(world: World, *, sign: int = 1, seed: int = 1) -> list[list[Finding]]:
    """The findings of each company of the world. Of four teams or more, one came late."""
    child, parent = world.sides(np.random.default_rng(seed))
    if world.teams > 3:
        child[:, : world.months // 2 - 4, 0] = np.nan
    companies = []
    for first in range(0, world.pairs, FAMILY):
        pairs = range(first, min(world.pairs, first + FAMILY))
        kpis = {f"{name}{pair}": side[pair] for name, side in (("c", child), ("p", parent)) for pair in pairs}
        edges = [Edge(f"c{pair}", f"p{pair}", sign, world.lag) for pair in pairs]
        companies.append(list(judge_drivers(panel_of(**kpis), edges, PARAMETERS).values()))
    return companies


def at_most(hits: Iterable[bool], stated: float) -> None:
    seen = list(hits)
    interval = binomtest(sum(seen), len(seen)).proportion_ci(0.95)
    assert interval.low <= stated, f"{sum(seen)} of {len(seen)}"


def at_least(hits: Iterable[bool], stated: float) -> None:
    at_most((not hit for hit in hits), 1 - stated)


NO_LINK = [
    World(pairs=600, months=24, teams=1),
    World(pairs=600, months=24, teams=4, carries_over=0.4),
    World(pairs=600, months=25, teams=4, carries_over=0.6, lag=1),
    World(pairs=600, months=36, teams=6, carries_over=0.8),
    World(pairs=400, months=60, teams=8, carries_over=0.4, lag=3),
]


@pytest.mark.parametrize("world", NO_LINK, ids=str)
class TestWhereNothingDrives:
    def test_at_most_five_per_cent_are_contradicted_before_false_discoveries_are_counted(
        self, world: World
    ) -> None:
        at_most(((f.upper or 0) < 0 for company in findings(world) for f in company), 0.05)

    def test_at_most_five_per_cent_are_supported_before_false_discoveries_are_counted(
        self, world: World
    ) -> None:
        at_most(((f.lower or 0) > 0 for company in findings(world) for f in company), 0.05)

    def test_at_most_one_company_in_ten_is_told_of_any_link(self, world: World) -> None:
        told = ({f.verdict for f in company} & {"pass", "fail"} for company in findings(world))
        at_most(map(bool, told), 0.10)

    def test_fewer_are_contradicted_after_false_discoveries_are_counted(self, world: World) -> None:
        found = [f for company in findings(world) for f in company]
        contradicted = sum(f.verdict == "fail" for f in found)
        assert contradicted < sum((f.upper or 0) < 0 for f in found)
        assert contradicted <= 0.01 * len(found)


class TestWhereADriverDrives:
    """A correlation of 0.4 between what is left of the driver and of the goal."""

    world = World(pairs=300, months=36, teams=6, carries_over=0.3, link=0.4, lag=1)

    def test_nine_of_ten_are_supported_and_none_contradicted(self) -> None:
        found = [f for company in findings(self.world) for f in company]
        at_least((f.verdict == "pass" for f in found), 0.90)
        assert not any(f.verdict == "fail" for f in found)

    def test_nine_of_ten_with_the_opposite_sign_are_contradicted_and_none_supported(self) -> None:
        found = [f for company in findings(self.world, sign=-1) for f in company]
        at_least((f.verdict == "fail" for f in found), 0.90)
        assert not any(f.verdict == "pass" for f in found)

    def test_two_years_of_four_teams_show_a_correlation_of_one_half_in_most(self) -> None:
        world = World(pairs=300, months=24, teams=4, carries_over=0.3, link=0.5)
        at_least((f.verdict == "pass" for company in findings(world) for f in company), 0.75)

    @pytest.mark.parametrize("link", [0.2, 0.5])
    def test_the_interval_holds_the_correlation_nine_times_in_ten(self, link: float) -> None:
        """Spearman's of a normal pair of correlation r is 6 ÷ π × arcsin(r ÷ 2)."""
        world = World(pairs=400, months=48, teams=6, carries_over=0.3, link=link)
        true = 6 / np.pi * np.arcsin(link / 2)
        held = [(f.lower or 0) <= true <= (f.upper or 0) for company in findings(world) for f in company]
        at_least(held, 0.90)

    def test_a_driver_worth_having_is_called_weak_in_at_most_five_per_cent(self) -> None:
        world = World(pairs=400, months=48, teams=6, carries_over=0.3, link=0.21)
        at_most((f.reason == "driver_weak" for company in findings(world) for f in company), 0.05)


def test_where_half_of_the_drivers_drive_one_in_ten_of_those_shown_is_false() -> None:
    """The mean share, over companies, of drivers that drive nothing among those of which a link is shown."""
    shares = []
    for seed in range(25):
        shown = [finding.verdict in ("pass", "fail") for finding in half_of_whose_drivers_drive(seed)]
        shares.append(sum(shown[10:]) / max(1, sum(shown)))
    assert np.mean(shares) - 1.96 * np.std(shares) / np.sqrt(len(shares)) <= 0.10


def half_of_whose_drivers_drive(seed: int) -> list[Finding]:
    true = World(pairs=10, months=36, teams=6, carries_over=0.3, link=0.4)
    false = World(pairs=10, months=36, teams=6, carries_over=0.3)
    kpis = {}
    for name, world in (("t", true), ("f", false)):
        child, parent = world.sides(np.random.default_rng([seed, len(kpis)]))
        for pair in range(world.pairs):
            kpis |= {f"c{name}{pair}": child[pair], f"p{name}{pair}": parent[pair]}
    edges = [Edge(f"c{name}{pair}", f"p{name}{pair}", 1, 0) for name in "tf" for pair in range(10)]
    return list(judge_drivers(panel_of(**kpis), edges, PARAMETERS).values())
