"""What contained code can reach: the network, the services, the checkout."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks import services
from checks.sandbox import bubblewrap as sandbox
from checks.services import Services
from checks.tests.sandbox.inside import Inside

pytestmark = pytest.mark.skipif(
    sandbox.probe().kind == "none", reason="this machine cannot contain a process"
)


class TestNetwork:
    def test_it_cannot_reach_a_listener_of_the_machine(self, inside: Inside) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            socket.create_connection(("127.0.0.1", port)).close()
            said = inside.complaint(
                "import socket; socket.create_connection(('127.0.0.1', given['port']), 5)",
                port=port,
            )

        assert "ConnectionRefusedError" in said

    def test_it_has_no_way_out(self, inside: Inside) -> None:
        source = "import socket; print(json.dumps([n for _, n in socket.if_nameindex()]))"

        assert inside.answer(source) == ["lo"]


class TestServices:
    def test_it_reaches_its_own_database(self, beside: Inside, running: Services) -> None:
        made = running.postgres.create_database()
        source = """
import psycopg
with psycopg.connect(given["url"]) as connection:
    connection.execute("CREATE TABLE mine (id int)")
    print(json.dumps(connection.execute("SELECT current_user").fetchone()))
"""
        assert beside.answer(source, url=driver(running, made)) == [made.role]
        running.postgres.drop_database(made)

    def test_it_is_refused_on_anothers(self, beside: Inside, running: Services) -> None:
        made, other = running.postgres.create_database(), running.postgres.create_database()
        url = driver(running, made).replace(f"/{made.name}?", f"/{other.name}?")

        said = beside.complaint("import psycopg; psycopg.connect(given['url'])", url=url)

        assert "User does not have CONNECT privilege" in said
        for database in (made, other):
            running.postgres.drop_database(database)

    def test_it_is_no_superuser_without_the_password(
        self, beside: Inside, running: Services
    ) -> None:
        said = beside.complaint(
            "import psycopg; psycopg.connect(host=given['host'], user='postgres')",
            host=str(running.postgres.sockets),
        )

        assert "no password supplied" in said

    def test_it_cannot_have_the_server_start_programs(
        self, beside: Inside, running: Services
    ) -> None:
        made = running.postgres.create_database()
        source = """
import psycopg
psycopg.connect(given["url"]).execute("COPY (SELECT 1) TO PROGRAM 'id'")
"""
        done = beside.run(source, url=driver(running, made))

        assert "permission denied to COPY to or from an external program" in done.stderr
        running.postgres.drop_database(made)

    def test_it_cannot_take_a_sockets_place(self, beside: Inside, running: Services) -> None:
        source = "import os; os.unlink(given['path'])"
        path = f"{running.postgres.sockets}/.s.PGSQL.5432"

        assert "Read-only file system" in beside.complaint(source, path=path)

    def test_it_reaches_redis(self, beside: Inside, running: Services) -> None:
        number = running.redis.lease()
        source = (
            "import redis; r = redis.Redis.from_url(given['url']); r.set('a', 1); print('true')"
        )

        assert beside.answer(source, url=running.redis.url(number)) is True
        assert running.redis.client(number).get("a") == b"1"
        running.redis.release(number)


def driver(running: Services, made: services.Database) -> str:
    """The application's URL as psycopg reads it."""
    return running.postgres.url(made).replace("+psycopg", "")


class TestProbe:
    @pytest.fixture(autouse=True)
    def asked_anew(self) -> Iterator[None]:
        sandbox.probe.cache_clear()
        yield
        sandbox.probe.cache_clear()

    def test_without_bubblewrap_it_says_what_installs_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", "/nowhere")

        found = sandbox.probe()

        assert found.kind == "none"
        assert "apt-get install bubblewrap" in " ".join(found.reasons)

    def test_where_namespaces_are_off_it_says_what_turns_them_on(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        refusing = tmp_path / "bwrap"
        refusing.write_text(
            "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n"
        )
        refusing.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

        found = sandbox.probe()

        assert found.kind == "none"
        assert "unprivileged_userns_clone" in " ".join(found.reasons)


class TestWhatIsMounted:
    def test_a_checkout_below_usr_hides_itself_but_not_its_environment(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        checkout = Path("/usr/src/app")
        monkeypatch.setattr(sandbox, "_workbook", lambda: checkout)
        monkeypatch.setattr(sandbox, "PACKAGE", checkout / "checks")
        monkeypatch.setattr(sys, "prefix", str(checkout / ".venv"))

        words = list(sandbox._pythons())

        hidden, mounted = words.index(str(checkout)), words.index(str(checkout / ".venv"))
        assert words[hidden - 1] == "--tmpfs"
        assert hidden < mounted

    def test_an_installed_checker_hides_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        package = Path(sys.prefix) / "lib" / "python3" / "site-packages" / "checks"
        monkeypatch.setattr(sandbox, "_workbook", lambda: package)
        monkeypatch.setattr(sandbox, "PACKAGE", package)

        words = list(sandbox._pythons())

        assert words[words.index(str(package)) - 1] == "--tmpfs"
