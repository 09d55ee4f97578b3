"""How a proof goes on after a patch that does not fit, and what it says when it is interrupted."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from checks.authoring import claim_tests
from checks.cli import main
from checks.cli.verify import BEGINS_ANEW, GOES_ON
from checks.results.catalogue import Case, StalePatch
from checks.tests.support import verified_day
from checks.tests.support.verified_day import Runner, checks_verify, lines, runner

__all__ = ["runner"]  # a fixture


def test_a_patch_that_does_not_fit_is_one_fault_among_the_claims(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def patched(solution: Path, case: Case, copies: object) -> Iterator[Path]:
        if case.name == "m1":
            raise StalePatch(f"checks/catalogue/{case.id}.patch does not apply: no such line")
        with verified_day.patched(solution, case, copies) as tree:
            yield tree

    monkeypatch.setattr(claim_tests, "patched", patched)

    code, stdout = checks_verify()

    fault = "1.1/mistakes/m1: checks/catalogue/1.1/mistakes/m1.patch does not apply: no such line"
    assert lines(stdout) == [fault]
    assert "mistakes 3/4, alternatives 1/1" in stdout
    assert code == 1


@pytest.mark.parametrize(
    ("option", "variable", "sentence"),
    [("--strict", "", GOES_ON), ("--record", "", BEGINS_ANEW), ("", "REDIS_URL", BEGINS_ANEW)],
)
def test_an_interrupted_proof_says_what_holds_and_whether_it_goes_on(
    runner: Runner, monkeypatch: pytest.MonkeyPatch, option: str, variable: str, sentence: str
) -> None:
    interrupted = runner._answer

    def answer(name: str, task: str) -> object:
        if name == "late":
            raise KeyboardInterrupt
        return interrupted(name, task)

    monkeypatch.setattr(runner, "_answer", answer)
    runner.planned["m3"] = [verified_day.PASSES] * 2
    if variable:
        monkeypatch.setenv(variable, "redis://localhost/0")
    words = ["verify", "--jobs", "1", "--no-contained", *filter(None, [option])]

    result = CliRunner().invoke(main.app, words)

    # the starter, the solution, the alternative and two of three mistakes; m3 is not caught
    assert f"5 claims hold; {sentence}" in " ".join(result.stderr.split())
