"""The exercise as a workbook of one task, for this checker."""

import json
from pathlib import Path

from checks.bench.other_graders.exercise import CASES, SUBMISSION, write
from checks.course.course import DAYS
from checks.grade.gradebook import JSON

DAY = DAYS[0].folder
MANIFEST = """day = 1
title = { en = "Notes", ru = "Заметки" }
learner = ["app/**"]

[[tasks]]
id = "1.1"
key = "notes"
title = { en = "Notes", ru = "Заметки" }
points = 5
minutes = 10
edit = ["app/main.py"]
test = "exercises/test_1_1_notes.py"
statement = "exercises/1.1-notes.md"
builds_on = []

[tasks.starter]
test = "test_all_are_listed"
says = "200"
"""


def write_workbook(folder: Path) -> None:
    """The day, its exercise, and migrations that change nothing."""
    tests = "\n\n".join(
        f"def test_{case.name}(api):\n"
        f"    assert api.request({case.call}).status_code == {case.status}\n"
        for case in CASES
    )
    files = {
        "day.toml": MANIFEST,
        "app/__init__.py": "",
        "app/main.py": SUBMISSION,
        "alembic.ini": "[alembic]\nscript_location = migrations\n",
        "migrations/env.py": "",
        "migrations/script.py.mako": "",
        "migrations/versions/.keep": "",
        "exercises/1.1-notes.md": "# Notes\n",
        "exercises/test_1_1_notes.py": tests,
    }
    write(files, folder / "days" / DAY)


def hand_in(folder: Path, count: int) -> None:
    """So many submissions, no two of them the same file."""
    for number in range(count):
        text = f"{SUBMISSION}\n# learner {number}\n"
        write({f"learner-{number:02}/days/{DAY}/app/main.py": text}, folder)


def passed(out: Path) -> int:
    """The points of all submissions together: one for each test of a submission that passed."""
    book = json.loads((out / JSON).read_bytes())
    return sum(row["tasks"]["1.1"]["points"] for row in book["rows"])
