"""The settings of the measurement that leaves nothing out."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from checks.harness.app.learner_tree import Tree
from checks.harness.suites.coverage_settings import own_settings, spared_branches

RC = """[run]
omit = app/cli.py
concurrency = thread, greenlet
[report]
exclude_also =
    def a
"""
TOML = """[tool.coverage.run]
omit = ["app/cli.py"]
concurrency = ["thread", "greenlet"]
[tool.coverage.report]
exclude_also = ["def a"]
partial_branches = ["."]
"""


def settings(folder: Path, **files: str) -> Any:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return tomllib.loads(own_settings(Tree(folder)))["tool"]["coverage"]


def test_without_settings_all_of_the_app_is_measured(tmp_path: Path) -> None:
    assert settings(tmp_path) == {
        "run": {"source": ["app"], "branch": True},
        "report": {"partial_branches": ["(?!)"], "exclude_also": []},
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("__coveragerc", RC),
        ("tox__ini", RC.replace("[", "[coverage:")),
        ("pyproject__toml", TOML),
    ],
)
def test_what_leaves_code_out_is_not_taken_over(tmp_path: Path, name: str, text: str) -> None:
    found = settings(tmp_path, **{name: text})

    assert found["run"] == {
        "source": ["app"],
        "branch": True,
        "concurrency": ["thread", "greenlet"],
    }
    assert found["report"] == {"partial_branches": ["(?!)"], "exclude_also": ["def a"]}


def test_a_file_that_pytest_is_told_of_is_read(tmp_path: Path) -> None:
    addopts = "[pytest]\naddopts = --cov-config=other.rc --cov-config=../outside.rc\n"

    found = settings(tmp_path, pytest__ini=addopts, other__rc=RC)

    assert found["run"]["concurrency"] == ["thread", "greenlet"]


def test_a_file_that_cannot_be_read_has_no_settings(tmp_path: Path) -> None:
    found = settings(tmp_path, __coveragerc="run\n", pyproject__toml="tool = 1\n", tox__ini="[a")

    assert found["run"] == {"source": ["app"], "branch": True}


def test_a_comment_that_spares_a_branch_is_counted(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "a.py").write_text("if 1:  # pragma: no branch\n    b = 1  # no branch\n")

    assert spared_branches(Tree(tmp_path)) == 1
