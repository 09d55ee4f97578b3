"""In a task during which the machine was paused, a failure tells nothing, and a pass counts."""

import os
import sys
import time
from pathlib import Path
from shutil import copytree
from threading import Thread

import pytest

from checks.course.course import find_root, load_course
from checks.messages.errors_ru import translate_error
from checks.results.model import TaskResult, Verdict
from checks.runner.run import RunRequest, run
from checks.sandbox.process_tree import descendants
from checks.tests.support.pauses import stopped

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="SIGSTOP for a tree of processes")
COURSE = load_course(find_root(Path(__file__)))
DAY = COURSE.day("1")
TASK = COURSE.task("1.3")
STARTER = COURSE.root / "days" / DAY.folder
PAUSE_SECONDS = 3.0


def judged(tmp_path: Path, *, pauses: bool) -> TaskResult:
    """The starter, which fails at its first request; from its import on the run may be paused."""
    tree, flag = Path(copytree(STARTER, tmp_path / "tree")), tmp_path / "imported"
    tmp_path.chmod(0o755)
    main = tree / "app" / "main.py"
    main.write_text(f"open({str(flag)!r}, 'w')\n" + main.read_text())

    def pause() -> None:
        while not flag.exists():
            time.sleep(0.01)
        with stopped([*descendants(os.getpid())]):
            time.sleep(PAUSE_SECONDS)

    if pauses:
        Thread(target=pause, daemon=True).start()
    return run(RunRequest(DAY, (TASK,), STARTER, tree)).tasks[0]


def test_without_a_pause_it_fails(tmp_path: Path) -> None:
    assert judged(tmp_path, pauses=False).verdict is Verdict.FAIL


def test_with_a_pause_it_is_to_be_run_again(tmp_path: Path) -> None:
    result = judged(tmp_path, pauses=True)

    asked = [test for test in result.tests if test.verdict not in (Verdict.PASS, Verdict.BLOCKED)]
    assert {test.verdict for test in asked} == {Verdict.INFRA_ERROR}
    assert asked[0].cause is not None
    message = asked[0].cause.message
    assert message == "this machine was paused for 3 s while the task was tested; run it again"
    assert "на 3 с" in translate_error(message, "ru")
