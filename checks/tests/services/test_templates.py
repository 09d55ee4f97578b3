"""Template databases: filled once, cloned for each run."""

import os
import subprocess
import sys
import time

import pytest

from checks import services
from checks.errors import CourseError
from checks.services import templates
from checks.services.postgres import Postgres
from checks.tests.services.sessions import fill_tables, log_in


class TestTemplate:
    def test_it_is_filled_once(self, postgres: Postgres) -> None:
        calls: list[str] = []

        names = {postgres.template("once", fill_tables(postgres, calls)) for _ in range(2)}

        assert len(names) == len(calls) == 1

    def test_a_second_process_waits_for_the_first_to_fill_it(self, postgres: Postgres) -> None:
        source = """
import sys
from checks import services
def fill(database):
    print("filling", flush=True)
    sys.stdin.read()
services.ensure().postgres.template("shared", fill)
"""
        argv = [sys.executable, "-c", source]
        pipe = subprocess.PIPE
        first = subprocess.Popen(argv, stdin=pipe, stdout=pipe, text=True)
        assert first.stdout is not None
        assert first.stdout.readline() == "filling\n"
        second = subprocess.Popen(argv, stdin=pipe, stdout=pipe, text=True)
        waiting_locks = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        deadline = time.monotonic() + 20
        while not postgres.admin.run(waiting_locks) and time.monotonic() < deadline:
            pass
        first.communicate(timeout=60)

        assert second.communicate(timeout=60)[0] == "", "it filled what the first had filled"

    def test_a_clone_belongs_to_its_own_role(self, postgres: Postgres) -> None:
        name = postgres.template("clones", fill_tables(postgres, []))
        first, second = postgres.create_database(name), postgres.create_database(name)
        for clone in (first, second):
            with log_in(postgres, clone) as connection:
                connection.execute("ALTER TABLE people ADD COLUMN age int")
                connection.execute("INSERT INTO people (name, age) VALUES ('ann', 1)")
                row = connection.execute("SELECT max(id) FROM people").fetchone()
            postgres.drop_database(clone)

            assert row == (1,)

    def test_a_filling_that_fails_leaves_nothing_and_is_tried_again(
        self, postgres: Postgres
    ) -> None:
        def fail(_: services.Database) -> None:
            raise CourseError("the migration does not run")

        with pytest.raises(CourseError, match="does not run"):
            postgres.template("failing", fail)
        calls: list[str] = []
        postgres.template("failing", fill_tables(postgres, calls))

        assert len(calls) == 1
        assert not postgres.admin.run(
            f"SELECT 1 FROM pg_database WHERE datname LIKE 'eventure\\_{os.getpid()}\\_%'"
        )

    def test_the_longest_unused_are_dropped(
        self, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(templates, "MAX_TEMPLATES", 2)
        names = [postgres.template(f"key {n}", fill_tables(postgres, [])) for n in range(3)]

        rows = postgres.admin.run(
            r"SELECT datname FROM pg_database WHERE datname LIKE 'eventure\_template\_%'"
        )

        assert {name for (name,) in rows} == set(names[1:])
