"""A setting that lets mypy run a program of the tree is found in each file that mypy reads."""

from pathlib import Path

import pytest

from checks.harness.app.learner_tree import Tree
from checks.harness.suites.mypy_settings import own_programs


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("pyproject.toml", '[tool.mypy]\nplugins = ["pydantic.mypy"]\n', []),
        ("pyproject.toml", '[tool.mypy]\nplugins = "a.b, app/x.py"\n', ["plugins = app/x.py"]),
        ("pyproject.toml", '[tool.mypy]\nplugins = ["x.py:own"]\n', ["plugins = x.py:own"]),
        ("pyproject.toml", '[tool.mypy]\npython_executable = "run"\n', ["python_executable = run"]),
        ("pyproject.toml", "[tool]\nmypy = 3\n", []),
        ("pyproject.toml", "tool = 3\n", []),
        ("mypy.ini", "[mypy]\nplugins = pydantic.mypy,\n  x.py\n", ["plugins = x.py"]),
        (".mypy.ini", "[mypy]\nPython_Executable = ./run\n", ["python_executable = ./run"]),
        ("setup.cfg", "[mypy]\nplugins = %(x)s.py\n", ["plugins = %(x)s.py"]),
        ("setup.cfg", "[flake8]\nplugins = x.py\n", []),
    ],
)
def test_a_program_of_the_tree_is_found(
    tmp_path: Path, file: str, text: str, found: list[str]
) -> None:
    (tmp_path / file).write_text(text)

    assert own_programs(Tree(tmp_path)) == [f"{file}: {each}" for each in found]


def test_settings_that_cannot_be_read_fail_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "mypy.ini").write_text("[mypy]\nplugins\nx = [\n[y\n")

    with pytest.raises(AssertionError, match=r"mypy.ini:2 is INI"):
        own_programs(Tree(tmp_path))
