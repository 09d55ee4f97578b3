"""Task 4.3: tests/test_events.py says yes to a sound app and no to one that breaks a promise.

Your tests are run against copies of this day's app. In some, one promise is broken; in others
the same promises are kept by other code. Nothing tells your tests which is which.
"""

import random
import tomllib
from pathlib import Path

import pytest

FILE = "tests/test_events.py"
VARIANTS = tomllib.loads(Path(__file__).with_name("variants.toml").read_text())["variant"]
FAULTY = {variant["id"]: variant["title"] for variant in VARIANTS if not variant.get("harmless")}
REQUIRED = {variant["id"]: variant["title"] for variant in VARIANTS if variant.get("must")}
FILES = {edit["path"] for variant in VARIANTS for edit in variant["edits"]}
LEAST_CAUGHT = 8
SOUND = "the day's own app"


class Verdicts:
    """The reports of the learner's tests by variant, in an order that is different every time."""

    def __init__(self, suite_runner):
        shuffle = random.SystemRandom()
        edits = {variant["id"]: _edits(variant) for variant in VARIANTS} | {SOUND: []}
        names = shuffle.sample(sorted(edits), len(edits))
        copies = [suite_runner.variant(edits[name], FILES) for name in names]
        reports = suite_runner.pytest(copies, "-x", "--no-cov", FILE, timeout=30)
        self.reports = dict(zip(names, reports, strict=True))

    def is_caught(self, name):
        """Whether a test that passes on the sound app fails on this one."""
        passed = self.reports[SOUND].names
        return any(
            test.outcome in ("failed", "error") and test.name in passed
            for test in self.reports[name].tests
        )


def _edits(variant):
    return [(edit["path"], edit["old"], edit["new"]) for edit in variant["edits"]]


@pytest.fixture
def verdicts(suite_runner):
    """Made once for all tests of this file."""
    return suite_runner.cached("4.3", lambda: Verdicts(suite_runner))


class TestSound:
    @pytest.mark.gate
    def test_the_days_own_app_is_green(self, verdicts):
        report = verdicts.reports[SOUND]

        assert report.green, f"`pytest {FILE}` on {SOUND}: {report.summary()}"

    @pytest.mark.gate
    def test_other_code_that_keeps_the_promises_is_green(self, verdicts):
        for variant in VARIANTS:
            if variant.get("harmless"):
                report = verdicts.reports[variant["id"]]

                assert report.green, f"`pytest {FILE}` on {variant['title']}: {report.summary()}"


class TestFaulty:
    @pytest.mark.parametrize("name", REQUIRED, ids=["update", "tasks", "commit"])
    def test_three_faults_are_always_caught(self, verdicts, name):
        assert verdicts.is_caught(name), f"`pytest {FILE}` stays green although {REQUIRED[name]}"

    def test_eight_of_ten_faults_are_caught(self, verdicts):
        missed = [title for name, title in FAULTY.items() if not verdicts.is_caught(name)]

        total = len(FAULTY) - len(missed)
        score = f"`pytest {FILE}` catches {total} of {len(FAULTY)} faults; it stays green although "
        assert total >= LEAST_CAUGHT, score + ", and although ".join(missed)
