"""The network, the services and the mounts that contained code can reach."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks import services
from checks.sandbox import bubblewrap, mounts
from checks.services import Services
from checks.tests.support.sandboxed import Sandboxed

pytestmark = pytest.mark.skipif(
    bubblewrap.probe().kind == "none", reason="this machine cannot contain a process"
)


class TestNetwork:
    def test_it_cannot_reach_a_listener_of_the_machine(self, sandboxed: Sandboxed) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            socket.create_connection(("127.0.0.1", port)).close()
            error = sandboxed.error(
                "import socket; socket.create_connection(('127.0.0.1', given['port']), 5)",
                port=port,
            )

        assert "ConnectionRefusedError" in error

    def test_it_has_no_way_out(self, sandboxed: Sandboxed) -> None:
        source = "import socket; print(json.dumps([n for _, n in socket.if_nameindex()]))"

        assert sandboxed.result(source) == ["lo"]


class TestServices:
    def test_it_reaches_its_own_database(self, with_services: Sandboxed, running: Services) -> None:
        database = running.postgres.create_database()
        source = """
import psycopg
with psycopg.connect(given["url"]) as connection:
    connection.execute("CREATE TABLE mine (id int)")
    print(json.dumps(connection.execute("SELECT current_user").fetchone()))
"""
        assert with_services.result(source, url=libpq_url(running, database)) == [database.role]
        running.postgres.drop_database(database)

    def test_it_is_refused_on_anothers(self, with_services: Sandboxed, running: Services) -> None:
        database, other = running.postgres.create_database(), running.postgres.create_database()
        url = libpq_url(running, database).replace(f"/{database.name}?", f"/{other.name}?")

        error = with_services.error("import psycopg; psycopg.connect(given['url'])", url=url)

        assert "User does not have CONNECT privilege" in error
        for each in (database, other):
            running.postgres.drop_database(each)

    def test_it_is_no_superuser_without_the_password(
        self, with_services: Sandboxed, running: Services
    ) -> None:
        error = with_services.error(
            "import psycopg; psycopg.connect(host=given['host'], user='postgres')",
            host=str(running.postgres.sockets),
        )

        assert "no password supplied" in error

    def test_it_cannot_have_the_server_start_programs(
        self, with_services: Sandboxed, running: Services
    ) -> None:
        database = running.postgres.create_database()
        source = """
import psycopg
psycopg.connect(given["url"]).execute("COPY (SELECT 1) TO PROGRAM 'id'")
"""
        done = with_services.run(source, url=libpq_url(running, database))

        assert "permission denied to COPY to or from an external program" in done.stderr
        running.postgres.drop_database(database)

    def test_it_cannot_take_a_sockets_place(
        self, with_services: Sandboxed, running: Services
    ) -> None:
        source = "import os; os.unlink(given['path'])"
        path = f"{running.postgres.sockets}/.s.PGSQL.5432"

        assert "Read-only file system" in with_services.error(source, path=path)

    def test_it_reaches_redis(self, with_services: Sandboxed, running: Services) -> None:
        number = running.redis.lease()
        source = (
            "import redis; r = redis.Redis.from_url(given['url']); r.set('a', 1); print('true')"
        )

        assert with_services.result(source, url=running.redis.url(number)) is True
        assert running.redis.client(number).get("a") == b"1"
        running.redis.release(number)


def libpq_url(running: Services, database: services.Database) -> str:
    """The application's URL without SQLAlchemy's driver, as libpq reads it."""
    return running.postgres.url(database).replace("+psycopg", "")


class TestProbe:
    @pytest.fixture(autouse=True)
    def clear_probe_cache(self) -> Iterator[None]:
        bubblewrap.probe.cache_clear()
        yield
        bubblewrap.probe.cache_clear()

    def test_without_bubblewrap_it_says_what_installs_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", "/nowhere")

        containment = bubblewrap.probe()

        assert containment.kind == "none"
        assert "apt-get install bubblewrap" in " ".join(containment.reasons)

    def test_where_namespaces_are_off_it_says_what_turns_them_on(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        bwrap = tmp_path / "bwrap"
        bwrap.write_text(
            "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n"
        )
        bwrap.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

        containment = bubblewrap.probe()

        assert containment.kind == "none"
        assert "unprivileged_userns_clone" in " ".join(containment.reasons)


class TestWhatIsMounted:
    def test_a_checkout_below_usr_hides_itself_but_not_its_environment(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        checkout = Path("/usr/src/app")
        monkeypatch.setattr(mounts, "_checkout", lambda: checkout)
        monkeypatch.setattr(mounts, "PACKAGE", checkout / "checks")
        monkeypatch.setattr(sys, "prefix", str(checkout / ".venv"))

        words = list(mounts.python_mounts())

        hidden_index, mounted_index = (
            words.index(str(checkout)),
            words.index(str(checkout / ".venv")),
        )
        assert words[hidden_index - 1] == "--tmpfs"
        assert hidden_index < mounted_index

    def test_an_installed_checker_hides_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        package = Path(sys.prefix) / "lib" / "python3" / "site-packages" / "checks"
        monkeypatch.setattr(mounts, "_checkout", lambda: package)
        monkeypatch.setattr(mounts, "PACKAGE", package)

        words = list(mounts.python_mounts())

        assert words[words.index(str(package)) - 1] == "--tmpfs"
