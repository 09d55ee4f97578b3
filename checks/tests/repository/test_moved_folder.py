"""A clone that was moved after its set-up: `checks` says it, and `.ci/setup` mends it offline."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checks.course.course import find_root
from checks.files import write_file

ROOT = find_root(Path(__file__))
# Behaves as the Python of a virtual environment does for set-up, and writes down pip's calls.
PYTHON = f"""#!/bin/sh
case "$*" in
    *relocate.py*) exec {sys.executable} "$@" ;;
    "-m pip"*) echo "$*" >>pip-calls ;;
    *checks.cli.main*) echo "${{PYTHONPATH-unset}} ${{PYTHONHOME-unset}}" ;;
esac
"""
SCRIPT = "print('it runs')\n"


def run(
    *command: str | Path, cwd: Path | None = None, **variables: str
) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": "/usr/bin:/bin", **variables}
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def program(path: Path, text: str) -> Path:
    write_file(path, text.encode(), 0o755)
    return path


def clone(folder: Path) -> Path:
    """A clone with a finished `.venv` of one script."""
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".ci").mkdir()
    for name in ("setup", "checks", "relocate.py"):
        shutil.copy2(ROOT / ".ci" / name, folder / ".ci" / name)
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy2(ROOT / name, folder / name)
    venv = folder / ".venv"
    shutil.copy2(ROOT / ".ci" / "checks", venv / "bin" / "checks")
    (venv / "installed.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    lock = (ROOT / "requirements.lock").read_text()
    (venv / "installed.lock").write_text(f"{folder}\n{lock}")
    program(venv / "bin" / "python", PYTHON)
    program(venv / "bin" / "tool", f"#!{venv}/bin/python\n{SCRIPT}")
    return folder


@pytest.fixture
def moved(tmp_path: Path) -> Path:
    return clone(tmp_path / "before").rename(tmp_path / "after a move")


@pytest.mark.parametrize(
    ("lang", "says"), [("en", "run `make`, then `source"), ("ru", "запустите `make`, затем")]
)
def test_the_command_says_it_in_one_sentence(moved: Path, lang: str, says: str) -> None:
    done = run(moved / ".venv/bin/checks", "run", "1.1", EVENTURE_LANG=lang)

    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert not done.stdout


def test_with_json_the_sentence_is_a_document(moved: Path) -> None:
    done = run(moved / ".venv/bin/checks", "run", "1.1", "--json")

    document = json.loads(done.stdout)
    assert document["exit_code"] == done.returncode == 2
    assert done.stderr == f"checks: {document['error']}\n"


def test_a_copy_does_not_run_the_code_of_the_folder_it_was_copied_from(tmp_path: Path) -> None:
    original = clone(tmp_path / "original")
    shutil.copytree(original, tmp_path / "copy", symlinks=True)

    done = run(tmp_path / "copy/.venv/bin/checks")

    assert done.returncode == 2
    assert "was moved or copied" in done.stderr


def test_set_up_mends_it_and_downloads_nothing(moved: Path) -> None:
    done = run(moved / ".ci" / "setup", PYTHON=str(moved / ".venv/bin/python"))

    assert done.returncode == 0, done.stderr
    calls = (moved / "pip-calls").read_text().splitlines()
    assert calls, "the project itself is installed anew, without a network"
    assert all("--no-deps --no-build-isolation -e ." in call for call in calls)
    assert f"{moved}/.venv/bin/python" in (moved / ".venv/bin/tool").read_text()
    assert run(moved / ".ci" / "setup").stdout == ""
    assert run(moved / ".venv/bin/checks").returncode == 0


def test_the_command_starts_through_a_link_and_from_any_folder(tmp_path: Path) -> None:
    folder = clone(tmp_path / "clone")
    (tmp_path / "link").symlink_to(folder / ".venv/bin/checks")

    assert run(tmp_path / "link", cwd=Path("/")).returncode == 0


@pytest.mark.parametrize("new", ["after", "with a blank", "long" * 40])
@pytest.mark.parametrize("old", ["before", "with blanks before", "length" * 30])
def test_scripts_run_in_a_folder_of_any_name(tmp_path: Path, old: str, new: str) -> None:
    here = tmp_path / new / ".venv"
    (here / "bin").mkdir(parents=True)
    (here / "bin" / "python").symlink_to(sys.executable)
    python = f"{tmp_path}/{old}/.venv/bin/python"
    shebang = f"#!{python}\n"
    if " " in python or len(shebang) > 127:
        shebang = f"#!/bin/sh\n'''exec' \"{python}\" \"$0\" \"$@\"\n' '''\n"
    tool = program(here / "bin" / "tool", shebang + SCRIPT)
    other = program(here / "bin" / "other", "#!/bin/sh\necho it stays\n")

    run(sys.executable, ROOT / ".ci/relocate.py", here)

    assert run(tool).stdout == "it runs\n"
    assert os.access(tool, os.X_OK)
    assert other.read_text() == "#!/bin/sh\necho it stays\n"


def test_the_packages_of_another_project_are_no_part_of_the_command(tmp_path: Path) -> None:
    folder = clone(tmp_path / "clone")

    done = run(folder / ".venv/bin/checks", PYTHONPATH="/other", PYTHONHOME="/other")

    assert done.stdout == "unset unset\n"
