"""What the tests of the sandbox share."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from checks import services
from checks.services import Services
from checks.tests.sandbox.sandboxed import Sandboxed
from checks.tests.support.homes import own_home


@pytest.fixture
def sandboxed() -> Iterator[Sandboxed]:
    """A tree below /tmp: the files beside it must not be visible inside."""
    base = Path(mkdtemp(prefix="eventure-sandbox-"))
    yield Sandboxed(base)
    subprocess.run(["rm", "-rf", str(base)], check=True)


@pytest.fixture(scope="module")
def running() -> Iterator[Services]:
    with own_home():
        yield services.ensure()


@pytest.fixture
def with_services(sandboxed: Sandboxed, running: Services) -> Sandboxed:
    """The sandbox with the services' sockets, as an application gets them."""
    sandboxed.sockets = running.sockets
    return sandboxed
