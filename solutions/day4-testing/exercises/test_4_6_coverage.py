"""Task 4.6: `pytest --cov` says how much of app/ your tests ran, and says no when it is less."""

import json

import pytest
from checks.harness.suites.assertions import assertionless_tests, has_code, read_test_ids
from checks.harness.suites.coverage_settings import own_settings, spared_branches

LEAST_PERCENT = 80
SELECTION, REPORT = "chosen-tests.txt", "measured.json"
EMPTY_REPORT = '{"meta": {}, "files": {}, "totals": {}}'
SETTINGS = "settings-of-the-checker.toml"
WHOLE = ("--cov-fail-under=0", f"--cov-config={SETTINGS}")


class CoverageRuns:
    """`pytest --cov` with all tests, with half of them and with one; each is made once.

    A fourth run, with all tests, has settings of the checker's, which leave nothing out.
    """

    def __init__(self, suite_runner, tree):
        self._suite_runner = suite_runner
        self._settings = own_settings(tree)
        names = read_test_ids(tree)
        self._selections = {"whole": [], "half": names[: len(names) // 2], "one": names[:1]}

    @property
    def all_tests(self):
        return self._run("whole")[0]

    @property
    def first_half(self):
        return self._run("half")[0]

    @property
    def one_test(self):
        return self._run("one")[0]

    @property
    def json_report(self):
        """The JSON report of the run with all tests: `meta`, `files` and `totals`."""
        return json.loads(self._run("whole")[1] or EMPTY_REPORT)

    @property
    def totals_of_all_code(self):
        """The totals of the run with the checker's settings."""
        return json.loads(self._run("whole", *WHOLE)[1] or EMPTY_REPORT)["totals"]

    def _run(self, selection, *options):
        key = " ".join(("4.6", selection, *options))
        return self._suite_runner.cached(key, lambda: self._run_pytest(selection, options))

    def _run_pytest(self, selection, options):
        """The report of the run, and the text of its JSON report."""
        copy = self._suite_runner.copy()
        copy.write(SELECTION, "\n".join(self._selections[selection]))
        copy.write(SETTINGS, self._settings)
        options = (f"@{SELECTION}", "--cov", f"--cov-report=json:{REPORT}", *options)
        return self._suite_runner.pytest([copy], *options)[0], copy.read(REPORT)


@pytest.fixture
def coverage(suite_runner, tree):
    return CoverageRuns(suite_runner, tree)


class TestThreshold:
    @pytest.mark.gate
    def test_your_tests_pass(self, coverage):
        report = coverage.all_tests

        assert report.green, f"`pytest --cov` runs your tests, and all pass: {report.summary()}"

    @pytest.mark.gate
    def test_what_runs_in_a_thread_is_measured(self, coverage):
        functions = coverage.json_report["files"].get("app/api/events.py", {}).get("functions", {})

        executed = [name for name, data in functions.items() if name and data["executed_lines"]]
        assert executed, (
            "`pytest --cov` sees those handlers of app/api/events.py run that your tests call"
        )

    @pytest.mark.gate
    def test_it_is_reached(self, coverage):
        percent = coverage.totals_of_all_code.get("percent_covered", 0)
        status = coverage.all_tests.exit_status

        assert percent >= LEAST_PERCENT, (
            f"your tests cover {LEAST_PERCENT} % of app/, not {percent:.0f} %"
        )
        assert status == 0, f"`pytest --cov` ends with 0, not with {status}"

    def test_with_one_test_left_it_is_not(self, coverage):
        report = coverage.one_test

        assert report.green, f"your first test passes by itself: {report.summary()}"
        assert report.exit_status != 0, (
            "`pytest --cov` ends with an error when all tests but one are deleted"
        )

    def test_with_half_of_the_tests_left_it_is_not(self, coverage):
        report = coverage.first_half

        assert report.green, f"the first half of your tests passes by itself: {report.summary()}"
        assert report.exit_status != 0, (
            "`pytest --cov` ends with an error when the second half of your tests is deleted"
        )


class TestMeasuring:
    def test_every_module_of_the_app_is_measured(self, coverage, tree):
        modules = {path for path, module in tree.python() if has_code(module)}

        missing = sorted(modules - coverage.json_report["files"].keys())
        assert missing == [], f"`pytest --cov` measures all of app/, also {', '.join(missing[:3])}"

    def test_the_tests_do_not_count_themselves(self, coverage):
        measured = coverage.json_report["files"]
        others = sorted(path for path in measured if not path.startswith("app/"))

        assert others == [], f"`pytest --cov` measures app/ alone, without {', '.join(others[:3])}"

    def test_branches_are_counted(self, coverage):
        assert coverage.json_report["meta"].get("branch_coverage") is True, (
            "`pytest --cov` counts branches, not only lines"
        )

    def test_nearly_nothing_is_left_out(self, coverage, tree):
        totals = coverage.totals_of_all_code
        excluded = max(totals["excluded_lines"], coverage.json_report["totals"]["excluded_lines"])
        excluded += spared_branches(tree)
        lines = totals["num_statements"] + totals["excluded_lines"]

        assert excluded * 100 <= lines, (
            f"at most one line in a hundred is excluded from the measurement, not {excluded}"
        )


class TestAssertions:
    def test_nearly_every_test_asserts_something(self, tree):
        tests = assertionless_tests(tree)

        assert len(tests) * 10 <= len(read_test_ids(tree)), (
            "nine in ten of your tests assert more than `is not None`; these do not: "
            + ", ".join(tests[:3])
        )
