"""What the learner's app prints is in its log at once, and nothing waits for a terminal."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from checks.harness.app import launcher
from checks.zygote import python_program

APP = """
print("imported")
{line}


async def app(scope, receive, send):
    pass
"""
Output = IO[str]


@pytest.fixture
def printed(tmp_path: Path, line: str) -> Iterator[Output]:
    """What an app prints that has this line below its first print."""
    (tmp_path / "day1-x/app").mkdir(parents=True)
    (tmp_path / "day1-x/app/main.py").write_text(APP.format(line=line))
    process = subprocess.Popen(
        [
            *(sys.executable, "-I", "-B", python_program.__file__),
            *(launcher.__file__, str(tmp_path / "app.sock")),
        ],
        cwd=tmp_path / "day1-x",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    yield process.stdout
    process.communicate()  # its input closes, and that ends it


@pytest.mark.parametrize(
    "line", ["breakpoint()", "import pdb; pdb.set_trace()", "from pdb import set_trace as s; s()"]
)
def test_prints_come_at_once_and_a_breakpoint_is_passed_over(printed: Output) -> None:
    lines = [printed.readline() for _ in range(2)]

    assert lines[0] == "imported\n"
    assert lines[1] == (
        "breakpoint in app/main.py:3: passed over, a test run has no terminal; "
        "`checks serve day1` has one\n"
    )


@pytest.mark.parametrize("line", ["input()"])
def test_input_says_what_to_do_instead(printed: Output) -> None:
    *_, last = printed.readlines()

    assert last == "EOFError: input: a test run has no terminal; `checks serve day1` has one\n"
