"""SIGKILL in the middle of a night, of the refresh and of PostgreSQL with it: nobody's morning is spoilt."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
import pytest
from commands import Commands, Running
from conftest import Night, NightWatched
from small_company import NIGHT_2, SmallCompany
from warehouse_reading import OF_THE_RUN, published, query, session, without

#: What a refresh is doing → a statement after which it waits in the middle of it.
MOMENTS = {
    # all that an export brought is in its table, and only the landing's own record is missing
    "landing": "lock table ops.landings in share mode",
    # a table is built and about to take the place of last night's
    "building": "lock table build.fct_deals in access share mode",
    # half of the tables are merged; readers may read on
    "publishing": "lock table kpi.scorecards in share mode",
}


@pytest.fixture(scope="module")
def company(small_elsewhere: SmallCompany, night_1_elsewhere: Night) -> SmallCompany:
    """The company after its first night, with what the second night will find."""
    assert night_1_elsewhere.done.exit_code == 0, night_1_elsewhere.done.said
    small_elsewhere.reach_april()
    return small_elsewhere


@pytest.mark.parametrize("server_too", [False, True], ids=["alone", "with PostgreSQL"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_refresh_that_is_killed_leaves_the_published_night_as_it_was(
    commands: Commands,
    company: SmallCompany,
    night_1_elsewhere: Night,
    other_home: Path,
    moment: str,
    server_too: bool,
) -> None:
    with held_up(commands, company, other_home, MOMENTS[moment]) as (refresh, blocker):
        assert reads_bookings(commands, company, other_home), "a reader waits"
        refresh.kill()
        if server_too:
            kill_server(blocker)

    assert reads_bookings(commands, company, other_home)
    assert published(other_home, company.folder) == night_1_elsewhere.tables


@pytest.fixture(scope="module")
def night_after_kills(commands: Commands, company: SmallCompany, other_home: Path) -> Night:
    """The second night, after the tests above have killed it time and again."""
    done = commands.refresh(company.folder, NIGHT_2, home=other_home)
    return Night(done, published(other_home, company.folder))


def test_the_next_run_ends_with_the_tables_of_a_run_that_was_never_killed(
    night_after_kills: Night, night_2: NightWatched
) -> None:
    assert night_after_kills.done.exit_code == 0, night_after_kills.done.said
    assert without(night_after_kills.tables, OF_THE_RUN) == without(night_2.tables, OF_THE_RUN)


def test_kpi_refreshes_tells_of_the_runs_that_were_killed(
    commands: Commands, company: SmallCompany, night_after_kills: Night, other_home: Path
) -> None:
    runs = query(
        commands,
        company.folder,
        "select distinct state, reason from kpi.refreshes where state <> 'published'",
        home=other_home,
    )
    assert runs == [{"state": "failed", "reason": "The process ended before the night did."}]


@contextmanager
def held_up(
    commands: Commands, company: SmallCompany, home: Path, statement: str
) -> Iterator[tuple[Running, psycopg.Connection]]:
    """A refresh that has come to a lock which a session took before it began."""
    # a killed server takes the session with it
    with (
        suppress(psycopg.OperationalError),
        session(home, company.folder) as blocker,
        blocker.transaction(),
    ):
        blocker.execute(statement)
        refresh = commands.start("refresh", "--company", company.folder, "--as-of", NIGHT_2, home=home)
        wait_until_it_waits(home, company, refresh, blocker.info.backend_pid)
        yield refresh, blocker


def wait_until_it_waits(home: Path, company: SmallCompany, refresh: Running, blocker: int) -> None:
    with session(home, company.folder) as watcher:
        waiting = "select from pg_stat_activity where %s = any(pg_blocking_pids(pid)) limit 1"
        while watcher.execute(waiting, [blocker]).rowcount == 0:
            refresh.check()
            time.sleep(0.02)


def reads_bookings(commands: Commands, company: SmallCompany, home: Path) -> bool:
    """Whether a reader gets an answer; it starts the server where that is down."""
    statement = "select actual from kpi.scorecards where kpi_id = 'bookings' and period_kind = 'year'"
    return len(query(commands, company.folder, statement, home)) > 0


def kill_server(connection: psycopg.Connection) -> None:
    """SIGKILL every process of the server that a session is on."""
    postmaster = psutil.Process(connection.info.backend_pid).parent()
    assert postmaster is not None
    processes = [postmaster, *postmaster.children(recursive=True)]
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes)
