"""bubblewrap and rlimits around the learner's processes; probed before it is trusted.

Started as root, bubblewrap mounts as root and the process drops to another uid inside, one that no
other checker process uses (`sandbox_uid`). An unprivileged bubblewrap could not traverse a private
home, and RLIMIT_NPROC does not bind root.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from checks.programs import LOCALE, search_path
from checks.sandbox import mounts, seccomp
from checks.sandbox.privileges import as_root, has_root
from checks.sandbox.sandbox_uid import sandbox_uid

TREE_MOUNT = "/submission"
SCRATCH_MOUNT = "/scratch"
PACKAGE = Path(__file__).parents[1]
PROBED_FILE = f"{TREE_MOUNT}/__init__.py"
"""A file of the checker's; a workbook that was cloned under umask 077 hides it from other users."""
LIMITS = (
    *("--as=2147483648", "--nproc=256", "--fsize=67108864", "--nofile=1024", "--cpu=120"),
    "--core=0",
)
FILTER_DESCRIPTOR = 9  # a shell redirects no descriptor above 9


@dataclass(frozen=True)
class Containment:
    """What this machine can do: "bubblewrap", or "none" with the reasons."""

    kind: str
    reasons: tuple[str, ...] = ()


@cache
def probe() -> Containment:
    """Try the sandbox: a contained Python has to start, not be root, and see no network.

    It also has to read the workbook's files, some of which it is given.
    """
    if sys.platform != "linux":
        return Containment("none", ("The sandbox needs Linux; use the devcontainer.",))
    if shutil.which("bwrap") is None:
        return Containment("none", ("bwrap is missing: sudo apt-get install bubblewrap.",))
    source = (
        f"import os, socket; assert os.geteuid() != 0; open('{PROBED_FILE}').close(); "
        "print(len(socket.if_nameindex()))"
    )
    argv = wrap(
        [sys.executable, "-I", "-c", source], tree=Path(__file__).parent, writable={}, sockets=()
    )
    try:
        with as_root():
            result = subprocess.run(
                argv,
                env=environment({}),
                capture_output=True,
                text=True,
                errors="replace",
                timeout=20,
                check=False,
            )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Containment("none", (f"bwrap does not work here: {error}.",))
    if result.returncode != 0 or result.stdout.strip() != "1":
        return Containment("none", tuple(_failure_reasons(result.stderr)))
    return Containment("bubblewrap")


def _failure_reasons(stderr: str) -> Iterator[str]:
    """The error message of bwrap, and the remedy where it is known."""
    message = (stderr.strip().splitlines() or ["no reason given"])[-1].rstrip(".")
    yield f"bwrap does not work here: {message}."
    if PROBED_FILE in message or sys.executable in message:
        yield f"Other users cannot read the workbook: chmod -R go+rX {PACKAGE.parent}."
    elif any(
        phrase in message.lower() for phrase in ("namespace", "permitted", "permission", "uid map")
    ):
        yield (
            "User namespaces seem to be off: run as root, allow them "
            "(sudo sysctl kernel.unprivileged_userns_clone=1, or the AppArmor setting "
            "kernel.apparmor_restrict_unprivileged_userns=0), or start the container with "
            "--security-opt seccomp=unconfined."
        )


def wrap(
    argv: Sequence[str],
    *,
    tree: Path,
    writable: Mapping[Path, str],
    sockets: Sequence[Path],
    extra_ro: Mapping[Path, str] | None = None,
) -> list[str]:
    """The command line that runs `argv` contained, in `tree`, which is mounted at /submission.

    The process can write to the folders `writable` (each mounted at the path beside it) and to a
    small /tmp, and reach the Unix sockets in the folders `sockets` (at their own paths). Of the
    machine it sees only the programs. The workbook, with tests and solutions, is not mounted.

    Start it with `environment(...)` and nothing else. The variables hold passwords, and every user
    of the machine may read a command line, so they are not on it.
    """
    root, uid = has_root(), str(sandbox_uid())
    with as_root():
        filter_prefix = seccomp.command_prefix(FILTER_DESCRIPTOR)
    return [
        *filter_prefix,
        shutil.which("bwrap") or "bwrap",
        *(("--seccomp", str(FILTER_DESCRIPTOR)) if filter_prefix else ()),
        *mounts.system_mounts(),
        *mounts.python_mounts(),
        *("--ro-bind", str(tree), TREE_MOUNT),
        *mounts.bind_mounts("--bind", writable),
        *mounts.bind_mounts(
            "--ro-bind", {**{path: str(path) for path in sockets}, **(extra_ro or {})}
        ),
        *("--dev", "/dev", "--proc", "/proc"),
        # for the semaphores of a Celery worker: bubblewrap's own /dev/shm belongs to root
        *("--size", mounts.TMP_SIZE, "--perms", "1777", "--tmpfs", "/dev/shm"),  # noqa: S108
        # All containers of a machine share the number of terminals (kernel.pty.max).
        *("--size", "4096", "--tmpfs", "/dev/pts", "--remount-ro", "/dev/pts"),
        # The tmpfs of bubblewrap itself has no size limit.
        *("--remount-ro", "/dev", "--remount-ro", "/"),
        *("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"),
        *("--unshare-cgroup-try", "--hostname", "eventure", "--die-with-parent", "--new-session"),
        *(_capabilities() if root else ("--unshare-user", "--uid", uid, "--gid", uid)),
        *("--chdir", TREE_MOUNT),
        # The OOM killer of the kernel chooses this process first.
        *("/usr/bin/choom", "-n", "1000", "--"),
        *("/usr/bin/prlimit", *LIMITS),
        *(_drop_privileges(uid) if root else ()),
        *argv,
    ]


def _capabilities() -> tuple[str, ...]:
    capabilities = ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_SYS_RESOURCE")
    return (
        "--cap-drop",
        "ALL",
        *(option for capability in capabilities for option in ("--cap-add", capability)),
    )


def _drop_privileges(uid: str) -> tuple[str, ...]:
    return (
        *("/usr/bin/setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"),
        *("--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"),
    )


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of a contained process: no variable of the checker is in it."""
    path = search_path("/usr/bin:/bin")
    return {"PATH": path, "HOME": "/tmp", "LANG": LOCALE, **variables}  # noqa: S108
