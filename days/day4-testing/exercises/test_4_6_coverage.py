"""Task 4.6: `pytest --cov` says how much of app/ your tests ran, and says no when it is less."""

import ast
import json

import pytest

WANTED = 80
CHOSEN, WRITTEN = "chosen-tests.txt", "measured.json"
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
ASSERTING = {"raises", "warns", "fail", "deprecated_call"}


class Measured:
    """`pytest --cov`, with all tests, with half of them and with one, and what it has written."""

    def __init__(self, suite_runner, tree):
        names = [name for name, _ in your_tests(tree)]
        chosen = [[], names[: len(names) // 2], names[:1]]
        benches = [suite_runner.copy() for _ in chosen]
        for bench, few in zip(benches, chosen, strict=True):
            bench.write(CHOSEN, "\n".join(few))
        self.report, self.half, self.one = suite_runner.pytest(
            benches, f"@{CHOSEN}", "--cov", f"--cov-report=json:{WRITTEN}"
        )
        written = benches[0].read(WRITTEN)
        self.found = json.loads(written or '{"meta": {}, "files": {}, "totals": {}}')
        self.files = set(self.found["files"])
        self.totals = self.found["totals"]


@pytest.fixture
def measured(suite_runner, tree):
    """SessionCache for all tests of this file."""
    return suite_runner.cached("4.6", lambda: Measured(suite_runner, tree))


class TestThreshold:
    @pytest.mark.gate
    def test_your_tests_pass(self, measured):
        report = measured.report

        assert report.green, f"`pytest --cov` runs your tests, and all pass: {report.summary()}"

    @pytest.mark.gate
    def test_what_runs_in_a_thread_is_measured(self, measured):
        functions = measured.found["files"].get("app/api/events.py", {}).get("functions", {})

        ran = [name for name, each in functions.items() if name and each["executed_lines"]]
        assert ran, (
            "`pytest --cov` sees those handlers of app/api/events.py run that your tests call"
        )

    @pytest.mark.gate
    def test_it_is_reached(self, measured):
        percent, ended = measured.totals.get("percent_covered", 0), measured.report.exit_status

        assert percent >= WANTED, f"your tests cover {WANTED} % of app/, not {percent:.0f} %"
        assert ended == 0, f"`pytest --cov` ends with 0, not with {ended}"

    def test_with_one_test_left_it_is_not(self, measured):
        report = measured.one

        assert report.green, f"your first test passes by itself: {report.summary()}"
        assert report.exit_status != 0, (
            "`pytest --cov` ends with an error when all tests but one are deleted"
        )

    def test_with_half_of_the_tests_left_it_is_not(self, measured):
        report = measured.half

        assert report.green, f"the first half of your tests passes by itself: {report.summary()}"
        assert report.exit_status != 0, (
            "`pytest --cov` ends with an error when the second half of your tests is deleted"
        )


class TestMeasuring:
    def test_every_module_of_the_app_is_measured(self, measured, tree):
        modules = {path for path, module in tree.python() if has_code(module)}

        missing = sorted(modules - measured.files)
        assert missing == [], f"`pytest --cov` measures all of app/, also {', '.join(missing[:3])}"

    def test_the_tests_do_not_count_themselves(self, measured):
        others = sorted(path for path in measured.files if not path.startswith("app/"))

        assert others == [], f"`pytest --cov` measures app/ alone, without {', '.join(others[:3])}"

    def test_branches_are_counted(self, measured):
        assert measured.found["meta"].get("branch_coverage") is True, (
            "`pytest --cov` counts branches, not only lines"
        )

    def test_nearly_nothing_is_left_out(self, measured):
        excluded = measured.totals["excluded_lines"]
        lines = measured.totals["num_statements"] + excluded

        assert excluded * 100 <= lines, (
            f"at most one line in a hundred is excluded from the measurement, not {excluded}"
        )


class TestAssertions:
    def test_nearly_every_test_asserts_something(self, tree):
        tests, asserting = your_tests(tree), asserting_names(tree)

        idle = [name for name, each in tests if not asserts(each, asserting)]

        assert len(idle) * 10 <= len(tests), (
            f"nine in ten of your tests assert something; these do not: {', '.join(idle[:3])}"
        )


def your_tests(tree):
    """Your tests in the order of their files: (tests/test_x.py::TestX::test_y, its function)."""
    return [
        found
        for path, module in tree.python("tests/**/*.py")
        for found in _below(module, path)
        if path.rpartition("/")[2].startswith("test_")
    ]


def _below(above, prefix):
    for each in above.body:
        name = f"{prefix}::{getattr(each, 'name', '')}"
        if isinstance(each, ast.ClassDef):
            yield from _below(each, name)
        elif isinstance(each, FUNCTION) and each.name.startswith("test"):
            yield name, each


def has_code(module):
    """More than a docstring: an empty module has nothing to run."""
    return any(not isinstance(each, ast.Expr) for each in module.body)


def asserting_names(tree):
    """Functions of tests/ that assert something, themselves or in what they call."""
    functions = [
        each
        for _, module in tree.python("tests/**/*.py")
        for each in ast.walk(module)
        if isinstance(each, FUNCTION)
    ]
    found: set[str] = set()
    while more := {each.name for each in functions if asserts(each, found)} - found:
        found |= more
    return found


def asserts(function, asserting):
    return any(
        isinstance(each, ast.Assert)
        or (isinstance(each, ast.Call) and says_no(called(each), asserting))
        for each in ast.walk(function)
    )


def called(call):
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def says_no(name, asserting):
    return name in ASSERTING or name.startswith("assert") or name in asserting
