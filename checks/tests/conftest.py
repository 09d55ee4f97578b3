"""What all tests of the checker share."""

from collections.abc import Iterator

import pytest

from checks.zygote.client import running_zygote


@pytest.fixture(scope="session", autouse=True)
def zygote() -> Iterator[None]:
    """The processes of runs are forks of one that has the libraries loaded, as in a command."""
    with running_zygote():
        yield
