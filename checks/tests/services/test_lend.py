"""A database for a person's own pytest, on the server that the checks use."""

import os
import subprocess

import pytest
import redis
from typer.testing import CliRunner

from checks import services
from checks.cli.main import app
from checks.services import home
from checks.services.admin import connect
from checks.services.lend import lend, shell_lines
from checks.services.names import is_leftover
from checks.services.postgres import Postgres
from checks.services.redis import LOCAL_KINDS


def libpq_url(url: str) -> str:
    """The URL without SQLAlchemy's driver, as libpq reads it."""
    return url.replace("+psycopg", "")


def shell_output(script: str) -> str:
    """The output of a shell that evaluates the lines of `checks services lend` first."""
    lines = CliRunner().invoke(app, ["services", "lend"]).stdout
    argv = ["sh", "-c", f'eval "$LENT"; {script}']
    env = {**os.environ, "LENT": lines}
    return subprocess.run(argv, capture_output=True, text=True, env=env, check=True).stdout.strip()


class TestLend:
    def test_it_is_empty_each_time(self, postgres: Postgres) -> None:
        with connect(libpq_url(lend(postgres)), autocommit=True) as first:
            first.execute("CREATE TABLE notes ()")

        with connect(libpq_url(lend(postgres)), autocommit=True) as second:
            row = second.execute("SELECT to_regclass('notes')").fetchone()

        assert row == (None,)

    def test_what_another_terminal_was_told_holds_still(self, postgres: Postgres) -> None:
        assert lend(postgres) == lend(postgres)

    def test_it_is_there_again_when_the_server_has_been_started_anew(
        self, services_home: home.Home, postgres: Postgres
    ) -> None:
        url = lend(postgres)
        services_home.lent_marker.touch()
        services.down()

        services.ensure()

        with connect(libpq_url(url)) as connection:
            assert connection.info.dbname == "eventure_own"

    def test_its_user_may_make_further_ones(self, postgres: Postgres) -> None:
        with connect(libpq_url(lend(postgres)), autocommit=True) as connection:
            connection.execute("CREATE DATABASE lent_further")
            connection.execute("DROP DATABASE lent_further")

    def test_nobody_sweeps_it(self, postgres: Postgres) -> None:
        with connect(libpq_url(lend(postgres))) as connection:
            assert not is_leftover(connection.info.dbname)

    def test_a_shell_that_has_it_still_runs_the_checks(
        self, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", lend(postgres))

        assert services.ensure().postgres is postgres


class TestCommand:
    def test_a_shell_takes_its_lines_as_they_are(self, postgres: Postgres) -> None:
        url, secret = shell_output('echo "$DATABASE_URL $SECRET_KEY"').split()

        with connect(libpq_url(url)) as connection:
            assert connection.info.dbname == "eventure_own"
        assert len(secret) >= 32

    def test_a_server_of_somebody_elses_lends_nothing(
        self, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", postgres.admin_dsn())

        result = CliRunner().invoke(app, ["services", "lend"])

        assert result.exit_code != 0
        assert "a server of yours: make an empty database there" in str(result.exception)
        assert "export" not in result.stdout


class TestByHand:
    """One line, and what a learner types in a day's folder reaches the database."""

    def test_psql_needs_no_argument(self, postgres: Postgres) -> None:
        assert shell_output("psql -qAtc 'SELECT 6 * 7'") == "42"

    def test_redis_is_named_and_a_run_still_uses_the_workbook_s_own(
        self, services_home: home.Home, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        running = services.ensure()
        url = shell_output('echo "$REDIS_URL"')
        if running.redis.kind not in LOCAL_KINDS:
            assert not url
            return

        with redis.Redis.from_url(url) as client:
            assert client.ping()
        monkeypatch.setenv("REDIS_URL", url)
        assert services.ensure().redis.kind == running.redis.kind

    def test_a_file_holds_no_path(self) -> None:
        lines = shell_lines({"A": "it's"}, with_path=False)

        assert lines == ["export A='it'\"'\"'s'"]
        assert any(line.startswith("export PATH=") for line in shell_lines({}, with_path=True))
