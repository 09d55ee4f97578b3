"""What `checks verify` has found out already, kept by the hash of everything that decides it.

A run whose tree, tests, checker, packages, interpreter and servers are the same would say the
same. Only what was as it should be at the first try is kept: a run that failed a claim is run
again.
"""

import hashlib
import json
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

from checks.authoring.claims import Fault
from checks.errors import CourseError
from checks.files import source_files, write_file
from checks.results.model import Results, TaskResult, TestResult, Verdict, cause_from
from checks.runner.run import RunRequest, run

PACKAGE = Path(__file__).parents[1]
NOT_DECIDING = {"tests", "catalogue", "site", "__pycache__"}
"""Of the checker: its own tests, patches (they are in the tree by then), the site."""
TOOLS = ("redis-server", "git", "bwrap", "docker", "node")
KEPT_SECONDS = 14 * 24 * 3600.0
BROKEN = (Verdict.INFRA_ERROR, Verdict.FLAKY, Verdict.NOT_RUN)


class VerifyCache:
    """Runs, or remembers. Without a folder nothing is remembered; not `twice`, no second try.

    `unsteady` has, by its id, the fault of each claim that held only at the second try.
    """

    def __init__(self, root: Path, folder: Path | None, *, twice: bool = True) -> None:
        servers = {"DATABASE_URL", "REDIS_URL"} & set(os.environ)
        self._root = root
        self._folder = None if servers else folder  # what other people's servers are, nobody knows
        self._twice = twice
        self.remembered = 0
        self.unsteady: dict[str, Fault] = {}
        self._forget()

    def run(self, wanted: RunRequest, faults: Callable[[Results], Sequence[Fault]]) -> Results:
        """The results of an order; those without a fault are kept.

        One that has a fault is run once more, and what is seen then counts.
        """
        file = self._folder / f"{self._key(wanted)}.json" if self._folder else None
        known = _read(file) if file else None
        found = known or run(wanted)
        if wrong := faults(found):
            return self._again(wanted, wrong, faults) if self._twice else found
        if known:
            self.remembered += 1
        elif file and _whole(found) and file.stem == self._key(wanted):  # nobody wrote meanwhile
            file.parent.mkdir(parents=True, exist_ok=True)
            write_file(file, json.dumps(asdict(found)).encode())
        return found

    def _again(
        self,
        wanted: RunRequest,
        before: Sequence[Fault],
        faults: Callable[[Results], Sequence[Fault]],
    ) -> Results:
        """The second try. What it has no fault of any more is unsteady, and nothing is kept."""
        found = run(wanted)
        still = {fault.id for fault in faults(found)}
        for fault in before:
            if fault.id not in still:
                self.unsteady.setdefault(fault.id, fault)
        return found

    def _key(self, wanted: RunRequest) -> str:
        tasks = ",".join(task.id for task in wanted.tasks)
        head = f"{wanted.day.folder} {tasks} {wanted.contained} {wanted.lang} {wanted.tree.name}"
        parts = [head, self._machine, hashed(wanted.tests), hashed(wanted.tree)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @cached_property
    def _machine(self) -> str:
        """The checker and everything below it."""
        named = {name: os.environ[name] for name in sorted(os.environ) if _decides(name)}
        texts = [
            _text(path)
            for path in (
                *(self._root / name for name in ("requirements.lock", "pyproject.toml")),
                Path(sys.prefix, "installed.lock"),
            )
        ]
        parts = [sys.version, sys.executable, platform.platform(), os.geteuid(), named, texts]
        parts += [list(_stamps()), hashed(PACKAGE, NOT_DECIDING)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def _forget(self) -> None:
        """Delete what no run has asked for in a fortnight."""
        for file in self._folder.glob("*.json") if self._folder else ():
            if time.time() - file.stat().st_mtime > KEPT_SECONDS:
                file.unlink(missing_ok=True)


def hashed(folder: Path, left_out: frozenset[str] | set[str] = frozenset()) -> str:
    """The hash of a folder's files: names, contents, executable or not; not of what tools leave."""
    found = hashlib.sha256()
    for path in source_files(folder) if folder.is_dir() else ():
        name = path.relative_to(folder)
        if name.parts[0] in left_out:
            continue
        is_link = path.is_symlink()
        data = str(path.readlink()).encode() if is_link else path.read_bytes()
        executable = not is_link and bool(path.stat().st_mode & 0o100)
        digest = hashlib.sha256(data).hexdigest()
        found.update(f"{digest} {is_link} {executable} {name.as_posix()!r}\n".encode())
    return found.hexdigest()


def _decides(name: str) -> bool:
    """Of the environment: the checker's own settings, and how text is read and written."""
    own = name.startswith("EVENTURE_") and name not in {"EVENTURE_HOME", "EVENTURE_ZYGOTE"}
    return own or name in {"LANG", "LC_ALL", "LC_CTYPE", "TZ"}


def _stamps() -> Iterator[tuple[str, int, int]]:
    """The folder of packages, and the tools that are no packages: where, when, how large."""
    packages = [path for path in sys.path if path.endswith("site-packages")]
    for path in (*packages, *filter(None, map(shutil.which, TOOLS))):
        found = Path(path).stat()
        yield path, found.st_mtime_ns, found.st_size


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _whole(found: Results) -> bool:
    """Whether every test was judged: a run that broke says nothing about the exercise.

    Nor does one that this machine skips as a whole.
    """
    if all(task.verdict is Verdict.SKIPPED for task in found.tasks):
        return False
    judged = [test.verdict for task in found.tasks for test in task.tests]
    return not found.notes and not any(verdict in BROKEN for verdict in judged)


def _read(file: Path) -> Results | None:
    """What was kept; None for nothing, and for what cannot be read."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        os.utime(file)
        tasks = tuple(_task(task) for task in data["tasks"])
        return Results(data["day"], data["contained"], tasks, tuple(data["notes"]))
    except (OSError, ValueError, KeyError, TypeError, CourseError):
        return None


def _task(data: dict[str, Any]) -> TaskResult:
    tests = tuple(
        TestResult(
            test["task"],
            test["name"],
            Verdict(test["verdict"]),
            test["seconds"],
            cause_from(test["cause"]),
        )
        for test in data["tests"]
    )
    return TaskResult(**{**data, "tests": tests})
