"""Run a day's exercise tests on a tree and fold the verdicts into `Results`.

The tests run in a process of their own that never imports what it tests. That process is ours,
so its records are believed; a test that it planned and never judged is `infra_error`.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from checks import sandbox, zygote
from checks.course import Course, Day, Task
from checks.errors import CourseError
from checks.intake import overlay
from checks.records import fold
from checks.results import Results

RUN_LIMIT = 600


@dataclass(frozen=True)
class Order:
    """What to run: tests of `tasks` against `tree`; the tests come from `tests` (a day folder)."""

    day: Day
    tasks: tuple[Task, ...]
    tests: Path
    tree: Path
    contained: bool = False
    lang: str = "en"


def order(course: Course, day: Day, tasks: Sequence[Task] = (), tree: Path | None = None) -> Order:
    """The order for a learner's own folder, or for another tree with the same tests."""
    folder = course.root / "days" / day.folder
    return Order(day, tuple(tasks) or day.tasks, folder, (tree or folder).resolve())


def run(wanted: Order) -> Results:
    """Run and judge. Raises CourseError when nothing can be contained as asked."""
    with (
        tempfile.TemporaryDirectory(prefix="eventure-run-") as scratch,
        _under_test(wanted, Path(scratch)) as tree,
    ):
        file = Path(scratch) / "results.jsonl"
        ended, output = _pytest(wanted, tree, file)
        tasks = fold(wanted.tasks, file, output, wanted.lang)
        notes = () if ended in (0, 1) else (f"the test process ended with {ended}",)
        return Results(wanted.day.folder, wanted.contained, tasks, notes)


@contextmanager
def _under_test(wanted: Order, scratch: Path) -> Iterator[Path]:
    """The tree itself; contained, the pristine day with only the learner's files laid over."""
    if not wanted.contained:
        yield wanted.tree
        return
    containment = sandbox.probe()
    if containment.kind == "none":
        raise CourseError("Cannot contain the app: " + " ".join(containment.reasons))
    scratch.chmod(0o755)
    tree = scratch / "tree"
    overlay(wanted.tests, wanted.tree, wanted.day, tree)
    yield tree


def _pytest(wanted: Order, tree: Path, file: Path) -> tuple[int, str]:
    """One pytest process, blind to whatever configuration lies in the learner's tree."""
    root = Path(__file__).parent
    argv = [
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--noconftest"),
        *("--disable-plugin-autoload", "-p", "checks.harness.plugin"),  # others cost a second
        *("-c", str(root / "harness" / "pytest.ini"), f"--rootdir={wanted.tests}"),
        *(f"--tree={tree}", f"--results={file}", "--import-mode=importlib"),
        *(["--contained"] if wanted.contained else []),
        *(str(wanted.tests / task.test) for task in wanted.tasks),
    ]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "PYTHON"))}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    with tempfile.TemporaryFile() as output:
        end = _warm_run if zygote.available() else _cold_run
        status = end(argv[1:], root, environment, output)
        output.seek(0)
        return status, output.read().decode(errors="replace")


def _cold_run(argv: list[str], cwd: Path, env: dict[str, str], output: IO[bytes]) -> int:
    return subprocess.run(
        [sys.executable, *argv],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        timeout=RUN_LIMIT,
        check=False,
    ).returncode


def _warm_run(argv: list[str], cwd: Path, env: dict[str, str], output: IO[bytes]) -> int:
    """The same in a child of the zygote, which has pytest in memory."""
    sink = output.fileno()
    child = zygote.Child(argv, cwd=cwd, env=env, stdin=None, stdout=sink, stderr=sink)
    return child.wait(RUN_LIMIT)
