"""How a command ends where nobody reads, the disk is full, or a hand interrupts it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from checks.tests.support.command_line import checks
from checks.tests.support.day_one import workbook
from checks.tests.support.repository import ROOT

__all__ = ["workbook"]


def run_redirected(
    folder: Path, redirected: str, *words: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command with a shell's redirection; its standard error and exit code."""
    return subprocess.run(
        [
            "/bin/bash",
            "-c",
            f'set -o pipefail; "$0" -m checks.cli.main "$@" {redirected}',
            sys.executable,
            *words,
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("words", [(), ("solution", "1.2"), ("read", "1.2"), ("--help",)])
def test_a_pipe_that_nobody_reads_ends_it_quietly(workbook: Path, words: tuple[str, ...]) -> None:
    result = run_redirected(workbook, "| true", *words)

    assert result.stderr == ""
    assert result.returncode in {0, 141}  # 0 when all fitted into the pipe before it closed


def test_a_closed_output_is_no_traceback(workbook: Path) -> None:
    result = run_redirected(workbook, ">&-")

    assert result.stderr == ""
    assert result.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_one_sentence(workbook: Path) -> None:
    result = run_redirected(workbook, ">/dev/full", "read", "1.2")

    assert result.stderr == "checks: No space left on device; mend that, then try again\n"
    assert result.returncode == 2


def test_no_answer_to_a_question_is_a_sentence_and_writes_nothing(workbook: Path) -> None:
    (workbook / "days/day1-architecture/app/api/pagination.py").unlink()

    result = checks(workbook, "reset", "1.4")

    assert result.stderr == "checks: there was no answer; nothing was written\n"
    assert result.stdout.endswith("[y/N]: \n")  # the sentence stands on a line of its own
    assert result.returncode == 1
    assert not (workbook / ".checks").exists()
