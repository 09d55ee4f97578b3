"""What contained code can read, write and start."""

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from checks.sandbox import bubblewrap, mounts
from checks.sandbox.sandbox_uid import NOBODY_UID, UIDS, sandbox_uid
from checks.tests.support.sandboxed import ROOT, Sandboxed

pytestmark = pytest.mark.skipif(
    bubblewrap.probe().kind == "none", reason="this machine cannot contain a process"
)


class TestFiles:
    def test_it_reads_its_own_tree(self, sandboxed: Sandboxed) -> None:
        text = sandboxed.result("print(json.dumps(open('given.txt').read()))")

        assert text == "the learner's own"

    def test_it_cannot_write_to_its_tree(self, sandboxed: Sandboxed) -> None:
        assert "Read-only file system" in sandboxed.error("open('given.txt', 'w')")

    def test_it_writes_where_it_may(self, sandboxed: Sandboxed) -> None:
        sandboxed.result(
            f"open('{bubblewrap.SCRATCH_MOUNT}/left', 'w').write('here'); print('null')"
        )

        assert (sandboxed.scratch / "left").read_text() == "here"

    def test_a_secret_beside_the_tree_does_not_exist_inside(self, sandboxed: Sandboxed) -> None:
        secret = sandboxed.tree.parent / "secret"
        secret.write_text("nobody's business")

        assert "FileNotFoundError" in sandboxed.error("open(given['path'])", path=str(secret))

    @pytest.mark.parametrize("name", ["solutions", "days", "checks", "checks/catalogue"])
    def test_the_workbook_does_not_exist_inside(self, sandboxed: Sandboxed, name: str) -> None:
        exists = sandboxed.result(
            "import os; print(json.dumps(os.path.exists(given['path'])))", path=str(ROOT / name)
        )

        assert exists is False

    def test_the_checker_cannot_be_imported_inside(self, sandboxed: Sandboxed) -> None:
        assert "ModuleNotFoundError" in sandboxed.error("import checks")

    def test_the_installed_libraries_can(self, sandboxed: Sandboxed) -> None:
        assert sandboxed.result("import fastapi, psycopg; print('true')") is True

    def test_it_reads_the_parts_of_the_system_that_are_mounted(self, sandboxed: Sandboxed) -> None:
        """Programs such as awk and editors are links by way of /etc/alternatives."""
        paths = [path for path in mounts.SYSTEM_PATHS if Path(path).exists()]
        source = (
            "import os; print(json.dumps([p for p in given['paths'] if os.access(p, os.R_OK)]))"
        )

        assert paths
        assert sandboxed.result(source, paths=paths) == paths

    @pytest.mark.parametrize("path", ["/root", "/home", "/etc/shadow", "/var", "/sys"])
    def test_the_rest_of_the_machine_does_not_exist_inside(
        self, sandboxed: Sandboxed, path: str
    ) -> None:
        source = """
import os
seen = []
for folder, folders, files in os.walk(given['path']):
    seen += [os.path.join(folder, name) for name in files]
own = os.path.realpath(os.sys.base_prefix), os.sys.prefix
print(json.dumps([name for name in seen if not name.startswith(own)]
    + [given['path']] * os.path.isfile(given['path'])))
"""
        assert sandboxed.result(source, path=path) == []

    def test_its_tmp_is_its_own_and_small(self, sandboxed: Sandboxed) -> None:
        source = """
import os
print(json.dumps([os.listdir('/tmp'), os.statvfs('/tmp').f_blocks * os.statvfs('/tmp').f_frsize]))
"""
        mounts = [Path(sys.prefix), Path(sys.base_prefix)]
        mounted = {path.parts[2] for path in mounts if path.is_relative_to("/tmp")}

        names, size = sandboxed.result(source)

        assert set(names) <= mounted
        assert size == 64 << 20

    @pytest.mark.parametrize("folder", ["/", "/dev", "/var", "/scratch/.."])
    def test_what_lies_in_memory_without_a_limit_cannot_be_written(
        self, sandboxed: Sandboxed, folder: str
    ) -> None:
        error = sandboxed.error("open(given['folder'] + '/left', 'w')", folder=folder)

        assert "Read-only file system" in error or "No such file" in error

    def test_its_shared_memory_is_small(self, sandboxed: Sandboxed) -> None:
        source = """
import os
found = os.statvfs('/dev/shm')
print(json.dumps(found.f_blocks * found.f_frsize))
"""
        assert sandboxed.result(source) == 64 << 20

    def test_it_has_no_terminals_which_all_containers_share(self, sandboxed: Sandboxed) -> None:
        error = sandboxed.error("open('/dev/ptmx')")

        assert "No such file" in error

    def test_it_can_make_semaphores(self, sandboxed: Sandboxed) -> None:
        source = "import multiprocessing; multiprocessing.Semaphore(); print('true')"

        assert sandboxed.result(source) is True


