"""Runs of canary_tests.py in copies of a learner's tree: on a sound app, and on a faulty one."""

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from checks.harness.suites.suite_report import SuiteReport
from checks.harness.suites.suite_runner import SuiteRunner
from checks.harness.suites.variants import Edit

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
SERVICE = "app/services/event_service.py"
CREATED = "        event = crud.event.create(self.session, values)\n"
COMMITTED = CREATED + "        self.session.commit()\n"
COMMITS = (
    "self.session.commit()",
    "commit = self.session.commit\n        commit()",
    "self.session.flush()\n        self.session.commit()",
)
"""Ways to commit a new event."""
NO_COMMITS = (
    "commit = self.session.commit\n        assert commit",
    "self.session.flush()\n        assert self.session.commit",
)
"""Ways to answer 201 to a new event and never commit it. They name what the others name."""


def drawn_edits(rng: random.Random) -> tuple[Edit, Edit]:
    """The service of the sound app and of the faulty one, each in a form that is drawn."""
    forms = (rng.choice(COMMITS), rng.choice(NO_COMMITS))
    sound, faulty = ((SERVICE, COMMITTED, f"{CREATED}        {form}\n") for form in forms)
    return sound, faulty


def drawn_order(rng: random.Random) -> list[str]:
    """Whether the faulty app is run before the two runs of the sound one or after them.

    Not between them: the databases of the sound copy stay until its second run has ended, and
    PostgreSQL shows the names of all databases to each user.
    """
    sound = ["sound", "sound"]
    return rng.choice((["faulty", *sound], [*sound, "faulty"]))


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
        """Copy the tree twice and run `pytest tests/test_canaries.py` three times.

        The order of the runs is drawn, and so is what the apps look like: a suite that reports
        what it is expected to report cannot tell them apart by time or by a name in the program.
        """
        rng = random.SystemRandom()
        edits = dict(zip(("sound", "faulty"), drawn_edits(rng), strict=True))
        copies = {
            name: suite_runner.variant((*WITH_LIFESPAN, edit), {MAIN, SERVICE})
            for name, edit in edits.items()
        }
        for copy in copies.values():
            copy.write(FILE, CANARY_TESTS.read_text(encoding="utf-8"))
        before, order = copies["sound"].files(), drawn_order(rng)
        reports = suite_runner.pytest([copies[name] for name in order], FILE, "--no-cov")
        first, second = (each for each, name in zip(reports, order, strict=True) if name == "sound")
        return cls(
            first, second, reports[order.index("faulty")], sorted(copies["sound"].files() - before)
        )
