"""The demo is a plausible company, with every planted defect really in its files."""

import json
import shutil
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from yardstick.company import check_company
from yardstick.company.company import Company
from yardstick.demo import write_demo
from yardstick.demo.world import AS_OF
from yardstick.paths import PROJECT

MOMENT, DAY = "%d.%m.%Y %H:%M", "%d.%m.%Y"
Files = dict[str, pd.DataFrame]
Planted = Callable[[str], dict[str, list[str]]]


@pytest.fixture(scope="module")
def company_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company folder as shipped, with its export."""
    folder = tmp_path_factory.mktemp("company")
    for file in (PROJECT / "company").iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    write_demo(folder)
    return folder


@pytest.fixture(scope="module")
def company(company_folder: Path) -> Company:
    return check_company(company_folder)


@pytest.fixture(scope="module")
def truth(company_folder: Path) -> dict[str, Any]:
    return json.loads((company_folder / "crm" / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def files(company_folder: Path) -> Files:
    """Each file as text, with the record's id as index."""
    exports = (company_folder / "crm").glob("*.csv")
    return {file.name: pd.read_csv(file, sep=";", dtype=str, index_col=0) for file in exports}


@pytest.fixture(scope="module")
def planted(truth: dict[str, Any]) -> Planted:
    """Ids of the records with a kind of defect, by file."""

    def of_kind(kind: str) -> dict[str, list[str]]:
        ids: dict[str, list[str]] = {}
        for note in truth["planted"]:
            if note["kind"] == kind:
                ids.setdefault(note["file"], []).append(note["id"])
        return ids

    return of_kind


def moments(column: pd.Series) -> pd.Series:
    return pd.to_datetime(column, format=MOMENT, errors="coerce")


# The company


def test_the_company_as_shipped_is_without_a_mistake(company: Company) -> None:
    assert company.settings.name == "Nordlicht Instruments"
    assert company.settings.as_of == AS_OF


def test_three_regions_six_teams_and_about_forty_sellers_at_the_end(company: Company) -> None:
    now = [edge for edge in company.org_edges if edge.valid_to is None or edge.valid_to > AS_OF]
    kinds = pd.Series([edge.kind for edge in now]).value_counts()
    assert kinds.to_dict() == {"person": 42, "team": 6, "region": 3}


def test_weights_of_the_goals_below_revenue_add_up_to_one(company: Company) -> None:
    children = [goal for goal in company.goals if goal.parent == "revenue_growth"]
    weights = [goal.weight for goal in children if goal.weight is not None]
    assert len(weights) == 6
    assert sum(weights) == 1


@pytest.mark.parametrize("kpi", ["bookings", "deals_won"])
def test_quarters_add_up_to_the_year_and_regions_cover_the_company(company: Company, kpi: str) -> None:
    latest = {
        (target.node, target.period): target.value
        for target in sorted(company.targets, key=lambda target: target.version)
        if target.kpi == kpi and target.level == "target"
    }
    year = latest["demo", "2026"]
    assert sum(latest["demo", f"2026-Q{quarter}"] for quarter in (1, 2, 3, 4)) == year
    assert 1 <= sum(latest[region, "2026"] for region in ("north", "central", "south")) / year <= 1.1


def test_the_first_half_of_2026_lands_close_to_its_targets(company: Company, truth: dict[str, Any]) -> None:
    half = [month for month in truth["months"] if "2026-01" <= month["month"] <= "2026-06"]
    planned = {
        kpi: sum(
            target.value
            for target in company.targets
            if (target.kpi, target.node) == (kpi, "demo") and target.period in ("2026-Q1", "2026-Q2")
        )
        for kpi in ("bookings", "deals_won")
    }
    booked = sum(float(month["won_amount"]) for month in half)
    assert 0.9 < booked / float(planned["bookings"]) < 1.1
    assert 0.9 < sum(month["won"] for month in half) / float(planned["deals_won"]) < 1.1


# The sales


def test_volumes(files: Files) -> None:
    assert 550 <= len(files["accounts.csv"]) <= 650
    assert 8 <= len(files["products.csv"]) <= 10
    assert 25_000 <= len(files["leads.csv"]) <= 30_000
    assert 10_000 <= len(files["deals.csv"]) <= 12_000
    assert 120_000 <= len(files["activities.csv"]) <= 150_000


