"""A company whose warehouse dbt has built and published once, for all tests of the dbt project."""

from collections.abc import Iterator
from typing import get_args

import psycopg
import pytest

from yardstick import refresh
from yardstick.company import Company, load_company
from yardstick.paths import PROJECT
from yardstick.server.embedded import Role, Server
from yardstick.transform import Layer
from yardstick.warehouse import connect

TINY = PROJECT / "tests" / "companies" / "tiny"


@pytest.fixture(scope="session")
def built(server: Server) -> Company:
    """The tiny company, landed, built and published, so that every table that dbt looks at is there."""
    night = {"folder": str(TINY), "run_id": "tests_of_dbt"}
    for source in refresh.begin(params={}, **night):
        refresh.land(source_name=source, **night)
    for layer in get_args(Layer):
        refresh.build(layer=layer, **night)
    refresh.show(**night)
    return load_company(TINY)


@pytest.fixture
def warehouse(built: Company) -> Iterator[psycopg.Connection]:
    """A session in which nothing stays that a test does."""
    with connect(built, Role.OWNER) as connection:
        yield connection
        connection.rollback()
