"""A warehouse of each test's own in which nothing has been published."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from small_warehouse import Warehouse, set_up

from yardstick.server.embedded import Role, Server
from yardstick.warehouse import connect


@pytest.fixture
def company(server: Server, tmp_path: Path) -> Any:
    """A company, as far as a database needs one."""
    return SimpleNamespace(folder=tmp_path, settings=SimpleNamespace(id="nordlicht"))


@pytest.fixture
def warehouse(company: Any) -> Iterator[Warehouse]:
    with connect(company, Role.OWNER) as connection:
        connection.autocommit = True
        yield set_up(connection)
