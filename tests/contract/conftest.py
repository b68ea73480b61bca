"""A database of each test's own."""

from collections.abc import Iterator

import pytest
from own_database import own_database

from yardstick.server.embedded import Server


@pytest.fixture
def address(server: Server) -> Iterator[str]:
    """How to connect, as the owner, to an empty database."""
    with own_database(server) as address:
        yield address
