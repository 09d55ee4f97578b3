"""Task 4.4: three commands that find nothing in your tree, and everything that we put there."""

import pytest
from checks.harness.suites.drawn_faults import FaultDraw
from checks.harness.suites.mypy_runs import MypyRuns
from checks.harness.suites.mypy_settings import own_programs
from checks.harness.suites.planted_files import (
    Faults,
    PlantedFiles,
    app_folders,
    first_lines,
    ruff_findings,
)
from checks.harness.suites.suppressions import line_count, suppressions

CHECK = ("ruff", "check")
FORMAT = ("ruff", "format", "--check")

VIOLATIONS = {
    "an unused import": ("F401", FaultDraw.unused_import),
    "imports out of order": ("I001", FaultDraw.unsorted_imports),
    "an instant without a zone": ("DTZ005", FaultDraw.naive_datetime),
    "a bare except": ("E722", FaultDraw.bare_except),
    "a default that is shared": ("B006", FaultDraw.mutable_default),
}


def plant(suite_runner, tree, fault, folders):
    """A copy of the tree with a fault in new files and in those that are there; and where."""
    copy, draw, files = suite_runner.copy(), FaultDraw.new(), PlantedFiles(tree)
    planted = Faults.plant(files, draw, lambda text: fault(draw, text), folders)
    files.write(copy)
    return copy, planted


@pytest.fixture
def mypy(suite_runner, tree):
    """Two runs of mypy, made once for all tests of this file."""
    return suite_runner.cached("4.4", lambda: MypyRuns.run(suite_runner, tree))


class TestYourTree:
    @pytest.mark.gate
    def test_mypy_finds_nothing(self, mypy):
        result = mypy.clean

        clean = result.returncode == 0
        assert clean, f"`mypy` in the day's folder finds nothing: {first_lines(result)}"

    def test_ruff_check_finds_nothing(self, suite_runner):
        result = suite_runner.copy().run(*CHECK, "--output-format", "concise")

        clean = result.returncode == 0
        assert clean, f"`ruff check` in the day's folder finds nothing: {first_lines(result)}"

    def test_ruff_format_would_change_nothing(self, suite_runner):
        result = suite_runner.copy().run(*FORMAT)

        clean = result.returncode == 0
        output = first_lines(result)
        assert clean, f"`ruff format --check` in the day's folder finds nothing: {output}"


class TestRuff:
    @pytest.mark.parametrize("violation", VIOLATIONS)
    def test_a_slip_is_found_wherever_it_stands(self, suite_runner, tree, violation):
        rule, fault = VIOLATIONS[violation]
        copy, planted = plant(suite_runner, tree, fault, app_folders(tree))

        result = copy.run(*CHECK, "--output-format", "json")

        missed = planted.missed(planted.found(ruff_findings(result, {rule})))
        promise = f"`ruff check` finds {violation} in every folder of app/"
        assert missed == "none", f"{promise}, in new files and in those that are there: {missed}"
        assert result.returncode != 0, f"`ruff check` ends with an error at {violation}"

    def test_tests_are_looked_at_too(self, suite_runner, tree):
        rule, fault = VIOLATIONS["an unused import"]
        copy, planted = plant(suite_runner, tree, fault, ["tests"])

        result = copy.run(*CHECK, "--output-format", "json")

        missed = planted.missed(planted.found(ruff_findings(result, {rule})))
        assert missed == "none", f"`ruff check` finds an unused import in tests/: {missed}"

    def test_another_format_is_found_wherever_it_stands(self, suite_runner, tree):
        folders = [*app_folders(tree), "tests"]
        copy, planted = plant(suite_runner, tree, FaultDraw.unformatted, folders)

        result = copy.run(*FORMAT)

        output = result.stdout + result.stderr
        places = (*planted.in_folders, *planted.in_files)
        missed = planted.missed([each for each in places if each.path in output])
        promise = "`ruff format --check` finds an unformatted file"
        assert missed == "none", f"{promise} in every folder, new or there already: {missed}"
        assert result.returncode != 0, f"{promise} and ends with an error"


class TestMypy:
    def test_a_function_of_the_app_says_its_types(self, mypy):
        missed = mypy.missed(mypy.untyped)

        promise = "`mypy` finds a function without annotations in every folder of app/"
        assert missed == "none", f"{promise}, in new files and in those that are there: {missed}"

    def test_a_bug_is_found_wherever_it_stands(self, mypy):
        missed = mypy.missed(mypy.bugs)

        promise = '`mypy` finds `re.match("[a-z]+", text).group()`, which may be None'
        assert missed == "none", f"{promise}, in every folder: {missed}"
        assert mypy.planted.returncode != 0, f"{promise}, and ends with an error"

    def test_a_library_that_is_not_there_is_told(self, mypy):
        assert mypy.reports_library, "`mypy` finds the import of a library that is not there"


class TestExceptions:
    def test_an_exception_names_its_rule(self, tree):
        blanket = [str(comment) for comment in suppressions(tree) if not comment.names_a_rule]

        assert blanket == [], (
            "every `noqa` and `type: ignore` stands on one line and names its rule"
        )

    def test_exceptions_are_rare(self, tree):
        lines = line_count(tree)

        assert len(suppressions(tree)) * 100 <= lines, (
            "app/ and tests/ have at most one `noqa` or `type: ignore` in a hundred lines"
        )


class TestSettings:
    def test_mypy_runs_no_program_of_the_tree(self, tree):
        own = own_programs(tree)

        assert own == [], (
            "mypy's settings name no program of yours: plugins are installed packages, and there "
            "is no python_executable"
        )
