"""Every planted defect of the demo is really in its files, and in the ledger as the files have it."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from math import sqrt
from statistics import quantiles

import pandas as pd
import pytest

from yardstick.company.company import Company
from yardstick.demo import AS_OF, Demo, Ledger
from yardstick.demo.ledger import Deal

MOMENT, DAY = "%d.%m.%Y %H:%M", "%d.%m.%Y"
Files = dict[str, pd.DataFrame]
Planted = Callable[[str], list[str]]


def moments(column: pd.Series) -> pd.Series:
    return pd.to_datetime(column, format=MOMENT, errors="coerce")


def of_crm(ids: list[str]) -> list[str]:
    """Those of the larger CRM, as it writes them."""
    return [record.removeprefix("crm:") for record in ids if record.startswith("crm:")]


def test_doses(demo: Demo) -> None:
    doses = Counter(note["kind"] for note in demo.notes["planted"])
    assert doses.pop("product_alias") > 10
    assert doses == {
        "missing_owner": 46,
        "suspected_duplicate": 34,
        "missing_amount": 15,
        "unknown_owner": 6,
        "closed_before_created": 5,
        "missing_list_price": 5,
        "rejected_date": 4,
        "unallocated_payment": 4,
        "repeated_row": 3,
        "after_as_of": 2,
        "splits_over_one": 1,
    }


def test_deals_without_owner(ledger: Ledger, planted: Planted) -> None:
    assert {deal.id for deal in ledger.deals if deal.owner_id is None} == set(planted("missing_owner"))


def test_deals_of_an_owner_whom_nobody_knows(ledger: Ledger, files: Files, planted: Planted) -> None:
    strange = [deal for deal in ledger.deals if deal.owner is None and deal.owner_id is not None]
    assert {deal.id for deal in strange} == set(planted("unknown_owner"))
    assert not {deal.owner_id for deal in strange} & set(files["users"].index)


def test_deals_without_amount(ledger: Ledger, planted: Planted) -> None:
    lacking = [deal for deal in ledger.deals if deal.amount is None]
    assert {deal.id for deal in lacking} == set(planted("missing_amount"))
    assert Counter(deal.outcome for deal in lacking) == {"won": 14, None: 1}


def test_deals_closed_before_they_were_created(ledger: Ledger, planted: Planted) -> None:
    wrong = {deal.id for deal in ledger.deals if deal.closed_on and deal.closed_on < deal.created_on}
    assert wrong == set(planted("closed_before_created"))


def test_dates_after_the_as_of(ledger: Ledger, planted: Planted) -> None:
    late = [deal.id for deal in ledger.deals if deal.created_on > AS_OF]
    late += [activity.id for activity in ledger.activities if activity.happened_at.date() > AS_OF]
    assert sorted(late) == sorted(planted("after_as_of"))


def test_suspected_duplicates(demo: Demo, ledger: Ledger) -> None:
    notes = [note for note in demo.notes["planted"] if note["kind"] == "suspected_duplicate"]
    for note in notes:
        copy, original = (ledger.deal_of[f"{note['source']}:{note[which]}"] for which in ("id", "original"))
        same = ("owner", "account", "product", "amount", "stage", "closed_on", "created_on")
        assert [getattr(copy, field) for field in same] == [getattr(original, field) for field in same]
        assert copy.lead is None
        assert not {line.id for line in copy.lines} & {line.id for line in original.lines}


def test_dates_that_do_not_fit_the_format(files: Files, ledger: Ledger, planted: Planted) -> None:
    dates = {"deals": "Created", "leads": "Assigned", "activities": "Start"}
    misfits = [
        f"crm:{record}"
        for name, column in dates.items()
        for record in files[name].index[moments(files[name][column]).isna()]
    ]
    assert misfits == planted("rejected_date")
    told = {record.id for record in (*ledger.deals, *ledger.leads, *ledger.activities)}
    assert not told & set(misfits)


def test_a_product_spelled_differently(
    demo_company: Company, files: Files, ledger: Ledger, planted: Planted
) -> None:
    products, written = files["products"].index, files["deals"]["Product"]
    odd = planted("product_alias")
    assert set(written.index[~written.isin(products)]) == set(of_crm(odd))
    aliases = demo_company.source("crm").entities["deals"].aliases["product_id"]
    assert set(written.replace(aliases)) <= set(products)
    assert {ledger.deal_of[record].product for record in odd} == {"crm:NX-200"}


def test_rows_that_are_there_twice_word_for_word(files: Files, ledger: Ledger, planted: Planted) -> None:
    repeated = {
        name: frame.index[frame.index.duplicated()].to_list()
        for name, frame in files.items()
        if frame.index.has_duplicates
    }
    assert {f"crm:{record}" for ids in repeated.values() for record in ids} == set(planted("repeated_row"))
    for name, ids in repeated.items():
        for record in ids:
            assert len(files[name].loc[[record]].drop_duplicates()) == 1
    assert max(Counter(deal.id for deal in ledger.deals).values()) == 1


def test_shares_that_come_to_more_than_the_deal(ledger: Ledger, planted: Planted) -> None:
    over = [deal for deal in ledger.deals if sum(split.share for split in deal.splits) > 1]
    assert [split.id for deal in over for split in deal.splits if split.id in planted("splits_over_one")]
    assert len(over) == 1


def test_lines_without_list_price(ledger: Ledger, planted: Planted) -> None:
    lacking = {line.id for deal in ledger.deals for line in deal.lines if line.list_price is None}
    assert lacking == set(planted("missing_list_price"))


def test_payments_of_which_nobody_knows_what_they_pay(ledger: Ledger, planted: Planted) -> None:
    unknown = [payment for payment in ledger.payments if payment.invoice is None]
    assert {payment.id for payment in unknown} == set(planted("unallocated_payment"))
    assert {payment.deal for payment in unknown} == {None}


# What the dirt does to the last month: completeness with confidence (one-sided 95 % Wilson)


def upper_bound(good: int, rows: int) -> float:
    z, share = 1.645, good / rows
    centre, spread = share + z * z / (2 * rows), sqrt(share * (1 - share) / rows + (z / (2 * rows)) ** 2)
    return (centre + z * spread) / (1 + z * z / rows)


def completeness(ledger: Ledger, level: Callable[[Deal], str | None]) -> dict[str | None, float]:
    """The best that the completeness of June's won deals can be, by whatever level."""
    first = AS_OF.replace(day=1)
    june = [deal for deal in ledger.deals if deal.outcome == "won" and (deal.closed_on or first) >= first]
    rows, good = Counter(level(deal) for deal in june), Counter[str | None]()
    for deal in june:
        good[level(deal)] += deal.owner is not None and deal.amount is not None
    return {node: upper_bound(good[node], rows[node]) for node in rows}


