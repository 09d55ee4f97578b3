"""The cost of the proof: which commands are measured, where, and that a failure is told."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from checks.bench import cpu_clock, proof_times
from checks.bench.cpu_clock import WHOLE, CpuClock
from checks.bench.proof_times import CHANGED, TREES, Measurement
from checks.errors import CourseError
from checks.tests.support.repository import ROOT


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What was run instead of being run; a clone makes the files that are changed later."""
    ran: list[tuple[str, ...]] = []

    def run(argv: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
        if argv[0] == "git":
            for tree in TREES:
                file = Path(argv[-1]) / tree / CHANGED
                file.parent.mkdir(parents=True)
                file.write_text("", encoding="utf-8")
        else:
            ran.append((Path(argv[0]).name, *argv[1:]))
        return subprocess.CompletedProcess(argv, 0, b"nothing failed\n")

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(cpu_clock, "parents", lambda: ())
    return ran


def test_cold_comes_before_warm_and_the_changed_exercise_last(
    commands: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert proof_times.main() == 0

    verify = ("checks", "verify")
    assert commands == [(*verify, "--no-cache"), verify, verify, ("make", "-s", "test")]
    names = [line[:22].strip() for line in capsys.readouterr().out.splitlines()[1:]]
    assert names == ["verify, cold", "verify, warm", "one changed exercise", "make test, new clone"]


def test_the_tests_can_be_left_out(commands: list[tuple[str, ...]]) -> None:
    proof_times.main("--without-tests")

    assert "make" not in {command[0] for command in commands}


def test_a_command_that_fails_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    failing = ["sh", "-c", "echo 3.3 is unsteady >&2; exit 1"]

    row = proof_times.measure("verify, warm", failing, Path(), {}, CpuClock(lambda: 0.0, WHOLE))

    assert row.status == 1
    told, reason = capsys.readouterr().out.splitlines()
    assert told.endswith("ended with 1")
    assert reason == "3.3 is unsteady"


def test_a_row_names_its_goal() -> None:
    assert "goal 10 min" in Measurement("verify, cold", 1.0, 2.0, 0).row()
    assert "goal" not in Measurement("verify, warm", 1.0, 2.0, 0).row()


def test_what_is_no_clone_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="cannot be cloned"):
        proof_times.clone(tmp_path / "nothing", tmp_path / "copy")


def test_the_changed_exercise_is_there() -> None:
    assert all((ROOT / tree / CHANGED).is_file() for tree in TREES)
