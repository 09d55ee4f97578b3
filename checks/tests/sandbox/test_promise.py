"""CI promises a sandbox: there its tests must not be skipped in silence."""

import os

import pytest

from checks.sandbox import bubblewrap


@pytest.mark.skipif("EVENTURE_SANDBOX" not in os.environ, reason="only where it is promised")
def test_a_machine_that_promises_a_sandbox_has_one() -> None:
    assert bubblewrap.probe().kind == "bubblewrap"
