"""Grading tests by what they catch: the learner's tree, copied, changed, and run elsewhere.

A `SuiteRunner` makes `ScratchCopy`s (checks/harness/app/scratch_copy.py) and runs the learner's
pytest in them. The results are data. A suite that writes its own report reports the same of every
app, so a report counts only in pairs: of a faulty app *and* of a sound one.
"""

import contextlib
import json
import random
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar, cast
from weakref import WeakKeyDictionary

from checks.harness.app import tmpfs
from checks.harness.app.environment import AppEnvironment
from checks.harness.app.scratch_copy import ScratchCopy, copy_tree
from checks.harness.errors import HarnessError
from checks.harness.suites import contained_mypy_cache
from checks.harness.suites.bytecode import replace_source
from checks.harness.suites.disguise import disguise
from checks.harness.suites.pytest_job import PytestJob
from checks.harness.suites.suite_report import SuiteReport
from checks.harness.suites.variants import Edit
from checks.services.temporary_folders import SHORT_PATHS, make_folder, release

SUITE_TIMEOUT = 60.0
T = TypeVar("T")

_CACHES: WeakKeyDictionary[AppEnvironment, dict[str, object]] = WeakKeyDictionary()


class SuiteRunner:
    """Makes copies of one learner's tree; `close` deletes all of them."""

    def __init__(self, environment: AppEnvironment, reference: AppEnvironment) -> None:
        """`reference` is the environment of the day's own folder, whose backend is sound."""
        self.environment = environment
        self._reference = reference
        self._copies: list[ScratchCopy] = []
        self.folder = make_folder("workshop", SHORT_PATHS)
        if environment.contained:
            self.folder.chmod(0o711)

    @property
    def contained(self) -> bool:
        """Whether the processes of a copy run in the sandbox."""
        return self.environment.contained

    def copy(
        self, *, app: str = "own", without: Sequence[str] = (), mypy: bool = False
    ) -> ScratchCopy:
        """A copy of the tree, without its exercises, and without the paths in `without`.

        With `app="reference"` app/, migrations/ and alembic.ini are the day's own. With `mypy`, a
        run of mypy in the copy does not have to read the libraries first.
        """
        backend = self._reference if app == "reference" else self.environment
        copy = self._copy(self.environment.tree, backend, without)
        if mypy and self.contained:
            contained_mypy_cache.add_cache(
                copy, lambda: self._copy(self._reference.tree, self._reference, ())
            )
        return copy

    def _copy(self, tree: Path, backend: AppEnvironment, without: Sequence[str]) -> ScratchCopy:
        folder = self.folder / secrets.token_hex(6)
        folder.mkdir()
        if self.contained:  # a tmpfs of its own: how full one is, its users can read
            tmpfs.mount(folder, 0o755, counted_with=self.folder)
        copy_tree(folder / "tree", tree, backend.tree, without)
        copy = ScratchCopy(folder, self.environment, backend)
        self._copies.append(copy)
        return copy

    def variant(self, edits: Iterable[Edit], disguised: Iterable[str]) -> ScratchCopy:
        """The learner's tests with a changed reference.

        The files of `disguised` (every one that any variant of a series changes) look different
        in each copy, changed or not. The app has no source in the copy, sound or faulty.
        """
        copy = self.copy(app="reference")
        for path, old, new in edits:
            file = copy.tree / path
            text = file.read_text(encoding="utf-8")
            assert text.count(old) == 1, f"the variant fits {path}: restore this day's app/"
            file.write_text(text.replace(old, new), encoding="utf-8")
        for path in disguised:
            disguise(copy.tree / path, random.SystemRandom())
        replace_source(copy.tree / "app")
        return copy

    def cached(self, key: str, make: Callable[[], T]) -> T:
        """The value of this key, made once for all tests of a file: a run proves many promises."""
        cache = _CACHES.setdefault(self.environment, {})
        if key not in cache:
            cache[key] = make()
        return cast(T, cache[key])

    def pytest(
        self,
        copies: Sequence[ScratchCopy],
        *argv: str,
        cwd: str = ".",
        env: Mapping[str, str] | None = None,
        timeout: float = SUITE_TIMEOUT,
    ) -> list[SuiteReport]:
        """The report of the command `pytest ARGV` in each copy, one after the other.

        `cwd` is relative to the copy. `timeout` is for one copy; a run beyond it has no report.

        Contained, each run has a sandbox of its own in which no other copy is mounted, and its
        report is read when no process of that sandbox is left. After the last run in a copy its
        databases are dropped, and Redis is empty before the next run. Uncontained, the runs are
        forks of one process, and their reports are read after the last one.
        """
        if not self.contained or len(copies) == 1:
            return self._run(copies, argv, cwd, env or {}, timeout)
        reports = []
        for number, copy in enumerate(copies, start=1):
            reports += self._run([copy], argv, cwd, env or {}, timeout)
            if copy not in copies[number:]:
                copy.drop_databases()
            self.environment.renew_redis()
        return reports

    def _run(
        self,
        copies: Sequence[ScratchCopy],
        argv: Sequence[str],
        cwd: str,
        env: Mapping[str, str],
        timeout: float,
    ) -> list[SuiteReport]:
        """The reports of runs that are started by one process."""
        scratch = copies[0].folder if len(copies) == 1 else self.folder
        names = (name for copy in copies for name in copy.writable(scratch))
        border = replace(copies[0].border(scratch), writable=tuple(dict.fromkeys(names)))
        jobs = [PytestJob(copy, border, cwd, env) for copy in copies]
        request = json.dumps([job.request(argv, timeout) for job in jobs])
        command = border.python(border.script("suite_fork_server.py"))
        with contextlib.suppress(HarnessError):  # a job without a report then is not judged
            border.run(command, {}, request, timeout * len(copies) + 30)
        return [job.report() for job in jobs]

    def close(self) -> None:
        """Drop every database and delete every copy."""
        for copy in self._copies:
            copy.close()
        tmpfs.remove(self.folder)
        release(self.folder)
