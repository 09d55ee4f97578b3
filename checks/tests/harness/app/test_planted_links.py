"""Links that contained code plants where the checker reads, writes, connects and listens.

What a link leads to lies on the host, outside the sandbox: the code inside only names it.
"""

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import httpx2
import pytest

from checks.harness.app import double_sockets
from checks.harness.app.border import Border
from checks.harness.app.connections import Transport
from checks.harness.app.process import AppProcess
from checks.harness.app.shared_folder import SharedFolder
from checks.harness.errors import UnusablePath
from checks.sandbox.tree_removal import remove_tree
from checks.tests.support.borders import each_contained_kind, every_kind, make_border
from checks.tests.support.contained_python import running_python
from checks.tests.support.link_swaps import contents

SECRET = b"of the host, nobody else's" * 4
ROUNDS = 100
PLANT = """
import os, sys
name, target = sys.argv[1:]
if os.path.lexists(name):
    os.rename(name, name + '-away')
os.symlink(target, name)
"""
SWAP = """
import os
name, target = {name!r}, {target!r}
os.symlink(target, name + '-link')
print('swapping', flush=True)
for _ in range(200_000):
    for source, goal in ((name, name + '-away'), (name + '-link', name),
                         (name, name + '-link'), (name + '-away', name)):
        try: os.rename(source, goal)
        except OSError: pass
"""
REPLACE = """
import json, os, sys
path = sys.argv[1]
folder = os.path.dirname(path)
attempts = {
    'unlink': lambda: os.unlink(path),
    'rename': lambda: os.rename(path, path + '-away'),
    'chmod': lambda: os.chmod(path, 0o600),
    'link': lambda: os.symlink('/etc', os.path.join(folder, 'linked')),
    'write': lambda: open(os.path.join(folder, 'written'), 'w'),
    'mkdir': lambda: os.mkdir(os.path.join(folder, 'relay')),
    'move the folder': lambda: os.rename(folder, folder + '-away'),
}
succeeded = []
for name, attempt in attempts.items():
    try: attempt()
    except OSError: continue
    succeeded.append(name)
print(json.dumps(succeeded))
"""
CONNECT = """
import socket, sys
client = socket.socket(socket.AF_UNIX)
client.connect(sys.argv[1])
client.sendall(b'from inside')
"""


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A folder of the host with a file that only its owner may read."""
    folder = tmp_path / "host"
    folder.mkdir(mode=0o700)
    (folder / "a.dump").write_bytes(SECRET)
    (folder / "a.dump").chmod(0o600)
    return folder


@pytest.fixture
def sockets() -> Iterator[Path]:
    """The folder of the doubles' sockets."""
    folder = double_sockets.make_socket_folder()
    yield folder
    remove_tree(folder)


def run(border: Border, source: str, *arguments: str) -> str:
    """Run Python behind the border; what it prints."""
    done = border.run(border.python("-c", source, *arguments), {}, None, 30)
    assert done.returncode == 0, done.stderr
    return done.stdout


def plant(border: Border, name: str, target: Path) -> None:
    """Have learner code put a link in the place of a file of the scratch folder."""
    run(border, PLANT, border.inside(name), str(target))


