"""A variable that changes a limit names a cell, is told, and takes no points from honest work."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from checks.cli.main import app
from checks.course.course import load_course
from checks.errors import CourseError
from checks.grade import gradebook
from checks.grade.key import key_context
from checks.harness.app import limit_variables
from checks.messages.errors_ru import translate_error
from checks.tests.support.repository import ROOT

LIMITS = [limit.name for limit in limit_variables.LIMITS]
INTERNAL = {
    "EVENTURE_HOME": "where the servers of this user lie",
    "EVENTURE_LANG": "words",
    "EVENTURE_ZYGOTE": "set by the checker for its own processes",
    "EVENTURE_FORWARD": "set by the checker for the app",
    "EVENTURE_PROCESS": "set by the checker for the app",
    "EVENTURE_NAME": "set by the checker for the app",
    "EVENTURE_ATTACKED": "set by an attack on the sandbox",
    "EVENTURE_SANDBOX": "makes the tests of the border run, or fail",
}


def policy(*, contained: bool = False) -> str:
    context = key_context(load_course(ROOT), contained=contained, cpu_seconds=300)
    return context.policy


@pytest.mark.parametrize("name", [*LIMITS, limit_variables.ENGINE])
def test_a_cell_is_graded_again_when_it_changes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name, raising=False)
    before = policy()

    monkeypatch.setenv(name, "30")

    assert policy() != before


def test_a_default_that_is_written_out_names_the_same_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    before = policy()

    for limit in limit_variables.LIMITS:
        monkeypatch.setenv(limit.name, f"{limit.default:g}")

    assert policy() == before


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("value", ["0.01", "0", "-1", "nan", "inf", "ten"])
@pytest.mark.parametrize("command", ["grade", "regrade"])
def test_nothing_is_graded_with_a_value_that_takes_points(
    command: str, name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    monkeypatch.setattr(gradebook, "load", lambda _: {})
    arguments = [command, str(tmp_path / "nobody"), "--out", str(tmp_path)]

    result = CliRunner().invoke(app, arguments)

    assert isinstance(result.exception, CourseError)
    assert str(result.exception).startswith(f"Nothing was graded: {name}={value}")
    assert translate_error(str(result.exception), "ru").startswith("Ничего не проверено: ")
    assert not (tmp_path / "cells").exists()


@pytest.mark.parametrize("name", LIMITS)
def test_a_run_with_a_value_that_is_no_time_ends_with_one_sentence(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "ten")

    result = CliRunner().invoke(app, ["run", "1.2"])

    assert str(result.exception) == f"{name}=ten is no number of seconds above 0; unset it"


@pytest.mark.parametrize("name", LIMITS)
def test_plain_pytest_with_a_value_that_is_no_time_ends_with_one_sentence(name: str) -> None:
    command = [sys.executable, "-m", "pytest", "--markers"]
    variables = {**os.environ, name: "ten"}

    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)

    assert done.stderr.strip() == f"ERROR: {name}=ten is no number of seconds above 0; unset it"
    assert done.returncode == pytest.ExitCode.USAGE_ERROR


@pytest.mark.parametrize("name", [*LIMITS, *limit_variables.OTHERS])
def test_each_that_is_set_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "30")

    found = {each[0]: each for each in limit_variables.set_variables()}

    assert found[name][1] == "30"
    assert found[name][3] == ""
    assert translate_error(found[name][2], "en")


def test_no_password_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTURE_QUEUE", "redis://:secret@broker:6379/0")

    assert "redis://…@broker:6379/0" in {each[1] for each in limit_variables.set_variables()}


@pytest.mark.parametrize("name", LIMITS)
def test_one_that_takes_points_is_told_with_the_remedy(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "0.01")

    problem = next(each[3] for each in limit_variables.set_variables() if each[0] == name)

    assert problem.startswith(f"{name}=0.01 takes points from honest work: unset it")


def test_every_variable_of_the_checker_is_known() -> None:
    """A new one is either listed by `checks doctor`, or has a reason not to be."""
    sources = [p for p in (ROOT / "checks").rglob("*.py") if "tests" not in p.parts]
    names = {name for p in sources for name in re.findall(r"EVENTURE_[A-Z_]+", p.read_text())}

    assert names == {*LIMITS, *limit_variables.OTHERS, *INTERNAL}
