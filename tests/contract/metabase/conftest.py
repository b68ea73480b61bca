"""A Metabase, a warehouse of two tables, and two dashboards to push from one to the other."""

import io
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from doubles.metabase.server import MetabaseServer
from pushing import Pusher
from small_boards import SmallBoards, furnish

from yardstick.server.embedded import Role, Server
from yardstick.warehouse import connect


@pytest.fixture(scope="session")
def company(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A company, as far as pushing needs one, its tables published."""
    settings = SimpleNamespace(id="nordlicht", name="Nordlicht", currency="EUR", languages=("en", "ru"))
    made = SimpleNamespace(folder=tmp_path_factory.mktemp("nordlicht"), settings=settings)
    with connect(made, Role.OWNER) as connection:
        furnish(connection)
    return made


@pytest.fixture
def boards(tmp_path: Path) -> SmallBoards:
    return SmallBoards(tmp_path / "dashboards")


@pytest.fixture
def version() -> tuple[int, int]:
    """Metabase's version; a test may parametrize it."""
    return (54, 2)


@pytest.fixture
def metabase(version: tuple[int, int]) -> Iterator[MetabaseServer]:
    """A Metabase that somebody set up."""
    with MetabaseServer(version) as served:
        yield served


@pytest.fixture
def pusher(
    company: Any, boards: SmallBoards, metabase: MetabaseServer, monkeypatch: pytest.MonkeyPatch
) -> Pusher:
    """Pushes with an administrator's key."""
    monkeypatch.setenv("METABASE_URL", metabase.address)
    monkeypatch.setenv("METABASE_API_KEY", metabase.administrator())
    return Pusher(company, boards, metabase, io.StringIO())
