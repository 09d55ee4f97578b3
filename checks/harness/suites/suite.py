"""Grading tests by what they catch: the learner's tree, copied, changed, and run elsewhere.

A `SuiteRunner` makes `ScratchCopy`s (checks/harness/app/scratch_copy.py) and runs the learner's
pytest in them. What comes back is data: a suite that writes its own report says the same of every
app, and a suite is worth what it says of a faulty one *and* of a sound one.
"""

import contextlib
import hashlib
import json
import random
import secrets
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar, cast
from weakref import WeakKeyDictionary

from checks.harness.app import tmpfs
from checks.harness.app.border import Border
from checks.harness.app.environment import AppEnvironment
from checks.harness.app.scratch_copy import ScratchCopy, fill
from checks.harness.errors import HarnessError
from checks.harness.suites.disguise import disguise
from checks.harness.suites.junit import BAD_OUTCOMES, Ran, read_bytes, read_report

# pytest's own choice of plugins would load the checker, and two others that take a second
PLUGINS = ("-p", "pytest_cov.plugin", "-p", "anyio.pytest_plugin", "-p", "no:cacheprovider")
AUTOLOAD = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
SUITE_LIMIT = 60.0
T = TypeVar("T")
Edit = tuple[str, str, str]  # path, old text, new text

_MADE: WeakKeyDictionary[AppEnvironment, dict[str, object]] = WeakKeyDictionary()


@dataclass(frozen=True)
class SuiteReport:
    """One run of the learner's pytest; without `tests` there was no report to read.

    `ended` is the exit status that the process told, None if it was killed: never a verdict.
    """

    tests: tuple[Ran, ...]
    output: str
    ended: int | None

    @property
    def green(self) -> bool:
        """At least one test, and every one of them passed: a skipped test has shown nothing."""
        return bool(self.tests) and all(test.outcome == "passed" for test in self.tests)

    @property
    def red(self) -> bool:
        """At least one test says no. A run that broke down is neither green nor red."""
        return any(test.outcome in BAD_OUTCOMES for test in self.tests)

    @property
    def names(self) -> frozenset[str]:
        """The tests that reported anything, as `tests.test_events.TestX::test_y`."""
        return frozenset(test.name for test in self.tests)

    def outcome(self, name: str) -> Ran | None:
        """The test of that name, whatever its class and file; None if it did not report."""
        return next((t for t in self.tests if t.name.rpartition("::")[2] == name), None)

    def story(self) -> str:
        """What happened, in a line for a message."""
        if not self.tests:
            return f"pytest ran no test and said: {_last_lines(self.output)}"
        bad = [test for test in self.tests if test.outcome != "passed"]
        shown = "; ".join(map(str, bad[:3]))
        return f"{len(bad)} of {len(self.tests)} did not pass: {shown}"


def _last_lines(output: str) -> str:
    lines = [line.strip("= ") for line in output.splitlines() if "generated xml" not in line]
    errors = [line for line in lines if line.startswith(("E ", "ERROR"))]
    return " / ".join((errors or list(filter(None, lines)))[-3:])[:400] or "nothing"


def reference_of(day: Path) -> Path:
    """The folder whose backend is the day's own.

    That is the day's folder, unless it is a learner's and they have changed app/ or migrations/;
    then the solution is asked, whose backend is the same on a day that changes none.
    """
    solution = day.parent.parent / "solutions" / day.name
    return solution if solution.is_dir() and _edited(day) else day


def _edited(day: Path) -> bool:
    listed = day.parent / ".generated"
    if not listed.is_file():
        return False
    known = set(listed.read_text(encoding="utf-8").split("\n"))
    return any(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {day.name}/{path.relative_to(day)}"
        not in known
        for part in ("app", "migrations")
        for path in (day / part).rglob("*.py")
    )


