"""A limit of the caller's shell never becomes a failure of the app."""

import subprocess
import sys
from pathlib import Path

import pytest

from checks.messages.errors_ru import translate_error
from checks.runner.inherited_limits import LIMITS, ShellLimit
from checks.tests.support.repository import ROOT

TOO_LOW = {"n": "64", "u": "100", "f": "1000", "v": "900000", "d": "900000", "t": "60"}
PYTEST = [sys.executable, "-m", "pytest", "--markers"]
PROGRAM = """
from checks.runner.inherited_limits import prepare_process, require_limits
prepare_process()
require_limits()
"""
PYTHON = [sys.executable, "-c", PROGRAM]


def run_below(limits: str, command: list[str]) -> "subprocess.CompletedProcess[str]":
    """Run a command in a shell that has set limits on itself."""
    shell = ["bash", "-c", f'{limits} && exec "$@"', "bash", *command]
    return subprocess.run(shell, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.letter)
def test_a_hard_limit_that_is_too_low_is_refused_with_its_name(limit: ShellLimit) -> None:
    done = run_below(f"ulimit -{limit.letter} {TOO_LOW[limit.letter]}", PYTHON)

    sentence = done.stderr.strip().rpartition("CourseError: ")[2]
    assert sentence.startswith(f"the shell's limit on {limit.meaning} is too low for a run")
    assert f"ulimit -{limit.letter} is {TOO_LOW[limit.letter]}, " in sentence
    russian = translate_error(sentence, "ru")
    assert russian.startswith("предел оболочки на ")
    assert limit.meaning not in russian


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.letter)
def test_a_soft_limit_is_raised(limit: ShellLimit) -> None:
    done = run_below(f"ulimit -S -{limit.letter} {TOO_LOW[limit.letter]}", PYTHON)

    assert done.returncode == 0, done.stderr


def test_plain_pytest_says_it_in_one_sentence() -> None:
    done = run_below("ulimit -n 64", PYTEST)

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert done.stderr.startswith("ERROR: the shell's limit on open files is too low")
    assert "Traceback" not in done.stderr


def test_the_exit_status_of_a_child_is_known_though_the_caller_ignores_sigchld() -> None:
    program = (
        "import subprocess; from checks.runner.inherited_limits import prepare_process;"
        "prepare_process(); print(subprocess.run(['false']).returncode)"
    )

    done = run_below("trap '' CHLD", [sys.executable, "-c", program])

    assert done.stdout.strip() == "1"


@pytest.mark.parametrize("command", ["run 1.1", "run 1.1 --contained"])
def test_nothing_is_run_below_it(command: str) -> None:
    checks = [str(Path(sys.executable).with_name("checks")), *command.split()]

    done = run_below("ulimit -t 60", checks)

    assert done.returncode == 2
    assert "CPU time is too low for a run" in done.stderr
    assert done.stdout == ""
