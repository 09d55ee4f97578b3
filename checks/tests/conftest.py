"""What all tests of the checker share."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from checks.zygote.client import running_zygote

settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")  # a busy machine is no failure


@pytest.fixture(scope="session", autouse=True)
def zygote() -> Iterator[None]:
    """The processes of runs are forks of one that has the libraries loaded, as in a command."""
    with running_zygote():
        yield
