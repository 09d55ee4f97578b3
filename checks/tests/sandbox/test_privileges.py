"""A process of root's that runs tests is an account of its own, and root for a block only."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from checks.results.model import Verdict
from checks.runner.run import RunRequest, run
from checks.sandbox import bubblewrap, stale_folders
from checks.sandbox.privileges import TEST_UIDS, account_uid, drop, has_root
from checks.sandbox.sandbox_uid import NOBODY_UID, UIDS
from checks.services.temporary_folders import lock_of, make_folder, release
from checks.tests.support.day_one_trees import COURSE, DAY, starter

__all__ = ["starter"]  # a fixture

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="root's privileges are dropped")
PREAMBLE = """
import os, subprocess, sys, threading
from pathlib import Path
from checks.sandbox import privileges
from checks.sandbox.learner_files import LearnerFolder
from checks.sandbox.sandbox_uid import sandbox_uid
folder = Path(sys.argv[1])
secret = folder / "secret"
def can_write():
    try:
        secret.open("ab").close()
    except PermissionError:
        return False
    return True
def ids():
    return f"{os.getuid()} {os.geteuid()} {os.getegid()}"
"""


def outcome(folder: Path, code: str) -> list[str]:
    """What the code prints, line by line, in a process of its own beside a file of root's."""
    (folder / "secret").write_text("root's")
    (folder / "secret").chmod(0o600)
    argv = [sys.executable, "-c", PREAMBLE + code, str(folder)]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.splitlines()


@needs_root
def test_no_path_leads_to_a_file_of_roots_for_writing(tmp_path: Path) -> None:
    code = "print(can_write()); print(privileges.drop()); print(can_write()); print(ids())"

    before, dropped, after, ids = outcome(tmp_path, code)

    assert (before, dropped, after) == ("True", "True", "False")
    assert {int(number) for number in ids.split()} <= set(TEST_UIDS)


@needs_root
def test_it_reads_what_only_root_may_read(tmp_path: Path) -> None:
    """The workbook may lie in root's home."""
    assert outcome(tmp_path, "privileges.drop(); print(secret.read_text())") == ["root's"]


MEASURE = """
from checks.harness.app.memory_usage import memory_bytes
from checks.sandbox import bubblewrap
from checks.sandbox.process_tree import kill_sandbox
folder.chmod(0o755)
privileges.drop()
source = "held = bytearray(64 << 20); print(1, flush=True); input()"
argv = [sys.executable, "-I", "-c", source]
argv = bubblewrap.wrap(argv, tree=folder, writable={}, sockets=())
pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "start_new_session": True}
with privileges.as_root():
    process = subprocess.Popen(argv, env=bubblewrap.environment({}), **pipes)
process.stdout.readline()
print(memory_bytes(process.pid, (), 1) >> 20)  # over the limit, each page is counted by itself
kill_sandbox(process.pid)
print(process.wait(5))
"""


@needs_root
@pytest.mark.skipif(bubblewrap.probe().kind == "none", reason="nothing can be contained here")
def test_it_measures_and_kills_a_sandbox(tmp_path: Path) -> None:
    megabytes, status = outcome(tmp_path, MEASURE)

    assert 64 <= int(megabytes) < 128
    assert int(status) == -9


@needs_root
def test_the_account_goes_with_the_uid_of_the_sandbox_and_is_not_it(tmp_path: Path) -> None:
    code = "print(sandbox_uid()); privileges.drop(); print(sandbox_uid(), os.geteuid())"

    before, after = outcome(tmp_path, code)

    learner, account = map(int, after.split())
    assert learner == int(before) in UIDS
    assert account == account_uid(learner) in TEST_UIDS


@needs_root
def test_a_block_is_root_in_its_thread_alone_and_only_until_it_ends(tmp_path: Path) -> None:
    code = """
privileges.drop()
inside, done = threading.Event(), threading.Event()
def be_root():
    with privileges.as_root():
        print(can_write()); inside.set(); done.wait()
    print(can_write())
thread = threading.Thread(target=be_root); thread.start(); inside.wait()
print(can_write()); done.set(); thread.join()
"""
    assert outcome(tmp_path, code) == ["True", "False", "False"]


