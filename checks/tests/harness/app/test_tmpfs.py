"""Contained code fills its own tmpfs and no more, also with files that have no name."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from checks.harness.app import resource_limits, tmpfs
from checks.sandbox import bubblewrap
from checks.tests.support.sandboxed import VARIABLES, Sandboxed, sandboxed

__all__ = ["sandboxed"]

pytestmark = pytest.mark.skipif(
    bubblewrap.probe().kind == "none", reason="this machine cannot contain a process"
)
FILL_WITHOUT_NAMES = """
import os
held = []
try:
    for _ in range(1000):
        held.append(open('/scratch/x', 'wb', 0))
        os.unlink('/scratch/x')
        held[-1].write(bytes(1 << 20))
except OSError as error:
    print(json.dumps([error.strerror, len(held)]))
"""
MEASURE = """
import json, sys
from pathlib import Path
from checks.harness.app import resource_limits
from checks.harness.app import tmpfs
folder = Path(sys.argv[1])
assert tmpfs.unshare()
tmpfs.mount(folder, 0o700)
held = open(folder / 'x', 'wb', 0)
(folder / 'x').unlink()
held.write(bytes(int(sys.argv[2])))
seen = resource_limits.exceeds_disk_limit(folder, 0)
tmpfs.remove(folder)
print(json.dumps([seen, folder.exists()]))
"""

TOGETHER = """
import json, sys
from pathlib import Path
from checks.harness.app import resource_limits, tmpfs
base = Path(sys.argv[1])
names = ("first", "second", "alone")
assert tmpfs.unshare()
for name in names:
    (base / name).mkdir()
    tmpfs.mount(base / name, 0o700, None if name == "alone" else base)
half = resource_limits.DISK_LIMIT // 2 + (1 << 20)
for name in ("first", "second"):
    (base / name / "x").write_bytes(bytes(half))
seen = [resource_limits.exceeds_disk_limit(base / name, 0) for name in names]
tmpfs.remove(base / "first")
seen.append(resource_limits.exceeds_disk_limit(base / "second", 0))
print(json.dumps(seen))
"""

FOLLOW = """
import json, sys
from pathlib import Path
from checks.harness.app import tmpfs
folder, secret = Path(sys.argv[1]), Path(sys.argv[1] + '-secret')
secret.write_text('of the host')
assert tmpfs.unshare()
tmpfs.mount(folder, 0o700)
(folder / 'link').symlink_to(secret)
try:
    answer = (folder / 'link').read_text()
except OSError as error:
    answer = error.strerror
tmpfs.remove(folder)
print(json.dumps(answer))
"""


def run_on_tmpfs(sandboxed: Sandboxed, source: str) -> "subprocess.CompletedProcess[str]":
    """The source inside, where /scratch is a tmpfs."""
    argv = [sys.executable, "-m", "checks.harness.app.tmpfs", str(sandboxed.scratch)]
    return subprocess.run(
        [*argv, *sandboxed.command(source)],
        env=bubblewrap.environment(VARIABLES),
        capture_output=True,
        text=True,
        check=False,
    )


class TestTmpfs:
    def test_files_without_a_name_fill_it_and_nothing_else(self, sandboxed: Sandboxed) -> None:
        error, files = json.loads(run_on_tmpfs(sandboxed, FILL_WITHOUT_NAMES).stdout)

        assert error == "No space left on device"
        assert files == (tmpfs.SIZE >> 20) + 1

    def test_nobody_else_sees_what_lies_in_it(self, sandboxed: Sandboxed) -> None:
        done = run_on_tmpfs(sandboxed, "open('/scratch/left', 'w').write('here'); print('true')")

        assert done.stdout == "true\n"
        assert list(sandboxed.scratch.iterdir()) == []

    @pytest.mark.parametrize("over", [False, True])
    def test_resource_limits_see_how_full_it_is_and_it_goes_as_a_whole(
        self, tmp_path: Path, over: bool
    ) -> None:
        size = resource_limits.DISK_LIMIT + (1 << 20 if over else -(1 << 20))
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, str(tmp_path), str(size)],
            capture_output=True,
            text=True,
            check=True,
        )

        assert json.loads(done.stdout) == [over, False]

    def test_those_that_are_counted_together_are_bounded_together(self, tmp_path: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-c", TOGETHER, str(tmp_path)],
            capture_output=True,
            text=True,
            check=True,
        )

        assert json.loads(done.stdout) == [True, True, False, False]

    def test_the_checker_follows_no_link_in_it(self, tmp_path: Path) -> None:
        """Since Linux 5.10 the kernel refuses, whatever the checker's code does."""
        folder = tmp_path / "scratch"
        folder.mkdir()

        done = subprocess.run(
            [sys.executable, "-c", FOLLOW, str(folder)], capture_output=True, text=True, check=True
        )

        assert json.loads(done.stdout) == "Too many levels of symbolic links"

    def test_learner_code_follows_its_own_links(self, sandboxed: Sandboxed) -> None:
        source = """
import os
open('/scratch/file', 'w').write('here')
os.symlink('file', '/scratch/link')
print(open('/scratch/link').read())
"""
        assert run_on_tmpfs(sandboxed, source).stdout == "here\n"

    def test_a_process_with_threads_stays_where_it_is(self) -> None:
        source = """
import threading
from checks.harness.app import tmpfs
held = threading.Event()
threading.Thread(target=held.wait, daemon=True).start()
print(tmpfs.unshare())
"""
        done = subprocess.run([sys.executable, "-c", source], capture_output=True, check=True)

        assert done.stdout == b"False\n"
