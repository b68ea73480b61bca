"""The folder in which a company's runs leave their files: logs, dbt's artifacts, Data Docs."""

from pathlib import Path

from yardstick.company import Company
from yardstick.paths import home
from yardstick.warehouse import database_name


def state_folder(company: Company) -> Path:
    """`<home>/companies/<database>`, made if it is not there."""
    folder = _folder(company)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def was_refreshed(company: Company) -> bool:
    """Whether a run has left anything."""
    return _folder(company).is_dir()


def _folder(company: Company) -> Path:
    return home() / "companies" / database_name(company)
