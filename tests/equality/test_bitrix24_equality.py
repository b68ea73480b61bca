"""One company, its larger CRM read from an export and from Bitrix24, comes to the same numbers."""

from collections.abc import Iterator

import pytest
from bitrix24_company import CODE, CODE_NAME, Bitrix24Company
from commands import Commands
from doubles.bitrix24.portal import Portal
from doubles.bitrix24.server import Bitrix24Server
from equality import CORE, NIGHTS, Refreshed, refreshed

from yardstick.extract.bitrix24_lists import LISTS


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory, commands: Commands) -> Iterator[list[Refreshed]]:
    """Both nights of both companies."""
    portal = Portal()
    with Bitrix24Server(portal) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv(CODE_NAME, f"{server.address}/rest/1/{CODE}/")
        company = Bitrix24Company(tmp_path_factory.mktemp("bitrix24"), server.address, portal)
        yield [refreshed(commands, company, server, night) for night in NIGHTS]


@pytest.mark.parametrize("number", range(len(NIGHTS)))
def test_both_are_published(nights: list[Refreshed], number: int) -> None:
    assert nights[number].exported.exit_code == 0, nights[number].exported.said
    assert nights[number].asked.exit_code == 0, nights[number].asked.said


@pytest.mark.parametrize("number", range(len(NIGHTS)))
@pytest.mark.parametrize("table", CORE)
def test_the_canonical_core_is_the_same(nights: list[Refreshed], number: int, table: str) -> None:
    assert len(nights[number].tables[table][1]) > 10
    assert nights[number].differences(table) == ([], [])


@pytest.mark.parametrize("number", range(len(NIGHTS)))
def test_the_scorecards_and_all_else_are_the_same(nights: list[Refreshed], number: int) -> None:
    assert nights[number].differing() == {}
    assert len(nights[number].tables["scorecards"][0]) > 1_000


def test_status_says_what_was_asked_and_what_bitrix24_cannot_give(nights: list[Refreshed]) -> None:
    said = " ".join(nights[-1].status.split())
    assert "crm cannot give: deal_splits, surveys, targets, accounts.country, deals.product_id" in said
    assert "calls" in nights[-1].status


def test_the_second_night_asks_only_for_what_changed(nights: list[Refreshed]) -> None:
    """Ids come 2,500 at once; lines of deals that changed or were won lately, those of 50 deals at once."""
    assert nights[1].calls <= 5 * len(LISTS) + 40
