"""One company, its larger CRM read from an export and from Odoo, comes to the same numbers."""

from collections.abc import Iterator

import pytest
from commands import Commands
from doubles.odoo.database import OdooDatabase
from doubles.odoo.server import OdooServer
from equality import CORE, NIGHTS, Refreshed, refreshed
from odoo_company import KEY, KEY_NAME, OdooCompany

from yardstick.extract.odoo_models import MODELS


@pytest.fixture(scope="module", params=[19])
def nights(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, commands: Commands
) -> Iterator[list[Refreshed]]:
    """Both nights of both companies."""
    database = OdooDatabase(request.param)
    with OdooServer(database) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_NAME, KEY)
        company = OdooCompany(tmp_path_factory.mktemp("odoo"), server.address, database)
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


def test_status_says_what_was_asked_and_what_odoo_cannot_give(nights: list[Refreshed]) -> None:
    assert "crm cannot give: deal_splits, surveys, targets, people.region, deals.product_id" in " ".join(
        nights[-1].status.split()
    )
    assert "calls" in nights[-1].status


def test_the_second_night_asks_only_for_what_changed(nights: list[Refreshed]) -> None:
    assert nights[1].calls <= 6 * len(MODELS) + 10
