"""A sandbox that takes all of its processes leaves its neighbours theirs."""

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from checks.errors import CourseError
from checks.sandbox import bubblewrap, sandbox_uid
from checks.tests.support.sandboxed import ROOT, Sandboxed

pytestmark = pytest.mark.skipif(
    bubblewrap.probe().kind == "none", reason="this machine cannot contain a process"
)
UNPRIVILEGED_UID = 54_321
PYTHON = "/usr/bin/python3"  # another user may not reach the one of this environment
TAKE_ALL_PROCESSES = """
import os, signal
try:
    while True:
        if os.fork() == 0:
            signal.pause()
except BlockingIOError:
    print("all", flush=True)
    signal.pause()
"""
START_THREADS = """
import threading
held = threading.Event()
threads = [threading.Thread(target=held.wait) for _ in range(50)]
for thread in threads:
    thread.start()
held.set()
print(len(threads))
"""
CHECKER = """
import subprocess, sys
from pathlib import Path
from checks.sandbox import bubblewrap
argv = bubblewrap.wrap([sys.executable, "-I", "-c", sys.argv[2]], tree=Path(sys.argv[1]),
                       writable={}, sockets=())
sys.exit(subprocess.call(argv, env=bubblewrap.environment({})))
"""
"""A checker process: it holds its lease of a uid until its sandbox ends."""


@contextmanager
def checker(
    tree: Path, source: str, uid: int | None, home: Path
) -> Iterator["subprocess.Popen[str]"]:
    """A checker process, of root or of another user, with a sandbox that runs the source."""
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "EVENTURE_HOME": str(home)}
    argv = [PYTHON if uid else sys.executable, "-c", CHECKER, str(tree), source]
    output = subprocess.PIPE
    with subprocess.Popen(
        argv, env=variables, stdout=output, stderr=output, text=True, user=uid, cwd="/"
    ) as process:
        yield process
        process.kill()


def can_start(uid: int | None, home: Path) -> bool:
    """Whether a checker process of this user finds the checkout and a sandbox."""
    with (
        suppress(OSError),
        checker(home, "print('here')", uid, home) as process,
    ):
        return process.communicate(timeout=30)[0] == "here\n"
    return False


def kernel() -> tuple[int, ...]:
    """The version of the kernel: (5, 14)."""
    return tuple(int(part) for part in platform.release().split("-")[0].split(".")[:2])


@pytest.mark.parametrize(
    "uid",
    [
        pytest.param(None, id="as-this-user"),
        pytest.param(
            UNPRIVILEGED_UID,
            id="as-another-user",
            marks=pytest.mark.skipif(
                os.geteuid() != 0 or kernel() < (5, 14),
                reason="only root becomes another user; processes count by user before Linux 5.14",
            ),
        ),
    ],
)
def test_a_neighbour_that_has_taken_all_its_processes_leaves_threads(
    sandboxed: Sandboxed, uid: int | None
) -> None:
    home = sandboxed.tree.parent / "home"
    home.mkdir()
    os.chown(home, -1 if uid is None else uid, -1)
    if not can_start(uid, home):
        pytest.skip("that user cannot read the checkout, or has no sandbox")

    with checker(sandboxed.tree, TAKE_ALL_PROCESSES, uid, home) as neighbour:
        assert neighbour.stdout is not None
        assert neighbour.stdout.readline() == "all\n"
        with checker(sandboxed.tree, START_THREADS, uid, home) as second:
            output, errors = second.communicate(timeout=60)

    assert output == "50\n", errors


def test_two_checkers_have_different_uids_and_one_has_the_same(sandboxed: Sandboxed) -> None:
    source = "import os; print(os.getuid())"
    home = sandboxed.tree.parent

    own = {sandboxed.result(source) for _ in range(2)}
    with checker(sandboxed.tree, source, None, home) as other:
        others = {int(other.communicate(timeout=30)[0])}

    assert len(own) == 1
    assert own.isdisjoint(others) == (os.geteuid() == 0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root leases uids")
class TestLease:
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sandbox_uid, "RUNTIME_FOLDERS", (tmp_path,))

    def test_a_process_that_ends_gives_its_uid_back(self) -> None:
        pid = os.fork()
        if pid == 0:
            sandbox_uid._lease([70_001])
            os._exit(0)
        os.waitpid(pid, 0)

        lease = sandbox_uid._lease([70_001])

        os.close(lease.descriptor)
        assert lease.uid == 70_001

    def test_a_leased_uid_is_leased_to_nobody_else(self) -> None:
        first = sandbox_uid._lease([70_001, 70_002])
        second = sandbox_uid._lease([70_001, 70_002])

        with pytest.raises(CourseError, match="2 runs with a sandbox"):
            sandbox_uid._lease([70_001, 70_002])

        for lease in (first, second):
            os.close(lease.descriptor)
        assert {first.uid, second.uid} == {70_001, 70_002}

    def test_where_a_container_has_none_of_them_all_share_one(self) -> None:
        assert sandbox_uid._lease([]).uid == sandbox_uid.NOBODY_UID

    def test_a_folder_that_is_somebody_elses_is_not_used(self, tmp_path: Path) -> None:
        other = tmp_path / "other"
        other.mkdir()
        (tmp_path / "eventure-uids").symlink_to(other)

        with pytest.raises(CourseError, match="Root can make no folder"):
            sandbox_uid._lease([70_001])

    def test_a_forked_process_has_a_lease_of_its_own(self) -> None:
        own = sandbox_uid.sandbox_uid()
        read_end, write_end = os.pipe()
        if os.fork() == 0:
            os.write(write_end, str(sandbox_uid.sandbox_uid()).encode())
            os._exit(0)
        os.wait()

        assert int(os.read(read_end, 16)) != own
