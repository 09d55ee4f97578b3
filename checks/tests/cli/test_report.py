"""`checks report`: a graded cohort in each form, and the command that makes one."""

import subprocess
from pathlib import Path

import pytest

from checks.tests.support.command_line import checks
from checks.tests.support.repository import ROOT
from checks.tests.support.workbook import write


def report(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """A command in this repository, with a home of the test's own."""
    return checks(ROOT, *words, HOME=str(home))


def test_without_a_gradebook_it_names_what_makes_one(tmp_path: Path) -> None:
    result = report(tmp_path, "report", str(tmp_path))

    assert result.returncode == 2
    assert "`checks grade SUBMISSIONS --out" in result.stderr


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("html", "index.html"),
        ("html", "001-eve.html"),
        ("junit", "junit.xml"),
        ("gradescope", "001-eve.json"),
    ],
)
def test_each_form_is_written(tmp_path: Path, form: str, name: str) -> None:
    write(tmp_path / "s", {"eve/x/app/main.py": "no folder of a day\n"})
    words = ("grade", str(tmp_path / "s"), "--out", str(tmp_path / "out"), "--uncontained")
    report(tmp_path, *words)

    result = report(tmp_path, "report", str(tmp_path / "out"), "--as", form)

    assert result.returncode == 0, result.stderr
    assert (tmp_path / "out" / f"report-{form}" / name).is_file()
