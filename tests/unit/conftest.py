"""The demo, simulated once for all tests that look at it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from yardstick.company import check_company
from yardstick.company.company import Company
from yardstick.demo import Demo, Ledger, simulate, write_demo
from yardstick.paths import PROJECT

Files = dict[str, pd.DataFrame]


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company folder as shipped, with the exports of its CRMs."""
    folder = tmp_path_factory.mktemp("demo")
    for file in (PROJECT / "company").iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    write_demo(folder)
    return folder


@pytest.fixture(scope="session")
def demo_company(demo_folder: Path) -> Company:
    return check_company(demo_folder)


@pytest.fixture(scope="session")
def demo(demo_folder: Path) -> Demo:
    return simulate(demo_folder)


@pytest.fixture(scope="session")
def ledger(demo: Demo) -> Ledger:
    return demo.ledger


@pytest.fixture(scope="session")
def files(demo_folder: Path) -> Files:
    """Each file of the larger CRM's export as text, by its name, with the record's id as index."""
    exports = (demo_folder / "crm").glob("*.csv")
    return {file.stem: pd.read_csv(file, sep=";", dtype=str, index_col=0) for file in exports}


@pytest.fixture(scope="session")
def alpine_files(demo_folder: Path) -> Files:
    """The same of the smaller CRM."""
    exports = (demo_folder / "crm" / "alpine").glob("*.csv")
    return {file.stem: pd.read_csv(file, dtype=str, index_col=0) for file in exports}


@pytest.fixture(scope="session")
def planted(demo: Demo) -> Callable[[str], list[str]]:
    """Ids, with their source, of the records with a kind of defect."""
    notes = demo.notes["planted"]

    def of_kind(kind: str) -> list[str]:
        return [f"{note['source']}:{note['id']}" for note in notes if note["kind"] == kind]

    return of_kind
