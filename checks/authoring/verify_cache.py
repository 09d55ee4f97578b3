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
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from threading import Event
from typing import Any

import platformdirs

from checks.authoring.claims import Fault
from checks.errors import CourseError
from checks.files import source_files, write_file
from checks.results.model import Results, TaskResult, TestResult, Verdict, cause_from
from checks.runner.collected import CollectedSessions
from checks.runner.run import RunRequest, run
from checks.verdict_sources import PACKAGE, decides_verdict

TEXTS = (".md", ".ipynb")
"""What no test reads: statements and other prose."""
TOOLS = ("redis-server", "git", "bwrap", "docker", "node")
KEPT_SECONDS = 30 * 24 * 3600.0
BROKEN = (Verdict.INFRA_ERROR, Verdict.FLAKY, Verdict.NOT_RUN)
NEW_PROOF = "new-proof"


def default_folder() -> Path:
    """Where proofs are kept: in the user's cache folder, so that all clones share them."""
    return platformdirs.user_cache_path("eventure-workbook", appauthor=False) / "proved"


class VerifyCache:
    """Runs, or remembers. Without a folder nothing is remembered; not `twice`, no second try.

    `anew` believes nothing that was known before this proof began; a proof that was interrupted
    goes on where it was. `unsteady` has, by its id, the fault of each claim that held only at the
    second try.
    """

    def __init__(
        self, root: Path, folder: Path | None, *, twice: bool = True, anew: bool = False
    ) -> None:
        servers = {"DATABASE_URL", "REDIS_URL"} & set(os.environ)
        self._root = root
        self._folder = None if servers else folder  # what other people's servers are, nobody knows
        self._twice = twice
        self.remembered = 0
        self.unsteady: dict[str, Fault] = {}
        self.cancelled = Event()
        self.sessions: CollectedSessions | None = None
        self._since = self._begin(self._folder) if anew and self._folder else 0.0
        self._forget()

    def run(self, request: RunRequest, faults: Callable[[Results], Sequence[Fault]]) -> Results:
        """The results of a request; those without a fault are kept.

        One that has a fault is run once more, and what is seen then counts. Raises Cancelled.
        """
        file = self._folder / f"{self._key(request)}.json" if self._folder else None
        known = _read(file, self._since) if file else None
        results = known or self._run(request)
        if wrong := faults(results):
            return self._retry(request, wrong, faults) if self._twice else results
        if known:
            self.remembered += 1
        elif (
            file and _is_complete(results) and file.stem == self._key(request)
        ):  # no edit meanwhile
            file.parent.mkdir(parents=True, exist_ok=True)
            kept = {"at": time.time(), **asdict(results)}
            write_file(file, json.dumps(kept).encode())
        return results

    def _retry(
        self,
        request: RunRequest,
        before: Sequence[Fault],
        faults: Callable[[Results], Sequence[Fault]],
    ) -> Results:
        """The second try, with all tests: a failure may need those before.

        What it has no fault of any more is unsteady, and nothing is kept.
        """
        results = self._run(replace(request, names=()))
        still = {fault.id for fault in faults(results)}
        for fault in before:
            if fault.id not in still:
                self.unsteady.setdefault(fault.id, fault)
        return results

    def _run(self, request: RunRequest) -> Results:
        return run(request, self.cancelled, sessions=self.sessions)

    def finish(self) -> None:
        """The proof has come to its end: the next one that starts anew believes nothing of it."""
        if self._folder:
            (self._folder / NEW_PROOF).unlink(missing_ok=True)

    @staticmethod
    def _begin(folder: Path) -> float:
        """When the proof began that believes nothing older; an interrupted one goes on."""
        mark = folder / NEW_PROOF
        if not mark.exists():
            folder.mkdir(parents=True, exist_ok=True)
            mark.touch()
        return mark.stat().st_mtime

    def _key(self, request: RunRequest) -> str:
        tasks = ",".join(task.id for task in request.tasks)
        head = (request.day.folder, tasks, request.contained, request.lang, request.names)
        files = [request.tests / task.test for task in request.tasks]
        tests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.is_file()]
        parts = [*map(str, head), self._machine, *tests]
        parts += [hashed(request.tests, beside_exercises), hashed(request.tree, beside_exercises)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @cached_property
    def _machine(self) -> str:
        """The checker and everything below it; no path of this clone."""
        named = {name: os.environ[name] for name in sorted(os.environ) if _decides(name)}
        lock = _text(self._root / "requirements.lock")
        parts = [sys.version, platform.platform(), os.geteuid(), named, lock, _packages()]
        parts += [list(_stamps()), hashed(PACKAGE, decides_verdict)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def _forget(self) -> None:
        """Delete what no run has asked for in a month."""
        for file in self._folder.glob("*.json") if self._folder else ():
            if time.time() - file.stat().st_mtime > KEPT_SECONDS:
                file.unlink(missing_ok=True)


def beside_exercises(name: PurePosixPath) -> bool:
    """Of a day's folder: all but prose and the files of exercises, which are named one by one."""
    exercise = name.parts[0] == "exercises" and name.name.startswith("test_")
    return not exercise and name.suffix not in TEXTS


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


def _decides(name: str) -> bool:
    """Of the environment: the checker's own settings, and how text is read and written."""
    own = name.startswith("EVENTURE_") and name not in {"EVENTURE_HOME", "EVENTURE_ZYGOTE"}
    return own or name in {"LANG", "LC_ALL", "LC_CTYPE", "TZ"}


def _packages() -> list[str]:
    """Each installed distribution with its version."""
    folders = [Path(path) for path in sys.path if path.endswith("site-packages")]
    return sorted(found.name for folder in folders for found in folder.glob("*.dist-info"))


def _stamps() -> Iterator[tuple[str, int, int]]:
    """The tools that are no packages: where, when, how large."""
    for path in filter(None, map(shutil.which, TOOLS)):
        found = Path(path).stat()
        yield path, found.st_mtime_ns, found.st_size


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _is_complete(found: Results) -> bool:
    """Whether every test was judged: a run that broke says nothing about the exercise.

    Nor does one that this machine skips as a whole.
    """
    if all(task.verdict is Verdict.SKIPPED for task in found.tasks):
        return False
    judged = [test.verdict for task in found.tasks for test in task.tests]
    return not found.notes and not any(verdict in BROKEN for verdict in judged)


def _read(file: Path, since: float) -> Results | None:
    """What was kept from then on; None for nothing, and for what cannot be read."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if data["at"] < since:
            return None
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
