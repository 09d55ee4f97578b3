"""A cohort on disks that fill up and are free again: `unshare --mount python -m … SEED`.

The process has a mount namespace of its own, in which /tmp and /dev/shm are small. It prints one
JSON document: the points `calm` and `disturbed`, how often a disk was `filled`, and whether a
second run `resumed` what the first has left, so that the gradebook is byte-identical.
"""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from threading import Event, Thread

from checks import services
from checks.errors import CourseError
from checks.grade import gradebook
from checks.grade.grading import Grading
from checks.grade.journal import Journal
from checks.results.model import Results
from checks.runner.run import RunRequest, run
from checks.tests.grade.cohorts import COURSE, DAY, ROOT, gradebook_bytes, no_progress, rows
from checks.tests.support.homes import own_home
from checks.zygote.client import running_zygote

TASK = COURSE.task("1.2")
DISKS = {Path("/tmp"): "300m", Path("/dev/shm"): "500m"}
LONGEST_PAUSE, LONGEST_FULL = 1.5, 1.0
"""Seconds between two times, and for how long a disk stays full."""


def judge(request: RunRequest, cancelled: Event) -> Results:
    """One task of the day, for real."""
    services.ensure()
    tasks = (TASK,)
    return run(RunRequest(request.day, tasks, request.tests, request.tree, True), cancelled)


@contextmanager
def full_disks(seed: int) -> Iterator[list[Path]]:
    """Until the block ends, now the one and now the other disk is full; the list says which."""
    ended, filled = Event(), list[Path]()
    thread = Thread(target=_fill_in_turns, args=(random.Random(seed), ended, filled))  # noqa: S311
    thread.start()
    try:
        yield filled
    finally:
        ended.set()
        thread.join()


def _fill_in_turns(chance: random.Random, ended: Event, filled: list[Path]) -> None:
    while not ended.wait(chance.uniform(0, LONGEST_PAUSE)):
        file = chance.choice(sorted(DISKS)) / "fills-the-disk"
        with suppress(OSError), file.open("wb", buffering=0) as stream:
            while stream.write(bytes(1 << 20)):
                pass
        filled.append(file.parent)
        ended.wait(chance.uniform(0, LONGEST_FULL))
        file.unlink()


def grade(out: Path, cohort: Path) -> None:
    """Grade until the command is through: a journal that cannot be written ends it."""
    while True:
        journal = Journal(out / "cells")
        with suppress(CourseError, OSError):
            journal.prepare()
            Grading(COURSE, journal, contained=True, judge=judge).grade(
                rows(cohort), 2, no_progress
            )
            return


def points(out: Path, cohort: Path) -> dict[str, int | None]:
    """The points of the task by name; None for an empty cell."""
    book = gradebook.build_gradebook([DAY], rows(cohort), Journal(out / "cells"), contained=True)
    return {row["name"]: row["tasks"][TASK.id]["points"] for row in book["rows"]}


def main(seed: int) -> None:
    """Mount, grade calmly, grade disturbed, grade what is left."""
    for disk, size in DISKS.items():
        options = f"size={size},mode=1777"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", disk], check=True)
    folder = Path(mkdtemp())
    folder.chmod(0o755)
    for name, tree in {"honest": "solutions", "lazy": "days"}.items():
        target = folder / "s" / name / "days" / DAY.folder / "app"
        shutil.copytree(ROOT / tree / DAY.folder / "app", target)
    calm, disturbed, cohort = folder / "calm", folder / "disturbed", folder / "s"
    with own_home(), running_zygote():
        grade(calm, cohort)
        with full_disks(seed) as filled:
            grade(disturbed, cohort)
        document = {"calm": points(calm, cohort), "disturbed": points(disturbed, cohort)}
        grade(disturbed, cohort)
        resumed = gradebook_bytes(disturbed, cohort) == gradebook_bytes(calm, cohort)
    print(json.dumps({**document, "filled": len(filled), "resumed": resumed}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
