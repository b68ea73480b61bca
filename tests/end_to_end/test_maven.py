"""An export that none of us wrote, its scorecards against a second computation by pandas from its files."""

from collections.abc import Hashable, Iterator
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from commands import Commands, Done
from conftest import MAVEN
from warehouse_reading import Key, actuals, query

PERIOD_KINDS = {"month": "M", "quarter": "Q"}
LEVELS = {"person": "sales_agent", "team": "manager", "region": "regional_office", "company": "company"}
EXACT = ("bookings", "deals_won")
RATIOS = ("win_rate", "average_deal_size", "sales_cycle")


@pytest.fixture(scope="module")
def deals(maven_export: Path) -> pd.DataFrame:
    """Every deal of the export with its agent's manager, office and company; days as days."""
    pipeline = pd.read_csv(maven_export / "sales_pipeline.csv", parse_dates=["engage_date", "close_date"])
    teams = pd.read_csv(maven_export / "sales_teams.csv").assign(company="maven")
    return pipeline.merge(teams, on="sales_agent", how="left", validate="many_to_one")


@pytest.fixture(scope="module")
def computed(maven_export: Path, deals: pd.DataFrame) -> dict[Key, float | None]:
    """What each KPI comes to for everyone in every month and quarter, from the first deal on."""
    teams = pd.read_csv(maven_export / "sales_teams.csv").assign(company="maven")
    return {
        (kpi, level, node, period_kind, period.start_time.date().isoformat()): value
        for level, column in LEVELS.items()
        for period_kind, frequency in PERIOD_KINDS.items()
        for kpi, numbers in numbers_of(deals, column, frequency).items()
        for node in teams[column].unique()
        for period in pd.period_range("2016-10", "2017-12", freq=frequency)
        for value in [numbers.get((node, period), 0 if kpi in EXACT else None)]
    }


def numbers_of(deals: pd.DataFrame, node: str, frequency: str) -> dict[str, dict[Hashable, float]]:
    """Each KPI by node and period of closing."""
    closed = deals[deals["close_date"].notna()]
    closed = closed.assign(
        period=closed["close_date"].dt.to_period(frequency),
        is_won=closed["deal_stage"] == "Won",
        days=(closed["close_date"] - closed["engage_date"]).dt.days,
    )
    won = closed[closed["is_won"]].groupby([node, "period"])
    return {
        "bookings": won["close_value"].sum().astype(int).to_dict(),
        "deals_won": won.size().to_dict(),
        "win_rate": closed.groupby([node, "period"])["is_won"].mean().to_dict(),
        "average_deal_size": won["close_value"].mean().to_dict(),
        "sales_cycle": won["days"].median().to_dict(),
    }


@pytest.fixture(scope="module")
def published(commands: Commands, maven: Done) -> dict[Key, Decimal | None]:
    """The five KPIs as kpi.scorecards has them."""
    assert maven.exit_code == 0, maven.said
    shown = actuals(commands, MAVEN, list(PERIOD_KINDS))
    return {key: value for key, value in shown.items() if key[0] in (*EXACT, *RATIOS)}


def test_there_is_a_row_for_everyone_in_every_month_and_quarter(
    published: dict[Key, Decimal | None], computed: dict[Key, float | None]
) -> None:
    nodes, periods = 35 + 6 + 3 + 1, 15 + 5
    assert len(published) == 5 * nodes * periods
    assert set(published) == set(computed)


@pytest.mark.parametrize("kpi", EXACT)
def test_amounts_and_counts_equal_the_second_computation_exactly(
    published: dict[Key, Decimal | None], computed: dict[Key, float | None], kpi: str
) -> None:
    assert sum(value for key, value in computed.items() if key[0] == kpi and value) > 0
    assert {key: value for key, value in published.items() if key[0] == kpi} == {
        key: value for key, value in computed.items() if key[0] == kpi
    }


@pytest.mark.parametrize("kpi", RATIOS)
def test_ratios_and_medians_equal_the_second_computation(
    published: dict[Key, Decimal | None], computed: dict[Key, float | None], kpi: str
) -> None:
    compared = [(published[key], value) for key, value in computed.items() if key[0] == kpi]
    assert sum(value is not None for _, value in compared) > 400
    for shown, value in compared:
        if shown is None or value is None:
            assert shown == value
        else:
            assert float(shown) == pytest.approx(value, rel=1e-9, abs=1e-9)


def test_an_agent_without_a_deal_has_a_row_with_0_or_nothing(
    maven_export: Path, deals: pd.DataFrame, published: dict[Key, Decimal | None]
) -> None:
    agents = set(pd.read_csv(maven_export / "sales_teams.csv")["sales_agent"]) - set(deals["sales_agent"])
    assert len(agents) == 5
    for kpi in (*EXACT, *RATIOS):
        numbers = [value for key, value in published.items() if key[0] == kpi and key[2] in agents]
        assert len(numbers) == 5 * 20
        assert set(numbers) == {0 if kpi in EXACT else None}


def test_a_product_that_the_export_misspells_is_joined_to_its_own(commands: Commands, maven: Done) -> None:
    [row] = query(
        commands,
        MAVEN,
        "select count(*) as deals, count(*) filter (where stage_kind = 'won') as won "
        "from kpi.fct_deals join kpi.dim_products using (product_id) where product_name = 'GTX Pro'",
    )
    assert row == {"deals": "1480", "won": "729"}


def test_the_defects_of_the_export_stand_in_data_issues(commands: Commands, maven: Done) -> None:
    rows = query(
        commands,
        MAVEN,
        "select rule_id, count(*) as records from kpi.data_issues where record_kind = 'deal' group by 1",
    )
    records = {row["rule_id"]: int(row["records"]) for row in rows}
    del records["deal_suspected_duplicate"]  # may be real deals
    assert records == {"deal_without_account": 1425, "deal_without_created": 500, "open_without_amount": 2089}


def test_open_deals_without_amount_fail_completeness_and_withhold_the_pipeline(
    commands: Commands, maven: Done
) -> None:
    completeness, effect = query(
        commands,
        MAVEN,
        "select verdict, reason from kpi.kpi_verdicts where kpi_id = 'open_pipeline' "
        "and node_kind = 'company' and dimension in ('completeness', 'effect') order by dimension",
    )
    assert completeness["verdict"] == effect["verdict"] == "fail"
    assert completeness["reason"].startswith("2089 of 2")
    assert effect["reason"].startswith("2017-12: 0, but it may be anything from 0 to ")
    reasons = f"{completeness['reason']} {effect['reason']}"
    assert set(withheld(commands, "open_pipeline")) == {("", reasons)}


def test_what_no_source_gives_is_withheld_for_a_reason_of_its_own(commands: Commands, maven: Done) -> None:
    rows = set(withheld(commands, "lead_to_deal_conversion"))
    assert rows == {("", "No source gives leads, which this KPI needs.")}


def withheld(commands: Commands, kpi: str) -> Iterator[tuple[str, str]]:
    """The company's last month, quarter and year: number and reason."""
    rows = query(
        commands,
        MAVEN,
        f"select actual, withheld_reason from kpi.scorecards where status = 'withheld' and kpi_id = '{kpi}' "
        "and node_kind = 'company' and period_end = '2017-12-31' and period_kind <> 'week'",
    )
    assert len(rows) == 3
    return ((row["actual"], row["withheld_reason"]) for row in rows)