def cut_in_half(folder: SharedFolder, name: str) -> None:
    folder.cut_off(name, lambda size: size // 2)


class TestSharedFolder:
    @every_kind
    def test_a_link_in_the_place_of_a_file_is_no_backup(self, kind: str, victim: Path) -> None:
        before = contents(victim)
        with make_border(kind) as border:
            folder = SharedFolder(border, "backups")
            plant(border, "backups/a.dump", victim / "a.dump")

            assert not folder.is_file("a.dump")
            for access in (folder.read_bytes, partial(cut_in_half, folder), folder.permissions):
                with pytest.raises(UnusablePath, match=r"a\.dump"):
                    access("a.dump")

        assert contents(victim) == before

    @every_kind
    def test_a_link_in_the_place_of_the_folder_is_not_entered(
        self, kind: str, victim: Path
    ) -> None:
        before = contents(victim)
        with make_border(kind) as border:
            folder = SharedFolder(border, "metrics")
            plant(border, "metrics", victim)

            assert not folder.is_file("a.dump")
            with pytest.raises(UnusablePath):
                folder.names()
            with pytest.raises(UnusablePath):
                cut_in_half(folder, "a.dump")
            with pytest.raises(UnusablePath):
                folder.search_path(pg_dump="#!/bin/sh\n")
            with pytest.raises(UnusablePath):
                SharedFolder(border, "metrics")

        assert contents(victim) == before

    @every_kind
    @pytest.mark.parametrize("name", ["backups/a.dump", "backups"])
    def test_a_link_that_comes_and_goes_is_not_followed(
        self, kind: str, victim: Path, name: str
    ) -> None:
        before = contents(victim)
        with make_border(kind) as border:
            folder = SharedFolder(border, "backups")
            run(border, "open(__import__('sys').argv[1], 'w')", folder.inside("a.dump"))
            target = victim / "a.dump" if name.endswith(".dump") else victim
            source = SWAP.format(name=border.inside(name), target=str(target))
            with running_python(border, source) as swaps:
                assert swaps.line() == "swapping"
                for _ in range(ROUNDS):
                    with suppress(UnusablePath):
                        assert folder.read_bytes("a.dump") != SECRET
                    with suppress(UnusablePath):
                        cut_in_half(folder, "a.dump")
                    with suppress(UnusablePath):
                        folder.search_path(pg_dump="#!/bin/sh\n")

        assert contents(victim) == before


class TestSocketOfTheApp:
    @every_kind
    def test_a_link_to_another_servers_socket_is_not_connected_to(
        self, kind: str, tmp_path: Path
    ) -> None:
        with make_border(kind) as border, socket.socket(socket.AF_UNIX) as other_server:
            other_server.bind(str(tmp_path / "other.sock"))
            other_server.listen()
            other_server.setblocking(False)
            process = AppProcess(border, "app", {})
            plant(border, process.socket.name, tmp_path / "other.sock")

            assert not process.accepts_connections()
            with (
                httpx2.Client(transport=Transport(str(process.socket))) as client,
                pytest.raises(httpx2.ConnectError),
            ):
                client.get("http://app/")

            with pytest.raises(BlockingIOError):
                other_server.accept()
            process.close()

    @every_kind
    def test_a_link_in_its_place_goes_when_the_app_starts(self, kind: str, victim: Path) -> None:
        source = "async def app(scope, receive, send): ...\n"
        before = contents(victim)
        with make_border(kind, source) as border:
            process = AppProcess(border, "app", {})
            plant(border, process.socket.name, victim)

            process.start()

            assert process.accepts_connections()
            process.close()

        assert contents(victim) == before


class TestSocketOfADouble:
    @each_contained_kind
    def test_learner_code_connects_to_it_and_cannot_replace_it(
        self, kind: str, sockets: Path
    ) -> None:
        path = sockets / "silent-postgres" / ".s.PGSQL.5432"
        with make_border(kind) as border, double_sockets.bind_socket(path) as listener:
            listener.listen()
            behind = replace(border, sockets=(sockets,))

            succeeded = json.loads(run(behind, REPLACE, str(path)))
            run(behind, CONNECT, str(path))

            assert succeeded == []
            connection, _ = listener.accept()
            with connection:
                assert connection.recv(64) == b"from inside"

    @each_contained_kind
    def test_one_that_is_made_while_the_sandbox_runs_is_seen_there(
        self, kind: str, sockets: Path
    ) -> None:
        with make_border(kind) as border:
            behind = replace(border, sockets=(sockets,))
            run(behind, "")  # the common sandbox has all its mounts by now
            with double_sockets.bind_socket(sockets / "smtp.sock") as listener:
                listener.listen()

                run(behind, CONNECT, str(sockets / "smtp.sock"))

    def test_a_second_double_takes_the_place_of_the_first(self, sockets: Path) -> None:
        double_sockets.bind_socket(sockets / "relay" / "sock").close()

        with double_sockets.bind_socket(sockets / "relay" / "sock"):
            assert (sockets / "relay").stat().st_mode & 0o777 == 0o711
        double_sockets.remove(sockets / "relay" / "sock")

        assert not (sockets / "relay" / "sock").exists()
