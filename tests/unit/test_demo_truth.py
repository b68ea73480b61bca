"""The truth beside the demo's files is what the files say: computed again from them with pandas."""

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from yardstick.demo import write_demo
from yardstick.paths import PROJECT

MOMENT, DAY = "%d.%m.%Y %H:%M", "%d.%m.%Y"
MONTH_ENDS = pd.date_range("2022-07-31", "2026-06-30", freq="ME")


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    for name in ("company.yml", "org.csv", "absences.csv"):
        shutil.copy(PROJECT / "company" / name, folder)
    return write_demo(folder).folder


@pytest.fixture(scope="module")
def truth(crm: Path) -> dict[str, Any]:
    return json.loads((crm / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def deals(crm: Path) -> pd.DataFrame:
    """Deals that can be read, once each; won and lost by the stage history alone."""
    deals = read(crm, "deals", {"Created": MOMENT, "Closed": DAY})
    deals["cents"] = deals["Amount"].str.replace("[ ,]", "", regex=True).astype("Int64")
    deals["created"] = deals["Created"].dt.normalize()
    return deals.merge(standing(crm), left_on="DealNo", right_index=True, how="left")


@pytest.fixture(scope="module")
def leads(crm: Path, deals: pd.DataFrame) -> pd.DataFrame:
    """Leads whose 90 days are over, with the day on which they are, and whether a deal came in time."""
    leads = read(crm, "leads", {"Assigned": MOMENT})
    came = deals.dropna(subset="SourceLead").set_index("SourceLead")["created"]
    leads["due"] = leads["Assigned"].dt.normalize() + pd.Timedelta(days=90)
    leads["converted"] = leads["LeadNo"].map(came) <= leads["due"]
    return leads[leads["due"] <= "2026-06-30"]


@pytest.fixture(scope="module")
def org() -> pd.DataFrame:
    org = pd.read_csv(PROJECT / "company" / "org.csv", dtype=str).query("kind == 'person'")
    owner_of = org.dropna(subset="crm_ids").set_index("node")["crm_ids"].str.removeprefix("crm:")
    return org.assign(owner=org["node"].map(owner_of))


def read(crm: Path, name: str, dates: dict[str, str]) -> pd.DataFrame:
    frame = pd.read_csv(crm / f"{name}.csv", sep=";", dtype=str).drop_duplicates()
    for column, date_format in dates.items():
        parsed = pd.to_datetime(frame[column], format=date_format, errors="coerce")
        frame = frame[parsed.notna() | frame[column].isna()].assign(**{column: parsed})
    return frame


def standing(crm: Path) -> pd.DataFrame:
    """For each deal: the stage in which it stands, and the day of the entry into it."""
    entries = read(crm, "stage_entries", {"ChangedAt": MOMENT}).sort_values(["Deal", "ChangedAt"])
    last = entries.groupby("Deal").last()
    return pd.DataFrame({"stands": last["Stage"], "since": last["ChangedAt"].dt.normalize()})


def team_on(org: pd.DataFrame, owner: Any, day: str) -> str | None:
    stays = org[(org["owner"] == owner) & (org["valid_from"] <= day)]
    stays = stays[stays["valid_to"].isna() | (stays["valid_to"] > day)]
    return None if stays.empty else str(stays["parent"].item())


def by_month(frame: pd.DataFrame, day: str, owner: str = "Owner") -> Any:
    return frame.groupby([frame[day].dt.strftime("%Y-%m"), frame[owner].fillna("")])


def of_truth(truth: dict[str, Any], figure: str) -> dict[tuple[str, str], Any]:
    """A figure by month and owner; the months of one who moved within the month are added up."""
    found: dict[tuple[str, str], Any] = {}
    for month in truth["months"]:
        key = (month["month"], month["owner_id"] or "")
        if month[figure]:
            found[key] = found[key] + month[figure] if key in found else month[figure]
    return found


def cents(amount: str) -> int:
    return int(amount.replace(".", ""))


def test_deals_won_by_seller_and_month(truth: dict[str, Any], deals: pd.DataFrame) -> None:
    won = deals[deals["stands"] == "Closed Won"]
    assert of_truth(truth, "won") == by_month(won, "since").size().to_dict()


def test_won_amount_by_seller_and_month(truth: dict[str, Any], deals: pd.DataFrame) -> None:
    won = deals[deals["stands"] == "Closed Won"]
    expected = by_month(won, "since")["cents"].sum()
    told: dict[tuple[str, str], int] = {}
    for month in truth["months"]:
        key = (month["month"], month["owner_id"] or "")
        told[key] = told.get(key, 0) + cents(month["won_amount"])
    assert {key: amount for key, amount in told.items() if amount} == expected[expected > 0].to_dict()


def test_won_deals_without_amount_by_seller_and_month(truth: dict[str, Any], deals: pd.DataFrame) -> None:
    lacking = deals[(deals["stands"] == "Closed Won") & deals["cents"].isna()]
    assert of_truth(truth, "won_without_amount") == by_month(lacking, "since").size().to_dict()


def test_deals_lost_by_seller_and_month(truth: dict[str, Any], deals: pd.DataFrame) -> None:
    lost = deals[deals["stands"] == "Closed Lost"]
    assert of_truth(truth, "lost") == by_month(lost, "since").size().to_dict()


def test_days_from_creation_to_the_win_by_seller_and_month(
    truth: dict[str, Any], deals: pd.DataFrame
) -> None:
    won = deals[deals["stands"] == "Closed Won"].copy()
    won["days"] = (won["since"] - won["created"]).dt.days
    expected = by_month(won, "since")["days"].apply(sorted).to_dict()
    assert {key: sorted(days) for key, days in of_truth(truth, "cycle_days").items()} == expected


def test_leads_whose_window_ended_by_seller_and_month(truth: dict[str, Any], leads: pd.DataFrame) -> None:
    assert of_truth(truth, "leads_due") == by_month(leads, "due").size().to_dict()
    converted = leads[leads["converted"]]
    assert of_truth(truth, "leads_converted") == by_month(converted, "due").size().to_dict()


def test_some_leads_convert_too_late_to_count(deals: pd.DataFrame, leads: pd.DataFrame) -> None:
    assert leads["LeadNo"].isin(deals["SourceLead"]).sum() > leads["converted"].sum()


def test_closing_date_and_stage_history_agree(deals: pd.DataFrame) -> None:
    closed = deals[deals["Closed"].notna()]
    assert (closed["Closed"] == closed["since"]).all()
    assert (closed["Stage"] == closed["stands"]).all()
    assert deals.loc[deals["Closed"].isna(), "stands"].str.startswith("Closed").sum() == 0


def test_open_deals_and_their_amounts_at_each_month_end(truth: dict[str, Any], deals: pd.DataFrame) -> None:
    assert list(truth["open_deals"]) == [day.strftime("%Y-%m-%d") for day in MONTH_ENDS]
    for day in MONTH_ENDS:
        is_open = (deals["created"] <= day) & (deals["Closed"].isna() | (deals["Closed"] > day))
        expected = deals[is_open].set_index("DealNo")["cents"]
        told = truth["open_deals"][day.strftime("%Y-%m-%d")]
        assert {deal: None if amount is None else cents(amount) for deal, amount in told.items()} == {
            deal: None if pd.isna(amount) else amount for deal, amount in expected.items()
        }


def test_open_pipeline_by_seller_at_each_month_end(truth: dict[str, Any], deals: pd.DataFrame) -> None:
    for day in MONTH_ENDS:
        is_open = (deals["created"] <= day) & (deals["Closed"].isna() | (deals["Closed"] > day))
        expected = deals[is_open].groupby(deals["Owner"].fillna(""))["cents"].agg(["size", "sum"])
        told = {
            row["owner_id"] or "": [row["deals"], cents(row["amount"])]
            for row in truth["open_pipeline"]
            if row["day"] == day.strftime("%Y-%m-%d")
        }
        assert told == {owner: list(figures) for owner, figures in expected.T.to_dict("list").items()}


def test_won_deals_count_in_the_team_of_the_day(
    truth: dict[str, Any], deals: pd.DataFrame, org: pd.DataFrame
) -> None:
    won = deals[deals["stands"] == "Closed Won"]
    days = won["since"].dt.strftime("%Y-%m-%d")
    teams = [team_on(org, owner, day) or "" for owner, day in zip(won["Owner"], days, strict=True)]
    expected = won.groupby([days.str[:7], won["Owner"].fillna(""), pd.Series(teams, won.index)]).size()
    assert expected.to_dict() == {
        (month["month"], month["owner_id"] or "", month["team"] or ""): month["won"]
        for month in truth["months"]
        if month["won"]
    }


def test_a_seller_who_moves_within_a_month_has_that_month_in_two_teams(truth: dict[str, Any]) -> None:
    teams = {month["team"] for month in truth["months"] if month["person"] == "sarah-bennett"
             and month["month"] == "2026-05"}  # fmt: skip
    assert teams == {"leipzig", "berlin"}


def test_nobody_owns_anything_on_a_day_without_a_team(truth: dict[str, Any]) -> None:
    for row in [*truth["months"], *truth["open_pipeline"]]:
        assert (row["team"] is None) == (row["person"] is None)


def test_joiners_leavers_and_movers_are_those_of_org_csv(truth: dict[str, Any], org: pd.DataFrame) -> None:
    first, last = org.groupby("node")["valid_from"].min(), org.groupby("node").tail(1).set_index("node")
    joined = first[first > "2022-07-01"].to_dict()
    left = last["valid_to"].dropna().to_dict()
    assert {who["person"]: who["on"] for who in truth["joiners"]} == joined
    assert {who["person"]: who["on"] for who in truth["leavers"]} == left
    moved = org[org.duplicated("node")]
    assert [(who["person"], who["on"], who["to"]) for who in truth["movers"]] == list(
        moved[["node", "valid_from", "parent"]].itertuples(index=False, name=None)
    )
    assert (len(joined), len(left), len(moved)) == (10, 4, 5)


def test_people_of_the_truth_are_those_of_org_csv(truth: dict[str, Any], org: pd.DataFrame) -> None:
    assert {person["person"]: person["owner_id"] for person in truth["people"]} == dict(
        zip(org["node"], org["owner"], strict=True)
    )
