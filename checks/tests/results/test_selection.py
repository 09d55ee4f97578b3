"""A run of a part of a task's tests: it says so, and is no pass of the task."""

import subprocess
from pathlib import Path

import pytest

from checks.results.model import Verdict
from checks.results.records import merge_records
from checks.tests.support.command_line import PYTEST
from checks.tests.support.day_one import STATISTICS

TASKS = (STATISTICS,)
TESTS = """
import pytest

class TestFirst:
    def test_one(self): pass

    @pytest.mark.parametrize("word", ["a", "b"])
    def test_two(self, word): pass

def test_three(): pass
"""
PART = [
    ("-k", "one"),
    ("--deselect", "test_1_2_statistics.py::test_three"),
    ("{file}::TestFirst",),
    ("{file}::TestFirst::test_two[a]",),
    ("{file}::test_three", "{file}::TestFirst::test_one"),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of four tests, named as an exercise is."""
    file = tmp_path / "exercises/test_1_2_statistics.py"
    file.parent.mkdir()
    file.write_text(TESTS)
    return file


def run(file: Path, *arguments: str) -> str:
    argv = [word.format(file=file) for word in arguments]
    target = [] if any(str(file) == word.partition("::")[0] for word in argv) else [str(file)]
    results = f"--results={file.with_suffix('.results')}"
    done = subprocess.run(
        [*PYTEST, f"--rootdir={file.parent}", results, *argv, *target],
        cwd=file.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("arguments", PART)
def test_a_part_is_called_a_part(file: Path, arguments: tuple[str, ...]) -> None:
    output = run(file, *arguments)

    assert "all of it passes" not in output
    assert "1.2   in part  " in output
    assert "/4\n" in output
    assert "only a part ran, which says nothing of the whole; next: `checks run 1.2`" in output


@pytest.mark.parametrize("arguments", PART)
def test_a_part_that_passes_is_no_pass_of_the_task(file: Path, arguments: tuple[str, ...]) -> None:
    output = run(file, *arguments)

    task = merge_records(TASKS, [file.with_suffix(".results")], output, "en")[0]
    assert task.verdict is Verdict.NOT_RUN
    assert task.points == 0
    assert {test.verdict for test in task.tests} == {Verdict.PASS, Verdict.NOT_RUN}


@pytest.mark.parametrize("arguments", [(), ("-k", "test"), ("{file}::TestFirst", "{file}")])
def test_whatever_selects_all_of_it_is_the_whole(file: Path, arguments: tuple[str, ...]) -> None:
    output = run(file, *arguments)

    assert "1.2   pass     4/4" in output
    assert "next: all of it passes" in output


def test_what_fails_in_a_part_comes_before_what_did_not_run(file: Path) -> None:
    file.write_text(TESTS.replace("def test_three(): pass", "def test_three(): assert False"))

    output = subprocess.run(
        [*PYTEST, f"{file}::test_three"], capture_output=True, text=True, check=False
    ).stdout

    assert "1.2   fail     0/4" in output
    assert "next: task 1.2; `checks hint 1.2`" in output
