"""What company.yml may say of a Bitrix24, and how it answers what it may not."""

from pathlib import Path

import pytest
from company_files import CompanyFiles

from yardstick.company import Bitrix24Source

BITRIX24 = """\
  - name: bitrix24
    kind: bitrix24
    url: https://acme.bitrix24.com
    webhook: {env: BITRIX24_WEBHOOK}
    entities: [people, deals, lines]
    fields: {deals: {kind: typeId}}
"""


@pytest.fixture
def files(tmp_path: Path) -> CompanyFiles:
    """A company with a CSV export and a Bitrix24."""
    made = CompanyFiles(tmp_path)
    made.append("company.yml", BITRIX24)
    return made


def test_a_bitrix24_is_read(files: CompanyFiles) -> None:
    source = files.load().source("bitrix24")
    assert isinstance(source, Bitrix24Source)
    assert source.webhook.env == "BITRIX24_WEBHOOK"
    landed = {landing.entity for landing in source.landings}
    assert landed >= {"user", "department", "crm_status", "crm_deal", "crm_deal_product_rows"}
    assert not landed & {"crm_lead", "crm_activity", "sale_payment", "crm_deal_stage_history"}


def test_what_may_be_empty_and_all_is_well_is_not_steady(files: CompanyFiles) -> None:
    landings = files.load().source("bitrix24").landings
    assert {landing.entity for landing in landings if landing.is_steady} == {
        "crm_deal",
        "crm_deal_product_rows",
    }


def test_what_it_gives_is_what_bitrix24_has_and_what_the_company_maps(files: CompanyFiles) -> None:
    given = set(files.load().source("bitrix24").given_fields())
    assert {("deals", "kind"), ("deals", "account_id"), ("people", "region")} <= given
    assert not {("deals", "product_id"), ("quotes", "id"), ("lines", "unit_cost")} & given
    files.replace("company.yml", "    fields: {deals: {kind: typeId}}\n", "")
    assert ("deals", "kind") not in set(files.load().source("bitrix24").given_fields())


@pytest.mark.parametrize(
    ("old", "new", "field", "found", "expected"),
    [
        (
            "{env: BITRIX24_WEBHOOK}",
            "https://acme.bitrix24.com/rest/1/abc/",
            "webhook",
            "'https://acme.bitrix24.com/rest/1/abc/'",
            "where the incoming webhook's address is, which is a secret: {env: NAME} or {connection: ID}",
        ),
        (
            "url: https://acme.bitrix24.com",
            "url: acme.bitrix24.com",
            "url",
            "'acme.bitrix24.com'",
            "a web address without user, password or query, such as https://acme.odoo.com",
        ),
        (
            "[people, deals, lines]",
            "[people, deal, lines]",
            "entities.2",
            "'deal'",
            "one of people, accounts, products, deals, stage_entries, leads, activities, quotes, lines, "
            "invoices, payments; did you mean 'deals'?",
        ),
        (
            "kind: typeId",
            "kind: Type of deal",
            "fields.deals.kind",
            "'Type of deal'",
            "typeId, or the code of a field of its own, such as UF_CRM_1700000000",
        ),
    ],
)
def test_a_wrong_value_is_answered_with_what_belongs_there(
    files: CompanyFiles, old: str, new: str, field: str, found: str, expected: str
) -> None:
    line = files.replace("company.yml", old, new)
    assert ("company.yml", line, f"sources.bitrix24.{field}", found, expected) in files.problems()
