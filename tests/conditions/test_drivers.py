"""Drivers: what is taken out of the months, how like two series are, and which verdict follows."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from driver_worlds import Array, World, panel_of
from hypothesis import given, settings
from hypothesis import strategies as st
from said import said
from scipy.stats import spearmanr
from shipped import THRESHOLDS
from statsmodels.stats.multitest import multipletests

from yardstick.company.goals import Goal
from yardstick.conditions import drivers
from yardstick.conditions.drivers import Edge
from yardstick.conditions.finding import Finding
from yardstick.conditions.goal_ties import judge_links
from yardstick.conditions.month_panels import Chance, Residuals, residuals
from yardstick.reading.strict import Bilingual

RANDOM = np.random.default_rng
judged = partial(drivers.judge_drivers, parameters=THRESHOLDS.tied.drivers)


def judge(child: Array, parent: Array, *, sign: int = 1, lag: int = 0) -> Finding:
    edge = Edge("calls", "sales", sign, lag)
    return judged(panel_of(calls=child, sales=parent), [edge])[edge]


def linked(months: int = 36, teams: int = 4, *, link: float = 0.8, lag: int = 0) -> tuple[Array, Array]:
    child, parent = World(1, months, teams, link=link, lag=lag).sides(RANDOM(7))
    return child[0], parent[0]


class TestWhatIsLeft:
    def test_is_what_least_squares_leave_of_level_trend_and_season(self) -> None:
        """Three teams, one of which came late, one of which has a gap; against statsmodels on dummies."""
        values = RANDOM(1).standard_normal((30, 3)) + np.arange(30)[:, None] % 12
        values[:9, 1] = np.nan
        values[12:15, 2] = np.nan
        found = residuals(values, 3, 12)
        known = np.isfinite(values)
        scaled = (values - np.nanmean(values, axis=0)) / np.nanstd(values, axis=0)
        months, teams = np.indices(values.shape)
        terms = [
            *(teams == team for team in range(3)),
            *((teams == team) * months for team in range(3)),
            *(((months + 3) % 12) == of_year for of_year in range(11)),
        ]
        design = np.stack([term[known] for term in terms], axis=1).astype(float)
        expected = np.full_like(values, np.nan)
        expected[known] = sm.OLS(scaled[known], design).fit().resid
        expected /= np.nanstd(expected, axis=0)
        assert not found.has_own_seasons
        np.testing.assert_allclose(found.panel, expected, atol=1e-9)

    def test_seasons_that_differ_are_taken_out_team_by_team(self) -> None:
        """One team's year runs against the other's: a season that both share would leave both years in."""
        year = np.sin(np.arange(48) / 12 * 2 * np.pi)
        noise = 0.1 * RANDOM(2).standard_normal((48, 2))
        found = residuals(np.stack([year, -year], axis=1) + noise, 0, 12)
        assert found.has_own_seasons
        yearly = found.panel.reshape(4, 12, 2).mean(axis=0)
        np.testing.assert_allclose(yearly, 0, atol=1e-9)

    def test_a_team_known_for_eleven_months_says_nothing(self) -> None:
        values = RANDOM(8).standard_normal((24, 2))
        values[11:, 1] = np.nan
        assert np.isnan(residuals(values, 0, 12).panel[:, 1]).all()
        values[11, 1] = 0.5
        found = residuals(values, 0, 12)
        assert not found.has_own_seasons
        assert np.isfinite(found.panel[:12, 1]).all()

    def test_a_team_known_for_less_than_two_years_has_no_season_of_its_own(self) -> None:
        year = np.sin(np.arange(48) / 12 * 2 * np.pi)
        values = np.stack([year, -year, year], axis=1) + 0.1 * RANDOM(2).standard_normal((48, 3))
        values[23:, 2] = np.nan
        found = residuals(values, 0, 12)
        assert found.has_own_seasons
        assert np.isfinite(found.panel).any(axis=0).tolist() == [True, True, False]
        values[23, 2] = 0.5
        assert np.isfinite(residuals(values, 0, 12).panel).any(axis=0).all()

    @pytest.mark.parametrize("never", [np.full(24, 5.0), np.arange(24.0)])
    def test_a_team_that_never_changes_but_by_its_trend_says_nothing(self, never: Array) -> None:
        values = np.stack([never, RANDOM(4).standard_normal(24)], axis=1)
        assert np.isnan(residuals(np.stack([never, never], axis=1), 0, 12).panel).all()
        assert np.isnan(residuals(values[:, :1], 0, 12).panel).all()


class TestChance:
    def test_draws_are_as_unlike_as_series_of_the_same_kind_are(self) -> None:
        """The correlations that are drawn spread as those of independent pairs do, whatever carries over."""
        for carries_over in (0.0, 0.6):
            child, parent = World(400, 36, 4, carries_over).sides(RANDOM(5))
            seen = []
            for pair in range(400):
                one, other = (residuals(side[pair], 0, 12).panel for side in (child, parent))
                seen.append((one * other).mean())
            drawn = []
            for pair in range(40):
                sides = [residuals(side[pair], 0, 12) for side in (child, parent)]
                one, other = (Chance(side).draw(200, RANDOM(pair)) for side in sides)
                products = np.sqrt((one**2).sum(axis=(0, 2)) * (other**2).sum(axis=(0, 2)))
                drawn.append(((one * other).sum(axis=(0, 2)) / products).std())
            assert np.mean(drawn) == pytest.approx(np.std(seen), rel=0.1)

    def test_draws_have_no_level_no_trend_and_no_season(self) -> None:
        like = residuals(RANDOM(6).standard_normal((36, 3)), 4, 12)
        shared = Chance(like).draw(5, RANDOM(1)).mean(axis=2)
        np.testing.assert_allclose(shared.mean(axis=0), 0, atol=1e-9)
        np.testing.assert_allclose(np.arange(36) @ shared, 0, atol=1e-8)
        np.testing.assert_allclose(shared.reshape(3, 12, 5).mean(axis=0), 0, atol=1e-9)

    def test_a_panel_of_nothing_but_zeros_draws_zeros(self) -> None:
        assert not Chance(Residuals(np.zeros((24, 2)), 0, has_own_seasons=False)).draw(3, RANDOM(1)).any()


class TestStrength:
    def test_is_spearmans_of_what_is_left(self) -> None:
        child, parent = linked(link=0.5)
        left = [residuals(side, 2021 * 12, 12).panel.ravel() for side in (child, parent)]
        assert judge(child, parent).estimate == pytest.approx(spearmanr(*left).statistic, abs=1e-6)

    def test_a_driver_felt_two_months_later_is_compared_two_months_later(self) -> None:
        child, parent = linked(lag=2)
        assert judge(child, parent, lag=2).estimate == pytest.approx(0.78, abs=0.05)
        assert abs(judge(child, parent, lag=1).estimate or 0) < 0.3

    def test_estimate_and_bounds_have_the_direction_of_the_sign(self) -> None:
        child, parent = linked()
        up, down = judge(child, parent), judge(child, parent, sign=-1)
        assert (down.estimate, down.lower, down.upper) == (
            -(up.estimate or 0),
            -(up.upper or 0),
            -(up.lower or 0),
        )
        assert -1 <= (up.lower or 0) < (up.estimate or 0) < (up.upper or 0) <= 1

    @settings(max_examples=20, deadline=None)
    @given(
        st.lists(st.floats(-3, 3), min_size=12, max_size=12),
        st.floats(-2, 2),
        st.floats(0.01, 1000),
        st.floats(-1e4, 1e4),
    )
    def test_season_trend_unit_and_level_do_not_matter(
        self, season: Sequence[float], trend: float, unit: float, level: float
    ) -> None:
        child, parent = linked(teams=1, link=0.5)
        months = np.arange(len(child))[:, None]
        shown = level + unit * (child + np.array(season)[months % 12] + trend * months)
        assert judge(shown, parent).estimate == pytest.approx(judge(child, parent).estimate, abs=1e-3)


class TestVerdict:
    def test_a_link_as_claimed_passes(self) -> None:
        finding = judge(*linked())
        assert (finding.verdict, finding.reason, finding.n) == ("pass", "driver_supported", 36)
        assert (finding.lower or 0) > 0 == finding.threshold

    def test_a_link_against_what_is_claimed_fails(self) -> None:
        finding = judge(*linked(), sign=-1)
        assert (finding.verdict, finding.reason) == ("fail", "driver_contradicted")
        assert (finding.upper or 0) < 0

    def test_series_that_owe_each_other_nothing_never_pass_nor_fail_here(self) -> None:
        child, parent = World(30, 48, 6).sides(RANDOM(11))
        kpis = {
            f"{kind}{pair}": side[pair] for kind, side in (("c", child), ("p", parent)) for pair in range(30)
        }
        edges = [Edge(f"c{pair}", f"p{pair}", 1, 0) for pair in range(30)]
        found = judged(panel_of(**kpis), edges).values()
        assert {finding.verdict for finding in found} == {"warn", "not enough data"}
        for finding in found:
            is_weak = (finding.upper or 0) < 0.2
            assert finding.verdict == ("warn" if is_weak else "not enough data")
            assert finding.reason == ("driver_weak" if is_weak else "driver_unproven")

    @pytest.mark.parametrize(("months", "lag", "n"), [(23, 0, 23), (24, 1, 23), (25, 2, 23)])
    def test_fewer_than_24_months_to_compare_are_not_enough(self, months: int, lag: int, n: int) -> None:
        finding = judge(*linked(months, lag=lag), lag=lag)
        assert (finding.verdict, finding.reason, finding.n) == ("not enough data", "driver_months", n)
        assert finding.estimate is None

    @pytest.mark.parametrize(("months", "lag"), [(24, 0), (25, 1), (27, 3)])
    def test_24_months_to_compare_are_enough(self, months: int, lag: int) -> None:
        finding = judge(*linked(months, lag=lag), lag=lag)
        assert (finding.reason, finding.n) == ("driver_supported", 24)

    def test_months_in_which_a_side_is_not_known_do_not_count(self) -> None:
        child, parent = linked(30)
        child[:4] = np.nan
        parent[-3:] = np.nan
        assert judge(child, parent).n == 23

    def test_a_kpi_without_months_is_not_enough(self) -> None:
        finding = judge(linked()[0], np.empty((0, 4)))
        assert (finding.reason, finding.n) == ("driver_months", 0)
        nothing = pd.DataFrame({"kpi_id": [], "team_id": [], "month": [], "value": []})
        edge = Edge("calls", "sales", 1, 40)
        assert judged(nothing, [edge])[edge].n == 0

    def test_false_discoveries_are_counted_over_all_edges(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Twenty links of chance drown one that alone would have been shown; against statsmodels."""
        p_values = [0.03, *np.linspace(0.1, 1, 20)]
        given_p = iter(p_values)
        link = drivers._Link(36, 0.4, 0.1, 0.6, 0)
        monkeypatch.setattr(drivers, "_link", lambda *_: drivers.replace(link, p_value=next(given_p)))
        child, parent = linked()
        edges = [Edge("calls", "sales", 1, lag) for lag in range(len(p_values))]
        found = judged(panel_of(calls=np.vstack([child] * 2), sales=np.vstack([parent] * 2)), edges)
        shown = multipletests(p_values, alpha=0.1, method="fdr_bh")[0]
        assert [finding.verdict == "pass" for finding in found.values()] == list(shown)
        assert not any(shown)
        given_p = iter(p_values[:1])
        assert judged(panel_of(calls=child, sales=parent), edges[:1])[edges[0]].verdict == "pass"


