"""Limits of resources that a test reaches within a second."""

import pytest

from checks.harness.app import resource_limits
from checks.harness.app.resource_limits import MIB


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """20 MiB and 2,000 files on the disk, 300 MiB of memory."""
    monkeypatch.setattr(resource_limits, "DISK_LIMIT", 20 * MIB)
    monkeypatch.setattr(resource_limits, "FILE_LIMIT", 2000)
    monkeypatch.setattr(resource_limits, "MEMORY_LIMIT", 300 * MIB)