def test_bookings_of_a_full_year_lie_between_25_and_40_million_and_grow(truth: dict[str, Any]) -> None:
    booked = {"2023": 0.0, "2024": 0.0, "2025": 0.0}
    for month in truth["months"]:
        if month["month"][:4] in booked:
            booked[month["month"][:4]] += float(month["won_amount"])
    assert 25e6 < booked["2023"] < booked["2024"] < booked["2025"] < 40e6


def test_steps_of_a_deal_follow_one_another(files: Files) -> None:
    entries = files["stage_entries.csv"].assign(at=lambda entry: moments(entry["ChangedAt"]))
    gaps = entries.groupby("Deal")["at"].diff().dropna()
    assert (gaps > pd.Timedelta(0)).all()


def test_reversed_deals_were_won_reopened_and_lost(truth: dict[str, Any], files: Files) -> None:
    entries = files["stage_entries.csv"].groupby("Deal")["Stage"].apply(list)
    reversals = entries[entries.apply(lambda stages: "Closed Won" in stages and stages[-1] == "Closed Lost")]
    assert set(reversals.index) == set(truth["reversed_deals"])
    assert len(reversals) >= 20
    assert all(stages[-3:] == ["Closed Won", "Negotiation", "Closed Lost"] for stages in reversals)


def test_people_work_on_working_days_between_morning_and_evening(files: Files, planted: Planted) -> None:
    activities = files["activities.csv"].drop(planted("after_as_of")["activities.csv"])
    start = moments(activities["Start"]).dropna()
    assert (start.dt.day_of_week < 5).all()
    assert start.dt.hour.between(8, 20).all()
    assert not start.dt.strftime("%d.%m").isin(["01.01", "01.05", "03.10", "31.10", "25.12", "26.12"]).any()


def test_nobody_works_during_leave(company: Company, files: Files, planted: Planted) -> None:
    owner_of = {known.person: known.id for known in company.person_ids}
    activities = files["activities.csv"].drop(planted("after_as_of")["activities.csv"])
    worked = set(zip(activities["Owner"], activities["Start"].str[:10], strict=True))
    away = {
        (owner_of[absence.person], day.strftime(DAY))
        for absence in company.absences
        for day in pd.date_range(absence.first_day, absence.last_day)
    }
    assert len(away) > 1000
    assert not worked & away


def test_records_refer_to_records_that_are_there(files: Files) -> None:
    deals, leads, activities = files["deals.csv"], files["leads.csv"], files["activities.csv"]
    assert set(deals["Account"]) <= set(files["accounts.csv"].index)
    assert set(deals["SourceLead"].dropna()) <= set(leads.index)
    assert set(leads["ConvertedDeal"].dropna()) <= set(deals.index)
    assert set(activities["Deal"].dropna()) <= set(deals.index)
    assert set(activities["Lead"].dropna()) <= set(leads.index)
    assert set(files["stage_entries.csv"]["Deal"]) == set(deals.index)


# The dirt


def test_doses(truth: dict[str, Any]) -> None:
    doses = pd.Series([note["kind"] for note in truth["planted"]]).value_counts().to_dict()
    assert doses.pop("product_alias") > 10
    assert doses == {
        "missing_owner": 46,
        "suspected_duplicate": 34,
        "missing_amount": 14,
        "unknown_owner": 6,
        "closed_before_created": 5,
        "rejected_date": 4,
        "repeated_row": 3,
        "after_as_of": 2,
    }


def test_deals_without_owner(files: Files, planted: Planted) -> None:
    deals = files["deals.csv"]
    assert set(deals.index[deals["Owner"].isna()]) == set(planted("missing_owner")["deals.csv"])


def test_deals_of_an_owner_whom_nobody_knows(company: Company, files: Files, planted: Planted) -> None:
    known, deals = {known.id for known in company.person_ids}, files["deals.csv"]
    strange = deals[deals["Owner"].notna() & ~deals["Owner"].isin(known)]
    assert set(strange.index) == set(planted("unknown_owner")["deals.csv"])
    assert not set(strange["Owner"]) & set(files["users.csv"].index)


def test_won_deals_without_amount(files: Files, planted: Planted) -> None:
    lacking = files["deals.csv"].query("Amount.isna()")
    assert set(lacking.index) == set(planted("missing_amount")["deals.csv"])
    assert set(lacking["Stage"]) == {"Closed Won"}


