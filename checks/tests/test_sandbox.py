"""The border as an attacker meets it: everything here runs for real inside the sandbox."""

import json
import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from checks import sandbox, services
from checks.services import Services
from checks.tests.homes import own_home

pytestmark = pytest.mark.skipif(
    sandbox.probe().kind == "none", reason="this machine cannot contain a process"
)
ROOT = Path(__file__).parents[2]


class Inside:
    """A tree and a folder to write to, and Python that runs between them."""

    sockets: tuple[Path, ...] = ()

    def __init__(self, base: Path) -> None:
        self.tree, self.scratch = base / "tree", base / "scratch"
        self.tree.mkdir()
        self.scratch.mkdir()
        (self.tree / "given.txt").write_text("the learner's own")
        for path, mode in ((base, 0o755), (self.scratch, 0o777)):
            path.chmod(mode)

    def command(self, source: str, **given: Any) -> list[str]:
        """The argument list that runs the source inside; `given` is a JSON dict there."""
        source = f"import json\ngiven = json.loads({json.dumps(json.dumps(given))})\n{source}"
        return sandbox.wrap(
            [sys.executable, "-I", "-B", "-c", source],
            tree=self.tree,
            writable=self.scratch,
            sockets=self.sockets,
            env={"GIVEN": "yes"},
        )

    def run(self, source: str, **given: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(source, **given), capture_output=True, text=True, timeout=30, check=False
        )

    def answer(self, source: str, **given: Any) -> Any:
        """What the source printed, read as JSON."""
        done = self.run(source, **given)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def complaint(self, source: str, **given: Any) -> str:
        """The exception that ended the source, as Python wrote it last."""
        done = self.run(source, **given)
        assert done.returncode == 1, f"it went through: {done.stdout}"
        return done.stderr.strip().splitlines()[-1]


@pytest.fixture
def inside() -> Iterator[Inside]:
    """Below /tmp, whose own content must not show inside either."""
    base = Path(mkdtemp(prefix="eventure-sandbox-"))
    yield Inside(base)
    subprocess.run(["rm", "-rf", str(base)], check=True)


class TestFiles:
    def test_it_reads_its_own_tree(self, inside: Inside) -> None:
        said = inside.answer("print(json.dumps(open('given.txt').read()))")

        assert said == "the learner's own"

    def test_it_cannot_write_to_its_tree(self, inside: Inside) -> None:
        assert "Read-only file system" in inside.complaint("open('given.txt', 'w')")

    def test_it_writes_where_it_may(self, inside: Inside) -> None:
        inside.answer(f"open('{sandbox.WRITABLE}/left', 'w').write('here'); print('null')")

        assert (inside.scratch / "left").read_text() == "here"

    def test_a_secret_beside_the_tree_does_not_exist_inside(self, inside: Inside) -> None:
        secret = inside.tree.parent / "secret"
        secret.write_text("nobody's business")

        assert "FileNotFoundError" in inside.complaint("open(given['path'])", path=str(secret))

    @pytest.mark.parametrize("name", ["solutions", "days", "checks", "checks/catalogue"])
    def test_the_workbook_does_not_exist_inside(self, inside: Inside, name: str) -> None:
        seen = inside.answer(
            "import os; print(json.dumps(os.path.exists(given['path'])))", path=str(ROOT / name)
        )

        assert seen is False

    def test_the_checker_cannot_be_imported_inside(self, inside: Inside) -> None:
        assert "ModuleNotFoundError" in inside.complaint("import checks")

    def test_the_installed_libraries_can(self, inside: Inside) -> None:
        assert inside.answer("import fastapi, psycopg; print('true')") is True

    @pytest.mark.parametrize("path", ["/root", "/home", "/etc/shadow", "/var", "/sys"])
    def test_the_rest_of_the_machine_does_not_exist_inside(self, inside: Inside, path: str) -> None:
        source = """
import os
seen = []
for folder, folders, files in os.walk(given['path']):
    seen += [os.path.join(folder, name) for name in files]
own = os.path.realpath(os.sys.base_prefix), os.sys.prefix
print(json.dumps([name for name in seen if not name.startswith(own)]
    + [given['path']] * os.path.isfile(given['path'])))
"""
        assert inside.answer(source, path=path) == []

    def test_its_tmp_is_its_own_and_small(self, inside: Inside) -> None:
        source = """
import os
print(json.dumps([os.listdir('/tmp'), os.statvfs('/tmp').f_blocks * os.statvfs('/tmp').f_frsize]))
"""
        mounts = [Path(sys.prefix), Path(sys.base_prefix)]
        ours = {path.parts[2] for path in mounts if path.is_relative_to("/tmp")}

        names, size = inside.answer(source)

        assert set(names) <= ours
        assert size == 64 << 20


