"""The key of a run that `checks verify` remembers: the hash of everything that decides it.

A run whose tree, tests, checker, packages, interpreter and tools are the same has the same key, in
every clone.
"""

import filecmp
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path, PurePosixPath

from checks.files import source_files
from checks.runner.run import RunRequest
from checks.verdict_sources import PACKAGE, decides_verdict

PROSE = ".md"
"""A statement, which no test reads. A README counts: a workflow may name it, a hook check it."""
DECIDES_NOTHING = {
    *("EVENTURE_HOME", "EVENTURE_ZYGOTE", "EVENTURE_QUEUE", "EVENTURE_STORE"),
    "EVENTURE_SANDBOX",  # only the checker's own tests ask for it
    "EVENTURE_LANG",  # a request names its language itself
    *("EVENTURE_NAME", "EVENTURE_IDLE_MINUTES"),
}
TOOLS = (
    *("redis-server", "git", "bwrap", "docker", "docker-compose", "node", "bash", "sh"),
    *("od", "sed", "mktemp", "setpriv", "prlimit", "choom"),
)
"""What the checker starts, and the programs that the scripts of the solutions need."""


class RunKeys:
    """The keys of runs in the workbook at `root`; the checker itself is hashed once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._newest = 0

    def checker_changed(self) -> bool:
        """Whether a file of the checker is newer than its hash: a run may have seen either."""
        return _newest_change() > self._newest

    def key(self, request: RunRequest) -> str:
        """The hash of everything that decides a run's verdicts."""
        tasks = ",".join(task.id for task in request.tasks)
        mode = (request.contained, self._engine if request.engine else "", request.lang)
        head = (request.day.folder, tasks, *mode, request.names)
        files = [request.tests / task.test for task in request.tasks]
        tests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.is_file()]
        parts = [*map(str, head), self._machine, *tests]
        parts += [hashed(request.tests, beside_exercises), hashed(request.tree, beside_exercises)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @cached_property
    def _engine(self) -> str:
        return _engine()

    @cached_property
    def _machine(self) -> str:
        """The checker and everything below it; no path of this clone."""
        named = {name: value for name, value in sorted(os.environ.items()) if _decides(name, value)}
        lock = _text(self._root / "requirements.lock")
        self._newest = _newest_change()
        parts = [sys.version, platform.platform(), os.geteuid(), named, lock, _packages(lock)]
        parts += [time.tzname, time.timezone]  # an app inherits the machine's, with TZ or without
        parts += [list(_stamps()), hashed(PACKAGE, decides_verdict)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def beside_exercises(name: PurePosixPath) -> bool:
    """Of a day's folder: all but statements and the files of exercises, named one by one."""
    below_exercises = name.parts[0] == "exercises"
    return not (below_exercises and (name.name.startswith("test_") or name.suffix == PROSE))


def hashed(folder: Path, decides: Callable[[PurePosixPath], bool]) -> str:
    """The hash of a folder's files that decide: names, contents, executable or not."""
    digest = hashlib.sha256()
    for path in source_files(folder) if folder.is_dir() else ():
        name = PurePosixPath(path.relative_to(folder).as_posix())
        if not decides(name):
            continue
        is_link = path.is_symlink()
        data = str(path.readlink()).encode() if is_link else path.read_bytes()
        executable = not is_link and bool(path.stat().st_mode & 0o100)
        content = hashlib.sha256(data).hexdigest()
        digest.update(f"{content} {is_link} {executable} {name.as_posix()!r}\n".encode())
    return digest.hexdigest()


def _decides(name: str, value: str) -> bool:
    """Of the environment: the checker's own settings, and TZ, which an app inherits.

    Its locale is always `checks.programs.LOCALE`. A setting without a value is none.
    """
    is_setting = name.startswith("EVENTURE_") and name not in DECIDES_NOTHING
    return name == "TZ" or (is_setting and value != "")


def _packages(lock: str) -> list[str]:
    """Each distribution that the lock names, as it is installed: name and version.

    What the notebooks and the browser need stands in locks of their own; no test imports it.
    """
    named = set(re.findall(r"^([a-z0-9.-]+)(?:\[[^]]*\])?==", lock, re.MULTILINE))
    folders = [Path(path) for path in sys.path if path.endswith("site-packages")]
    found = {package.name for folder in folders for package in folder.glob("*.dist-info")}
    return sorted(name for name in found if _canonical(name.partition("-")[0]) in named)


def _canonical(name: str) -> str:
    """The name as a lock spells it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _newest_change() -> int:
    """When a file of the checker that decides was changed last, in nanoseconds."""
    files = (path for path in source_files(PACKAGE) if not path.is_symlink())
    names = ((path, PurePosixPath(path.relative_to(PACKAGE).as_posix())) for path in files)
    return max(
        (path.stat().st_mtime_ns for path, name in names if decides_verdict(name)), default=0
    )


def _stamps() -> Iterator[tuple[str, int, int]]:
    """The tools that are no packages: where, when, how large.

    An environment has the `redis-server` of a package, which the lock names: this clone's, or the
    same in an activated environment of another one.
    """
    for path in map(Path, filter(None, map(shutil.which, TOOLS))):
        own = Path(sys.prefix, "bin", path.name)
        if path == own or (own.is_file() and filecmp.cmp(path, own, shallow=False)):
            continue
        status = path.stat()
        yield str(path), status.st_mtime_ns, status.st_size


def _engine() -> str:
    """The Docker engine that answers, and how it is reached; "" for none."""
    variables = {name: value for name, value in os.environ.items() if name.startswith("DOCKER_")}
    argv = ["docker", "version", "--format", "{{json .Server}}"]
    with suppress(OSError, subprocess.SubprocessError):
        server = subprocess.run(argv, capture_output=True, text=True, timeout=20, check=True).stdout
        return json.dumps([server, variables], sort_keys=True)
    return ""


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
