"""What makes another run of it: the files, the checker, the settings, the tasks."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from checks.authoring import run_key
from checks.authoring.verify_cache import VerifyCache
from checks.runner.run import RunRequest
from checks.tests.support.cached_runs import Runs, run_in_new_process, run_request, runs
from checks.tests.support.workbook import write

__all__ = ["run_request", "runs"]  # fixtures


DECIDING = [
    "tree/app/main.py",
    "tree/app/new.py",
    "tree/notes.ipynb",
    "tree/README.md",
    "solutions/day1-architecture/exercises/test_task-1-one.py",
    "solutions/day1-architecture/exercises/shared.toml",
    "solutions/day1-architecture/day.toml",
    "requirements.lock",
]
UNREAD = [
    "solutions/day1-architecture/exercises/test_1_2_other.py",
    "solutions/day1-architecture/exercises/1.1-layers.md",
    "tree/exercises/1.1-layers.ru.md",
    "pyproject.toml",
]
"""What no test of the task reads."""


@pytest.mark.parametrize(
    ("path", "count"), [*((path, 2) for path in DECIDING), *((path, 1) for path in UNREAD)]
)
def test_another_file_is_another_run_if_a_test_reads_it(
    path: str, count: int, run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    run_in_new_process(run_request, tmp_path)

    file = tmp_path / path
    file.parent.mkdir(exist_ok=True)
    with file.open("a") as stream:
        stream.write("# another\n")
    run_in_new_process(run_request, tmp_path)

    assert runs.count == count


def test_another_time_zone_of_the_machine_is_another_run(
    run_request: RunRequest, runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_in_new_process(run_request, tmp_path)
    monkeypatch.setattr("time.tzname", ("MSK", "MSK"))
    run_in_new_process(run_request, tmp_path)
    monkeypatch.setattr("time.timezone", -4 * 3600)
    run_in_new_process(run_request, tmp_path)

    assert runs.count == 3


def test_a_clone_elsewhere_knows_what_was_proved(
    run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    run_in_new_process(run_request, tmp_path)
    clone = tmp_path / "clone"
    for name in ("solutions", "tree", "requirements.lock"):
        source = tmp_path / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        clone.mkdir(exist_ok=True)
        copy(source, clone / name)
    there = replace(
        run_request, tests=clone / run_request.tests.relative_to(tmp_path), tree=clone / "tree"
    )

    VerifyCache(clone, tmp_path / "build").run(there, lambda _: [])

    assert runs.count == 1


@pytest.mark.parametrize("path", ["cli/main.py", "site/pages.py", "tests/test_x.py"])
def test_a_part_of_the_checker_that_decides_nothing_is_the_same_run(
    path: str, run_request: RunRequest, runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checker = tmp_path / "checks"
    write(checker, {"harness/api.py": "", path: ""})
    monkeypatch.setattr(run_key, "PACKAGE", checker)
    run_in_new_process(run_request, tmp_path)

    write(checker, {path: "# mended\n"})
    run_in_new_process(run_request, tmp_path)

    assert runs.count == 1


@pytest.mark.parametrize("path", ["harness/api.py", "harness/pytest.ini", "runner/run.py"])
def test_another_checker_is_another_run(
    path: str, run_request: RunRequest, runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checker = tmp_path / "checks"
    write(checker, {"harness/api.py": "", "harness/pytest.ini": "", "runner/run.py": ""})
    monkeypatch.setattr(run_key, "PACKAGE", checker)
    run_in_new_process(run_request, tmp_path)

    write(checker, {path: "# mended\n"})
    run_in_new_process(run_request, tmp_path)

    assert runs.count == 2


def test_another_python_or_another_setting_is_another_run(
    run_request: RunRequest, runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_in_new_process(run_request, tmp_path)
    monkeypatch.setenv("EVENTURE_REQUEST_SECONDS", "3")
    run_in_new_process(run_request, tmp_path)
    monkeypatch.setattr("sys.version", "3.99")
    run_in_new_process(run_request, tmp_path)

    assert runs.count == 3


def test_what_decides_nothing_is_the_same_run(
    run_request: RunRequest, runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The notebooks' packages are no part of the lock; .ci/run sets the first variable."""
    run_in_new_process(run_request, tmp_path)
    monkeypatch.setenv("EVENTURE_SANDBOX", "1")
    monkeypatch.setenv("EVENTURE_LANG", "ru")
    monkeypatch.setenv("EVENTURE_REQUEST_SECONDS", "")
    monkeypatch.setenv("EVENTURE_IDLE_MINUTES", "5")
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    write(tmp_path, {"site-packages/jupyterlab-4.0.dist-info/METADATA": ""})
    monkeypatch.syspath_prepend(tmp_path / "site-packages")
    run_in_new_process(run_request, tmp_path)

    assert runs.count == 1


def test_another_version_of_a_locked_package_is_another_run(
    run_request: RunRequest, runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_in_new_process(run_request, tmp_path)
    write(tmp_path, {"site-packages/a-2.dist-info/METADATA": ""})
    monkeypatch.syspath_prepend(tmp_path / "site-packages")
    run_in_new_process(run_request, tmp_path)

    assert runs.count == 2


def test_other_tasks_of_the_day_are_another_run(
    run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    run_in_new_process(run_request, tmp_path)
    run_in_new_process(replace(run_request, tasks=()), tmp_path)

    assert runs.count == 2


@pytest.mark.parametrize(("folder", "count"), [("environment/bin", 1), ("usr/bin", 2)])
def test_a_program_of_the_activated_environment_is_known_by_the_lock(
    folder: str,
    count: int,
    run_request: RunRequest,
    runs: Runs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.prefix", str(tmp_path / "environment"))
    monkeypatch.setenv("PATH", str(tmp_path / folder))
    run_in_new_process(run_request, tmp_path)

    write(tmp_path, {f"{folder}/redis-server": "#!/bin/sh\n"})
    (tmp_path / folder / "redis-server").chmod(0o755)
    run_in_new_process(run_request, tmp_path)

    assert runs.count == count


@pytest.mark.parametrize(("text", "count"), [("#!/bin/sh\n", 1), ("#!/bin/sh\n# newer\n", 2)])
def test_the_same_program_in_the_environment_of_another_clone_is_the_same_run(
    text: str,
    count: int,
    run_request: RunRequest,
    runs: Runs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(tmp_path, {"own/bin/redis-server": "#!/bin/sh\n", "other/bin/redis-server": text})
    for folder in ("own", "other"):
        (tmp_path / folder / "bin/redis-server").chmod(0o755)
    monkeypatch.setattr("sys.prefix", str(tmp_path / "own"))
    monkeypatch.setenv("PATH", str(tmp_path / "own/bin"))
    run_in_new_process(run_request, tmp_path)

    monkeypatch.setenv("PATH", str(tmp_path / "other/bin"))
    run_in_new_process(run_request, tmp_path)

    assert runs.count == count


@pytest.mark.parametrize(("engine", "count"), [(True, 3), (False, 1)])
def test_another_engine_is_another_run_of_what_asks_one(
    run_request: RunRequest,
    runs: Runs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    engine: bool,
    count: int,
) -> None:
    program = tmp_path / "bin/docker"
    write(tmp_path, {"bin/docker": "#!/bin/sh\necho 20.10 $DOCKER_HOST $ENGINE\n"})
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    request = replace(run_request, engine=engine)
    run_in_new_process(request, tmp_path)

    for variable in ("DOCKER_HOST", "ENGINE"):
        monkeypatch.setenv(variable, "another")
        run_in_new_process(request, tmp_path)

    assert runs.count == count