@pytest.fixture(scope="module")
def team_of(ledger: Ledger) -> Callable[[Deal], str | None]:
    return lambda deal: ledger.team_on(deal.owner, deal.closed_on or AS_OF)


def test_the_company_its_regions_and_teams_stay_measurable(
    ledger: Ledger, team_of: Callable[[Deal], str | None]
) -> None:
    assert completeness(ledger, lambda _: "demo")["demo"] >= 0.98
    for level in (lambda deal: ledger.region_of.get(team_of(deal) or ""), team_of):
        bounds = completeness(ledger, level)
        assert bounds.pop(None) < 0.98  # deals that nobody owns
        assert min(bounds.values()) >= 0.98


def test_one_sellers_pipeline_is_not_measurable_on_the_last_day(ledger: Ledger) -> None:
    """A deal without an amount may have that of any but the largest twentieth."""
    still_open = [deal for deal in ledger.deals if deal.outcome is None and deal.created_on <= AS_OF]
    amounts = [deal.amount for deal in still_open if deal.amount is not None]
    most = quantiles(amounts, n=20, method="inclusive")[-1]
    (owner,) = (deal.owner for deal in still_open if deal.amount is None)
    of_owner = [deal.amount for deal in still_open if deal.owner == owner and deal.amount is not None]
    assert most > Decimal("0.05") * sum(of_owner)
    assert most < Decimal("0.02") * sum(amounts)