def test_the_order_of_the_rows_and_of_the_edges_does_not_matter() -> None:
    child, parent = linked(link=0.3)
    panel = panel_of(calls=child, sales=parent, leads=child + parent)
    edges = [Edge("calls", "sales", 1, 0), Edge("leads", "sales", -1, 1)]
    shuffled = panel.sample(frac=1, random_state=1)
    assert judged(panel, edges) == judged(shuffled, edges[::-1])


def test_numbers_of_the_warehouse_are_decimals_and_null() -> None:
    child, parent = linked()
    panel = panel_of(calls=child, sales=parent)
    decimals = [None if value > 1 else Decimal(str(round(value, 3))) for value in panel["value"]]
    edge = Edge("calls", "sales", 1, 0)
    found = judged(panel.assign(value=pd.Series(decimals, dtype=object)), [edge])[edge]
    assert found.verdict == "pass"


def test_a_driver_is_compared_with_the_kpi_of_the_goal_above() -> None:
    child, parent = linked()
    titles = {kpi: Bilingual(en=kpi.upper(), ru=kpi.upper()) for kpi in ("calls", "sales")}
    top = Goal("more", titles["sales"], "sales", "Anna")
    below = Goal("ring", titles["calls"], "calls", "Anna", "more", "driver", None, -1, 0)
    panel = panel_of(calls=child, sales=parent)
    [(subject, finding)] = judge_links([top, below], titles, panel, THRESHOLDS.tied)
    assert (subject, finding.verdict) == (("calls", None), "fail")
    assert "“SALES”" in said("tied", finding)
    assert "«SALES»" in said("tied", finding, "ru")
