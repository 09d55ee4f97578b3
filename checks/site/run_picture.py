"""Draw a failing run with its hint, for the front page: `python -m checks.site.run_picture`.

A known mistake of the catalogue is applied to the finished day, and `checks run` runs the task for
real, once in each language: docs/assets/run.svg and run.ru.svg are what a learner would see.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from rich.text import Text as StyledText

from checks.course.course import LANGUAGES, Course, Text, find_root, load_course
from checks.errors import CourseError
from checks.files import write_file
from checks.results.catalogue import Case, apply, cases
from checks.services.temporary_folders import temporary_folder
from checks.site.board_picture import WIDTH, terminal_picture

TASK = "1.2"
MISTAKE = "inner-join"
LABEL = Text(
    "A failing test: the request, the response, the SQL, and a hint for this mistake",
    "Тест не прошёл: запрос, ответ, SQL и подсказка к этой ошибке",
)


def picture_path(root: Path, lang: str) -> Path:
    """Where the picture of a language lies."""
    return root / "docs" / "assets" / ("run.ru.svg" if lang == "ru" else "run.svg")


def known_mistake() -> Case:
    """The mistake in the picture. Raises CourseError when the catalogue has it no more."""
    for case in cases(TASK, "mistakes"):
        if case.id.endswith(f"/{MISTAKE}"):
            return case
    raise CourseError(f"checks/catalogue/{TASK} has no {MISTAKE}; name another one in {__file__}")


def run_with_mistake(course: Course, lang: str) -> str:
    """What `checks run` prints about the mistake, with its colours. Raises CourseError."""
    folder = course.task_day(course.task(TASK)).folder
    with temporary_folder("picture") as scratch:
        tree = scratch / "days" / folder
        shutil.copytree(course.root / "solutions" / folder, tree)
        apply(known_mistake(), tree)
        done = subprocess.run(
            [Path(sys.executable).with_name("checks"), "run", TASK],
            cwd=scratch,
            env={
                **os.environ,
                "EVENTURE_LANG": lang,
                "FORCE_COLOR": "1",
                "COLUMNS": str(WIDTH),
            },
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 1:
        raise CourseError(f"`checks run {TASK}` did not fail as expected: {done.stderr.strip()}")
    return done.stdout.rstrip()


def draw_run(output: str, lang: str) -> str:
    """The run as SVG."""
    shown = StyledText.from_ansi(output)
    return terminal_picture(f"$ checks run {TASK}", shown, f"run-{lang}", LABEL.in_(lang))


def main() -> int:
    """Write both pictures. A CourseError is one sentence and exit code 2."""
    root = find_root()
    try:
        course = load_course(root, tree="solutions")
        for lang in LANGUAGES:
            path = picture_path(root, lang)
            write_file(path, draw_run(run_with_mistake(course, lang), lang).encode())
            print(path.relative_to(root))
    except CourseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