class TestProcess:
    def test_it_is_nobody_and_cannot_become_root(self, inside: Inside) -> None:
        source = """
import os
try:
    os.setuid(0); became = True
except OSError:
    became = False
print(json.dumps([os.getuid(), os.geteuid(), os.getgroups(), became]))
"""
        uid, effective, groups, became = inside.answer(source)

        assert (uid, effective, became) == (65534, 65534, False)
        assert set(groups) <= {65534}

    def test_it_holds_no_capability(self, inside: Inside) -> None:
        source = "print(json.dumps([w for l in open('/proc/self/status') for w in l.split() "
        source += "if l.startswith(('CapEff', 'CapPrm', 'CapInh', 'CapAmb'))][1::2]))"

        assert {int(mask, 16) for mask in inside.answer(source)} == {0}

    def test_it_sees_no_process_of_the_machine(self, inside: Inside) -> None:
        source = "import os; print(json.dumps([p for p in os.listdir('/proc') if p.isdigit()]))"

        assert len(inside.answer(source)) < 5

    def test_it_knows_only_the_environment_that_it_was_given(self, inside: Inside) -> None:
        os.environ["EVENTURE_TEST_SECRET"] = "out"
        try:
            known = inside.answer("import os; print(json.dumps(sorted(os.environ)))")
        finally:
            del os.environ["EVENTURE_TEST_SECRET"]

        assert set(known) <= {"GIVEN", "PATH", "HOME", "LANG", "PWD", "LC_CTYPE"}

    def test_it_has_limits_that_it_cannot_lift(self, inside: Inside) -> None:
        source = """
import resource as r
names = ('RLIMIT_AS', 'RLIMIT_NPROC', 'RLIMIT_FSIZE', 'RLIMIT_NOFILE', 'RLIMIT_CORE')
print(json.dumps([r.getrlimit(getattr(r, name)) for name in names]))
"""
        limits = inside.answer(source)

        assert limits == [[2 << 30] * 2, [256] * 2, [64 << 20] * 2, [1024] * 2, [0] * 2]

    def test_a_memory_hog_gets_a_memory_error(self, inside: Inside) -> None:
        assert "MemoryError" in inside.complaint("bytearray(3 << 30)")

    def test_a_fork_bomb_stops(self, inside: Inside) -> None:
        source = """
import os, time
made = 0
try:
    while made < 1000:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        made += 1
except OSError:
    print(made, flush=True)
    os._exit(0)
print(made)
"""
        assert inside.answer(source) < 256

    def test_it_dies_with_whoever_started_it(self, inside: Inside) -> None:
        """The inner process holds a pipe; its end is seen as the end of the pipe."""
        ours, its = os.pipe()
        source = "import time\nopen('/scratch/up', 'w')\nprint('up', flush=True)\ntime.sleep(60)"
        starter = (
            "import subprocess, sys; p = subprocess.Popen(sys.argv[2:], "
            "pass_fds=[int(sys.argv[1])]); p.wait()"
        )
        with os.fdopen(ours, "rb") as held:
            parent = subprocess.Popen(
                [sys.executable, "-c", starter, str(its), *inside.command(source)],
                pass_fds=[its],
                stdout=subprocess.PIPE,
            )
            os.close(its)
            assert parent.stdout is not None
            assert parent.stdout.readline() == b"up\n"
            parent.kill()
            parent.wait()
            parent.stdout.close()
            ended, _, _ = select.select([held], [], [], 10)

            assert ended, "ten seconds after its parent's death the sandbox still lives"
            assert held.read() == b""


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


@pytest.fixture(scope="module")
def running() -> Iterator[Services]:
    with own_home():
        yield services.ensure()


@pytest.fixture
def beside(inside: Inside, running: Services) -> Inside:
    """The sandbox with the services' sockets, as an application gets them."""
    inside.sockets = running.sockets
    return inside


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
