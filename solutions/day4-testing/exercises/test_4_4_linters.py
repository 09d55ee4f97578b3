"""Task 4.4: three commands that find nothing in your tree, and everything that we put there."""

import pytest
from checks.harness.suites.mypy_runs import LIBRARY, MypyRuns
from checks.harness.suites.planted_files import (
    app_folders,
    first_lines,
    missed_files,
    plant,
    ruff_matches,
)
from checks.harness.suites.suppressions import line_count, suppressions

CHECK = ("ruff", "check")
FORMAT = ("ruff", "format", "--check")

NAIVE_DATETIME = (
    "from datetime import datetime\n\n\n"
    'def now() -> datetime:\n    """The time, somewhere."""\n    return datetime.now()\n'
)
BARE_EXCEPT = (
    'def quiet() -> int:\n    """Whatever goes wrong."""\n'
    '    try:\n        return int("1")\n    except:\n        return 0\n'
)
MUTABLE_DEFAULT = (
    'def add(to: list[int] = []) -> list[int]:\n    """One more."""\n    return [*to, 1]\n'
)
VIOLATIONS = {
    "an unused import": ({"F401"}, "import json\n"),
    "imports out of order": ({"I001"}, 'import sys\nimport json\n\n__all__ = ["json", "sys"]\n'),
    "an instant without a zone": ({"DTZ005"}, NAIVE_DATETIME),
    "a bare except": ({"E722"}, BARE_EXCEPT),
    "a default that is shared": ({"B006"}, MUTABLE_DEFAULT),
}
UNFORMATTED = "VALUES = [ 1,2 ,\n   3 ]\n"


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
        rules, text = VIOLATIONS[violation]
        copy = suite_runner.copy()
        paths = plant(copy, app_folders(tree), text)

        result = copy.run(*CHECK, "--output-format", "json")

        files = missed_files(paths, ruff_matches(result, rules))
        promise = f"`ruff check` finds {violation} in every folder of app/"
        assert files == "none", f"{promise}, {files} too"
        assert result.returncode != 0, f"`ruff check` ends with an error at {violation}"

    def test_tests_are_looked_at_too(self, suite_runner):
        rules, text = VIOLATIONS["an unused import"]
        copy = suite_runner.copy()
        paths = plant(copy, ["tests"], text)

        result = copy.run(*CHECK, "--output-format", "json")

        assert ruff_matches(result, rules) >= set(paths), (
            "`ruff check` finds an unused import in tests/"
        )

    def test_another_format_is_found_wherever_it_stands(self, suite_runner, tree):
        copy = suite_runner.copy()
        paths = plant(copy, [*app_folders(tree), "tests"], UNFORMATTED)

        result = copy.run(*FORMAT)

        output = result.stdout + result.stderr
        files = missed_files(paths, {path for path in paths if path in output})
        promise = "`ruff format --check` finds an unformatted file"
        assert files == "none", f"{promise} in every folder, {files} too"
        assert result.returncode != 0, f"{promise} and ends with an error"


class TestMypy:
    def test_a_function_of_the_app_says_its_types(self, mypy):
        files = mypy.missed_files(mypy.untyped)

        promise = "`mypy` finds a function without annotations in every folder of app/"
        assert files == "none", f"{promise}, {files} too"

    def test_a_bug_is_found_wherever_it_stands(self, mypy):
        files = mypy.missed_files(mypy.bugs)

        promise = '`mypy` finds `re.match("[a-z]+", text).group()`, which may be None'
        assert files == "none", f"{promise}, in every folder, {files} too"
        assert mypy.planted.returncode != 0, f"{promise}, and ends with an error"

    def test_a_library_that_is_not_there_is_told(self, mypy):
        assert "eventura_core" in mypy.messages_about(LIBRARY), (
            "`mypy` finds the import of a library that is not there"
        )


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