@needs_root
def test_a_program_that_it_starts_has_no_privilege(tmp_path: Path) -> None:
    code = """
privileges.drop()
words = ["grep", "-E", "^(Uid|CapPrm)", "/proc/self/status"]
sys.stdout.flush(); subprocess.run(words)
with privileges.as_root(): subprocess.run(words)
"""
    uid, permitted, root_uid, root_permitted = (
        line.split()[1:] for line in outcome(tmp_path, code)
    )

    assert len(set(uid)) == 1
    assert int(uid[0]) in TEST_UIDS
    assert int(permitted[0], 16) == 0
    assert set(root_uid) == {"0"}
    assert int(root_permitted[0], 16) != 0


@needs_root
def test_a_learners_file_is_touched_as_the_learner(tmp_path: Path) -> None:
    """A hard link is no link that openat2 refuses: the uid is what is left."""
    code = """
tmp = folder / "scratch"; tmp.mkdir(); tmp.chmod(0o777); folder.chmod(0o755)
os.link(secret, tmp / "linked")
privileges.drop()
files = LearnerFolder(tmp)
try:
    files.truncate("linked", 0); print("cut off")
except PermissionError:
    print("refused")
files.write_bytes("own", b""); print((tmp / "own").stat().st_uid == sandbox_uid())
print(ids())
"""
    refusal, is_learners, ids = outcome(tmp_path, code)

    assert (refusal, is_learners) == ("refused", "True")
    assert {int(number) for number in ids.split()} <= set(TEST_UIDS)


@needs_root
def test_without_a_drop_the_blocks_change_nothing(tmp_path: Path) -> None:
    code = """
with privileges.as_learner(): print(ids())
with privileges.as_root(): print(ids())
"""
    assert outcome(tmp_path, code) == ["0 0 0", "0 0 0"]


def test_a_container_without_the_uid_keeps_its_root() -> None:
    assert account_uid(NOBODY_UID) is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root has privileges to drop")
def test_another_user_than_root_has_nothing_to_drop(tmp_path: Path) -> None:
    assert not drop(tmp_path)
    assert not has_root()


ACCOUNT = """
import os

def test_account():
    assert False, f"ids {os.getuid()} {os.geteuid()}"
"""


@needs_root
@pytest.mark.skipif(bubblewrap.probe().kind == "none", reason="nothing can be contained here")
def test_a_contained_run_of_roots_is_that_account(starter: Path, tmp_path: Path) -> None:
    task = COURSE.task("1.3")
    exercise = tmp_path / task.test
    exercise.parent.mkdir(parents=True)
    exercise.write_text(ACCOUNT)

    result = run(RunRequest(DAY, (task,), tmp_path, starter, contained=True)).tasks[0].tests[0]
    plain = run(RunRequest(DAY, (task,), tmp_path, starter)).tasks[0].tests[0]

    assert (result.verdict, plain.verdict) == (Verdict.FAIL, Verdict.FAIL)
    assert result.cause is not None
    assert plain.cause is not None
    words = result.cause.message.split()
    assert {int(word) for word in words if word.isdecimal()} <= set(TEST_UIDS), words
    assert "0 0" in plain.cause.message


@needs_root
def test_root_removes_what_a_killed_account_has_left(tmp_path: Path) -> None:
    folder = make_folder("scratch", tmp_path)
    for path in (folder, lock_of(folder)):
        os.chown(path, TEST_UIDS[3], TEST_UIDS[3])
    lock = lock_of(folder).rename(tmp_path / "kept")
    release(folder)  # the kernel does so after a kill, and leaves the lock's name
    lock.rename(lock_of(folder))

    stale_folders.sweep(tmp_path)

    assert not folder.exists()
