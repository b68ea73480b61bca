"""A source, and its landing tables in the test's own database."""

from collections.abc import Iterator

import psycopg
import pytest

from yardstick.company import CsvSource
from yardstick.landing.tables import ensure_landing_tables


@pytest.fixture(scope="session")
def source() -> CsvSource:
    """A CRM that exports deals and people."""
    return CsvSource(
        name="crm",
        kind="csv",
        folder="crm",
        date_format="%Y-%m-%d",
        entities={
            "deals": {
                "file": "deals.csv",
                "fields": {
                    "id": "id",
                    "owner_id": "owner",
                    "stage": "stage",
                    "amount": "amount",
                    "created_at": "created",
                    "closed_at": "closed",
                },
            },
            "people": {"file": "people.csv", "fields": {"id": "id", "name": "name"}},
        },
        stages={"open": ["Open"], "won": ["Won"], "lost": ["Lost"]},
    )


@pytest.fixture
def connection(address: str, source: CsvSource) -> Iterator[psycopg.Connection]:
    """A connection to a database with the landing tables of the source."""
    with psycopg.connect(address, autocommit=True) as connection:
        ensure_landing_tables(connection, [source])
        yield connection
