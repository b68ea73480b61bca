"""The demo's files: the same by seed, written once, as a whole or not at all."""

import csv
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from yardstick.demo import SEED, write_demo
from yardstick.demo.world import WORLD_FILES
from yardstick.errors import ConfigurationError, UsageError
from yardstick.paths import PROJECT

NAMES = [
    "users", "accounts", "products", "deals", "deal_splits", "stage_entries", "lines", "leads", "activities",
    "quotes", "invoices", "payments", "surveys",
]  # fmt: skip
#: The smaller CRM knows neither shared deals nor surveys.
ALPINE_NAMES = [name for name in NAMES if name not in ("deal_splits", "surveys")]
DEALS = 3


def copied(folder: Path) -> Path:
    for name in WORLD_FILES:
        shutil.copy(PROJECT / "company" / name, folder)
    return folder


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A company folder in which the demo can live, without an export yet."""
    return copied(tmp_path)


@pytest.fixture(scope="module")
def written_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copied(tmp_path_factory.mktemp("company"))
    write_demo(folder)
    return folder


@pytest.fixture
def exported(written_once: Path, tmp_path: Path) -> Path:
    """A company folder into which the demo was written."""
    return shutil.copytree(written_once, tmp_path, dirs_exist_ok=True)


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def count_rows(file: Path) -> int:
    with file.open(encoding="utf-8", newline="") as stream:
        return sum(1 for _ in csv.reader(stream, delimiter="," if file.parent.name == "alpine" else ";")) - 1


def test_it_reports_every_file_with_its_rows_within_twenty_seconds(company: Path) -> None:
    begin = time.perf_counter()
    written = write_demo(company)
    assert time.perf_counter() - begin < 20
    assert written.is_new
    assert written.seed == SEED
    assert [file.path.relative_to(company / "crm").as_posix() for file in written.files] == [
        *(f"{name}.csv" for name in NAMES),
        *(f"alpine/{name}.csv" for name in ALPINE_NAMES),
        "truth.json",
    ]
    for file in written.files[:-1]:
        assert file.rows == count_rows(file.path)


def test_the_same_seed_gives_the_same_bytes_in_another_process(company: Path, written_once: Path) -> None:
    program = "import sys, pathlib, yardstick.demo as d; d.write_demo(pathlib.Path(sys.argv[1]))"
    environment = {**os.environ, "PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", program, company], check=True, cwd=PROJECT, env=environment)
    assert contents(company / "crm") == contents(written_once / "crm")


def test_another_seed_gives_another_world(exported: Path) -> None:
    before = contents(exported / "crm")
    assert write_demo(exported, seed=SEED + 1).is_new
    assert contents(exported / "crm")["deals.csv"] != before["deals.csv"]


def test_what_is_there_already_is_not_written_again(exported: Path) -> None:
    touched = {path: path.stat().st_mtime_ns for path in (exported / "crm").rglob("*")}
    written = write_demo(exported)
    assert not written.is_new
    assert written.files[DEALS].rows == count_rows(exported / "crm" / "deals.csv")
    assert {path: path.stat().st_mtime_ns for path in (exported / "crm").rglob("*")} == touched


def test_an_edited_file_of_the_export_is_written_again(exported: Path) -> None:
    before = contents(exported / "crm")
    (exported / "crm" / "deals.csv").write_text("DealNo\n", encoding="utf-8")
    assert write_demo(exported).is_new
    assert contents(exported / "crm") == before


def test_who_is_added_to_org_csv_sells_in_the_demo(exported: Path) -> None:
    with (exported / "org.csv").open("a", encoding="utf-8") as org:
        org.write("zoe-adler,person,Zoe Adler,berlin,2024-01-01,,2024-01-01,1,crm:U2001\n")
    assert write_demo(exported).is_new
    assert ";U2001;" in (exported / "crm" / "deals.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("left_behind", [".crm-new", ".crm-old"])
def test_what_a_killed_run_left_unfinished_goes(company: Path, left_behind: str) -> None:
    (company / left_behind).mkdir()
    (company / left_behind / "deals.csv").write_text("half a fi", encoding="utf-8")
    assert write_demo(company).is_new
    assert {path.name for path in company.iterdir()} == {*WORLD_FILES, "crm"}


def test_a_run_killed_before_the_new_folder_takes_its_place_leaves_the_old(
    exported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(exported / "crm")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            write_demo(exported, seed=SEED + 1)
    assert contents(exported / "crm") == before
    assert write_demo(exported, seed=SEED + 1).is_new


def test_an_export_that_the_demo_did_not_write_is_never_replaced(company: Path) -> None:
    (company / "crm").mkdir()
    (company / "crm" / "opportunities.csv").write_text("id\n1\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"did not write: opportunities\.csv"):
        write_demo(company)
    assert contents(company / "crm").keys() == {"opportunities.csv"}


def test_a_file_of_ones_own_beside_the_demos_is_never_lost(exported: Path) -> None:
    (exported / "crm" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=r"notes\.txt"):
        write_demo(exported, seed=SEED + 1)
    assert (exported / "crm" / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere is not a folder"):
        write_demo(tmp_path / "nowhere")


def test_a_missing_org_csv_is_named(company: Path) -> None:
    (company / "org.csv").unlink()
    with pytest.raises(ConfigurationError, match=r"org\.csv"):
        write_demo(company)


def test_a_wrong_date_in_org_csv_is_named_with_its_line(company: Path) -> None:
    with (company / "org.csv").open("a", encoding="utf-8") as org:
        org.write("zoe-adler,person,Zoe Adler,berlin,2024-13-01,,,,crm:U2001\n")
    lines = len((company / "org.csv").read_text(encoding="utf-8").splitlines())
    with pytest.raises(ConfigurationError, match=rf"org\.csv:{lines}: valid_from"):
        write_demo(company)


def test_a_team_that_org_csv_does_not_have_is_an_error(company: Path) -> None:
    with (company / "org.csv").open("a", encoding="utf-8") as org:
        org.write("zoe-adler,person,Zoe Adler,atlantis,2024-01-01,,,,crm:U2001\n")
    with pytest.raises(ConfigurationError, match=r"the unknown parent .atlantis."):
        write_demo(company)


def set_people(company: Path, people: str) -> None:
    (company / "absences.csv").write_text("person,first_day,last_day,note\n", encoding="utf-8")
    (company / "org.csv").write_text(
        "node,kind,name,parent,valid_from,valid_to,hired_on,full_time_share,crm_ids\n"
        f"north,region,North,demo,,,,,\nhamburg,team,Hamburg,north,,,,,\n{people}",
        encoding="utf-8",
    )


def test_one_who_stays_and_one_who_leaves_make_a_company(company: Path) -> None:
    set_people(
        company,
        "anna,person,Anna,hamburg,,,,,crm:U1\nboris,person,Boris,hamburg,,2022-08-01,,,crm:U2\n",
    )
    assert write_demo(company).files[0].rows == 2


def test_a_company_in_which_nobody_stays_is_an_error(company: Path) -> None:
    set_people(company, "anna,person,Anna,hamburg,2023-01-01,,,,crm:U1\n")
    with pytest.raises(UsageError, match="nobody could take over"):
        write_demo(company)
