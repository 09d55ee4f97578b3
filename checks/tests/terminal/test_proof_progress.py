"""The progress of a proof: what fails is told at once, and how long it takes still."""

from io import StringIO

import pytest
from rich.console import Console

from checks.authoring.claims import Fault
from checks.terminal import proof_progress
from checks.terminal.proof_progress import ProofProgress

WEIGHTS = {"1.1/solution": 8, "1.1/mistakes/a": 1, "1.1/mistakes/b": 1}


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    monkeypatch.setattr(proof_progress, "LINE_SECONDS", 0.0)
    return StringIO()


def progress_to(printed: StringIO) -> ProofProgress:
    progress = ProofProgress(Console(file=printed, width=100, highlight=False))
    progress.begin(WEIGHTS)
    return progress


def test_a_fault_is_printed_when_it_is_seen(printed: StringIO) -> None:
    progress = progress_to(printed)

    progress.end("1.1/mistakes/a", [Fault("1.1/mistakes/a", "passes: no test catches it")], 1.0)

    assert "  1.1/mistakes/a: passes: no test catches it\n" in printed.getvalue()
    assert "1 of 3 claims, 1 failed" in printed.getvalue()


def test_the_time_left_follows_from_the_weights(
    printed: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    progress = progress_to(printed)
    now[0] += 80

    progress.end("1.1/solution", [], 80.0)

    assert "1 of 3 claims, about 20 s left" in printed.getvalue()


def test_what_was_remembered_says_nothing_about_the_time_left(
    printed: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    progress = progress_to(printed)

    progress.end("1.1/solution", [], 0.0)
    now[0] += 10
    progress.end("1.1/mistakes/a", [], 10.0)

    assert "1 of 3 claims, time left not known yet" in printed.getvalue()
    assert "2 of 3 claims, at most about 10 s left" in printed.getvalue()


def test_a_terminal_without_escape_sequences_is_told_in_lines(
    printed: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    progress = ProofProgress(Console(file=printed, width=100, force_terminal=True))
    progress.begin(WEIGHTS)

    progress.end("1.1/solution", [], 1.0)

    assert "1 of 3 claims" in printed.getvalue()
    progress.close()


def test_the_slowest_claims_are_named_at_the_end(printed: StringIO) -> None:
    progress = progress_to(printed)
    progress.end("1.1/mistakes/a", [], 2.0)
    progress.end("1.1/solution", [], 40.0)

    progress.close()

    assert "slowest: 1.1/solution 40 s, 1.1/mistakes/a 2 s" in printed.getvalue()
