"""The server's passwords lie in server.json and nowhere else."""

import json
from pathlib import Path

import pytest
from commands import Commands
from conftest import NightAgain, NightWatched


@pytest.fixture(scope="module")
def written(
    home: Path, commands: Commands, night_1_again: NightAgain, night_2: NightWatched
) -> dict[Path, bytes]:
    """All that commands have left below their home, and all that they have printed."""
    cluster = home / json.loads((home / "server.json").read_text())["cluster"]
    return {
        file: file.read_bytes()
        for file in home.rglob("*")
        if file.is_file() and not file.is_relative_to(cluster)
    }


def test_no_password_is_in_any_file_but_one(home: Path, written: dict[Path, bytes]) -> None:
    passwords = [
        password.encode() for password in json.loads((home / "server.json").read_text())["passwords"].values()
    ]
    assert [len(password) >= 32 for password in passwords] == [True] * 3
    told = {
        file.relative_to(home).as_posix()
        for file, content in written.items()
        if any(password in content for password in passwords)
    }
    assert told == {"server.json"}


@pytest.mark.parametrize(
    "pattern",
    [
        "server.log",
        "companies/*/logs/refresh-*.log",
        "companies/*/dbt/logs/dbt.log",
        "companies/*/dbt/target/manifest.json",
        "companies/*/dbt/target/partial_parse.msgpack",
        "companies/*/data_docs/*/index.html",
        "printed/*.stdout",
        "printed/*.stderr",
    ],
)
def test_what_a_password_might_have_got_into_was_looked_at(
    home: Path, written: dict[Path, bytes], pattern: str
) -> None:
    assert [file for file in written if file.relative_to(home).match(pattern)]


def test_server_json_is_for_its_owner_only(home: Path, written: dict[Path, bytes]) -> None:
    assert (home / "server.json").stat().st_mode & 0o077 == 0
