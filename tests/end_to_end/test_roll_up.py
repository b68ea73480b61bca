"""What people achieve adds up, by the team that they were in on the day, to what the company reports."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from commands import Commands, Done
from conftest import MAVEN
from warehouse_reading import query

PERIOD_KINDS = ("week", "month", "quarter", "year")

#: KPI → over time, and its amount and period of a deal in kpi.fct_deals.
WON = (
    "select closed_on as starts_on, null::date as ends_on, {} as amount "
    "from kpi.fct_deals where stage_kind = 'won'"
)
FACTS = {
    "bookings": ("flow", WON.format("coalesce(amount_at_plan_rate, 0)")),
    "deals_won": ("flow", WON.format("1")),
    "open_pipeline": (
        "balance",
        "select created_on as starts_on, closed_on as ends_on, coalesce(amount_at_plan_rate, 0) as amount "
        "from kpi.fct_deals where (stage_kind = 'open' or closed_on is not null) "
        "and created_on < coalesce(closed_on, 'infinity')",
    ),
}


class RollUp:
    """One KPI of one company at each level, all amounts in cents."""

    def __init__(
        self, days: pd.DataFrame, cards: pd.DataFrame, facts: pd.DataFrame, as_of: str, over_time: str
    ) -> None:
        self.days, self.cards, self.facts = days, cards, facts
        self.as_of, self.is_balance = as_of, over_time == "balance"

    def prove(self, period_kind: str) -> int:
        """How many numbers were found to be equal; AssertionError where two differ, or nothing is there."""
        assert len(self.days) > 0, "no person achieved anything"
        assert len(self.facts) > 0, "there are no facts"
        cards = self.cards[self.cards["period_kind"] == period_kind]
        starts = sorted(cards["period_start"].unique())
        assert starts, f"there is no scorecard of a {period_kind}"
        proved = 0
        for level in ("person", "team", "region", "company"):
            of_level = cards[cards["node_kind"] == level]
            assert len(of_level) > 0, f"no {level} has a scorecard of a {period_kind}"
            sums = self._sums_of_people(f"{level}_id", starts)
            for node, start, reported in of_level[["node_id", "period_start", "cents"]].itertuples(
                index=False
            ):
                assert sums.get((node, start), 0) == reported, f"{level} {node}, {period_kind} of {start}"
                proved += 1
        for card in cards[cards["node_kind"] == "company"].itertuples():
            last = min(str(card.period_end), self.as_of)
            assert self._sum_of_facts(str(card.period_start), last) == card.cents
        return proved

    def _sums_of_people(self, node: str, starts: list[str]) -> dict[tuple[str, str], int]:
        """Node and first day of the period → the sum over its people, each in the team of the day."""
        periods = pd.Series(starts).searchsorted(self.days["day_on"], side="right") - 1
        assert (periods >= 0).all()
        sums = self.days.groupby([self.days[node], periods])["cents"].sum().unstack(fill_value=0)
        sums = sums.reindex(columns=range(len(starts)), fill_value=0)
        if self.is_balance:
            sums = sums.cumsum(axis=1)
        return {
            (str(name), start): int(cents)
            for name, by_period in zip(sums.index, sums.to_numpy(), strict=True)
            for start, cents in zip(starts, by_period, strict=True)
        }

    def _sum_of_facts(self, first: str, last: str) -> int:
        facts = self.facts
        if self.is_balance:
            is_counted = (facts["starts_on"] <= last) & ((facts["ends_on"] == "") | (facts["ends_on"] > last))
        else:
            is_counted = (facts["starts_on"] >= first) & (facts["starts_on"] <= last)
        return int(facts.loc[is_counted, "cents"].sum())


def roll_up(commands: Commands, folder: Path, as_of: str, kpi: str) -> RollUp:
    over_time, facts = FACTS[kpi]
    return RollUp(
        frame(
            commands,
            folder,
            "select person_id, team_id, region_id, company_id, day_on, numerator as amount "
            "from kpi.fct_kpi_days cross join (select node_id as company_id from kpi.dim_nodes "
            f"where node_kind = 'company') as company where kpi_id = '{kpi}' and numerator is not null",
        ),
        frame(
            commands,
            folder,
            "select node_kind, node_id, period_kind, period_start, period_end, numerator as amount "
            f"from kpi.scorecards where kpi_id = '{kpi}' and numerator is not null",
        ),
        frame(commands, folder, facts),
        as_of,
        over_time,
    )


def frame(commands: Commands, folder: Path, statement: str) -> pd.DataFrame:
    """The rows of a statement; days as ISO text, its amount in whole cents."""
    rows = pd.DataFrame(query(commands, folder, statement))
    cents = [Decimal(amount) * 100 for amount in rows.pop("amount")]
    assert all(amount == int(amount) for amount in cents)
    return rows.assign(cents=[int(amount) for amount in cents])


@pytest.fixture(scope="module")
def demo_roll_ups(commands: Commands, demo: Done, demo_company: Path) -> dict[str, RollUp]:
    assert demo.exit_code == 0, demo.said
    return {kpi: roll_up(commands, demo_company, "2026-06-30", kpi) for kpi in FACTS}


@pytest.fixture(scope="module")
def maven_roll_ups(commands: Commands, maven: Done) -> dict[str, RollUp]:
    assert maven.exit_code == 0, maven.said
    return {kpi: roll_up(commands, MAVEN, "2017-12-31", kpi) for kpi in ("bookings", "deals_won")}


@pytest.mark.parametrize("period_kind", PERIOD_KINDS)
@pytest.mark.parametrize("kpi", FACTS)
def test_in_the_demo_people_add_up_to_team_region_company_and_facts(
    demo_roll_ups: dict[str, RollUp], kpi: str, period_kind: str
) -> None:
    assert demo_roll_ups[kpi].prove(period_kind) > 4 * 50


@pytest.mark.parametrize("period_kind", PERIOD_KINDS)
@pytest.mark.parametrize("kpi", ["bookings", "deals_won"])
def test_in_maven_people_add_up_to_team_region_company_and_facts(
    maven_roll_ups: dict[str, RollUp], kpi: str, period_kind: str
) -> None:
    assert maven_roll_ups[kpi].prove(period_kind) >= 2 * 45


# ---- the proof fails where there is nothing to prove


def tiny(days: int = 1, cards: int = 4, facts: int = 1, cents: int = 100) -> RollUp:
    """Anna of team red won a deal of one euro in January; of each side so many rows."""
    period = {"period_kind": "month", "period_start": "2025-01-01", "period_end": "2025-01-31"}
    nodes = {"person": "anna", "team": "red", "region": "north", "company": "small"}
    return RollUp(
        pd.DataFrame(
            [{**{f"{kind}_id": node for kind, node in nodes.items()}, "day_on": "2025-01-09", "cents": 100}]
        ).head(days),
        pd.DataFrame(
            [{"node_kind": kind, "node_id": node, **period, "cents": cents} for kind, node in nodes.items()]
        ).head(cards),
        pd.DataFrame([{"starts_on": "2025-01-09", "ends_on": "", "cents": 100}]).head(facts),
        "2025-01-31",
        "flow",
    )


def test_the_proof_holds_for_one_deal() -> None:
    assert tiny().prove("month") == 4


@pytest.mark.parametrize(
    "nothing",
    [tiny(days=0), tiny(cards=0), tiny(cards=3), tiny(facts=0)],
    ids=["people", "scorecards", "the company's scorecard", "facts"],
)
def test_the_proof_fails_where_one_side_is_empty(nothing: RollUp) -> None:
    with pytest.raises(AssertionError):
        nothing.prove("month")


def test_the_proof_fails_where_a_cent_is_missing() -> None:
    with pytest.raises(AssertionError, match="person anna, month of 2025-01-01"):
        tiny(cents=99).prove("month")
