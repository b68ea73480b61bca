"""`yardstick source test` against HubSpot's double; what it records, and that a replay lands the same."""

import io
from functools import partial
from pathlib import Path

import pytest
from crm_nights import company_of
from doubles.hubspot.account import HubspotAccount
from doubles.hubspot.server import HubspotServer
from hubspot_night import TOKEN, HubspotNights
from rich.console import Console

from yardstick.company import Company
from yardstick.extract.api_client import ApiClient
from yardstick.extract.hubspot_mask import HubspotMask
from yardstick.extract.recordings import ReplayTransport
from yardstick.source_commands.kinds import show_kinds
from yardstick.source_commands.sign_in import try_source


@pytest.fixture
def company(tmp_path: Path, hubspot_nights: HubspotNights, monkeypatch: pytest.MonkeyPatch) -> Company:
    """A company with this HubSpot; nobody waits for its pace."""
    patient = partial(ApiClient, sleep=hubspot_nights.sleep)
    monkeypatch.setattr("yardstick.source_commands.sign_in.ApiClient", patient)
    return company_of(hubspot_nights.source, tmp_path)


def said(company: Company, **options: Path) -> str:
    output = io.StringIO()
    chosen: dict[str, Path | None] = {"record": None, "replay": None, **options}
    try_source(
        company, "hubspot", Console(file=output, width=200), record=chosen["record"], replay=chosen["replay"]
    )
    return output.getvalue()


def test_it_says_which_app_signed_in_and_how_much_it_sees(company: Company, account: HubspotAccount) -> None:
    for n in range(1_200):
        account.create("deals", dealname=f"Deal {n}")
    account.archive("deals", min(account.records["deals"]))
    account.owner(42, "Anna")
    shown = said(company)
    assert "signed in to HubSpot account 12345678" in shown
    assert "as private app 901 of user 77" in shown
    counts = dict(line.split()[:2] for line in shown.splitlines() if len(line.split()) == 2)
    assert (counts["deals"], counts["owners"]) == ("1,199", "1")
    assert "Warning" not in shown
    assert TOKEN not in shown


def test_it_warns_of_every_scope_that_is_missing_and_of_what_then_cannot_land(
    company: Company, account: HubspotAccount
) -> None:
    account.apps[0].scopes -= {"crm.objects.leads.read", "sales-email-read", "crm.objects.owners.read"}
    shown = said(company)
    assert "lacks the scope crm.objects.owners.read" in shown
    assert "lacks the scope crm.objects.leads.read, without which nothing of leads can land" in shown
    assert "lacks the scope sales-email-read, without which nothing of activities can land" in shown


def test_the_older_scope_of_trade_contains_those_of_products_and_lines(
    company: Company, account: HubspotAccount
) -> None:
    account.apps[0].scopes -= {"crm.objects.products.read", "crm.objects.line_items.read"}
    account.apps[0].scopes.add("e-commerce")
    assert "Warning" not in said(company)


def test_a_recording_holds_no_token_and_nothing_that_people_wrote(
    company: Company, account: HubspotAccount, tmp_path: Path
) -> None:
    anna = account.owner(42, "Annabel", "Ahlers")
    number = account.create("deals", dealname="Lamps for Annabel", dealstage="qualified", amount="12.5")
    account.create("companies", name="Ahlers House", country="Germany", industry="RETAIL")
    account.pipeline("default", "Sales", [("qualified", "Qualified", 0.2, False)])
    account.split(number, (anna, "1.0"))
    said(company, record=tmp_path / "kept")
    kept = "".join(file.read_text() for file in sorted((tmp_path / "kept").iterdir()))
    for secret in (TOKEN, "Annabel", "Ahlers", "annabel@", "Lamps"):
        assert secret not in kept, secret
    for needed in ("Qualified", '"qualified"', "RETAIL", '"12.5"', "hs_deal_split_percentage"):
        assert needed in kept, needed


def test_a_replay_of_a_recording_lands_as_the_crm_itself_does(
    company: Company,
    account: HubspotAccount,
    hubspot: HubspotServer,
    hubspot_nights: HubspotNights,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    numbers = [
        account.create("deals", dealname="Lamps", amount=f"{n}.5", dealstage="new") for n in range(130)
    ]
    said(company, record=tmp_path / "kept")
    asked = len(hubspot.requests)

    def client() -> ApiClient:
        return ApiClient(
            hubspot.address,
            transport=ReplayTransport(tmp_path / "kept", HubspotMask()),
            sleep=hubspot_nights.sleep,
        )

    monkeypatch.setattr(hubspot_nights, "client", client)
    hubspot_nights.land(1)
    assert len(hubspot.requests) == asked
    landed = hubspot_nights.known("deals")
    assert [landed[number]["amount"] for number in numbers] == [f"{n}.5" for n in range(130)]
    assert len({record["dealname"] for record in landed.values()}) == 1
    assert landed[numbers[0]]["dealname"] != "Lamps"
    assert landed[numbers[0]]["dealstage_history"][0]["value"] == "new"


def test_the_kinds_name_what_hubspot_cannot_give() -> None:
    output = io.StringIO()
    show_kinds(Console(file=output, width=200))
    text = output.getvalue().partition("hubspot:")[2].partition("bitrix24:")[0]
    rows = {line.split()[0]: line for line in text.splitlines() if len(line.split()) > 1}
    assert "nothing" in rows["quotes"]
    assert "all but product_id" in rows["deals"]
    assert "kind" in rows["deals"]
    assert rows["activities"].split()[1] == "all"
