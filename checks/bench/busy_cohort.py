"""An honest cohort on a busy machine: `python -m checks.bench.busy_cohort [SUBMISSIONS] [DAY…]`.

That many copies of the finished days, each with a line of its own so that no two are the same cell,
are graded six at a time beside four processes that never rest. Every cell has to have full points:
an empty or a wrong one is listed, and the exit status is 1.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from checks.course.course import Course, Day, find_root, load_course
from checks.grade.gradebook import CSV, JSON
from checks.services.temporary_folders import temporary_folder

SUBMISSIONS, JOBS, BUSY_LOOPS = 20, 6, 4


def hand_in(course: Course, folder: Path, days: Sequence[Day], count: int) -> None:
    """So many submissions of the finished days."""
    for number in range(1, count + 1):
        for day in days:
            target = folder / f"learner-{number:02}" / "days" / day.folder
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(course.root / "solutions" / day.folder, target, ignore=ignored)
            with (target / "app" / "main.py").open("a") as main:
                main.write(f"# learner {number}\n")


@contextmanager
def busy_loops(count: int) -> Iterator[None]:
    """So many processes that use a CPU each, until the block ends."""
    argv = [sys.executable, "-c", "while True: pass"]
    processes = [subprocess.Popen(argv) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def wrong_cells(out: Path) -> list[str]:
    """The tasks without full points, each with its row and its verdict, and what `look` says."""
    book = json.loads((out / JSON).read_bytes())
    lines = [f"{row['name']}: {reason}" for row in book["rows"] for reason in row["look"]]
    for row in book["rows"]:
        for task, grade in row["tasks"].items():
            if grade["verdict"] != "not_run" and grade["points"] != grade["max"]:
                lines.append(f"{row['name']} {task}: {grade['points']} ({grade['verdict']})")
    return lines


def main(count: int, names: Sequence[str]) -> int:
    """Grade, and list what is wrong; the exit status."""
    course = load_course(find_root())
    days = [course.day(name) for name in names] or list(course.days)
    with temporary_folder("busy") as scratch:
        submissions, out = scratch / "submissions", scratch / "grades"
        hand_in(course, submissions, days, count)
        chosen = [word for day in days for word in ("--day", day.folder)]
        command = [str(Path(sys.executable).with_name("checks")), "grade", str(submissions)]
        with busy_loops(BUSY_LOOPS):
            argv = [*command, *chosen, "--jobs", str(JOBS), "--out", str(out)]
            subprocess.run(argv, check=False)
        print((out / CSV).read_text())
        wrong = wrong_cells(out)
    print(*wrong, f"{len(wrong)} wrong or empty cells", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    words = sys.argv[1:]
    sys.exit(main(int(words[0]) if words else SUBMISSIONS, words[1:]))
