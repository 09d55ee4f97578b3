"""CI promises a sandbox: there its tests must not be skipped in silence."""

import os

import pytest

from checks.sandbox import bubblewrap as sandbox


@pytest.mark.skipif("EVENTURE_SANDBOX" not in os.environ, reason="only where it is promised")
def test_a_machine_that_promises_a_sandbox_has_one() -> None:
    assert sandbox.probe().kind == "bubblewrap"
