"""A Python that is forked in the common sandbox is what a Python of its own sandbox would be."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checks.harness.app.border import Border, CommandResult
from checks.tests.support.borders import (
    COMMON_SANDBOX,
    OWN_SANDBOX,
    make_border,
    needs_sandbox,
)
from checks.tests.support.contained_python import run_python, running_python

pytestmark = needs_sandbox
SNAPSHOT = """
import json, os, resource, signal, sys, time
status = dict(line.split(':', 1) for line in open('/proc/self/status'))
limits = [name for name in dir(resource) if name.startswith('RLIMIT_')]
json.dump({
    'limits': {name: resource.getrlimit(getattr(resource, name)) for name in limits},
    'files': sorted(os.listdir('/proc/self/fd'))[:3],
    'leads its session': os.getsid(0) == os.getpgrp() or os.getsid(0) == 1,
    'ids': [os.getuid(), os.geteuid(), os.getgid(), os.getgroups()],
    'umask': status['Umask'], 'nice': os.nice(0),
    'oom': open('/proc/self/oom_score_adj').read(),
    'signals': [status[name] for name in ('SigBlk', 'SigIgn', 'SigCgt')],
    'capabilities': [status[name] for name in status if name.startswith('Cap')],
    'privileges': [status['NoNewPrivs'], status['Seccomp']],
    'folder': os.getcwd(), 'argv': sys.argv, 'path': sys.path, 'flags': list(sys.flags),
    'main': __name__, 'file': '__file__' in globals(), 'zone': time.tzname,
    'buffered': sys.stdout.line_buffering, 'encoding': sys.stdout.encoding,
    'network': sorted(os.listdir('/sys/class/net')) if os.path.exists('/sys/class/net') else [],
}, sys.stdout)
"""


@pytest.fixture(scope="module")
def border() -> Iterator[Border]:
    """One sandbox for all tests that leave it as it is."""
    with make_border(COMMON_SANDBOX) as border:
        yield border


def snapshot(kind: str) -> Any:
    with make_border(kind) as border:
        run_python(border, "")
        result = run_python(border, SNAPSHOT, "word", TZ="Asia/Tokyo")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_it_is_what_a_python_of_its_own_sandbox_is() -> None:
    assert snapshot(COMMON_SANDBOX) == snapshot(OWN_SANDBOX)


def test_its_environment_is_exactly_the_given_one(
    border: Border, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENTURE_TEST_SECRET", "out")
    print_environment = "import json, os; print(json.dumps(dict(os.environ)))"
    run_python(border, print_environment, FIRST="of another process")

    result = run_python(border, print_environment, GIVEN="yes")

    assert json.loads(result.stdout) == border.variables({"GIVEN": "yes"})


def test_it_has_three_open_files(border: Border) -> None:
    source = "import os; print([n for n in range(100) if os.path.exists(f'/proc/self/fd/{n}')])"

    assert run_python(border, source).stdout == "[0, 1, 2]\n"


def test_two_processes_have_different_pids(border: Border) -> None:
    source = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"

    with running_python(border, source) as first, running_python(border, source) as second:
        assert first.line() != second.line()


def test_its_pid_on_this_side_is_known(border: Border) -> None:
    source = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"

    with running_python(border, source) as running:
        pid_inside = running.line()
        status = Path(f"/proc/{running.process.pid}/status").read_text()

    (pids,) = (line for line in status.splitlines() if line.startswith("NSpid:"))
    assert pids.split()[-1] == pid_inside


def test_processes_share_their_temporary_files(border: Border) -> None:
    run_python(border, "open('/tmp/left', 'w').write('here')")

    assert run_python(border, "print(open('/tmp/left').read())").stdout == "here\n"


def test_standard_input_is_the_given_file(border: Border) -> None:
    argv = border.python("-c", "import sys; print(sys.stdin.read().upper())")

    assert border.run(argv, {}, "given", 60).stdout == "GIVEN\n"


def test_without_a_file_standard_input_is_a_lifeline(border: Border) -> None:
    source = "import os; print(os.read(0, 9), flush=True); os.read(0, 9); print('over')"

    with running_python(border, source) as running:
        assert running.process.stdin is not None
        running.process.stdin.write(b"dump")
        running.process.stdin.flush()
        assert running.line() == "b'dump'"
        running.process.stdin.close()

        assert running.line() == "over"


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("", 0),
        ("import sys; sys.exit(3)", 3),
        ("raise SystemExit('words')", 1),
        ("1 / 0", 1),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", -15),
    ],
)
def test_its_exit_status_is_told(border: Border, source: str, status: int) -> None:
    assert run_python(border, source).returncode == status


def test_exit_handlers_and_threads_have_their_turn(border: Border) -> None:
    source = """
import atexit, threading, time
atexit.register(print, 'handler')
threading.Thread(target=lambda: (time.sleep(0.2), print('thread'))).start()
"""
    assert run_python(border, source).stdout == "thread\nhandler\n"


def test_a_program_that_is_no_python_has_a_sandbox_of_its_own(border: Border) -> None:
    result = border.run(["/bin/sh", "-c", "echo $$"], {}, None, 60)

    assert result == CommandResult(0, "2\n", "")
