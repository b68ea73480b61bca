"""What several tests share: a PostgreSQL server of their own, away from the developer's warehouse."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from yardstick.server import Role, Server, ensure_server, remove_server


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """YARDSTICK_HOME of the whole test run, for this process and every command it starts."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("yardstick_home")
        patch.setenv("YARDSTICK_HOME", str(folder))
        yield folder
        remove_server()


@pytest.fixture(scope="session")
def server(home: Path) -> Server:
    """The embedded server of the test run, started; its data need not survive a power cut."""
    started = ensure_server()
    with psycopg.connect(**started.login(Role.ADMIN, "postgres"), autocommit=True) as admin:
        admin.execute("alter system set fsync = off")
        admin.execute("select pg_reload_conf()")
    return started


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home, and so a server, for one test alone."""
    folder = tmp_path / "project" / ".yardstick"
    monkeypatch.setenv("YARDSTICK_HOME", str(folder))
    yield folder
    remove_server()