class TestProcess:
    def test_it_has_no_account_and_cannot_become_root(self, sandboxed: Sandboxed) -> None:
        source = """
import os
try:
    os.setuid(0); became = True
except OSError:
    became = False
print(json.dumps([os.getuid(), os.geteuid(), os.getgroups(), became]))
"""
        uid, effective, groups, became = sandboxed.result(source)

        assert uid == effective == sandbox_uid()
        assert (uid in {NOBODY_UID, *UIDS}, became) == (True, False)
        assert set(groups) <= {uid, NOBODY_UID}

    def test_it_holds_no_capability(self, sandboxed: Sandboxed) -> None:
        source = "print(json.dumps([w for l in open('/proc/self/status') for w in l.split() "
        source += "if l.startswith(('CapEff', 'CapPrm', 'CapInh', 'CapAmb'))][1::2]))"

        assert {int(mask, 16) for mask in sandboxed.result(source)} == {0}

    def test_it_sees_no_process_of_the_machine(self, sandboxed: Sandboxed) -> None:
        source = "import os; print(json.dumps([p for p in os.listdir('/proc') if p.isdigit()]))"

        assert len(sandboxed.result(source)) < 5

    def test_it_knows_only_the_environment_that_it_was_given(self, sandboxed: Sandboxed) -> None:
        os.environ["EVENTURE_TEST_SECRET"] = "out"
        try:
            names = sandboxed.result("import os; print(json.dumps(sorted(os.environ)))")
        finally:
            del os.environ["EVENTURE_TEST_SECRET"]

        assert set(names) <= {"GIVEN", "PATH", "HOME", "LANG", "PWD", "LC_CTYPE"}

    def test_it_has_limits_that_it_cannot_lift(self, sandboxed: Sandboxed) -> None:
        source = """
import resource as r
names = ('RLIMIT_AS', 'RLIMIT_NPROC', 'RLIMIT_FSIZE', 'RLIMIT_NOFILE', 'RLIMIT_CORE')
print(json.dumps([r.getrlimit(getattr(r, name)) for name in names]))
"""
        limits = sandboxed.result(source)

        assert limits == [[2 << 30] * 2, [256] * 2, [64 << 20] * 2, [1024] * 2, [0] * 2]

    def test_it_is_the_first_that_the_kernel_ends(self, sandboxed: Sandboxed) -> None:
        assert sandboxed.result("print(open('/proc/self/oom_score_adj').read())") == 1000

    def test_a_memory_hog_gets_a_memory_error(self, sandboxed: Sandboxed) -> None:
        assert "MemoryError" in sandboxed.error("bytearray(3 << 30)")

    def test_a_fork_bomb_stops(self, sandboxed: Sandboxed) -> None:
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
        assert sandboxed.result(source) < 256

    def test_it_dies_with_whoever_started_it(self, sandboxed: Sandboxed) -> None:
        """The contained process holds a pipe, which closes when the process ends."""
        read_end, write_end = os.pipe()
        source = "import time\nopen('/scratch/up', 'w')\nprint('up', flush=True)\ntime.sleep(60)"
        starter = (
            "import subprocess, sys; p = subprocess.Popen(sys.argv[2:], "
            "pass_fds=[int(sys.argv[1])]); p.wait()"
        )
        with os.fdopen(read_end, "rb") as read_pipe:
            parent = subprocess.Popen(
                [sys.executable, "-c", starter, str(write_end), *sandboxed.command(source)],
                pass_fds=[write_end],
                stdout=subprocess.PIPE,
            )
            os.close(write_end)
            assert parent.stdout is not None
            assert parent.stdout.readline() == b"up\n"
            parent.kill()
            parent.wait()
            parent.stdout.close()
            readable, _, _ = select.select([read_pipe], [], [], 10)

            assert readable, "ten seconds after its parent's death the sandbox still lives"
            assert read_pipe.read() == b""
