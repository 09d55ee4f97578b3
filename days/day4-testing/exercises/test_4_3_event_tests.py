"""Task 4.3: tests/test_events.py says yes to a sound app and no to one that breaks a promise.

Your tests are run against copies of this day's app. In some, one promise is broken; in others
the same promises are kept by other code. Nothing tells your tests which is which, but the answers.
"""

from pathlib import Path

import pytest
from checks.harness.suites.variant_runs import (
    SOUND,
    VariantRuns,
    parameters_of_selected,
    selected_tests_use,
)
from checks.harness.suites.variants import read_variants

FILE = "tests/test_events.py"
VARIANTS = read_variants(Path(__file__).with_name("variants.toml"))
FAULTY = {variant.id: variant.title for variant in VARIANTS if not variant.harmless}
REQUIRED = {variant.id: variant.title for variant in VARIANTS if variant.must}
LEAST_CAUGHT = 8


@pytest.fixture
def runs(suite_runner, request):
    """Made once for all tests of this file, on the faults that the selected tests ask for."""
    everything = selected_tests_use(request, "all_runs")
    faults = FAULTY if everything else parameters_of_selected(request, "name")
    return suite_runner.cached("4.3", lambda: VariantRuns(suite_runner, FILE, VARIANTS, faults))


@pytest.fixture
def all_runs(runs):
    """The runs on all ten faults."""
    return runs


class TestSound:
    @pytest.mark.gate
    def test_the_days_own_app_is_green(self, runs):
        report = runs.report(SOUND)

        assert report.green, f"`pytest {FILE}` on {SOUND}: {report.summary()}"

    @pytest.mark.gate
    def test_other_code_that_keeps_the_promises_is_green(self, runs):
        for variant in runs.harmless:
            report = runs.report(variant.id)

            assert report.green, f"`pytest {FILE}` on {variant.title}: {report.summary()}"


class TestFaulty:
    @pytest.mark.parametrize("name", REQUIRED, ids=["update", "tasks", "commit"])
    def test_three_faults_are_always_caught(self, runs, name):
        assert runs.is_caught(name), f"`pytest {FILE}` {runs.says(name)} although {REQUIRED[name]}"

    def test_eight_of_ten_faults_are_caught(self, all_runs):
        missed = [title for name, title in FAULTY.items() if not all_runs.is_caught(name)]

        total = len(FAULTY) - len(missed)
        score = f"`pytest {FILE}` catches {total} of {len(FAULTY)} faults; it stays green although "
        assert total >= LEAST_CAUGHT, score + ", and although ".join(missed)
