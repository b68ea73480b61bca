"""One company, its larger CRM read from an export and from HubSpot, comes to the same numbers."""

from collections.abc import Iterator

import pytest
from commands import Commands
from doubles.hubspot.account import HubspotAccount
from doubles.hubspot.demo import DOUBLED
from doubles.hubspot.server import HubspotServer
from equality import CORE, NIGHTS, Refreshed, refreshed
from hubspot_company import TOKEN, TOKEN_NAME, HubspotCompany

#: HubSpot gives no quotes, invoices and payments, but shares of deals.
HUBSPOT_CORE = (
    *(table for table in CORE if table not in {"fct_quotes", "fct_invoices", "fct_payments"}),
    "fct_deal_splits",
)


@pytest.fixture(scope="module")
def account() -> HubspotAccount:
    """The double."""
    return HubspotAccount()


@pytest.fixture(scope="module")
def nights(
    account: HubspotAccount, tmp_path_factory: pytest.TempPathFactory, commands: Commands
) -> Iterator[list[Refreshed]]:
    """Both nights of both companies."""
    with HubspotServer(account) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv(TOKEN_NAME, TOKEN)
        company = HubspotCompany(tmp_path_factory.mktemp("hubspot"), server.address, account)
        yield [refreshed(commands, company, server, night) for night in NIGHTS]


@pytest.mark.parametrize("number", range(len(NIGHTS)))
def test_both_are_published(nights: list[Refreshed], number: int) -> None:
    assert nights[number].exported.exit_code == 0, nights[number].exported.said
    assert nights[number].asked.exit_code == 0, nights[number].asked.said


@pytest.mark.parametrize("number", range(len(NIGHTS)))
@pytest.mark.parametrize("table", HUBSPOT_CORE)
def test_the_canonical_core_is_the_same(nights: list[Refreshed], number: int, table: str) -> None:
    assert len(nights[number].tables[table][1]) > 10
    assert nights[number].differences(table) == ([], [])


@pytest.mark.parametrize("number", range(len(NIGHTS)))
def test_the_scorecards_and_all_else_are_the_same(nights: list[Refreshed], number: int) -> None:
    assert nights[number].differing() == {}
    assert len(nights[number].tables["scorecards"][0]) > 1_000


def test_the_second_night_asked_only_for_what_changed_though_some_of_it_failed(
    nights: list[Refreshed],
) -> None:
    assert nights[1].calls < nights[0].calls * 0.6


def test_the_second_night_knew_of_merged_and_deleted_records(
    nights: list[Refreshed], account: HubspotAccount
) -> None:
    assert nights
    for kind in ("deals", "companies"):
        assert len(account.merged[kind]) == DOUBLED
        assert sum(record.archived for record in account.records[kind].values()) >= DOUBLED


def test_status_says_what_was_asked_and_what_hubspot_cannot_give(nights: list[Refreshed]) -> None:
    said = " ".join(nights[-1].status.split())
    assert (
        "crm cannot give: quotes, invoices, payments, surveys, targets, people.region, deals.product_id"
        in said
    )
    assert "calls" in nights[-1].status
