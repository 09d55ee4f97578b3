"""Attacks on the sandbox of this machine, run before it is trusted: each of them has to fail.

Every attack is Python in the same sandbox as the submissions, and prints `true` when it succeeds.
The list follows the known attacks on graders such as check50, Otter and nbgrader; see
docs/en/grading.md.
"""

import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from checks.course.course import Text
from checks.sandbox import bubblewrap

TIMEOUT_SECONDS = 20


@dataclass(frozen=True)
class Attack:
    """The name of an attack and its Python, which prints `true` or `false`."""

    name: Text
    source: str


ATTACKS = (
    Attack(
        Text("becomes root", "становится root"),
        "import os\ntry: os.setuid(0); print('true')\nexcept OSError: print('false')",
    ),
    Attack(
        Text("reaches a server of this machine", "достаёт до сервера на этой машине"),
        "import os, socket\n"
        "try: socket.create_connection(('127.0.0.1', int(os.environ['PORT'])), 2); print('true')\n"
        "except OSError: print('false')",
    ),
    Attack(
        Text("sees another network than its own", "видит сеть, кроме своей"),
        "import socket; print(str([n for _, n in socket.if_nameindex()] != ['lo']).lower())",
    ),
    Attack(
        Text("reads the tests and the solutions", "читает тесты и решения"),
        "import os\n"
        "path = os.environ['WORKBOOK'] + '/checks/runner/run.py'\n"
        "print(str(os.path.exists(path)).lower())",
    ),
    Attack(
        Text("sees the processes of this machine", "видит процессы этой машины"),
        "import os\n"
        "seen = [int(name) for name in os.listdir('/proc') if name.isdigit()]\n"
        "print(str(len(seen) > 8).lower())",
    ),
    Attack(
        Text("writes into the tree under test", "пишет в проверяемое дерево"),
        "try: open('/submission/new', 'w'); print('true')\nexcept OSError: print('false')",
    ),
    Attack(
        Text("starts 400 processes", "запускает 400 процессов"),
        "import os, time\n"
        "made = 0\n"
        "try:\n"
        "    while made < 400:\n"
        "        if os.fork() == 0: time.sleep(60)\n"
        "        made += 1\n"
        "except OSError: pass\n"
        "print(str(made == 400).lower(), flush=True); os.kill(0, 9)",
    ),
    Attack(
        Text("takes 4 GiB of memory", "занимает 4 ГиБ памяти"),
        "try: bytearray(4 << 30); print('true')\nexcept MemoryError: print('false')",
    ),
    Attack(
        Text("fills the disk", "заполняет диск"),
        "try:\n"
        "    with open('/tmp/big', 'wb') as f:\n"
        "        for _ in range(200): f.write(bytes(1 << 20))\n"
        "    print('true')\n"
        "except OSError: print('false')",
    ),
    Attack(
        Text("fills the disk with files that have no name", "заполняет диск файлами без имени"),
        "import os\n"
        "held = []\n"
        "try:\n"
        "    for _ in range(512):\n"
        "        held.append(open('/scratch/nameless', 'wb', 0))\n"
        "        os.unlink('/scratch/nameless')\n"
        "        held[-1].write(bytes(1 << 20))\n"
        "    print('true')\n"
        "except OSError: print('false')",
    ),
    Attack(
        Text("mounts a disk of its own", "монтирует свой диск"),
        "import ctypes\nprint(str(ctypes.CDLL(None).unshare(0x10020000) == 0).lower())",
    ),
    Attack(
        Text("holds memory that no process owns", "держит память, которой не видно у процессов"),
        "import ctypes, os\n"
        "got = ctypes.CDLL(None).shmget(0, 1 << 20, 0o1600) >= 0\n"
        "try: got = os.memfd_create('x') >= 0\n"
        "except OSError: pass\n"
        "print(str(got).lower())",
    ),
    Attack(
        Text("leaves a process behind", "оставляет после себя процесс"),
        "import os, time\n"
        "print('false', flush=True)\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0: time.sleep(3600)\n",
    ),
)


@dataclass(frozen=True)
class AttackOutcome:
    """Whether the sandbox blocked an attack; `reason` is empty where it did."""

    name: Text
    blocked: bool
    reason: str = ""


def attack_all() -> Iterator[AttackOutcome]:
    """Run every attack in the sandbox of the submissions."""
    with tempfile.TemporaryDirectory(prefix="eventure-attacks-") as scratch, _listener() as port:
        Path(scratch).chmod(0o777)
        for attack in ATTACKS:
            yield _run_attack(attack, Path(scratch), port)


@contextmanager
def _listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def _run_attack(attack: Attack, scratch: Path, port: int) -> AttackOutcome:
    """Run one attack; output that is still open after the timeout shows a leftover process."""
    sandboxed = bubblewrap.wrap(
        [sys.executable, "-I", "-B", "-c", attack.source],
        tree=bubblewrap.PACKAGE / "harness",
        writable={scratch: bubblewrap.SCRATCH_MOUNT},
        sockets=(),
    )
    argv = [sys.executable, "-I", "-m", "checks.harness.app.tmpfs", str(scratch), *sandboxed]
    variables = {"PORT": str(port), "WORKBOOK": str(bubblewrap.PACKAGE.parent)}
    try:
        result = subprocess.run(
            argv,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            env=bubblewrap.environment(variables),
        )
    except subprocess.TimeoutExpired:
        return AttackOutcome(
            attack.name, blocked=False, reason=f"it was still there after {TIMEOUT_SECONDS} s"
        )
    words = result.stdout.split()
    # An attack that was killed before it printed anything has failed.
    blocked = words == ["false"] or (not words and result.returncode != 0)
    return AttackOutcome(
        attack.name, blocked, "" if blocked else (result.stderr.strip() or "it got through")
    )
