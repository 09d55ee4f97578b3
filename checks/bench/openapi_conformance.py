"""Whether each day's OpenAPI document is true: `make schemathesis`, or this module with days.

`python -m checks.bench.openapi_conformance [5] [6] [7]` serves the solution and has Schemathesis
ask it with all of its checks: valid requests have to be accepted, others refused, and every answer
has to be as declared. Whatever `schemathesis_accepted.toml` does not name fails the run. The seed
and the number of requests are fixed, so that two runs ask the same.
"""

import subprocess
import sys
import sysconfig
from collections import Counter
from pathlib import Path

from checks.bench.documented_days import check_days
from checks.bench.schemathesis_report import Finding, accepted_findings, entry_for, findings
from checks.bench.served_solution import ServedSolution, serve_solution
from checks.course.course import Course
from checks.errors import CourseError
from checks.harness.fixtures.users import User
from checks.services.temporary_folders import temporary_folder

EXAMPLES = 10
SECONDS = 900
SEED = 1
SHOWN = 10
# An operation that could end the login of the run gets a login, or a user, of its own.
CONFIGURATION = """\
headers = {{ Authorization = "Bearer {admin}" }}

[[operations]]
include-path-regex = "/auth/logout$"
headers = {{ Authorization = "Bearer {other}" }}

[[operations]]
include-path-regex = "/role$"
parameters = {{ user_id = {member} }}
"""


def ask(served: ServedSolution, folder: Path) -> list[Finding]:
    """What Schemathesis finds in a served app. CourseError if it asks nothing, or has no end."""
    admin, other, member = served.users.superuser(), served.users.member(), served.users.member()
    served.factory.task(admin, served.factory.event(admin))
    configuration, report = folder / "schemathesis.toml", folder / "report.ndjson"
    text = CONFIGURATION.format(admin=admin.token, other=other.token, member=member.id)
    configuration.write_text(text, encoding="utf-8")
    argv = ["--config-file", str(configuration), "run", f"{served.url}/openapi.json"]
    argv += ["--checks", "all", "--continue-on-failure", "--seed", str(SEED)]
    argv += ["--max-examples", str(EXAMPLES), "--generation-database", "none"]
    argv += ["--report", "ndjson", "--report-ndjson-path", str(report), "--no-color"]
    done = _run(argv, folder)
    _check_login(served, admin)
    with report.open(encoding="utf-8") as lines:
        found = list(findings(lines))
    output = done.stdout + done.stderr
    check_explained(done.returncode, has_findings=bool(found), output=output)
    return found


def check_explained(status: int, *, has_findings: bool, output: str) -> None:
    """Raises CourseError, with the last lines, for a failed run in whose report nothing failed."""
    if status and not has_findings:
        last = "\n".join(output.strip().splitlines()[-SHOWN:])
        raise CourseError(
            f"Schemathesis ended with {status}, and its report names no failure; its last lines"
            f" say why:\n{last}"
        )


def _run(argv: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    """Schemathesis ends with 0, or with 1 where a check has failed; anything else is no result."""
    program = Path(sysconfig.get_path("scripts")) / "schemathesis"
    try:
        done = subprocess.run(
            [program, *argv],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CourseError(f"Schemathesis has not ended within {SECONDS} s") from None
    if done.returncode not in {0, 1} or "Test cases:" not in done.stdout:
        raise CourseError(f"Schemathesis asked nothing: {(done.stdout + done.stderr)[-2000:]}")
    return done


def _check_login(served: ServedSolution, admin: User) -> None:
    """A run that has lost its login has compared refusals, which says nothing."""
    answer = served.api.get("/api/v1/auth/me", auth=admin)
    if answer.status_code != 200 or answer.json()["role"] != "admin":
        raise CourseError("the run has ended its own login or its rights; its result says nothing")


def check_day(course: Course, number: str) -> bool:
    """Print what was found in one day's document; whether all of it is accepted."""
    day = course.day(number)
    with (
        temporary_folder("schemathesis") as folder,
        serve_solution(course.root / "solutions" / day.folder) as served,
    ):
        found = ask(served, folder)
    entries = accepted_findings()
    accepted = Counter(each for each in (entry_for(one, entries) for one in found) if each)
    others = Counter(str(one) for one in found if entry_for(one, entries) is None)
    print(f"{day.folder}: {len(others)} not accepted, {accepted.total()} answers accepted")
    for entry, count in accepted.items():
        print(f"  accepted {count:4}  {entry.refusal}: {entry.reason}")
    for text, count in others.most_common(SHOWN):
        print(f"  FAILED   {count:4}  {text}")
    return not others


def main() -> int:
    """Ask the days named, or all that have a document; 1 if a finding is not accepted."""
    return check_days(check_day)


if __name__ == "__main__":
    sys.exit(main())
