"""A zygote that outlives the command: the first run leaves one behind, later runs find it.

Its socket lies in a folder that only this user may enter and is named after everything that a
child inherits from it: interpreter, installed packages, the checker's own sources, environment.
Another state has another name, so what is found is never stale. If anything about it is odd,
the run goes the cold way and says nothing.
"""

import contextlib
import hashlib
import json
import os
import socket
import stat
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from checks.errors import CourseError
from checks.services.home import find_home, open_home, own_directory
from checks.zygote.client import VARIABLE

PACKAGE = Path(__file__).parents[1]
INHERITED = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR")
"""What a library may read while it is imported; children get their own environment later."""
NOT_LOADED = {"tests", "catalogue", "site", "__pycache__"}


def find() -> bool:
    """Have the processes of this command begun by the lasting zygote, if there is one."""
    if VARIABLE in os.environ or sys.platform != "linux":
        return VARIABLE in os.environ
    with contextlib.suppress(OSError, CourseError):
        path = _socket(_folder())
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(0.5)
            link.connect(str(path))
            if is_ours(link) and _sees_what_we_see(link):
                os.environ[VARIABLE] = str(path)
                return True
    return False


def leave() -> None:
    """Start one for the commands to come and do not wait for it. One that is there stays."""
    if VARIABLE in os.environ or sys.platform != "linux":
        return
    with contextlib.suppress(OSError, CourseError):
        path, name = _socket(_folder()), key()
        words = ["-I", "-B", "-m", "checks.zygote.server", str(path), name]
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd="/",
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        process.returncode = 0  # not ours to wait for: it outlives this process


def end() -> None:
    """Take every lasting zygote's socket away; each of them sees that within seconds and ends."""
    for path in find_home().sockets("zygote").glob("*.sock"):
        path.unlink(missing_ok=True)


def key() -> str:
    """The hash of all that decides what a child of a zygote would be, were it started now."""
    os.umask(umask := os.umask(0))
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    parts = [sys.executable, sys.version, umask, nice, _environment(), list(_stamps())]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def is_ours(link: socket.socket) -> bool:
    """Whether the process at the other end is this user's, where the system can tell."""
    return sys.platform != "linux" or _peer(link)[1] == os.geteuid()


def _sees_what_we_see(link: socket.socket) -> bool:
    """Whether its files are ours: through a shared home even another container can be reached."""
    spaces = ("mnt", "pid")
    pid = _peer(link)[0]
    return all(
        Path(f"/proc/{pid}/ns/{space}").stat().st_ino
        == Path(f"/proc/self/ns/{space}").stat().st_ino
        for space in spaces
    )


def _peer(link: socket.socket) -> tuple[int, int]:
    """The pid and the uid at the other end; Linux only."""
    found = link.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid, uid, _ = struct.unpack("3i", found)
    return pid, uid


def _folder() -> Path:
    """The folder of the sockets. Raises CourseError when somebody else may enter it."""
    folder = open_home().sockets("zygote")
    own_directory(folder.parent)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    own_directory(folder)
    if stat.S_IMODE(folder.lstat().st_mode) & 0o077:
        raise CourseError(f"{folder} may be entered by others")
    return folder


def _socket(folder: Path) -> Path:
    return folder / f"{key()[:16]}.sock"


def _environment() -> dict[str, str]:
    own = {name for name in os.environ if name.startswith("EVENTURE_")}
    names = own - {VARIABLE, "EVENTURE_LANG"} | set(INHERITED)
    return {name: os.environ[name] for name in sorted(names) if name in os.environ}


def _stamps() -> Iterator[tuple[str, int, int]]:
    """What is loaded before the fork, by path, time and size."""
    packages = [Path(path) for path in sys.path if path.endswith("site-packages")]
    for path in (*packages, Path(sys.prefix, "installed.lock"), *_sources()):
        with contextlib.suppress(FileNotFoundError):
            found = path.stat()
            yield str(path), found.st_mtime_ns, found.st_size


def _sources() -> Iterator[Path]:
    for folder, inside, names in os.walk(PACKAGE):
        inside[:] = sorted(set(inside) - NOT_LOADED)
        yield from (Path(folder, name) for name in sorted(names) if name.endswith(".py"))
