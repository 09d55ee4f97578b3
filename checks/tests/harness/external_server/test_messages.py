"""`pytest --base-url` on a server that somebody else started, and what is said when it is none."""

import re
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from checks import services
from checks.harness.fixtures.users import User
from checks.runner import server_record
from checks.tests.support.external_server import LAYERS, rows, run, variables
from checks.tests.support.serve_process import ServeProcess, free_port, serve_day_one


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A `checks serve day1` of the finished day, for all tests of this file."""
    with serve_day_one(tmp_path_factory.mktemp("workbook")) as server:
        yield server


class TestToldByVariables:
    """A server that somebody else has started: DATABASE_URL and SECRET_KEY say what it has."""

    @pytest.fixture
    def unknown(self, server: ServeProcess) -> Any:
        """The same server, without the note of `checks serve`."""
        record = services.home.find_home().root / "serve" / f"{server.port}.json"
        hidden_record = record.rename(record.with_suffix(".hidden"))
        yield server
        hidden_record.rename(record)

    def test_commands_run_on_its_database_with_its_key(self, unknown: ServeProcess) -> None:
        before = rows(unknown)
        env = {"DATABASE_URL": unknown.database_url, "SECRET_KEY": unknown.secret}

        result = run(LAYERS, "--base-url", unknown.url, **env)

        assert result.returncode == 0, result.stdout
        assert "skipped" not in result.stdout
        assert rows(unknown) == before

    def test_without_its_key_commands_are_skipped_with_the_reason(
        self, unknown: ServeProcess
    ) -> None:
        env = {"DATABASE_URL": unknown.database_url, "SECRET_KEY": ""}

        result = run(LAYERS, "-rs", "--base-url", unknown.url, **env)

        assert "failed" not in result.stdout
        assert "needs the SECRET_KEY of the server at --base-url" in result.stdout

    def test_a_database_that_nobody_names_is_one_sentence(self, unknown: ServeProcess) -> None:
        result = run(LAYERS, "--base-url", unknown.url)

        assert result.returncode == 4
        assert (
            f"Nobody says which database is behind {unknown.url}: set DATABASE_URL" in result.stderr
        )
        assert "failed" not in result.stdout


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://127.0.0.1:{port}", r"Nothing answers at http://127.0.0.1:\d+ \(.*checks serve"),
        ("127.0.0.1:{port}", "--base-url .* is no address; say http://127.0.0.1:8000"),
        ("localhost:{port}", "--base-url .* is no address; say http://127.0.0.1:8000"),
    ],
)
def test_an_address_where_nothing_is_is_one_sentence(url: str, message: str) -> None:
    result = run(LAYERS, "--base-url", url.format(port=free_port()))

    assert result.returncode == 4
    assert re.search(message, result.stderr)
    assert "failed" not in result.stdout


def test_an_answer_may_take_as_long_as_it_likes_unless_somebody_asks() -> None:
    source = "from checks.harness.app.api import Api; print(Api(None, 'http://a')._timeout)"
    argv = [sys.executable, "-c", source]

    results = [
        subprocess.run(argv, env=variables(**extra), capture_output=True, text=True, check=True)
        for extra in ({}, {"EVENTURE_REQUEST_SECONDS": "7"})
    ]

    assert [result.stdout for result in results] == ["None\n", "7.0\n"]


def test_a_server_that_counts_logins_is_named() -> None:
    api: Any = SimpleNamespace(process=None, post=lambda *_, **__: SimpleNamespace(status_code=429))
    user = User(1, "ann@example.com", "Ann", "secret words", api)

    with pytest.raises(pytest.skip.Exception, match="set its RATE_LIMIT_ENABLED=false"):
        user.log_in()


def test_a_note_whose_server_was_killed_is_not_believed(server: ServeProcess) -> None:
    record = services.home.find_home().root / "serve" / f"{server.port}.json"
    stale = record.with_name("1.json")
    stale.write_text(record.read_text())

    assert server_record.find(server.url) is not None
    assert server_record.find("http://127.0.0.1:1") is None
    stale.unlink()
