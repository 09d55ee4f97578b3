"""A zygote that outlives the command: the first run starts it, later runs attach to it.

Its socket lies in a folder that only this user may enter. The socket is named after everything
that a child inherits: interpreter, installed packages, the checker's own sources, environment.
Another state has another name, so a zygote is never stale. On any error the run starts its
processes without a zygote.
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
from pathlib import Path, PurePosixPath

from checks.errors import CourseError
from checks.programs import child_environment
from checks.services.home import find_home, open_home
from checks.services.owned_directory import ensure_owned_directory
from checks.verdict_sources import PACKAGE, is_loaded
from checks.zygote.client import VARIABLE

INHERITED = ("HOME", "LANG", "TZ", "TMPDIR")
"""What a library may read while it is imported; children get their own environment later."""


def attach() -> bool:
    """Start the processes of this command through a detached zygote; False where there is none."""
    if VARIABLE in os.environ or sys.platform != "linux":
        return VARIABLE in os.environ
    with contextlib.suppress(OSError, CourseError):
        path = _socket_path(_folder())
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(0.5)
            connection.connect(str(path))
            if is_same_user(connection) and _shares_namespaces(connection):
                os.environ[VARIABLE] = str(path)
                return True
    return False


def start_detached() -> None:
    """Start a zygote for later commands, without waiting. One that already runs stays."""
    if VARIABLE in os.environ or sys.platform != "linux":
        return
    with contextlib.suppress(OSError, CourseError):
        path, name = _socket_path(_folder()), state_key()
        argv = ["-I", "-B", "-m", "checks.zygote.server", str(path), name]
        process = subprocess.Popen(
            [sys.executable, *argv],
            cwd="/",
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        process.returncode = 0  # never waited for: it outlives this process


def stop() -> None:
    """Remove the socket of every detached zygote; each of them notices within seconds and ends."""
    for path in find_home().sockets("zygote").glob("*.sock"):
        path.unlink(missing_ok=True)


def state_key() -> str:
    """The hash of everything that a child would inherit from a zygote that is started now."""
    os.umask(umask := os.umask(0))
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    parts = [sys.executable, sys.version, umask, nice, _environment(), list(_file_stats())]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def is_same_user(connection: socket.socket) -> bool:
    """Whether the process at the other end runs as this user; True where that is unknown."""
    return sys.platform != "linux" or _peer(connection)[1] == os.geteuid()


def _shares_namespaces(connection: socket.socket) -> bool:
    """Whether the peer has our mounts and pids: a shared home may hold a container's socket."""
    namespaces = ("mnt", "pid")
    pid = _peer(connection)[0]
    return all(
        Path(f"/proc/{pid}/ns/{namespace}").stat().st_ino
        == Path(f"/proc/self/ns/{namespace}").stat().st_ino
        for namespace in namespaces
    )


def _peer(connection: socket.socket) -> tuple[int, int]:
    """The pid and the uid at the other end; Linux only."""
    credentials = connection.getsockopt(
        socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")
    )
    pid, uid, _ = struct.unpack("3i", credentials)
    return pid, uid


def _folder() -> Path:
    """The folder of the sockets. Raises CourseError when other users may enter it."""
    folder = open_home().sockets("zygote")
    ensure_owned_directory(folder.parent)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    ensure_owned_directory(folder)
    if stat.S_IMODE(folder.lstat().st_mode) & 0o077:
        raise CourseError(f"{folder} may be entered by others")
    return folder


def _socket_path(folder: Path) -> Path:
    return folder / f"{state_key()[:16]}.sock"


def _environment() -> dict[str, str]:
    variables = child_environment()
    course_variables = {name for name in variables if name.startswith("EVENTURE_")}
    names = course_variables - {VARIABLE, "EVENTURE_LANG"} | set(INHERITED)
    return {name: variables[name] for name in sorted(names) if name in variables}


def _file_stats() -> Iterator[tuple[str, int, int]]:
    """Path, time and size of everything that is loaded before the fork."""
    packages = [Path(path) for path in sys.path if path.endswith("site-packages")]
    for path in (*packages, Path(sys.prefix, "installed.lock"), *_sources()):
        with contextlib.suppress(FileNotFoundError):
            status = path.stat()
            yield str(path), status.st_mtime_ns, status.st_size


def _sources() -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if is_loaded(PurePosixPath(path.relative_to(PACKAGE).as_posix())):
            yield path
