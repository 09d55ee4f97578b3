"""Where there is a sandbox, `checks verify` asks the solution in it too."""

import pytest

from checks.sandbox import bubblewrap
from checks.sandbox.bubblewrap import Containment
from checks.tests.support.verified_day import Runner, checks_verify, runner

__all__ = ["runner"]  # a fixture


@pytest.mark.parametrize(
    ("kind", "option", "runs"),
    [
        ("bubblewrap", "", 1),
        ("none", "", 0),
        ("bubblewrap", "--no-contained", 0),
        ("none", "--contained", 1),
    ],
)
def test_the_default_is_what_the_machine_can(
    runner: Runner, monkeypatch: pytest.MonkeyPatch, kind: str, option: str, runs: int
) -> None:
    monkeypatch.setattr(bubblewrap, "probe", lambda: Containment(kind))

    checks_verify(sandbox=option)

    assert runner.contained == runs


def test_what_is_recorded_is_seen_outside(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "probe", lambda: Containment("bubblewrap"))

    checks_verify("--record", sandbox="")

    assert runner.contained == 0
