"""Runs of canary_tests.py in copies of a learner's tree: on a sound app, and on a faulty one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from checks.harness.suites.suite_report import SuiteReport
from checks.harness.suites.suite_runner import SuiteRunner

FILE = "tests/test_canaries.py"
CANARY_TESTS = Path(__file__).with_name("canary_tests.py")

MAIN = "app/main.py"
LIFESPAN = "    async def lifespan({}: FastAPI) -> AsyncIterator[None]:\n{}        yield\n"
ROUTE = """
    app.state.opened = False
    app.get("/canary")(lambda: {"opened": app.state.opened})
"""
WITH_LIFESPAN = (
    (MAIN, LIFESPAN.format("_", ""), LIFESPAN.format("app", " " * 8 + "app.state.opened = True\n")),
    (MAIN, "    app.include_router(router)\n", f"{ROUTE}    app.include_router(router)\n"),
)
"""Edits of the day's app: it opens something before the first request, and GET /canary says so."""
WITHOUT_COMMIT = (
    "app/services/event_service.py",
    "        event = crud.event.create(self.session, values)\n        self.session.commit()\n",
    "        event = crud.event.create(self.session, values)\n",
)
"""An edit of the day's app: it answers 201 to a new event and never commits it."""


@dataclass(frozen=True)
class CanaryRuns:
    """The reports of two runs in one copy with a sound app, and of one run on a faulty app.

    `leftovers` are the files that the two runs have left in their copy, sorted.
    """

    first: SuiteReport
    second: SuiteReport
    without_commit: SuiteReport
    leftovers: list[str]

    @classmethod
    def run(cls, suite_runner: SuiteRunner) -> Self:
        """Copy the tree twice and run `pytest tests/test_canaries.py` three times."""
        edits = (*WITH_LIFESPAN, WITHOUT_COMMIT)
        edited = {path for path, _, _ in edits}
        sound = suite_runner.variant(WITH_LIFESPAN, edited)
        faulty = suite_runner.variant(edits, edited)
        for copy in (sound, faulty):
            copy.write(FILE, CANARY_TESTS.read_text(encoding="utf-8"))
        before = sound.files()
        first, second, third = suite_runner.pytest([sound, sound, faulty], FILE, "--no-cov")
        return cls(first, second, third, sorted(sound.files() - before))
