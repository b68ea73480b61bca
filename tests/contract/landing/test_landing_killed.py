"""A landing that is killed leaves nothing, and the next one ends as if it had never been."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from landing_night import Export, export, known, land
from stopped_landing import changed_deals

from yardstick.company import CsvSource
from yardstick.landing.tables import ensure_landing_tables

GATE = 4711

# What a landing writes last waits here until the test lets it pass.
HOLD_BEFORE_COMMIT = f"""
create function public.wait_at_gate() returns trigger language plpgsql as
$$ begin perform pg_advisory_xact_lock({GATE}); return null; end $$;
create trigger gate after insert on ops.landings execute function public.wait_at_gate();
"""


@pytest.fixture
def before() -> Export:
    """What night 1 landed: two deals that change, and one that vanishes."""
    return export(("D0", 1), ("D1", 1), ("gone", 1))


def start_landing(address: str, *arguments: str) -> subprocess.Popen[str]:
    script = Path(__file__).parent / "stopped_landing.py"
    process = subprocess.Popen(
        [sys.executable, str(script), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    process.stdin.write(f"{address}\n")
    process.stdin.flush()
    return process


def wait_until(connection: psycopg.Connection, condition: str) -> None:
    deadline = time.monotonic() + 60
    while connection.execute(f"select {condition}").fetchone() != (True,):
        assert time.monotonic() < deadline, condition
        time.sleep(0.02)


def tables(connection: psycopg.Connection, source_name: str) -> list[Any]:
    """All that landed, but for the numbers of versions and the clock."""
    landed = (
        f"select id, source_modified_at, is_deleted, record, content_hash, as_of from raw_{source_name}.deals"
    )
    noted = (
        "select to_jsonb(landings) - 'landed_at' - 'source' from ops.landings "
        f"where source = '{source_name}' order by as_of"
    )
    rejected = f"select to_jsonb(rejects) - 'source' from ops.rejects where source = '{source_name}'"
    return [
        connection.execute(query).fetchall() for query in (f"{landed} order by version_id", noted, rejected)
    ]


def assert_the_rerun_ends_as_if_never_killed(connection: psycopg.Connection, source: CsvSource) -> None:
    assert known(connection, 2) == {"D0": 1, "D1": 1, "gone": 1}
    assert connection.execute("select count(*) from ops.landings").fetchone() == (1,)
    land(connection, changed_deals(), 2)

    other = source.model_copy(update={"name": "never_killed"})
    ensure_landing_tables(connection, [source, other])
    land(connection, export(("D0", 1), ("D1", 1), ("gone", 1)), 1, source_name="never_killed")
    land(connection, changed_deals(), 2, source_name="never_killed")
    assert tables(connection, "crm") == tables(connection, "never_killed")


def test_a_landing_killed_while_it_copies_leaves_nothing(
    address: str, connection: psycopg.Connection, source: CsvSource, before: Export
) -> None:
    land(connection, before, 1)
    landing = start_landing(address, "copying")
    assert landing.stdout is not None
    assert landing.stdout.readline() == "half\n"
    assert known(connection, 2) == {"D0": 1, "D1": 1, "gone": 1}
    landing.kill()
    landing.wait()
    assert_the_rerun_ends_as_if_never_killed(connection, source)


def test_a_landing_killed_between_its_last_insert_and_its_commit_leaves_nothing(
    address: str, connection: psycopg.Connection, source: CsvSource, before: Export
) -> None:
    land(connection, before, 1)
    connection.execute(HOLD_BEFORE_COMMIT)
    connection.execute("select pg_advisory_lock(%s)", [GATE])
    landing = start_landing(address)
    wait_until(connection, "exists (select from pg_locks where locktype = 'advisory' and not granted)")
    assert known(connection, 2) == {"D0": 1, "D1": 1, "gone": 1}
    landing.kill()
    landing.wait()
    connection.execute("select pg_advisory_unlock(%s)", [GATE])
    assert_the_rerun_ends_as_if_never_killed(connection, source)


def test_two_landings_of_an_entity_go_one_after_the_other(
    address: str, connection: psycopg.Connection, source: CsvSource, before: Export
) -> None:
    land(connection, before, 1)
    landing = start_landing(address, "copying")
    assert landing.stdout is not None
    assert landing.stdout.readline() == "half\n"
    connection.execute("set lock_timeout = '100ms'")
    with pytest.raises(psycopg.errors.LockNotAvailable):
        land(connection, before, 2)
    landing.kill()
    landing.wait()


def test_a_landing_inside_of_another_transaction_is_refused(connection: psycopg.Connection) -> None:
    with connection.transaction(), pytest.raises(RuntimeError, match="a transaction of its own"):
        land(connection, export(("A", 1)))
