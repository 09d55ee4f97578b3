"""What the tests of the sandbox share."""

from collections.abc import Iterator

import pytest

from checks import services
from checks.services import Services
from checks.tests.support.homes import own_home
from checks.tests.support.sandboxed import Sandboxed, sandboxed

__all__ = ["sandboxed"]


@pytest.fixture(scope="module")
def running() -> Iterator[Services]:
    with own_home():
        yield services.ensure()


@pytest.fixture
def with_services(sandboxed: Sandboxed, running: Services) -> Sandboxed:
    """The sandbox with the services' sockets, as an application gets them."""
    sandboxed.sockets = running.sockets
    return sandboxed
