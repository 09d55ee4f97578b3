"""The request of a run: which tests, on which tree; and the command line of pytest for it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from checks.course.course import Course, Day, Task
from checks.programs import child_environment
from checks.runner.budget import RUN_BUDGET, Budget
from checks.services.home import VARIABLE
from checks.verdict_sources import PYTEST_PLUGIN, PYTEST_SETTINGS

DISABLED_PLUGINS = ("logging", "warnings", "unraisableexception", "threadexception", "doctest")
"""Plugins of pytest's own that an exercise test has no use for: they take a tenth of a run."""
PROCESSES = 2  # more would wait for each other on a laptop, and begin later


@dataclass(frozen=True)
class RunRequest:
    """What to run: tests of `tasks` against `tree`; the tests come from `tests` (a day folder).

    `processes` share them, each with an app and a database of its own. `names` are the tests to
    run, as if their files held no others; none stands for all. `matching` is a part of the names of
    the tests to run. `home` is that of the servers; by
    default the environment's. `engine` takes a Docker engine in where the environment leaves it
    out.
    """

    day: Day
    tasks: tuple[Task, ...]
    tests: Path
    tree: Path
    contained: bool = False
    lang: str = "en"
    budget: Budget = RUN_BUDGET
    processes: int = 1
    names: tuple[str, ...] = ()
    home: Path | None = None
    engine: bool = False
    matching: str = ""


def run_request(
    course: Course, day: Day, tasks: Sequence[Task] = (), tree: Path | None = None
) -> RunRequest:
    """The request for a learner's own folder, or for another tree with the same tests."""
    folder = course.root / "days" / day.folder
    processes = min(PROCESSES, os.cpu_count() or 1)
    return RunRequest(
        day, tuple(tasks) or day.tasks, folder, (tree or folder).resolve(), processes=processes
    )


def pytest_arguments(request: RunRequest) -> list[str]:
    """What pytest is told to collect; it is blind to configuration in the learner's tree."""
    return [
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", "--noconftest"),
        *("--disable-plugin-autoload", "-p", PYTEST_PLUGIN),  # others cost a second
        *(word for name in DISABLED_PLUGINS for word in ("-p", f"no:{name}")),
        *("-c", str(PYTEST_SETTINGS), f"--rootdir={request.tests}", "--import-mode=importlib"),
        *(str(request.tests / task.test) for task in request.tasks),
    ]


def variables_of(request: RunRequest) -> dict[str, str]:
    """The environment of the test processes."""
    own = {} if request.home is None else {VARIABLE: str(request.home)}
    return {**child_environment(), **own}


def run_options(request: RunRequest, tree: Path) -> list[str]:
    """What one run of the collected tests is told."""
    return [
        f"--tree={tree}",
        *(["--contained"] if request.contained else []),
        *(["--engine"] if request.engine else []),
        *(f"--only={name}" for name in request.names),
        *([f"--matching={request.matching}"] if request.matching else []),
    ]
