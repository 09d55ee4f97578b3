"""Set-up fails in one sentence: what happened, and what to do next (.ci/setup)."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from checks.course.course import find_root

ROOT = find_root(Path(__file__))
# Behaves as Python does for set-up: has venv, makes one, and its pip says what the test wants.
PYTHON = """#!/bin/sh
case "$*" in
    "-m venv --clear .venv") mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
    "-m pip --version") ;;
    "-m pip install"*) cat said; exit 1 ;;
    --version) echo "Python 3.11.9" ;;
esac
"""
SENTENCES = {
    "OSError: [Errno 28] No space left on device": "the disk is full.",
    "THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.": "a downloaded package",
    "ERROR: Package 'x' requires a different Python: 3.11.9 not in '>=3.12'": (
        "a pinned package does not support Python 3.11.9."
    ),
    "ERROR: Ignored the following versions that require a different python version: 1.0": (
        "a pinned package does not support Python 3.11.9."
    ),
    "NewConnectionError: Failed to establish a new connection": (
        "the packages could not be downloaded: no network."
    ),
    "ERROR: Could not find a version that satisfies x==1 (from versions: none)": (
        "the packages could not be downloaded: no network."
    ),
    "ERROR: something that nobody foresaw": "the packages could not be installed.",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A clone's own set-up, with a Python that only plays the part."""
    (tmp_path / ".ci").mkdir()
    shutil.copy2(ROOT / ".ci" / "setup", tmp_path / ".ci" / "setup")
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy2(ROOT / name, tmp_path / name)
    (tmp_path / "python").write_text(PYTHON)
    (tmp_path / "python").chmod(0o755)
    return tmp_path


def set_up(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [folder / ".ci" / "setup"],
        env={**os.environ, "PYTHON": python},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("pip_output", "sentence"), SENTENCES.items(), ids=range(len(SENTENCES)))
def test_what_pip_says_becomes_a_sentence(folder: Path, pip_output: str, sentence: str) -> None:
    (folder / "said").write_text(f"Collecting x\n{pip_output}\n")

    done = set_up(folder, str(folder / "python"))

    assert done.returncode == 1
    assert f"make: {sentence}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_failure_is_not_taken_for_a_set_up_that_is_done(folder: Path) -> None:
    (folder / "said").write_text("ERROR: something\n")
    set_up(folder, str(folder / "python"))

    again = set_up(folder, str(folder / "python"))

    assert again.returncode == 1, "the second call tries again instead of believing half a .venv"


def test_without_python_311_it_says_how_to_get_one(folder: Path) -> None:
    done = set_up(folder, "python-that-is-not-there")

    assert done.returncode == 1
    assert "Python 3.11 or newer is needed, and none was found." in done.stderr
    assert "make PYTHON=/path/to/python3" in done.stderr
