"""A cohort of hostile submissions and honest neighbours, graded for real in a home of its own."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from checks import services
from checks.course.course import load_course
from checks.grade import gradebook
from checks.grade.cell_run import CPU_SECONDS
from checks.grade.cohort import plan
from checks.grade.grading import Grading
from checks.grade.intake import find_submissions
from checks.grade.journal import Journal
from checks.grade.key import key_context
from checks.sandbox.privileges import TEST_UIDS
from checks.services.home import Home
from checks.services.temporary_folders import SHORT_PATHS, ownerless_folders
from checks.tests.support.homes import own_home
from checks.tests.support.hostile.submission import Hostile
from checks.tests.support.workbook import day_toml, write
from checks.zygote.client import running_zygote

DAY = "day1-architecture"
JOBS = 4
"""More than processors: most attacks wait for the clock that ends them."""
TESTS = """
def test_x(api):
    answer = api.get("/double?number=21")
    assert answer.status_code == 200
    assert answer.json() == {"double": 42}

def test_another_number(api):
    assert api.get("/double?number=50").json() == {"double": 100}
"""
FILES = {
    "day.toml": day_toml(1).replace("test_task-1-one", "test_1_1_double"),
    "exercises/test_1_1_double.py": TESTS,
    "exercises/task-1-one.md": "",
    "app/api/__init__.py": "",
    "alembic.ini": "[alembic]\nscript_location = migrations\n",
    "migrations/env.py": "",
    "migrations/script.py.mako": "",
    "migrations/versions/.keep": "",
}
TEMPLATES = "eventure_template_%"
WRITTEN_BY_SERVERS = (Path("/tmp/owned"), Path("/tmp/dump.rdb"))
TIMEOUTS = {"EVENTURE_START_SECONDS": "5", "EVENTURE_REQUEST_SECONDS": "4"}


@dataclass(frozen=True)
class Leftovers:
    """What stands beside the cohort: processes, ownerless folders, databases, roles, objects."""

    processes: frozenset[str]
    folders: frozenset[Path]
    in_the_server: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class GradedCohort:
    """The rows of the gradebook by name, and what there was before and after."""

    rows: Mapping[str, Any]  # Any: JSON
    before: Leftovers
    after: Leftovers


@contextmanager
def hostile_course(folder: Path) -> Iterator[Path]:
    """A course with one day of one task; submissions go into the folder `submissions`."""
    write(folder / "course" / "days" / DAY, FILES)
    (folder / "submissions").mkdir()
    yield folder / "submissions"
    shutil.rmtree(folder, ignore_errors=True)


def hand_in(folder: Path, text: str, hostile: Hostile | None = None) -> None:
    """A submission with this app."""
    hostile = hostile or Hostile()
    day = folder / "days" / DAY
    write(day, {"app/main.py": hostile.before + text + hostile.after, "app/__init__.py": ""})
    for name, data in hostile.files.items():
        path = day / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    hostile.plant(day)


def grade(folder: Path) -> GradedCohort:
    """Grade each submission in the folder of a hostile course, several at a time."""
    course = load_course(folder / "course")
    journal = Journal(folder / "out" / "cells")
    journal.prepare()
    with own_home() as home, pytest.MonkeyPatch.context() as patch:
        for name, value in TIMEOUTS.items():
            patch.setenv(name, value)
        services.ensure()
        before = _leftovers(home)
        rows = plan(
            course.days,
            find_submissions([folder / "submissions"]),
            key_context(course, contained=True, cpu_seconds=CPU_SECONDS),
        )
        with running_zygote():
            Grading(course, journal, contained=True).grade(rows, JOBS, lambda *_: None)
        after = _leftovers(home)
    book = gradebook.build_gradebook(course.days, rows, journal, contained=True)
    return GradedCohort({row["name"]: row for row in book["rows"]}, before, after)


def _leftovers(home: Home) -> Leftovers:
    with ownerless_folders(SHORT_PATHS, {os.geteuid(), *TEST_UIDS}) as folders:
        written = [path for path in WRITTEN_BY_SERVERS if path.exists()]
        return Leftovers(
            frozenset(_processes(home)), frozenset([*folders, *written]), frozenset(_objects())
        )


def _processes(home: Home) -> Iterator[str]:
    """The command lines of processes that know this home: each contained one has its address."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (
                os.fsencode(home.root) in (folder / "environ").read_bytes()
                and (folder / "status").read_text().partition("Uid:")[2].split()[0] == "65534"
            ):
                yield (folder / "cmdline").read_text()


def _objects() -> Iterator[tuple[str, str]]:
    """What one run could leave in the server; a template with its role is a bounded cache."""
    session = services.ensure().postgres.admin
    for kind, query in {
        "database": f"SELECT datname FROM pg_database WHERE datname NOT LIKE '{TEMPLATES}'",
        "role": "SELECT rolname FROM pg_roles "
        "WHERE rolcanlogin OR rolsuper OR rolname NOT LIKE 'eventure_%'",
        "large object": "SELECT oid::text FROM pg_largeobject_metadata",
        "prepared transaction": "SELECT gid FROM pg_prepared_xacts",
        "advisory lock": "SELECT objid::text FROM pg_locks WHERE locktype = 'advisory'",
        "table": "SELECT relname FROM pg_class WHERE relname IN ('hostile', 'owned')",
        "setting": "SELECT setconfig::text FROM pg_db_role_setting LEFT JOIN pg_database "
        f"ON pg_database.oid = setdatabase WHERE datname IS NULL OR datname NOT LIKE '{TEMPLATES}'",
    }.items():
        yield from ((kind, name) for (name,) in session.run(query))
