"""What the chapters measure: `python -m checks.site.measurements` runs it and compares.

docs/measurements/day<N>.py is a program on the finished backend and a real PostgreSQL
(checks.notebooks.lab). `# %% name` begins a section; a chapter shows its code and what it printed,
which stands in day<N>.txt. With `--write` that file is written anew; days are named by number.
"""

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from checks.course.course import find_root
from checks.errors import CourseError
from checks.files import write_file

FOLDER = Path("docs/measurements")
WRITE = "--write"

_MARK = re.compile(r"^# %% (?P<name>[a-z0-9-]+)\n", re.MULTILINE)


def sections(text: str) -> dict[str, str]:
    """The parts of a program, or of its output, by name. What stands before the first is set-up."""
    _, *parts = _MARK.split(text)
    return {name: part.strip("\n") for name, part in zip(parts[::2], parts[1::2], strict=True)}


def read_sections(root: Path, day: int) -> Mapping[str, str]:
    """The code of each section of a day. Raises CourseError when the day measures nothing."""
    return sections(_read(root / FOLDER / f"day{day}.py"))


def read_output(root: Path, day: int) -> Mapping[str, str]:
    """What each section of a day printed. Raises CourseError when the file is missing."""
    return sections(_read(root / FOLDER / f"day{day}.txt"))


def measured(root: Path, day: int, name: str) -> tuple[str, str]:
    """A section's code and its output. Raises CourseError for a section that does not exist."""
    code, output = read_sections(root, day), read_output(root, day)
    if name not in code or name not in output:
        known = ", ".join(code)
        raise CourseError(f"docs/measurements: day {day} has no section {name}; known: {known}")
    return code[name], output[name]


def measure(program: str, root: Path) -> str:
    """Run the program and return its output, with a mark before that of each section.

    Raises CourseError with the last line of the traceback when the program fails.
    """
    marked = _MARK.sub(lambda match: f"print({match[0].rstrip()!r})\n", program)
    done = subprocess.run(
        [sys.executable, "-"], input=marked, cwd=root, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        raise CourseError(f"it failed: {reason}")
    return done.stdout


def main(arguments: Sequence[str]) -> int:
    """Exit code 1 when an output is stale, 2 when a program fails or no day has that number."""
    root = find_root()
    days = [argument for argument in arguments if argument != WRITE]
    code = 0
    try:
        for path in programs(root, days):
            code |= _is_stale(path, root, writes=WRITE in arguments)
    except CourseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return code


def programs(root: Path, days: Sequence[str]) -> list[Path]:
    """The programs of these days, of all without one. Raises CourseError for a day without one."""
    found = {path.stem.removeprefix("day"): path for path in (root / FOLDER).glob("day*.py")}
    numbers = sorted(found)
    if unknown := next((day for day in days if day not in found), None):
        names = ", ".join(numbers)
        raise CourseError(
            f"{FOLDER} measures nothing for {unknown}: name a day by number ({names})"
        )
    return [found[number] for number in numbers if not days or number in days]


def _is_stale(path: Path, root: Path, *, writes: bool) -> bool:
    """Run a program and tell whether its output is what is committed. Raises CourseError."""
    try:
        printed = measure(_read(path), root)
    except CourseError as error:
        raise CourseError(f"{path.relative_to(root)}: {error}") from error
    output = path.with_suffix(".txt")
    if writes:
        write_file(output, printed.encode())
    stale = not output.is_file() or _read(output) != printed
    remedy = f"run `python -m checks.site.measurements {WRITE}` and read what changes"
    print(f"{output.relative_to(root)}: {f'stale; {remedy}' if stale else 'ok'}")
    return stale


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        remedy = "a chapter with `run` directives needs it"
        raise CourseError(f"{path} cannot be read: {error.strerror}; {remedy}") from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
