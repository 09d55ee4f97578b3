"""Whose fault is it that a run was cut off: the learner's, the machine's or the checker's?"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any, cast

import pytest

from checks.results.model import Verdict
from checks.runner import budget
from checks.runner.budget import Budget, BudgetWatch, Overrun, beyond_wall
from checks.runner.processes import OutOfBudget, PytestProcess, wait
from checks.runner.tree_usage import TreeUsage
from checks.sandbox.process_tree import children

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
TICK = 1 / os.sysconf("SC_CLK_TCK")  # what the kernel counts CPU time in
BURN = "import time\nwhile time.process_time() < {seconds}: pass\n"
PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]])
if sys.argv[2] == "waits": child.wait()
print("burnt", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def busy_tree(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[bytes]]:
    """A process with a child that burns CPU: for 0.4 s, or for as long as it lives."""
    how, code = request.param
    argv = [sys.executable, "-c", PARENT, code, how]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.communicate()


class TestUsage:
    @pytest.mark.parametrize("busy_tree", [("waits", BURN.format(seconds=0.4))], indirect=True)
    def test_an_ended_child_counts(self, busy_tree: subprocess.Popen[bytes]) -> None:
        usage = TreeUsage([busy_tree.pid])

        usage.sample()

        assert usage.cpu_seconds >= 0.4 - 2 * TICK

    @pytest.mark.parametrize("busy_tree", [("waits", BURN.format(seconds=0.4))], indirect=True)
    def test_nothing_counts_twice(self, busy_tree: subprocess.Popen[bytes]) -> None:
        usage = TreeUsage([busy_tree.pid])

        for _ in range(3):
            usage.sample()

        assert usage.cpu_seconds < 2 * 0.4

    def test_the_test_process_itself_does_not_count(self) -> None:
        usage = TreeUsage([os.getpid()])
        usage.sample()
        before = usage.cpu_seconds
        end = time.process_time() + 0.2
        while time.process_time() < end:
            pass

        usage.sample()

        assert usage.cpu_seconds - before < 0.1


@pytest.mark.parametrize(
    "busy_tree", [("lives", BURN.format(seconds=60))], indirect=True, ids=["endless"]
)
@pytest.mark.parametrize(
    ("alone", "verdict"), [(True, Verdict.TIMEOUT), (False, Verdict.INFRA_ERROR)]
)
def test_used_up_cpu_time_is_the_learners_fault_when_nobody_else_ran(
    tmp_path: Path, busy_tree: subprocess.Popen[bytes], alone: bool, verdict: Verdict
) -> None:
    with (tmp_path / "output").open("wb") as output:
        process = PytestProcess(busy_tree, tmp_path / "results.jsonl", output)
        with pytest.raises(OutOfBudget) as error:
            wait([process], Budget(0.3, 60, alone=alone), Event(), lambda: None)
    for child in children(busy_tree.pid):
        os.kill(child, signal.SIGKILL)

    assert error.value.overrun.verdict is verdict
    assert "0.3 s of CPU time" in error.value.overrun.reason


class TestWallTime:
    def judged(self, *, wait: float = 0, silence: float = 0, alone: bool = True) -> Overrun:
        return beyond_wall(Budget(100, 400, alone=alone), 400, wait, silence)

    @pytest.mark.parametrize(("step", "is_over"), [(1.0, True), (50.0, False)])
    def test_a_watch_that_stood_still_counts_no_time(
        self, monkeypatch: pytest.MonkeyPatch, step: float, is_over: bool
    ) -> None:
        now = [0.0]
        monkeypatch.setattr(
            budget, "time", SimpleNamespace(monotonic=lambda: now[0], time=lambda: 0)
        )
        usage = SimpleNamespace(sample=lambda: None, cpu_seconds=0.0, wait_seconds=0.0)
        watch = BudgetWatch(Budget(100, 40), cast("Any", usage), [], started=0.0, asked=0.0)

        overruns = []
        while now[0] < 100:
            now[0] += step
            overruns.append(watch.overrun())

        assert (overruns[-1] is not None) is is_over

    def test_an_app_that_sleeps_is_at_fault(self) -> None:
        assert self.judged(wait=20, silence=10).verdict is Verdict.TIMEOUT

    def test_a_machine_without_a_free_cpu_is_at_fault(self) -> None:
        overrun = self.judged(wait=250, silence=10)

        assert overrun.verdict is Verdict.INFRA_ERROR
        assert "waited 250 s for a CPU" in overrun.reason

    def test_a_checker_that_judges_nothing_is_at_fault(self) -> None:
        overrun = self.judged(silence=390)

        assert overrun.verdict is Verdict.INFRA_ERROR
        assert "none had a verdict for 390 s" in overrun.reason

    def test_beside_others_the_learner_is_never_at_fault(self) -> None:
        assert self.judged(alone=False).verdict is Verdict.INFRA_ERROR

    def test_verdicts_that_keep_coming_are_no_hang_of_the_checker(self, tmp_path: Path) -> None:
        results = tmp_path / "results.jsonl"
        results.write_text("{}\n")
        watch = BudgetWatch(Budget(100, 400), TreeUsage([]), [results], time.monotonic() - 400)

        overrun = watch.overrun()

        assert overrun is not None
        assert overrun.verdict is Verdict.TIMEOUT
