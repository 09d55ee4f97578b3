"""hadolint's findings about a Dockerfile. https://github.com/hadolint/hadolint

It runs on the trusted side, so the file may not keep it busy, and nothing of the caller's decides
what it finds: neither a HADOLINT_ variable nor a hadolint.yaml in the home folder.
"""

import signal
import subprocess
import sysconfig
from pathlib import Path

from checks.errors import CourseError
from checks.programs import LOCALE

PROGRAM = Path(sysconfig.get_path("scripts")) / "hadolint"
CPU_SECONDS, WALL_SECONDS = 5, 120
BOUNDED = 'ulimit -S -t "$0" && exec "$@"'
NOWHERE = "/nonexistent"
ENVIRONMENT = {"LANG": LOCALE, "HOME": NOWHERE, "XDG_CONFIG_HOME": NOWHERE}
FINDING = "-:"
"""The beginning of each line about a file that comes by standard input."""
# Debian's mirrors delete old versions: a build with a pinned one breaks next month.
IGNORED_RULES = ("DL3008", "DL3018")
ENDS = (0, 1)


def hadolint_warnings(text: str) -> list[str]:
    """The warnings and errors; where hadolint cannot read the file, why not.

    Fails the test when it takes too long. Raises CourseError when it ends in another way.
    """
    completed = _run(text)
    lines = completed.stdout.splitlines()
    too_long = f"hadolint reads the Dockerfile within {CPU_SECONDS} s of CPU time"
    assert completed.returncode != -signal.SIGXCPU, too_long
    if completed.returncode not in ENDS:
        raise CourseError(f"hadolint ended with {completed.returncode}")
    if completed.returncode and not any(line.startswith(FINDING) for line in lines):
        return [" ".join(completed.stdout.split())[:300] or "it cannot read the file"]
    return [line for line in lines if " warning: " in line or " error: " in line]


def _run(text: str) -> "subprocess.CompletedProcess[str]":
    """Raises CourseError when it has no CPU for too long."""
    ignored = [option for rule in IGNORED_RULES for option in ("--ignore", rule)]
    options = ["--no-color", "--failure-threshold", "none", *ignored, "-"]
    try:
        return subprocess.run(
            ["/bin/sh", "-c", BOUNDED, str(CPU_SECONDS), PROGRAM, *options],
            input=text,
            env=ENVIRONMENT,
            cwd="/",  # the learner has no configuration here
            capture_output=True,
            text=True,
            errors="replace",
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CourseError(f"hadolint did not end within {WALL_SECONDS} s") from None
