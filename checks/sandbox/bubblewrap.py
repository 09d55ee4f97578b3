"""bubblewrap and rlimits around the learner's processes; it probes itself before it is trusted.

Started as root, the mounts are made by root and the process drops to another uid inside: an
unprivileged bubblewrap could not traverse a private home, and RLIMIT_NPROC does not bind root.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from checks.programs import search_path
from checks.sandbox import seccomp

TREE = "/submission"
WRITABLE = "/scratch"
NOBODY = "65534"
PACKAGE = Path(__file__).parents[1]
LIMITS = (
    *("--as=2147483648", "--nproc=256", "--fsize=67108864", "--nofile=1024", "--cpu=120"),
    "--core=0",
)
TMP_SIZE = str(64 << 20)
FILTER = 9  # the descriptor; a shell opens no larger ones
BASE = ("/usr", "/etc/alternatives", "/etc/ld.so.cache", "/etc/ssl", "/etc/localtime")
LINKS = (("usr/lib", "/lib"), ("usr/lib64", "/lib64"), ("usr/bin", "/bin"), ("usr/sbin", "/sbin"))


@dataclass(frozen=True)
class Containment:
    """What this machine can do: "bubblewrap", or "none" with the reasons."""

    kind: str
    reasons: tuple[str, ...] = ()


@cache
def probe() -> Containment:
    """Try it: a contained Python has to start, be nobody, and see no network."""
    if sys.platform != "linux":
        return Containment("none", ("The sandbox needs Linux; use the devcontainer.",))
    if shutil.which("bwrap") is None:
        return Containment("none", ("bwrap is missing: sudo apt-get install bubblewrap.",))
    check = "import os, socket; assert os.geteuid() != 0; print(len(socket.if_nameindex()))"
    here = PACKAGE / "harness"
    argv = wrap([sys.executable, "-I", "-c", check], tree=here, writable={}, sockets=())
    try:
        done = subprocess.run(
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
    if done.returncode != 0 or done.stdout.strip() != "1":
        return Containment("none", tuple(_why(done.stderr)))
    return Containment("bubblewrap")


def _why(stderr: str) -> Iterator[str]:
    """What bwrap said, and what mends it where that is known."""
    said = (stderr.strip().splitlines() or ["no reason given"])[-1].rstrip(".")
    yield f"bwrap does not work here: {said}."
    if any(words in said.lower() for words in ("namespace", "permitted", "permission", "uid map")):
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
    """The command line that runs `argv` contained, in `tree`, which it sees at /submission.

    It can write to the folders `writable` (each seen at the path beside it) and to a small /tmp,
    reach the Unix sockets of the folders `sockets` (at their own paths), and see nothing else of
    this machine than its programs. The workbook itself, with tests and solutions, is not mounted.

    Start it with `environment(...)` and nothing else. The variables hold passwords, and everybody
    on the machine may read a command line, so they are not on it.
    """
    root = os.geteuid() == 0
    filtered = seccomp.open_at(FILTER)
    return [
        *filtered,
        shutil.which("bwrap") or "bwrap",
        *(("--seccomp", str(FILTER)) if filtered else ()),
        *_system(),
        *_pythons(),
        *("--ro-bind", str(tree), TREE),
        *_mounts("--bind", writable),
        *_mounts("--ro-bind", {**{path: str(path) for path in sockets}, **(extra_ro or {})}),
        *("--dev", "/dev", "--proc", "/proc"),
        # where semaphores live: bubblewrap's own is root's, and a Celery worker needs some
        *("--size", TMP_SIZE, "--perms", "1777", "--tmpfs", "/dev/shm"),  # noqa: S108
        # What bubblewrap itself made lies in memory, without a limit.
        *("--remount-ro", "/dev", "--remount-ro", "/"),
        *("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"),
        *("--unshare-cgroup-try", "--hostname", "eventure", "--die-with-parent", "--new-session"),
        *(_as_root() if root else ("--unshare-user", "--uid", NOBODY, "--gid", NOBODY)),
        *("--chdir", TREE),
        # When the machine runs out of memory, this is what the kernel ends.
        *("/usr/bin/choom", "-n", "1000", "--"),
        *("/usr/bin/prlimit", *LIMITS),
        *(_drop() if root else ()),
        *argv,
    ]


def _system() -> Iterator[str]:
    yield from ("--size", TMP_SIZE, "--perms", "1777", "--tmpfs", "/tmp")  # noqa: S108
    for path in BASE:
        if Path(path).exists():
            yield from ("--ro-bind", path, path)
    for target, link in LINKS:
        if Path(link).is_symlink():
            yield from ("--symlink", target, link)
        elif Path(link).exists():
            yield from ("--ro-bind", link, link)


def _pythons() -> Iterator[str]:
    """The interpreter and the environment, without the workbook where it lies inside them.

    The order is from the outside in: a checkout below /usr hides itself, and the environment
    inside that checkout is then mounted again.
    """
    mounted = [Path("/usr")]
    base = Path(sys.base_prefix)
    prefixes = {base, base.resolve(), Path(sys.prefix)} - set(mounted)
    hidden = {PACKAGE, _workbook()} - {Path("/")}
    for path in sorted(prefixes | hidden, key=lambda path: len(path.parts)):
        if path in prefixes:
            yield from _parents([str(path)])
            yield from ("--ro-bind", str(path), str(path))
            mounted.append(path)
        elif any(path.is_relative_to(above) for above in mounted):
            yield from ("--size", "1048576", "--perms", "0755", "--tmpfs", str(path))


def _workbook() -> Path:
    """The checkout that this package stands in; the package itself where it was installed."""
    root = PACKAGE.parent
    return root if (root / "pyproject.toml").exists() else PACKAGE


def _parents(paths: Sequence[str]) -> Iterator[str]:
    """Make every missing folder above the mounts enterable by others."""
    above = {str(p) for path in paths for p in Path(path).parents}
    for folder in sorted(above - {"/", "/usr", "/tmp"}):  # noqa: S108
        yield from ("--perms", "0755", "--dir", folder)


def _mounts(kind: str, mounts: Mapping[Path, str]) -> Iterator[str]:
    yield from _parents(list(mounts.values()))
    for path, inside in mounts.items():
        yield from (kind, str(path), inside)


def _as_root() -> tuple[str, ...]:
    kept = ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_SYS_RESOURCE")
    return ("--cap-drop", "ALL", *(word for cap in kept for word in ("--cap-add", cap)))


def _drop() -> tuple[str, ...]:
    return (
        *("/usr/bin/setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
        *("--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"),
    )


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """All that a contained process is told: nothing of ours leaks in."""
    path = search_path("/usr/bin:/bin")
    return {"PATH": path, "HOME": "/tmp", "LANG": "C.UTF-8", **given}  # noqa: S108
