"""`yardstick source test` against the double; what it records, and that a replay lands the same."""

import io
from pathlib import Path

import pytest
from crm_nights import company_of
from doubles.odoo.database import OdooDatabase
from doubles.odoo.server import OdooServer
from odoo_night import KEY, OdooNights
from rich.console import Console

from yardstick.company import Company
from yardstick.errors import UsageError
from yardstick.extract.api_client import ApiClient
from yardstick.extract.odoo_mask import OdooMask
from yardstick.extract.recordings import ReplayTransport
from yardstick.source_commands.sign_in import try_source

LEAD = "crm.lead"
ALL_LEADS = "sales_team.group_sale_salesman_all_leads"


@pytest.fixture
def company(tmp_path: Path, nights: OdooNights) -> Company:
    """A company with this Odoo."""
    return company_of(nights.source, tmp_path)


def said(company: Company, **options: Path) -> str:
    output = io.StringIO()
    chosen: dict[str, Path | None] = {"record": None, "replay": None, **options}
    try_source(
        company, "odoo", Console(file=output, width=200), record=chosen["record"], replay=chosen["replay"]
    )
    return output.getvalue()


def test_it_says_who_signed_in_and_how_much_is_seen(
    company: Company, database: OdooDatabase, version: int
) -> None:
    database.users[0].groups |= {ALL_LEADS, "account.group_account_readonly"}
    for n in range(1_200):
        database.create(LEAD, name=f"Deal {n}", type="opportunity", active=n % 2 == 0)
    shown = said(company)
    assert f"signed in to Odoo {version}" in shown
    assert f"bi@acme.example (user {database.users[0].id}) of database acme" in shown
    assert "crm.lead                    1,200" in shown
    assert "Warning" not in shown
    assert KEY not in shown


def test_it_warns_where_rights_hide_records(company: Company, database: OdooDatabase) -> None:
    user = database.users[0]
    user.groups = {"base.group_system"}
    user.rules = {LEAD: lambda row: row["user_id"] == user.id}
    for n in range(10):
        database.create(LEAD, name=f"Deal {n}", type="opportunity", user_id=user.id if n < 3 else None)
    shown = said(company)
    assert "crm.lead                    3" in shown
    assert (
        "“User: All Documents” (sales_team.group_sale_salesman_all_leads), and so sees only own leads"
        in shown
    )
    assert "may not read invoices and payments" in shown
    assert "changed its stage" not in shown


def test_a_source_that_is_not_there_is_answered_with_the_nearest(company: Company) -> None:
    with pytest.raises(UsageError, match=r"found no source 'odo'; expected one of odoo; did you mean 'odoo'"):
        try_source(company, "odo", Console(), record=None, replay=None)


def test_a_recording_holds_no_key_and_nothing_that_people_wrote(
    company: Company, database: OdooDatabase, tmp_path: Path
) -> None:
    partner = database.create("res.partner", name="Anna Ahlers", email="anna@home.example")
    database.create(
        LEAD, name="Lamps for Anna", type="lead", description="<p>call Anna</p>", partner_id=partner
    )
    database.create("crm.stage", name="Qualified", sequence=1)
    said(company, record=tmp_path / "kept")
    kept = "".join(file.read_text() for file in sorted((tmp_path / "kept").iterdir()))
    for secret in (KEY, "Anna", "anna@", "bi@acme", "acme.example", "Lamps"):
        assert secret not in kept, secret
    assert "Qualified" in kept


def test_a_replay_of_a_recording_lands_as_the_crm_itself_does(
    company: Company,
    database: OdooDatabase,
    odoo: OdooServer,
    nights: OdooNights,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    numbers = [
        database.create(
            LEAD, name="Lamps", type="opportunity", expected_revenue=n + 0.5, date_deadline="2026-05-01"
        )
        for n in range(30)
    ]
    said(company, record=tmp_path / "kept")
    asked = len(odoo.requests)

    def client() -> ApiClient:
        return ApiClient(odoo.address, transport=ReplayTransport(tmp_path / "kept", OdooMask()))

    monkeypatch.setattr(nights, "client", client)
    nights.land(1)
    assert len(odoo.requests) == asked
    landed = nights.known(LEAD)
    assert [landed[n]["expected_revenue"] for n in numbers] == [n + 0.5 for n in range(30)]
    assert len({record["name"] for record in landed.values()}) == 1
    assert landed[numbers[0]]["name"] != "Lamps"
    assert landed[numbers[0]]["date_deadline"] == "2026-05-01"


def test_a_folder_that_holds_something_is_not_recorded_into(company: Company, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "note").touch()
    with pytest.raises(UsageError, match="is not empty"):
        said(company, record=tmp_path / "kept")
