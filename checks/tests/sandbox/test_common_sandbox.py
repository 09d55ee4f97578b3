"""Processes in a common sandbox: they end with their families, and the sandbox with the checker."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from checks.harness.app import resource_limits, sandboxed_child
from checks.harness.app.border import Border
from checks.harness.app.resource_limits import MIB, Limits, kill
from checks.harness.app.sandboxed_child import SandboxedChild
from checks.harness.errors import OutOfMemory
from checks.sandbox.process_tree import descendants
from checks.tests.support.borders import COMMON_SANDBOX, make_border, needs_sandbox
from checks.tests.support.contained_python import RunningPython, running_python

pytestmark = needs_sandbox
ESCAPE = """
import os, time
def escape(work):
    '''Run `work` in a grandchild that has left the session; return when it has printed `up`.'''
    read_end, write_end = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            work()
            print('up', flush=True)
            os.write(write_end, b'.')
            time.sleep(600)
        os._exit(0)
    os.wait()
    os.read(read_end, 1)
"""
SLEEP = "print('up', flush=True); import time; time.sleep(600)"
HOLD = "globals().update(held=os.urandom(400 << 20))"


@pytest.fixture
def border() -> Iterator[Border]:
    with make_border(COMMON_SANDBOX) as border:
        yield border


def zygote_pid(running: RunningPython) -> int:
    """The first process in the sandbox after bubblewrap's two."""
    assert isinstance(running.process, SandboxedChild)
    return list(descendants(running.process.sandbox.pid))[1]


class TestEnd:
    def test_a_process_that_left_its_family_is_dead_when_the_program_is_killed(
        self, border: Border
    ) -> None:
        source = f"{ESCAPE}\nescape(lambda: None)\ntime.sleep(600)"
        with running_python(border, source) as running, running_python(border, SLEEP) as other:
            assert (running.line(), other.line()) == ("up", "up")

            kill(running.process, contained=True)

            assert not running.is_anybody_left()
            assert other.is_anybody_left(), "another program goes on"

    def test_it_is_dead_when_the_program_has_ended(self, border: Border) -> None:
        with running_python(border, f"{ESCAPE}\nescape(lambda: None)\nos._exit(3)") as running:
            assert running.line() == "up"

            assert running.process.wait(20) == 3
            assert not running.is_anybody_left()

    @pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGSTOP])
    def test_who_kills_or_stops_the_supervisor_is_dead_as_well(
        self, border: Border, monkeypatch: pytest.MonkeyPatch, sent: int
    ) -> None:
        monkeypatch.setattr(sandboxed_child, "END_TIMEOUT", 1.0)
        source = f"import os; os.kill(os.getppid(), {int(sent)}); {SLEEP}"
        with running_python(border, source) as running:
            assert running.line() == "up"

            kill(running.process, contained=True)

            assert not running.is_anybody_left()
        assert border.run(border.python("-c", ""), {}, None, 60).returncode == 0

    def test_without_the_zygote_nothing_is_left_and_the_next_program_has_another(
        self, border: Border
    ) -> None:
        with running_python(border, SLEEP) as running:
            assert running.line() == "up"
            os.kill(zygote_pid(running), signal.SIGKILL)

            assert running.process.wait(20) == -signal.SIGKILL
            kill(running.process, contained=True)
            assert not running.is_anybody_left()
        border.run(border.python("-c", ""), {}, None, 60)  # finds that the zygote is gone
        with running_python(border, SLEEP) as running:
            assert isinstance(running.process, SandboxedChild)

    def test_closing_the_zygote_leaves_nothing(self, border: Border) -> None:
        with running_python(border, SLEEP) as running:
            assert running.line() == "up"
            assert border.zygote is not None

            border.zygote.close()

            assert not running.is_anybody_left()

    def test_it_dies_with_the_checker(self) -> None:
        read_end, write_end = os.pipe()
        starter = f"""
import sys, os, time
from checks.tests.support.borders import COMMON_SANDBOX, make_border
with make_border(COMMON_SANDBOX) as border, os.fdopen({write_end}, 'wb') as output:
    process = border.popen(border.python('-c', {SLEEP!r}), {{}}, output)
    assert process.sandbox
    time.sleep(600)
"""
        with os.fdopen(read_end, "rb") as output:
            with subprocess.Popen([sys.executable, "-c", starter], pass_fds=[write_end]) as checker:
                os.close(write_end)
                assert output.readline() == b"up\n"
                checker.kill()

            readable, _, _ = select.select([output], [], [], 10)
            assert readable, "ten seconds after the checker's death the sandbox still lives"
            assert output.read() == b""


class TestLimits:
    def test_the_memory_of_a_process_that_left_its_family_counts(
        self, border: Border, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(resource_limits, "MEMORY_LIMIT", 300 * MIB)
        source = f"{ESCAPE}\nos.kill(os.getppid(), 9)\nescape(lambda: {HOLD})\ntime.sleep(600)"
        with running_python(border, SLEEP) as innocent, running_python(border, source) as running:
            assert (innocent.line(), running.line()) == ("up", "up")

            breach = Limits(border, innocent.process, (), "the app").check()

            assert isinstance(breach, OutOfMemory)

    def test_what_many_processes_share_with_the_zygote_counts_once(
        self, border: Border, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(resource_limits, "MEMORY_LIMIT", 300 * MIB)
        source = f"import os\nfor _ in range(4): os.fork()\n{SLEEP}"
        with running_python(border, source) as running:
            assert [running.line() for _ in range(16)] == ["up"] * 16

            assert Limits(border, running.process, (), "the app").check() is None


class TestNeighbours:
    def test_two_apps_share_nothing(self, border: Border) -> None:
        leave = """
import os, socket
for folder in ('/tmp', '/dev/shm'): open(f'{folder}/left', 'w')
listeners = [socket.create_server(('127.0.0.1', 2525)), socket.socket(socket.AF_UNIX)]
listeners[1].bind('\\0left')
"""
        look = """
import os, socket
seen = [path for path in ('/tmp/left', '/dev/shm/left') if os.path.exists(path)]
for family, address in ((socket.AF_INET, ('127.0.0.1', 2525)), (socket.AF_UNIX, '\\0left')):
    with socket.socket(family) as client:
        if client.connect_ex(address) == 0:
            seen.append(address)
print(seen, len([name for name in os.listdir('/proc') if name.isdigit()]))
"""
        with running_python(border, leave + SLEEP) as running, make_border(COMMON_SANDBOX) as other:
            assert running.line() == "up"

            result = other.run(other.python("-c", look), {}, None, 60)

        # bubblewrap's, the zygote, the supervisor and the program
        assert result.stdout == "[] 4\n"

    def test_the_zygote_and_the_supervisor_cannot_be_read_or_changed(self, border: Border) -> None:
        source = """
import os
supervisor = os.getppid()
zygote = int(open(f'/proc/{supervisor}/stat').read().rpartition(')')[2].split()[1])
for pid in (supervisor, zygote):
    for name, mode in (('mem', 'r+b'), ('environ', 'rb')):
        try:
            open(f'/proc/{pid}/{name}', mode)
            print('opened', name)
        except OSError:
            pass
open('/proc/self/mem', 'r+b')
print('tried')
"""
        result = border.run(border.python("-c", source), {}, None, 60)

        assert result.stdout == "tried\n", result.stderr