def test_deals_closed_before_they_were_created(files: Files, planted: Planted) -> None:
    deals = files["deals.csv"]
    created, closed = moments(deals["Created"]), pd.to_datetime(deals["Closed"], format=DAY)
    assert set(deals.index[closed < created.dt.normalize()]) == set(
        planted("closed_before_created")["deals.csv"]
    )


def test_dates_after_the_as_of(files: Files, planted: Planted) -> None:
    after = planted("after_as_of")
    for file, column in (("deals.csv", "Created"), ("activities.csv", "Start")):
        late = moments(files[file][column]) >= pd.Timestamp(AS_OF) + pd.Timedelta(days=1)
        assert files[file].index[late].to_list() == after[file]
    assert files["deals.csv"].loc[after["deals.csv"], "Stage"].to_list() == ["Qualification"]


def test_suspected_duplicates(truth: dict[str, Any], files: Files) -> None:
    deals = files["deals.csv"]
    for note in (note for note in truth["planted"] if note["kind"] == "suspected_duplicate"):
        copy, original = deals.loc[note["id"]], deals.loc[note["original"]]
        for column in ("Owner", "Account", "Product", "Amount", "Stage", "Closed"):
            assert copy[column] == original[column] or (pd.isna(copy[column]) and pd.isna(original[column]))
        assert copy["Created"][:10] == original["Created"][:10]
        assert pd.isna(copy["SourceLead"])


def test_dates_that_do_not_fit_the_format(files: Files, planted: Planted) -> None:
    dates = {"deals.csv": "Created", "leads.csv": "Assigned", "activities.csv": "Start"}
    misfits = {
        file: files[file].index[moments(files[file][column]).isna()].to_list()
        for file, column in dates.items()
    }
    assert misfits == planted("rejected_date")


def test_a_product_spelled_differently(company: Company, files: Files, planted: Planted) -> None:
    products, written = files["products.csv"].index, files["deals.csv"]["Product"]
    assert set(written.index[~written.isin(products)]) == set(planted("product_alias")["deals.csv"])
    aliases = company.source("crm").entities["deals"].aliases["product_id"]
    assert set(written.replace(aliases)) == set(products)


def test_rows_that_are_there_twice_word_for_word(files: Files, planted: Planted) -> None:
    repeated = {
        name: frame.index[frame.index.duplicated()].to_list()
        for name, frame in files.items()
        if frame.index.has_duplicates
    }
    assert repeated == planted("repeated_row")
    for name, ids in repeated.items():
        for record in ids:
            assert len(files[name].loc[[record]].drop_duplicates()) == 1


# What the dirt does to the last month: completeness with confidence (one-sided 95 % Wilson)


def upper_bound(good: int, rows: int) -> float:
    z, share = 1.645, good / rows
    centre, spread = share + z * z / (2 * rows), sqrt(share * (1 - share) / rows + (z / (2 * rows)) ** 2)
    return (centre + z * spread) / (1 + z * z / rows)


def completeness(truth: dict[str, Any], level: Callable[[dict[str, Any]], Any]) -> dict[Any, float]:
    """The best that the completeness of June's won deals can be, by whatever level."""
    rows: dict[Any, list[int]] = {}
    for month in truth["months"]:
        if month["month"] == "2026-06" and month["won"]:
            counted = rows.setdefault(level(month), [0, 0])
            counted[0] += month["won"] - month["won_without_amount"] if month["person"] else 0
            counted[1] += month["won"]
    return {who: upper_bound(good, counted) for who, (good, counted) in rows.items()}


def test_the_company_its_regions_and_teams_stay_measurable(company: Company, truth: dict[str, Any]) -> None:
    region_of = {edge.node: edge.parent for edge in company.org_edges if edge.kind == "team"}
    assert completeness(truth, lambda month: "demo")["demo"] >= 0.98
    for level in (lambda month: region_of.get(month["team"]), lambda month: month["team"]):
        bounds = completeness(truth, level)
        assert bounds.pop(None) < 0.98  # deals that nobody owns
        assert min(bounds.values()) >= 0.98


def test_one_seller_is_not_measurable_in_the_last_month(truth: dict[str, Any]) -> None:
    bounds = completeness(truth, lambda month: month["person"])
    assert [who for who, bound in bounds.items() if who and bound < 0.98] == ["milica-petrovic"]
