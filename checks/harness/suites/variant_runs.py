"""Runs of one test file of a learner's on the day's own app and on its variants."""

import random
from collections.abc import Collection, Sequence

import pytest

from checks.harness.suites.suite_report import SuiteReport
from checks.harness.suites.suite_runner import SuiteRunner
from checks.harness.suites.variants import (
    UNPUBLISHED,
    UNPUBLISHED_SOUND,
    Variant,
    draw_sound,
    read_variants,
)

SOUND = "the day's own app"


class VariantRuns:
    """The reports by the id of a variant, in an order that is different every time.

    In the sandbox, where work is graded, a variant has the edits of its unpublished form, if this
    machine has one, and the sound variants are the unpublished ones. Two more sound ones are
    drawn for each series: a place of the app that differs is no sign of a fault.
    """

    def __init__(
        self,
        suite_runner: SuiteRunner,
        file: str,
        variants: Sequence[Variant],
        faults: Collection[str],
    ) -> None:
        """Run the file on the app, on each sound variant, and on the faulty ones of `faults`.

        All runs are made at once, in a random order. A run made when a test asks for it would have
        a known place, and a suite that counts its runs could tell the apps apart.
        """
        unpublished = read_variants(UNPUBLISHED) if suite_runner.contained else []
        drawn = draw_sound(read_variants(UNPUBLISHED_SOUND), variants) if unpublished else []
        forms = [*(unpublished or variants), *drawn]
        paths = sorted({path for variant in forms for path, _, _ in variant.edits})
        used = [variant for variant in forms if variant.harmless or variant.id in faults]
        edits = {variant.id: variant.edits for variant in used} | {SOUND: ()}
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


def parameters_of_selected(request: pytest.FixtureRequest, name: str) -> frozenset[str]:
    """The values of a parameter in those tests of the file that run in this session."""
    items = [item for item in request.session.items if item.path == request.path]
    calls = [item.callspec.params for item in items if hasattr(item, "callspec")]
    return frozenset(str(params[name]) for params in calls if name in params)


def selected_tests_use(request: pytest.FixtureRequest, fixture: str) -> bool:
    """Whether a test of the file that runs in this session asks for the fixture."""
    return any(
        fixture in getattr(item, "fixturenames", ())
        for item in request.session.items
        if item.path == request.path
    )
