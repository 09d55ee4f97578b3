"""The environment table: whatever a shell holds, the servers start and a verdict is true."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import mkdtemp

import pytest

from checks.errors import CourseError
from checks.messages.errors_ru import translate_error
from checks.sandbox import bubblewrap
from checks.sandbox.tree_removal import remove_tree
from checks.services.home import find_home
from checks.tests.support.repository import ROOT
from checks.tests.support.shells import LIBPQ, ODD_NAME, OTHERS, command

DAY = ROOT / "solutions" / "day1-architecture"
kinds = pytest.mark.parametrize("contained", [False, True], ids=["plain", "contained"])
FOREIGN = ("typer", "rich", "pytest", "fastapi", "sqlalchemy", "psycopg", "alembic", "app")
"""Modules that a folder of PYTHONPATH has, too: none of them may be imported from there."""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder below /tmp, which an unprivileged server can reach when root runs the tests."""
    path = Path(mkdtemp(prefix="eventure-home-"))
    path.chmod(0o755)
    yield path
    remove_tree(path)


@pytest.fixture(scope="module")
def started(folder: Path) -> Iterator[Path]:
    """A home whose servers were started under every variable."""
    home = folder / "home"
    done = command("services", "up", home=home, variables=LIBPQ | OTHERS)
    assert done.returncode == 0, done.stderr
    yield home
    command("services", "down", home=home)


def verdict_of(done: "subprocess.CompletedProcess[str]") -> str:
    assert done.stdout, done.stderr
    (day,) = json.loads(done.stdout)["days"]
    return str(day["tasks"][0]["verdict"])


def run(
    home: Path,
    contained: bool,
    variables: Mapping[str, str] | None = None,
    without: str = "",
    umask: int = 0o022,
) -> "subprocess.CompletedProcess[str]":
    """`checks run 1.1` on the finished day."""
    if contained and bubblewrap.probe().kind == "none":
        pytest.skip("needs the sandbox")
    words = ["run", "1.1", "--json", f"--tree={DAY}", *(["--contained"] if contained else [])]
    return command(*words, home=home, variables=variables, without=without, umask=umask)


def test_the_servers_start_in_a_home_of_any_name(folder: Path) -> None:
    done = command("services", "up", home=folder / ODD_NAME)
    command("services", "down", home=folder / ODD_NAME)

    assert done.returncode == 0, done.stderr


def test_a_home_with_a_blank_in_its_name_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EVENTURE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("HOME", "/home/Jo Doe")

    assert find_home().root == Path("/home/Jo Doe/.cache/eventure-workbook")


@pytest.mark.parametrize("name", ["a$(id)b", "a`id`b", 'a"b', "a\\b"])
def test_a_name_that_a_shell_changes_is_refused_with_a_sentence(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENTURE_HOME", f"/tmp/{name}")

    with pytest.raises(CourseError) as refusal:
        find_home()

    russian = "укажите в EVENTURE_HOME папку без кавычек, $, ` и \\."
    assert translate_error(str(refusal.value), "ru").endswith(russian)


def test_a_user_without_a_home_folder_gets_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EVENTURE_HOME", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 4_000_000)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)

    with pytest.raises(CourseError, match="set EVENTURE_HOME to a folder of yours"):
        find_home()


def test_the_servers_start_without_home_for_a_umask_that_hides_everything(folder: Path) -> None:
    home = folder / "parent" / "home"

    done = command("services", "up", home=home, umask=0o077, without="HOME")
    command("services", "down", home=home)

    assert done.returncode == 0, done.stderr


def test_servers_that_were_started_under_every_variable_are_found_without_them(
    started: Path,
) -> None:
    assert command("services", "up", home=started).returncode == 0


@kinds
def test_a_run_under_every_variable_passes(started: Path, contained: bool) -> None:
    done = run(started, contained, variables=LIBPQ | OTHERS, without="HOME", umask=0o077)

    assert verdict_of(done) == "pass", done.stdout + done.stderr


@kinds
def test_a_run_in_a_home_of_any_name_passes(folder: Path, contained: bool) -> None:
    done = run(folder / "runs" / ODD_NAME, contained)
    command("services", "down", home=folder / "runs" / ODD_NAME)

    assert verdict_of(done) == "pass", done.stdout + done.stderr


def test_a_run_with_a_foreign_pythonpath_passes(started: Path, tmp_path: Path) -> None:
    for name in FOREIGN:
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('foreign')")
    words = ["run", "1.1", "--json", f"--tree={DAY}"]

    done = command(*words, home=started, variables={"PYTHONPATH": str(tmp_path)})

    assert verdict_of(done) == "pass", done.stdout + done.stderr


def test_a_persons_own_pytest_gives_the_same_verdict(started: Path) -> None:
    program = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    words = [str(next(DAY.glob("exercises/test_1_1_*.py"))), f"--tree={DAY}"]
    # the plugin of pytest imports psycopg before it knows that there is an exercise
    variables = {name: value for name, value in LIBPQ.items() if name != "PSYCOPG_IMPL"}

    done = command(*words, home=started, variables=variables, program=program)

    assert done.returncode == 0, done.stdout + done.stderr
