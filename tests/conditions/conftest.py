"""The conditions are judged on one thread, as each night does: small matrices are slower on more."""

from collections.abc import Iterator

import pytest
from threadpoolctl import threadpool_limits


@pytest.fixture(autouse=True, scope="session")
def _on_one_thread() -> Iterator[None]:
    with threadpool_limits(limits=1):
        yield
