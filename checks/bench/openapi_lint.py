"""Whether a linter accepts each day's OpenAPI document: `make openapi-lint`, or this with days.

`python -m checks.bench.openapi_lint [5] [6] [7]` serves the solution and gives its document to
`redocly lint` with the strictest of its rule sets. Whatever `redocly_accepted.toml` does not name
fails the run, and so does an entry that accepts nothing any more.
"""

import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path

from checks.bench.documented_days import check_days
from checks.bench.redocly_report import Problem, accepted_problems, problems, unused
from checks.bench.served_solution import serve_solution
from checks.course.course import Course
from checks.errors import CourseError
from checks.programs import child_environment
from checks.services.temporary_folders import temporary_folder

SECONDS = 300
PROGRAM = Path("build/redocly/node_modules/@redocly/cli/bin/cli.js")
# By default it says over the network that it runs, and asks whether there is a newer one.
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
# It shows 100 problems unless it is told otherwise.
OPTIONS = ("--extends=recommended-strict", "--format=json", "--max-problems=100000")


def lint(program: Path, document: str, folder: Path) -> list[Problem]:
    """What redocly finds in a document. CourseError if it is not installed or gives no report."""
    if not program.is_file():
        raise CourseError("redocly is not installed; `make openapi-lint` installs it")
    (folder / "openapi.json").write_text(document, encoding="utf-8")
    done = _run(["node", str(program), "lint", "openapi.json", *OPTIONS], folder)
    try:
        return problems(done.stdout)
    except (ValueError, KeyError, TypeError):
        said = (done.stderr + done.stdout).strip()[-2000:]
        raise CourseError(f"redocly gave no report: {said}") from None


def _run(argv: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(
            argv,
            cwd=folder,
            env=child_environment() | QUIET,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise CourseError("redocly needs Node.js, and `node` was not found; install it") from None
    except subprocess.TimeoutExpired:
        raise CourseError(f"redocly has not ended within {SECONDS} s") from None


def document_of(course: Course, number: str) -> str:
    """The document that the day's solution serves."""
    with serve_solution(course.root / "solutions" / course.day(number).folder) as served:
        return served.api.get("/openapi.json").text


def check_day(found: list[Problem], course: Course, number: str) -> bool:
    """Print what one day's document has, and add it to `found`; whether all of it is accepted."""
    with temporary_folder("redocly") as folder:
        here = lint(course.root / PROGRAM, document_of(course, number), folder)
    found += here
    entries = accepted_problems()
    accepted = Counter(entry for one in here for entry in entries if entry.accepts(one))
    others = [one for one in here if not any(entry.accepts(one) for entry in entries)]
    name = course.day(number).folder
    print(f"{name}: {len(others)} not accepted, {len(here) - len(others)} places accepted")
    for entry, count in accepted.items():
        print(f"  accepted {count:4}  {entry.rule}: {entry.reason}")
    for one in others:
        print(f"  FAILED         {one}")
    return not others


def main() -> int:
    """Lint the documents of the days named, or of all; 1 if a problem is not accepted."""
    found: list[Problem] = []
    code = check_days(partial(check_day, found))
    needless = unused(accepted_problems(), found) if code < CourseError.exit_code else []
    for entry in needless:
        print(f"  FAILED         redocly_accepted.toml: {entry.rule}: nothing is accepted by it")
    return max(code, int(bool(needless)))


if __name__ == "__main__":
    sys.exit(main())
