"""Proposed targets in a file, and what accepting them makes of targets.csv."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from company_files import CompanyFiles

from yardstick.company import load_company
from yardstick.errors import ConfigurationError, UsageError
from yardstick.target_commands.accept import accept_targets
from yardstick.target_commands.proposal import ProposedTarget, read_proposal, write_proposal


@pytest.fixture
def files(tmp_path: Path) -> CompanyFiles:
    return CompanyFiles(tmp_path)


def proposed(
    kpi: str = "bookings", node: str = "demo", period: str = "2027", value: str = "1100000"
) -> ProposedTarget:
    return ProposedTarget(
        kpi=kpi,
        node=node,
        period=period,
        value=value,
        currency="EUR" if kpi == "bookings" else None,
        chance="0.6",
        value_now="1250000.50",
        chance_now="0.2",
        months=24,
        note="chance 60 % instead of 20 %",
    )


def accept(files: CompanyFiles, *rows: ProposedTarget, by: str = "Board") -> int:
    file = files.folder.parent / "proposed.csv"
    write_proposal(file, rows)
    company = load_company(files.folder, needs_exports=False)
    return accept_targets(company, file, by, date(2026, 6, 30))


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    rows = [proposed(), proposed("deals_won", "anna", "2026-05", "9")]
    write_proposal(tmp_path / "proposed.csv", rows)
    assert read_proposal(tmp_path / "proposed.csv") == rows


def test_a_file_that_somebody_may_have_edited_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "proposed.csv").write_text("mine", "utf-8")
    with pytest.raises(FileExistsError):
        write_proposal(tmp_path / "proposed.csv", [proposed()])
    assert (tmp_path / "proposed.csv").read_text("utf-8") == "mine"


def test_an_accepted_target_is_the_next_version_and_the_old_one_stays(files: CompanyFiles) -> None:
    before = (files.folder / "targets.csv").read_text("utf-8")
    assert accept(files, proposed(), proposed("deals_won", "boris", "2026-05", "9")) == 2
    after = (files.folder / "targets.csv").read_text("utf-8")
    assert after == (
        before
        + "bookings,demo,2027,target,1100000,EUR,2,2026-06-30,Board,chance 60 % instead of 20 %\n"
        + "deals_won,boris,2026-05,target,9,,1,2026-06-30,Board,chance 60 % instead of 20 %\n"
    )


def test_rows_go_where_the_file_has_its_columns(files: CompanyFiles) -> None:
    files.write(
        "targets.csv",
        "node,kpi,period,level,currency,value,version,decided_on,decided_by,note\n"
        "demo,bookings,2027,target,EUR,1250000.50,1,2026-03-01,Ada,\n",
    )
    accept(files, proposed())
    [_, target] = load_company(files.folder, needs_exports=False).targets
    assert (target.node, target.kpi, target.value, target.version) == (
        "demo",
        "bookings",
        Decimal(1100000),
        2,
    )


def test_a_row_that_cannot_be_leaves_all_targets_as_they_were(files: CompanyFiles) -> None:
    before = (files.folder / "targets.csv").read_text("utf-8")
    with pytest.raises(ConfigurationError, match="zoe"):
        accept(files, proposed(), proposed(node="zoe"))
    assert (files.folder / "targets.csv").read_text("utf-8") == before
    assert [file.name for file in files.folder.glob(".targets*")] == []


def test_a_file_from_windows_keeps_its_mark_and_its_line_ends(files: CompanyFiles) -> None:
    file = files.folder / "targets.csv"
    windows = b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n")
    file.write_bytes(windows)
    with pytest.raises(ConfigurationError, match="zoe"):
        accept(files, proposed(node="zoe"))
    assert file.read_bytes() == windows
    (files.folder.parent / "proposed.csv").unlink()
    assert accept(files, proposed()) == 1
    assert file.read_bytes().startswith(windows)
    assert [target.version for target in load_company(files.folder, needs_exports=False).targets] == [1, 1, 2]


def test_a_file_without_rows_is_told(files: CompanyFiles) -> None:
    with pytest.raises(UsageError, match="holds no target"):
        accept(files)
