"""The environment table: whatever a shell holds, the servers start and a verdict is true."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import mkdtemp

import pytest

from checks.files import remove_tree
from checks.sandbox import bubblewrap
from checks.tests.support.repository import ROOT

CHECKS = (sys.executable, "-m", "checks.cli.main")
DAY = ROOT / "solutions" / "day1-architecture"
LIBPQ = {
    "PGHOST": "none.invalid",
    "PGHOSTADDR": "127.0.0.1",
    "PGPORT": "6543",
    "PGDATABASE": "none",
    "PGUSER": "none",
    "PGPASSWORD": "none",
    "PGSERVICE": "none",
    "PGOPTIONS": "-c default_transaction_read_only=on",
    "PGDATESTYLE": "German",
    "PGTZ": "Asia/Tokyo",
    "PGCLIENTENCODING": "SQL_ASCII",
    "PGSSLMODE": "require",
    "PGREQUIREAUTH": "none",
    "PGREQUIREPEER": "none",
    "PGCHANNELBINDING": "require",
    "PGTARGETSESSIONATTRS": "standby",
    "PGMINPROTOCOLVERSION": "9.9",
    "PSYCOPG_IMPL": "none",
}
OTHERS = {
    "PYTHONWARNINGS": "error",
    "PYTHONOPTIMIZE": "2",
    "PYTEST_ADDOPTS": "--none",
    "LC_ALL": "none.none",
    "LANGUAGE": "ru",
    **dict.fromkeys(("http_proxy", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9"),
}
FOLDERS = ["a b", "a%20b%b", "a&b=c", "a,b'c", "\u0434\u043e\u043c"]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder below /tmp, which an unprivileged server can reach when root runs the tests."""
    path = Path(mkdtemp(prefix="eventure-home-"))
    path.chmod(0o755)
    yield path
    command("services", "down", home=path / "home")
    remove_tree(path)


def command(
    *words: str,
    home: Path,
    variables: Mapping[str, str] | None = None,
    without: str = "",
    umask: int = 0o022,
    program: tuple[str, ...] = CHECKS,
) -> "subprocess.CompletedProcess[str]":
    """A command in a shell with these variables."""
    inherited = {"PATH": os.environ["PATH"], "HOME": str(home.parent), "EVENTURE_HOME": str(home)}
    inherited.pop(without, None)
    return subprocess.run(
        [*program, *words],
        cwd=ROOT,
        env={**inherited, "EVENTURE_ZYGOTE": "off", **(variables or {})},
        umask=umask,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def verdict_of(done: "subprocess.CompletedProcess[str]") -> str:
    assert done.stdout, done.stderr
    (day,) = json.loads(done.stdout)["days"]
    return str(day["tasks"][0]["verdict"])


@pytest.mark.parametrize("name", FOLDERS)
def test_the_servers_start_in_a_home_of_any_name(folder: Path, name: str) -> None:
    done = command("services", "up", home=folder / name)
    command("services", "down", home=folder / name)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["a$(id)b", "a`id`b", 'a"b', "a\\b"])
def test_a_name_that_a_shell_changes_is_refused_with_a_sentence(folder: Path, name: str) -> None:
    done = command("services", "up", home=folder / name, variables={"EVENTURE_LANG": "ru"})

    assert done.returncode == 2
    assert "укажите в EVENTURE_HOME папку без кавычек" in done.stderr


@pytest.mark.parametrize("without", ["HOME", "LANG"])
def test_the_servers_start_without_a_variable(folder: Path, without: str) -> None:
    done = command("services", "up", home=folder / "home", without=without)

    assert done.returncode == 0, done.stderr


def test_the_servers_start_for_a_umask_that_hides_everything(folder: Path) -> None:
    done = command("services", "up", home=folder / "parent" / "home", umask=0o077)
    command("services", "down", home=folder / "parent" / "home")

    assert done.returncode == 0, done.stderr


def test_a_keeper_that_is_started_under_every_variable(folder: Path) -> None:
    done = command("services", "up", home=folder / "home", variables=LIBPQ | OTHERS)
    again = command("services", "up", home=folder / "home")

    assert done.returncode == 0, done.stderr
    assert again.returncode == 0, again.stderr


@pytest.mark.parametrize("contained", [False, True], ids=["plain", "contained"])
def test_a_run_under_every_variable_passes(folder: Path, contained: bool) -> None:
    if contained and bubblewrap.probe().kind == "none":
        pytest.skip("needs the sandbox")
    command("services", "up", home=folder / "home")

    words = ["run", "1.1", "--json", f"--tree={DAY}", *(["--contained"] if contained else [])]
    done = command(
        *words, home=folder / "home", variables=LIBPQ | OTHERS, without="HOME", umask=0o077
    )

    assert verdict_of(done) == "pass", done.stdout + done.stderr


def test_a_persons_own_pytest_gives_the_same_verdict(folder: Path) -> None:
    pytest_program = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    words = [str(next(DAY.glob("exercises/test_1_1_*.py"))), f"--tree={DAY}"]

    done = command(*words, home=folder / "home", variables=LIBPQ, program=pytest_program)

    assert done.returncode == 0, done.stdout + done.stderr
