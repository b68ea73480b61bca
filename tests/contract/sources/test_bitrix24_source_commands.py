"""`yardstick source test` against Bitrix24's double; what it records, and that a replay lands the same."""

import io
from functools import partial
from pathlib import Path

import pytest
from bitrix24_night import CODE, Bitrix24Nights
from crm_nights import company_of
from doubles.bitrix24.portal import Portal
from doubles.bitrix24.server import Bitrix24Server
from rich.console import Console

from yardstick.company import Company
from yardstick.extract.api_client import ApiClient
from yardstick.extract.bitrix24_lists import GIVEN
from yardstick.extract.bitrix24_mask import Bitrix24Mask
from yardstick.extract.recordings import ReplayTransport
from yardstick.source_commands.kinds import show_kinds
from yardstick.source_commands.sign_in import try_source

DEAL, ROWS = "crm_deal", "crm_deal_product_rows"


@pytest.fixture
def taken() -> list[str]:
    """The entities that the company takes."""
    return list(GIVEN)


@pytest.fixture
def company(
    tmp_path: Path, bitrix24_nights: Bitrix24Nights, monkeypatch: pytest.MonkeyPatch, taken: list[str]
) -> Company:
    """A company with this Bitrix24; nobody waits for its pace."""
    patient = partial(ApiClient, sleep=bitrix24_nights.sleep)
    monkeypatch.setattr("yardstick.source_commands.sign_in.ApiClient", patient)
    bitrix24_nights.settings = {"entities": taken}
    return company_of(bitrix24_nights.source, tmp_path)


def said(company: Company, **options: Path) -> str:
    output = io.StringIO()
    chosen: dict[str, Path | None] = {"record": None, "replay": None, **options}
    console = Console(file=output, width=200)
    try_source(company, "b24", console, record=chosen["record"], replay=chosen["replay"])
    return output.getvalue()


def funnel(portal: Portal, number: int, *, is_shown: bool = True) -> None:
    """A funnel with a stage; of one that a user may not read, only its stages are shown."""
    reference = "DEAL_STAGE" if number == 0 else f"DEAL_STAGE_{number}"
    portal.create("crm_status", ENTITY_ID=reference, STATUS_ID="NEW", NAME="New")
    if is_shown:
        portal.create("crm_deal_category", id=number, name=f"Funnel {number}", entityTypeId=2)


def test_it_says_whose_webhook_it_is_and_how_much_it_sees(company: Company, portal: Portal) -> None:
    portal.create("user", ID=1, NAME="Anna", LAST_NAME="Ahlers")
    funnel(portal, 0)
    for number in range(1_200):
        portal.create(DEAL, title=f"Deal {number}")
    shown = said(company)
    assert "a webhook of Anna Ahlers (user 1, an administrator)" in shown
    assert "with the rights crm, department, sale, telephony, user." in shown
    counts = dict(line.split()[:2] for line in shown.splitlines() if len(line.split()) == 2)
    assert (counts[DEAL], counts[ROWS], counts["crm_lead"], counts["user"]) == ("1,200", "1,200", "0", "1")
    assert "Warning" not in shown
    assert CODE not in shown


@pytest.mark.parametrize("taken", [["deals", "stage_entries"]])
def test_it_warns_where_rights_hide_records(company: Company, portal: Portal) -> None:
    portal.webhooks[0].is_administrator = False
    portal.webhooks[0].sees = {DEAL: lambda row: row["assignedById"] == 1}
    for number in range(10):
        portal.create(DEAL, title=f"Deal {number}", assignedById=number % 5)
    funnel(portal, 0)
    funnel(portal, 9, is_shown=False)
    shown = " ".join(said(company).split())
    assert "crm_deal 2" in shown
    assert "User 1 is no administrator, and so sees only what the CRM's roles let this user see" in shown
    assert "may not read the deals of funnels 9: they are missing." in shown


def test_a_recording_holds_no_webhook_and_nothing_that_people_wrote(
    company: Company, portal: Portal, tmp_path: Path
) -> None:
    portal.create("user", ID=1, NAME="Anna", LAST_NAME="Ahlers", EMAIL="anna@acme.example")
    portal.create(
        "crm_contact", name="Paul", lastName="Privat", phone="+49 30 9876543", email="p@home.example"
    )
    portal.create("crm_company", title="Paul's Lamps", industry="IT")
    portal.create("crm_status", ENTITY_ID="DEAL_STAGE", STATUS_ID="NEW", NAME="Qualified")
    for number in range(60):  # so that some come by a batch
        portal.create(
            DEAL,
            title="Lamps for Paul",
            comments="call Paul",
            stageId="NEW",
            UF_CRM_1="Paul's",
            opportunity=number,
        )
    portal.create("product_row", ownerType="D", ownerId=1, productName="Paul's lamp", quantity=3)
    portal.create("voximplant_statistic", PHONE_NUMBER="49309876543", CALL_DURATION=95)
    said(company, record=tmp_path / "kept")
    kept = "".join(file.read_text() for file in sorted((tmp_path / "kept").iterdir()))
    for secret in (CODE, "Anna", "Ahlers", "Paul", "Lamps", "lamp", "9876543", "@home", "@acme", "/rest/1/"):
        assert secret not in kept, secret
    for plain in ("Qualified", "NEW", '"CALL_DURATION": "95"', '"quantity": 3'):
        assert plain in kept, plain


def test_a_replay_of_a_recording_lands_as_the_crm_itself_does(
    company: Company,
    portal: Portal,
    bitrix24: Bitrix24Server,
    bitrix24_nights: Bitrix24Nights,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(120):
        portal.create(DEAL, title="Lamps", opportunity=number + 0.5)
        portal.create("product_row", ownerType="D", ownerId=number + 1, quantity=number)
    said(company, record=tmp_path / "kept")
    asked = len(bitrix24.requests)

    def client() -> ApiClient:
        transport = ReplayTransport(tmp_path / "kept", Bitrix24Mask())
        return ApiClient(bitrix24.address, transport=transport, sleep=lambda _: None)

    monkeypatch.setattr(bitrix24_nights, "client", client)
    bitrix24_nights.land(1)
    assert len(bitrix24.requests) == asked
    landed, lines = bitrix24_nights.known(DEAL), bitrix24_nights.known(ROWS)
    assert [landed[number + 1]["opportunity"] for number in range(120)] == [n + 0.5 for n in range(120)]
    assert [lines[number + 1]["rows"][0]["quantity"] for number in range(120)] == list(range(120))
    assert {record["title"] for record in landed.values()}.isdisjoint({"Lamps"})
    assert len({record["title"] for record in landed.values()}) == 1


def test_the_kinds_say_what_bitrix24_gives_and_what_not() -> None:
    output = io.StringIO()
    show_kinds(Console(file=output, width=200))
    said_of = output.getvalue().partition("bitrix24: ")[2]
    rows = {
        line.split()[0]: " ".join(line.split()[1:]) for line in said_of.splitlines() if len(line.split()) > 1
    }
    assert rows["deals"] == "all but product_id kind"
    assert rows["accounts"] == "all but country"
    assert rows["payments"].startswith("all but modified_at")
    assert [entity for entity, given in rows.items() if given == "nothing"] == [
        "deal_splits",
        "surveys",
        "targets",
    ]
