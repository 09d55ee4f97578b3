"""Services of a test's own: a fresh home, which is stopped and deleted afterwards."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import pytest

from checks import services
from checks.services.home import Home


@contextmanager
def own_home() -> Iterator[Home]:
    """A home below /tmp, which an unprivileged server can reach when root runs the tests."""
    root = Path(mkdtemp(prefix="eventure-home-"))
    root.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVENTURE_HOME", str(root))
        patch.delenv("DATABASE_URL", raising=False)
        patch.delenv("REDIS_URL", raising=False)
        yield Home(root)
        services.down()
    shutil.rmtree(root)
