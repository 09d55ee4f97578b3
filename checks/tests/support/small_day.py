"""A day as small as it can be, to judge test suites and apps in."""

from pathlib import Path

import pytest


@pytest.fixture
def day(tmp_path: Path) -> Path:
    """A day's folder as small as it can be."""
    folder = tmp_path / "day9-small"
    for name, text in {
        "app/rule.py": "def double(number: int) -> int:\n    return number * 2\n",
        "migrations/env.py": "",
        "migrations/script.py.mako": "",
        "migrations/versions/.keep": "",
        "alembic.ini": "[alembic]\nscript_location = migrations\n",
        "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\n',
        "exercises/test_9_1_x.py": "def test_exercise(): pass\n",
        "tests/test_rule.py": (
            "from app.rule import double\n\n\ndef test_double():\n    assert double(3) == 6\n"
        ),
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder
