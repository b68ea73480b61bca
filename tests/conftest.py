"""What several tests share: a PostgreSQL server of their own, away from the developer's warehouse."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from browsing import Browser
from commands import Commands
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from yardstick.server.embedded import Role, Server, ensure_server, remove_server

TESTS = Path(__file__).parent
#: Folders that take longest, the longest first.
LONGEST = ("end_to_end", "equality", "dbt")
#: What shares no company with the rest of its folder: each file of a folder, or one file.
APART = ("contract/", "equality/", "dbt/test_dbt_properties.py")

#: Started so, Chromium asks nothing of any server by itself.
_SILENT = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--lang=en-GB",
)


class FolderScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """A process takes a folder, whose tests share companies that took long to refresh, or a file apart."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.removeprefix("tests/").partition("::")[0]
        return file if file.startswith(APART) else file.partition("/")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FolderScheduling:
    """How pytest-xdist spreads the tests over its processes."""
    return FolderScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that the others are done beside it."""
    ranks = {folder: rank for rank, folder in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path.relative_to(TESTS).parts[0], len(ranks)))


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


@pytest.fixture(scope="session")
def commands(home: Path, server: Server) -> Commands:
    """The command line in the home of the test run."""
    return Commands(home)


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home, and so a server, for one test alone."""
    folder = tmp_path / "project" / ".yardstick"
    monkeypatch.setenv("YARDSTICK_HOME", str(folder))
    yield folder
    remove_server()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium and its driver, as Debian's packages chromium and chromium-driver bring them."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("no chromium or no chromedriver on the PATH: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (*_SILENT, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    started = webdriver.Chrome(options=options, service=Service(driver))
    yield Browser(started)
    started.quit()
