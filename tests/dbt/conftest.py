"""A company whose warehouse dbt has built and published once, for all tests of the dbt project."""

from typing import get_args

import pytest

from yardstick import refresh
from yardstick.company import Company, load_company
from yardstick.paths import PROJECT
from yardstick.server import Server
from yardstick.transform import Layer

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
