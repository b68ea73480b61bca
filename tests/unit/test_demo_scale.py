"""A company of any size, for benchmarks and for tests that want a small one."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from yardstick.company import check_company, load_company
from yardstick.demo import AS_OF, Ledger, furnish, simulate, write_demo
from yardstick.demo.made_company import made_files, sellers_at
from yardstick.errors import UsageError
from yardstick.paths import PROJECT

SMALL = 0.1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small company of its own."""
    folder = tmp_path_factory.mktemp("small") / "company"
    assert furnish(folder, seed=3, scale=SMALL)
    write_demo(folder, seed=3, scale=SMALL)
    return folder


@pytest.fixture(scope="module")
def small(folder: Path) -> Ledger:
    return simulate(folder, seed=3, scale=SMALL).ledger


@pytest.mark.parametrize(("scale", "sellers"), [(0.1, 10), (1, 31), (10, 100)])
def test_people_grow_with_the_square_root_of_the_scale(scale: float, sellers: int) -> None:
    assert sellers_at(scale) == sellers


def test_a_small_company_is_without_a_mistake(folder: Path) -> None:
    company = check_company(folder)
    assert len(company.people) == 10
    assert {edge.kind for edge in company.org_edges} == {"region", "team", "person"}
    assert company.targets


def test_it_has_two_years_of_some_thousand_deals(small: Ledger) -> None:
    assert small.first_day == date(2024, 7, 1)
    assert 850 < len(small.deals) < 1_250
    assert 2_500 < len(small.leads) < 3_600
    assert 8_500 < len(small.activities) < 12_500


def test_it_has_all_that_the_large_one_has(small: Ledger) -> None:
    assert {deal.source for deal in small.deals} == {"crm", "alpine"}
    assert {"EUR", "CHF"} <= {deal.currency for deal in small.deals}
    assert all((small.quotes, small.invoices, small.payments, small.surveys))
    assert any(deal.splits for deal in small.deals)
    assert {activity.kind for activity in small.activities} == {"call", "meeting", "task"}


def test_another_seed_makes_other_people() -> None:
    assert made_files(1, SMALL)["org.csv"] != made_files(2, SMALL)["org.csv"]
    assert made_files(1, SMALL) == made_files(1, SMALL)


@pytest.mark.parametrize("seed", range(5))
def test_each_seed_makes_a_company_that_is_without_a_mistake(tmp_path: Path, seed: int) -> None:
    furnish(tmp_path, seed, SMALL)
    assert load_company(tmp_path, needs_exports=False).people
    assert simulate(tmp_path, seed, AS_OF, SMALL).ledger.deals


def test_a_hundred_people_make_a_company_that_is_without_a_mistake(tmp_path: Path) -> None:
    furnish(tmp_path, 1, 10)
    assert len(load_company(tmp_path, needs_exports=False).people) == 100


def test_a_larger_scale_makes_more_of_the_same_company(tmp_path: Path) -> None:
    for file in (PROJECT / "company").iterdir():
        if file.is_file():
            shutil.copy(file, tmp_path)
    view = simulate(tmp_path, scale=2).view
    assert 18_000 < len(view.rows["deals"]) < 25_000
    assert len(view.world.sellers) == 46


def test_scale_1_is_the_company_as_shipped(tmp_path: Path) -> None:
    furnish(tmp_path / "new", 1, 1)
    assert {file.name: file.read_bytes() for file in (tmp_path / "new").iterdir()} == {
        file.name: file.read_bytes() for file in (PROJECT / "company").iterdir() if file.is_file()
    }


def test_a_company_that_is_there_is_left_as_it_is(folder: Path) -> None:
    before = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    assert not furnish(folder, seed=4, scale=1)
    assert {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()} == before


def test_a_persons_file_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "org.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=r"holds org\.csv, but no company\.yml"):
        furnish(tmp_path, seed=3, scale=SMALL)
    assert [file.name for file in tmp_path.iterdir()] == ["org.csv"]