class SuiteRunner:
    """Makes copies of one learner's tree; `close` leaves nothing of them."""

    def __init__(self, environment: AppEnvironment, reference: AppEnvironment) -> None:
        """`reference` is the stage of the day's own folder, whose backend is sound."""
        self.environment = environment
        self._reference = reference
        self._benches: list[ScratchCopy] = []
        self.folder = Path(tempfile.mkdtemp(prefix="eventure-workshop-", dir="/tmp"))
        if environment.contained:
            tmpfs.make(self.folder, 0o711)

    @property
    def contained(self) -> bool:
        """Whether what runs in a copy runs in the sandbox."""
        return self.environment.contained

    def copy(self, *, app: str = "own", without: Sequence[str] = ()) -> ScratchCopy:
        """A copy of the tree, without its exercises, and without the paths in `without`.

        With `app="reference"` app/, migrations/ and alembic.ini are the day's own.
        """
        folder = self.folder / secrets.token_hex(6)
        backend = self._reference.tree if app == "reference" else self.environment.tree
        fill(folder / "tree", self.environment.tree, backend, without)
        schema = self._reference if app == "reference" else self.environment
        bench = ScratchCopy(folder, self.environment, schema)
        self._benches.append(bench)
        return bench

    def variant(self, edits: Iterable[Edit], disguised: Iterable[str]) -> ScratchCopy:
        """The learner's tests with a changed reference.

        The files of `disguised` (every one that any variant of a series changes) look different
        in each copy, changed or not.
        """
        bench = self.copy(app="reference")
        for path, old, new in edits:
            file = bench.tree / path
            text = file.read_text(encoding="utf-8")
            assert text.count(old) == 1, f"the variant fits {path}: restore this day's app/"
            file.write_text(text.replace(old, new), encoding="utf-8")
        for path in disguised:
            disguise(bench.tree / path, random.SystemRandom())
        return bench

    def cached(self, key: str, make: Callable[[], T]) -> T:
        """What `make` gives, made once for all tests of a file: one run has many promises."""
        made = _MADE.setdefault(self.environment, {})
        if key not in made:
            made[key] = make()
        return cast(T, made[key])

    def pytest(
        self,
        benches: Sequence[ScratchCopy],
        *argv: str,
        where: str = ".",
        env: Mapping[str, str] | None = None,
        timeout: float = SUITE_LIMIT,
    ) -> list[SuiteReport]:
        """What the command `pytest ARGV` does in each copy, in forks of one warm process.

        `where` is the folder to stand in, seen from the copy. `timeout` is for one copy; a run
        beyond it has no report.
        """
        scratch = benches[0].folder if len(benches) == 1 else self.folder
        names = (name for bench in benches for name in bench.writable(scratch))
        border = replace(benches[0].border(scratch), writable=tuple(dict.fromkeys(names)))
        orders = [_Order(bench, border, where, {**AUTOLOAD, **(env or {})}) for bench in benches]
        jobs = json.dumps([order.job(argv, timeout) for order in orders])
        command = border.python(border.script("suite_runner.py"))
        with contextlib.suppress(HarnessError):  # whoever has no report then is not judged
            border.run(command, {}, jobs, timeout * len(benches) + 30)
        return [order.report() for order in orders]

    def close(self) -> None:
        """Drop every database and delete every copy."""
        for bench in self._benches:
            bench.close()
        tmpfs.remove(self.folder)


class _Order:
    """One pytest to run: where it runs, and where it leaves what it has to say."""

    def __init__(
        self, bench: ScratchCopy, border: Border, where: str, env: Mapping[str, str]
    ) -> None:
        self._bench = bench
        self._where = where
        self._border = border
        self._env = {**bench.environment, **env}
        self._mark = secrets.token_hex(8)

    def job(self, argv: Sequence[str], limit: float) -> dict[str, object]:
        """What suite_runner.py is told, with the paths as the learner's side sees them."""
        self._bench.used = True
        inside = self._border.inside
        here = self._bench.folder.relative_to(self._border.scratch)
        report, log = (inside(str(here / f"{self._mark}{kind}")) for kind in (".xml", ".log"))
        return {
            "cwd": inside((here / "tree" / self._where).as_posix()),
            "env": self._env,
            "argv": [*PLUGINS, f"--junitxml={report}", *argv],
            "log": log,
            "limit": limit,
        }

    def report(self) -> SuiteReport:
        """Read what it left, as data."""
        file = self._bench.folder / self._mark
        tests = read_report(file.with_suffix(".xml"))
        with contextlib.suppress(OSError):
            output = read_bytes(file.with_suffix(".log")).decode(errors="replace")
            said, _, ended = output.rpartition("\nended with ")
            if ended.strip().isdecimal():
                return SuiteReport(tests, said, int(ended))
            return SuiteReport(tests, output, None)
        return SuiteReport(tests, "", None)
