"""Runs of one test file of a learner's on the day's own app and on its variants."""

import random
from collections.abc import Sequence

from checks.harness.suites.suite_report import SuiteReport
from checks.harness.suites.suite_runner import SuiteRunner
from checks.harness.suites.variants import UNPUBLISHED, Variant, read_variants

SOUND = "the day's own app"


class VariantRuns:
    """The reports by the id of a variant, in an order that is different every time.

    In the sandbox, where work is graded, a variant has the edits of its unpublished form, if this
    machine has one, and the sound variants are the unpublished ones.
    """

    def __init__(self, suite_runner: SuiteRunner, file: str, variants: Sequence[Variant]) -> None:
        unpublished = read_variants(UNPUBLISHED) if suite_runner.contained else []
        forms = unpublished or variants
        edits = {variant.id: variant.edits for variant in forms} | {SOUND: ()}
        paths = sorted({path for each in edits.values() for path, _, _ in each})
        names = random.SystemRandom().sample(sorted(edits), len(edits))
        copies = [suite_runner.variant(edits[name], paths) for name in names]
        reports = suite_runner.pytest(copies, "-x", "--no-cov", file, timeout=30)
        self._reports = dict(zip(names, reports, strict=True))
        self.harmless = [variant for variant in forms if variant.harmless]
        """Other code that keeps the same promises."""

    def report(self, name: str) -> SuiteReport:
        """The run on one variant, or on SOUND."""
        return self._reports[name]

    def is_caught(self, name: str) -> bool:
        """Whether a test that passes on the sound apps fails on this one, for what it answers."""
        sound = [self._reports[each] for each in (SOUND, *(v.id for v in self.harmless))]
        return self._reports[name].catches_fault(sound)

    def says(self, name: str) -> str:
        """What the suite does on a fault that it does not catch, for a message."""
        red = self._reports[name].red
        return "is red, but for no answer of the app," if red else "stays green"
