"""Whether each day's OpenAPI document serves a client: `make openapi-client`, or this with days.

`python -m checks.bench.openapi_client [5] [6] [7]` serves the solution, generates a client from its
document with openapi-python-client, imports each module of it, and runs `story.py` with it. A
warning of the generator fails the run, and so does an answer that the client does not understand.
"""

import json
import subprocess
import sys
from pathlib import Path

from checks.bench.documented_days import check_days
from checks.bench.served_solution import ServedSolution, serve_solution
from checks.course.course import Course
from checks.errors import CourseError
from checks.harness.app.process import last_error
from checks.programs import child_environment
from checks.services.temporary_folders import temporary_folder

SECONDS = 300
PYTHON = Path("build/openapi-client/bin/python")
STORY = Path(__file__).with_name("story.py")
# JSON is YAML. Formatting the client with ruff takes time and changes nothing that runs.
CONFIGURATION = json.dumps({"package_name_override": "eventure_client", "post_hooks": []})


class ClientFault(Exception):
    """The document, or the app, does not serve a generated client. One sentence."""


def generate(python: Path, document: str, folder: Path) -> None:
    """Write the package `eventure_client` into the folder. ClientFault on any warning."""
    (folder / "openapi.json").write_text(document, encoding="utf-8")
    (folder / "config.yml").write_text(CONFIGURATION, encoding="utf-8")
    argv = ["-m", "openapi_python_client", "generate", "--path", "openapi.json"]
    argv += ["--config", "config.yml", "--meta", "none", "--output-path", "eventure_client"]
    done = _run([str(python), *argv, "--fail-on-warning"], folder)
    if done.returncode:
        raise ClientFault(f"the generator: {(done.stdout + done.stderr).strip()[-2000:]}")


def tell_story(python: Path, served: ServedSolution, folder: Path) -> str:
    """What the story says at its end. ClientFault with its sentence where it does not get there."""
    admin = served.users.superuser()
    done = _run([str(python), str(STORY), served.url, admin.token], folder)
    if done.returncode:
        raise ClientFault(f"the story: {last_error(done.stderr)}")
    return done.stdout.strip()


def _run(argv: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run it in the folder, where its modules are found."""
    try:
        return subprocess.run(
            argv,
            cwd=folder,
            env=child_environment() | {"PYTHONPATH": str(folder), "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CourseError(f"{' '.join(argv[1:4])} has not ended within {SECONDS} s") from None


def check_day(course: Course, number: str) -> bool:
    """Print what became of one day's client; whether it serves."""
    python = course.root / PYTHON
    if not python.is_file():
        raise CourseError("the generator is not installed; `make openapi-client` installs it")
    day = course.day(number)
    with (
        temporary_folder("openapi-client") as folder,
        serve_solution(course.root / "solutions" / day.folder) as served,
    ):
        try:
            generate(python, served.api.get("/openapi.json").text, folder)
            print(f"{day.folder}: {tell_story(python, served, folder)}")
        except ClientFault as fault:
            print(f"{day.folder}: FAILED  {fault}")
            return False
    return True


def main() -> int:
    """Generate the clients of the days named, or of all; 1 if one does not serve."""
    return check_days(check_day)


if __name__ == "__main__":
    sys.exit(main())
