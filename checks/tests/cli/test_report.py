"""`checks report`: a graded cohort in each form, and the command that makes one."""

import json
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


@pytest.fixture(scope="module")
def nothing_judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a graded cohort of one, whose submission has no day in it."""
    base = tmp_path_factory.mktemp("cohort")
    write(base / "s", {"eve/x/app/main.py": "no folder of a day\n"})
    report(base, "grade", str(base / "s"), "--out", str(base / "out"), "--uncontained")
    return base / "out"


@pytest.mark.parametrize(
    ("form", "names"), [("html", ["index.html", "001-eve.html"]), ("junit", ["junit.xml"])]
)
def test_each_form_is_written(
    nothing_judged: Path, tmp_path: Path, form: str, names: list[str]
) -> None:
    result = report(tmp_path, "report", str(nothing_judged), "--as", form)

    assert result.returncode == 0, result.stderr
    written = {path.name for path in (nothing_judged / f"report-{form}").iterdir()}
    assert written >= set(names)


@pytest.mark.parametrize("form", ["gradescope", "github", "classroom50", "moodle", "canvas"])
def test_what_could_not_be_judged_goes_to_no_other_system(
    nothing_judged: Path, tmp_path: Path, form: str
) -> None:
    result = report(tmp_path, "report", str(nothing_judged), "--as", form)

    assert result.returncode == 2
    assert "checks: Nothing was written: no row has a grade" in result.stderr
    assert not (nothing_judged / f"report-{form}").exists()


class TestPart:
    """One row has a grade, another one needs a person, a third person handed in nothing."""

    NAMES = ("ann", "bob", "eve")

    @pytest.fixture
    def out(self, tmp_path: Path) -> Path:
        tasks = [{"id": "1.2", "key": "statistics", "day": "day1-architecture", "max": 2}]
        row = {"points": 2, "max": 2, "look": [], "cells": {}, "adjusted": 1.5, "days_late": 1}
        rows = [
            {**row, "name": name, "person": {"email": f"{name}@example.org", "login": name}}
            for name in self.NAMES
        ]
        rows[1] |= {"points": None, "adjusted": None, "look": ["damaged"]}
        rows[2] |= {"points": 0, "handed_in": False}
        book = {"schema": "eventure/gradebook/v1", "contained": True, "tasks": tasks, "rows": rows}
        write(tmp_path, {"gradebook.json": json.dumps(book)})
        return tmp_path

    @pytest.mark.parametrize("form", ["gradescope", "github", "classroom50"])
    def test_only_the_settled_row_has_a_file(self, out: Path, form: str) -> None:
        write(out, {f"report-{form}/002-bob.json": "of before", f"report-{form}/mine.txt": ""})

        result = report(out, "report", str(out), "--as", form)

        assert result.returncode == 1
        assert "bob is not in it: damaged" in result.stderr
        assert "eve is not in it: not handed in" in result.stderr
        files = sorted(path.name for path in (out / f"report-{form}").iterdir())
        assert files == ["001-ann.json", "mine.txt"]

    def test_the_column_has_the_name_that_the_lms_knows(self, out: Path) -> None:
        result = report(out, "report", str(out), "--as", "canvas", "--column", "Day 1 (4711)")

        assert result.returncode == 1
        sheet = (out / "report-canvas" / "canvas.csv").read_text(encoding="utf-8")
        assert sheet.splitlines()[0].endswith(",Section,Day 1 (4711)")
        assert sheet.splitlines()[2:] == ["ann,,,ann,,1.5"]
