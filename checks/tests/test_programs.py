"""The environment of whoever types a command: what the checker ignores of it, and how it tells."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from checks import programs
from checks.harness.fixtures import isolation
from checks.tests.support.repository import ROOT

LIBPQ = (
    *("PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD", "PGPASSFILE"),
    *("PGSERVICE", "PGSERVICEFILE", "PGOPTIONS", "PGAPPNAME", "PGSSLMODE", "PGREQUIRESSL"),
    *("PGSSLNEGOTIATION", "PGSSLCOMPRESSION", "PGSSLCERT", "PGSSLKEY", "PGSSLCERTMODE"),
    *("PGSSLROOTCERT", "PGSSLCRL", "PGSSLCRLDIR", "PGSSLSNI", "PGREQUIREAUTH", "PGREQUIREPEER"),
    *("PGCHANNELBINDING", "PGSSLMINPROTOCOLVERSION", "PGSSLMAXPROTOCOLVERSION", "PGGSSENCMODE"),
    *("PGKRBSRVNAME", "PGGSSLIB", "PGGSSDELEGATION", "PGCONNECT_TIMEOUT", "PGCLIENTENCODING"),
    *("PGTARGETSESSIONATTRS", "PGLOADBALANCEHOSTS", "PGMINPROTOCOLVERSION", "PGDATESTYLE"),
    *("PGMAXPROTOCOLVERSION", "PGTZ", "PGGEQO", "PGSYSCONFDIR", "PGLOCALEDIR", "PGDATA"),
)
OTHERS = (
    "HADOLINT_FORMAT",
    "PSYCOPG_IMPL",
    "PSYCOPG_WAIT_FUNC",
    "COVERAGE_PROCESS_START",
    "COVERAGE_PROCESS_CONFIG",
)
PYTHON = ("PYTHONPATH", "PYTHONHOME", "PYTHONOPTIMIZE", "PYTHONWARNINGS", "PYTHONUTF8")


@pytest.fixture
def discarded(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    names: set[str] = set()
    monkeypatch.setattr(programs, "_discarded", names)
    return names


@pytest.mark.parametrize("name", [*LIBPQ, *PYTHON, *OTHERS])
def test_no_process_sees_an_ignored_variable(
    name: str, monkeypatch: pytest.MonkeyPatch, discarded: set[str]
) -> None:
    monkeypatch.setenv(name, "x")

    in_child = name in programs.child_environment()
    programs.discard_variables()

    assert not in_child
    assert name not in os.environ
    assert name in programs.ignored_variables()


def test_every_variable_that_this_libpq_reads_is_ignored() -> None:
    import psycopg

    names = {option.envvar for option in psycopg.pq.Conninfo.get_defaults() if option.envvar}

    assert b"PGPORT" in names
    assert all(name.decode().startswith(programs.IGNORED_PREFIXES) for name in names)


def test_the_servers_that_a_person_names_are_kept() -> None:
    kept = {"DATABASE_URL": "postgresql://a", "REDIS_URL": "redis://a", "EVENTURE_HOME": "/a b"}

    assert programs.child_environment(kept).items() >= kept.items()


def test_the_locale_is_the_same_for_everybody() -> None:
    given = {"LANG": "tr_TR.ISO-8859-9", "LC_ALL": "POSIX", "LC_TIME": "ru_RU", "LANGUAGE": "ru"}

    assert programs.child_environment(given) == {"LANG": "C.UTF-8"}


@pytest.mark.parametrize(("lang", "word"), [("en", "ignored"), ("ru", "не учитывается")])
def test_doctor_names_each_of_them_and_no_value(lang: str, word: str, tmp_path: Path) -> None:
    variables = {"PGPORT": "6543", "PGPASSWORD": "hidden-word", "PYTHONWARNINGS": "ignore"}
    source = (
        "from checks.cli import main, services_and_doctor as doctor\n"
        "from checks.programs import discard_variables\n"
        "discard_variables()\n"
        f"print([each.said for each in doctor._variables_finding({lang!r})])"
    )

    done = subprocess.run(
        [sys.executable, "-c", source],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1", **variables},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )

    assert f"PGPORT: {word}" in done.stdout
    assert f"PYTHONWARNINGS: {word}" in done.stdout
    assert "hidden-word" not in done.stdout


@pytest.mark.parametrize(("lang", "words"), [("en", "leaves out"), ("ru", "уберите")])
def test_without_assertions_no_test_is_judged(
    lang: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENTURE_LANG", lang)
    monkeypatch.setattr(sys, "flags", SimpleNamespace(optimize=1))

    with pytest.raises(pytest.UsageError, match=f"{words}.* PYTHONOPTIMIZE"):
        isolation.isolate_process()


@pytest.mark.parametrize("library", ["typer", "rich", "watchfiles", "psycopg", "click"])
def test_another_version_of_a_library_in_pythonpath_is_not_imported(
    tmp_path: Path, library: str
) -> None:
    (tmp_path / f"{library}.py").write_text("raise RuntimeError('foreign')")
    command = "import checks.cli, typer, rich, watchfiles, psycopg, click"

    done = subprocess.run(
        [sys.executable, "-c", command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
