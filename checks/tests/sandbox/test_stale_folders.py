"""What a killed process has left is removed by the next start, and nothing else is."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from checks.sandbox import stale_folders
from checks.services import temporary_folders
from checks.services.data_directory import SHARED_MEMORY
from checks.services.temporary_folders import lock_of, make_folder, temporary_folder

HOLD = """
import sys, time
from pathlib import Path
from checks.harness.app import tmpfs
from checks.services.temporary_folders import make_folder
folder = make_folder("scratch", Path(sys.argv[1]))
if tmpfs.unshare():
    tmpfs.mount(folder, 0o700)
(folder / "deep" / "er").mkdir(parents=True)
(folder / "deep" / "file").write_text("left")
print(folder, flush=True)
time.sleep(600)
"""


def start_holder(parent: Path) -> tuple["subprocess.Popen[str]", Path]:
    """A process with a temporary folder, and the folder."""
    argv = [sys.executable, "-c", HOLD, str(parent)]
    holder = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    return holder, Path(holder.stdout.readline().strip())


def stop(holder: "subprocess.Popen[str]") -> None:
    holder.kill()
    holder.communicate()


def mounts() -> str:
    return Path("/proc/self/mounts").read_text(encoding="utf-8")


def test_after_a_kill_the_next_start_leaves_nothing(tmp_path: Path) -> None:
    holder, folder = start_holder(tmp_path)
    stop(holder)
    assert folder.exists()

    stale_folders.sweep(tmp_path)

    assert list(tmp_path.iterdir()) == []
    assert str(folder) not in mounts(), "its tmpfs has ended with it"


def test_shared_memory_is_swept_too(monkeypatch: pytest.MonkeyPatch) -> None:
    swept: list[Path] = []
    monkeypatch.setattr(stale_folders, "sweep", swept.append)

    stale_folders.sweep_once.__wrapped__()

    assert (SHARED_MEMORY in swept) == SHARED_MEMORY.is_dir()


def test_a_folder_in_use_stays(tmp_path: Path) -> None:
    holder, folder = start_holder(tmp_path)
    try:
        stale_folders.sweep(tmp_path)

        assert {path.name for path in tmp_path.iterdir()} == {folder.name, lock_of(folder).name}
    finally:
        stop(holder)


def test_a_folder_of_this_process_stays(tmp_path: Path) -> None:
    with temporary_folder("x", tmp_path) as folder:
        stale_folders.sweep(tmp_path)

        assert folder.is_dir()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_a_lock_file_is_no_temporary_folder(tmp_path: Path) -> None:
    (tmp_path / "eventure-home").mkdir()

    stale_folders.sweep(tmp_path)

    assert (tmp_path / "eventure-home").is_dir()


def test_a_link_in_the_place_of_the_folder_leads_nowhere(tmp_path: Path) -> None:
    other, parent = tmp_path / "other", tmp_path / "parent"
    for each in (other, parent):
        each.mkdir()
    (other / "file").write_text("kept")
    link = parent / "eventure-x"
    link.symlink_to(other)
    lock_of(link).touch()

    stale_folders.sweep(parent)

    assert (other / "file").read_text() == "kept"


@pytest.mark.parametrize("kind", ["link", "hard link", "full", "pipe"])
def test_only_an_empty_file_of_its_own_is_a_lock_file(tmp_path: Path, kind: str) -> None:
    folder, other = tmp_path / "eventure-x", tmp_path / "other"
    folder.mkdir()
    other.touch()
    lock = lock_of(folder)
    if kind == "link":
        lock.symlink_to(other)
    elif kind == "hard link":
        lock.hardlink_to(other)
    elif kind == "full":
        lock.write_text("somebody's own file")
    else:
        os.mkfifo(lock)

    stale_folders.sweep(tmp_path)

    assert folder.is_dir()
    assert os.path.lexists(lock)


def test_a_sweep_between_the_lock_file_and_its_lock_takes_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder that is made after it has a lock file, else no sweep would ever find it."""
    flock = fcntl.flock
    swept: list[int] = []

    def sweep_before_the_first(descriptor: int, operation: int) -> None:
        if not swept:
            swept.append(descriptor)
            stale_folders.sweep(tmp_path)
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", sweep_before_the_first)

    folder = make_folder("x", tmp_path)

    assert lock_of(folder).exists()
    temporary_folders.release(folder)


def test_a_folder_that_could_not_be_deleted_is_left_to_the_next_sweep(tmp_path: Path) -> None:
    folder = make_folder("x", tmp_path)

    temporary_folders.release(folder)
    stale_folders.sweep(tmp_path)

    assert list(tmp_path.iterdir()) == []
