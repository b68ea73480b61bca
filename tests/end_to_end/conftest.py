"""Companies that are refreshed once for all tests that look at them."""

import shutil
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from commands import PROJECT, Commands, Done
from small_company import NIGHT_1, NIGHT_2, SmallCompany
from warehouse_reading import Tables, published, row_versions, session

from yardstick.server.embedded import Role, remove_server

MAVEN = PROJECT / "tests" / "companies" / "maven"
MAVEN_EXPORT = MAVEN / "../../../../shared/data/maven_crm"
DEMO = PROJECT / "company"


@dataclass(frozen=True)
class Night:
    """A refresh of the small company: how it ended, and what was published then."""

    done: Done
    tables: Tables


@pytest.fixture(scope="session")
def other_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home that knows nothing of the other's companies, with a server that may be killed."""
    folder = tmp_path_factory.mktemp("other_home")
    yield folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YARDSTICK_HOME", str(folder))
        remove_server()


@pytest.fixture(scope="session")
def maven_export() -> Path:
    """The folder of the Maven export, which is no part of the project."""
    if not MAVEN_EXPORT.is_dir():
        pytest.skip(f"the Maven export is not there: {MAVEN_EXPORT.resolve()}")
    return MAVEN_EXPORT


@pytest.fixture(scope="session")
def maven_under_way(commands: Commands, maven_export: Path, in_the_background: Executor) -> "Future[Done]":
    """The refresh of Maven, by the installed executable."""
    return in_the_background.submit(commands.run, "refresh", "--company", MAVEN, "--as-of", "2017-12-31")


@pytest.fixture(scope="session")
def maven(maven_under_way: "Future[Done]") -> Done:
    """How the refresh of Maven ended."""
    return maven_under_way.result()


@pytest.fixture(scope="session")
def demo_company(tmp_path_factory: pytest.TempPathFactory, commands: Commands) -> Path:
    """The demo company in a folder of its own, with a CRM that was simulated just now."""
    folder = tmp_path_factory.mktemp("demo") / "company"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("crm", ".crm-*"))
    done = commands.run("demo", "--company", folder)
    assert done.exit_code == 0, done.said
    return folder


@pytest.fixture(scope="session")
def demo_under_way(commands: Commands, demo_company: Path, in_the_background: Executor) -> "Future[Done]":
    """The refresh of the demo company, by the installed executable."""
    return in_the_background.submit(commands.run, "refresh", "--company", demo_company)


@pytest.fixture(scope="session")
def demo(demo_under_way: "Future[Done]") -> Done:
    """How the refresh of the demo company ended."""
    return demo_under_way.result()


@pytest.fixture(scope="session")
def in_the_background(home: Path) -> Iterator[Executor]:
    """One refresh at a time beside the tests: a refresh hardly uses a second core."""
    with ThreadPoolExecutor(max_workers=1) as executor:
        yield executor
        executor.shutdown(cancel_futures=True)


@pytest.fixture(scope="session", autouse=True)
def long_refreshes_first(request: pytest.FixtureRequest) -> None:
    """Begin the long refreshes at once, where a test of this run is going to look at them."""
    wanted = {name for item in request.session.items for name in getattr(item, "fixturenames", ())}
    for name in ("demo_under_way", "maven_under_way"):
        if name in wanted and (name != "maven_under_way" or MAVEN_EXPORT.is_dir()):
            request.getfixturevalue(name)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallCompany:
    return SmallCompany(tmp_path_factory.mktemp("small") / "company")


@pytest.fixture(scope="session")
def night_1(commands: Commands, small: SmallCompany) -> Night:
    """The first night of the small company."""
    done = commands.refresh(small.folder, NIGHT_1)
    return Night(done, published(commands.home, small.folder))


@pytest.fixture(scope="session")
def small_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> SmallCompany:
    """The same company in another folder, for the other home."""
    return SmallCompany(tmp_path_factory.mktemp("elsewhere") / "company")


@pytest.fixture(scope="session")
def night_1_elsewhere(commands: Commands, small_elsewhere: SmallCompany, other_home: Path) -> Night:
    """The first night in the other home."""
    done = commands.refresh(small_elsewhere.folder, NIGHT_1, home=other_home)
    return Night(done, published(other_home, small_elsewhere.folder))


@dataclass(frozen=True)
class NightAgain(Night):
    """The same night once more; where its rows lay before and after; a rival that came meanwhile."""

    versions_before: Tables
    versions_after: Tables
    rival: Done
    rival_of: int


@pytest.fixture(scope="session")
def night_1_again(commands: Commands, small: SmallCompany, night_1: Night) -> NightAgain:
    before = row_versions(commands.home, small.folder)
    running = commands.start("refresh", "--company", small.folder, "--as-of", NIGHT_1)
    running.wait_for("begin: done")
    rival = commands.run("refresh", "--company", small.folder, "--as-of", NIGHT_1)
    done = running.end()
    return NightAgain(
        done,
        published(commands.home, small.folder),
        before,
        row_versions(commands.home, small.folder),
        rival,
        running.pid,
    )


BOOKINGS_OF_THE_COMPANY = """
    select to_char(period_start, 'YYYY-MM'), actual
    from kpi.scorecards
    where kpi_id = 'bookings' and node_kind = 'company' and period_kind = 'month'
    order by period_start
"""
Bookings = list[tuple[str, object]]


@dataclass(frozen=True)
class NightWatched(Night):
    """A night, and the bookings by month that a reader and an analyst saw of it."""

    before: Bookings
    by_a_transaction_begun_before: Bookings
    by_an_analysts_view: Bookings


@pytest.fixture(scope="session")
def night_2(commands: Commands, small: SmallCompany, night_1_again: NightAgain) -> NightWatched:
    """The second night, published while a reader is in a transaction that began before it."""
    with session(commands.home, small.folder, Role.ADMIN) as admin:
        admin.execute("create role ada")
        admin.execute("grant usage on schema kpi to ada")
        admin.execute("grant select on kpi.scorecards to ada")
        admin.execute("create schema sandbox_ada authorization ada")
        admin.execute("set role ada")
        admin.execute(f"create view sandbox_ada.months (month, bookings) as {BOOKINGS_OF_THE_COMPANY}")
    small.reach_april()
    with session(commands.home, small.folder, Role.READER) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with reader.transaction():
            before = reader.execute(BOOKINGS_OF_THE_COMPANY).fetchall()
            done = commands.refresh(small.folder, NIGHT_2)
            after = reader.execute(BOOKINGS_OF_THE_COMPANY).fetchall()
    with session(commands.home, small.folder, Role.ADMIN) as admin:
        admin.execute("set role ada")
        seen = admin.execute("select * from sandbox_ada.months").fetchall()
    return NightWatched(done, published(commands.home, small.folder), before, after, seen)
