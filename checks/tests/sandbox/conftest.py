"""What the tests of the sandbox share."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from checks import services
from checks.services import Services
from checks.tests.sandbox.inside import Inside
from checks.tests.support.homes import own_home


@pytest.fixture
def inside() -> Iterator[Inside]:
    """Below /tmp, whose own content must not show inside either."""
    base = Path(mkdtemp(prefix="eventure-sandbox-"))
    yield Inside(base)
    subprocess.run(["rm", "-rf", str(base)], check=True)


@pytest.fixture(scope="module")
def running() -> Iterator[Services]:
    with own_home():
        yield services.ensure()


@pytest.fixture
def beside(inside: Inside, running: Services) -> Inside:
    """The sandbox with the services' sockets, as an application gets them."""
    inside.sockets = running.sockets
    return inside
