"""Task 4.4: three commands that find nothing in your tree, and everything that we put there."""

import io
import json
import re
import tokenize

import pytest

CHECK = ("ruff", "check")
FORMAT = ("ruff", "format", "--check")

DOC = '"""Planted by the checker."""\n\n'
NAIVE = (
    "from datetime import datetime\n\n\n"
    'def now() -> datetime:\n    """The time, somewhere."""\n    return datetime.now()\n'
)
SILENT = (
    'def quiet() -> int:\n    """Whatever goes wrong."""\n'
    '    try:\n        return int("1")\n    except:\n        return 0\n'
)
SHARED = 'def add(to: list[int] = []) -> list[int]:\n    """One more."""\n    return [*to, 1]\n'
SLIPS = {
    "an unused import": ({"F401"}, "import json\n"),
    "imports out of order": ({"I001"}, 'import sys\nimport json\n\n__all__ = ["json", "sys"]\n'),
    "an instant without a zone": ({"DTZ005"}, NAIVE),
    "a bare except": ({"E722"}, SILENT),
    "a default that is shared": ({"B006"}, SHARED),
}
UNFORMATTED = "VALUES = [ 1,2 ,\n   3 ]\n"
UNTYPED = 'def double(number):\n    """Twice."""\n    return number * 2\n'
BUG = (
    "import re\n\n\n"
    'def first_word(text: str) -> str:\n    """The first one."""\n'
    '    return re.match("[a-z]+", text).group()\n'
)
LIBRARY = "app/core/planted_library.py"
NO_SUCH_LIBRARY = 'import eventura_core\n\n__all__ = ["eventura_core"]\n'

COMMENT = re.compile(
    r"#\s*(noqa|type:\s*ignore|ruff:\s*noqa|flake8:\s*noqa|mypy:\s*ignore[-_]errors)(.*)",
    re.IGNORECASE,
)
RULE = re.compile(r":\s*[A-Z]+[0-9]+|\[[a-z]")


def finds_nothing(done):
    """A message for a command that says something."""
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return done.returncode == 0, " / ".join(said[:3])[:300]


def folders(tree):
    """Every folder of app/ that holds Python."""
    return sorted({path.rpartition("/")[0] for path, _ in tree.python()})


def plant(bench, where, text, stem="planted"):
    """`text` as a further file of each folder; the files' names."""
    names = [f"{folder}/{'test_' if folder == 'tests' else ''}{stem}.py" for folder in where]
    for name in names:
        bench.write(name, DOC + text)
    return names


def flagged(done, rules):
    """The files in which `ruff check` has found one of these rules broken."""
    return {
        entry["filename"].rpartition("/tree/")[2]
        for entry in json.loads(done.stdout or "[]")
        if entry["code"] in rules
    }


def passed_over(names, found):
    return ", ".join([name for name in names if name not in found][:3]) or "none"


class Types:
    """What mypy says of the tree, with bugs planted in it and without."""

    def __init__(self, suite_runner, tree):
        bench = suite_runner.copy()
        self.untyped = plant(bench, folders(tree), UNTYPED, "planted_untyped")
        self.bugs = plant(bench, [*folders(tree), "tests"], BUG, "planted_bug")
        bench.write(LIBRARY, DOC + NO_SUCH_LIBRARY)
        self.planted = bench.run("mypy", "--no-error-summary", "--no-pretty")
        bench.run("rm", *self.untyped, *self.bugs, LIBRARY)
        self.clean = bench.run("mypy")

    def of(self, path):
        """The lines about one file."""
        lines = self.planted.stdout.splitlines()
        return " / ".join(line for line in lines if line.startswith(f"{path}:"))

    def silent_about(self, names):
        return passed_over(names, {name for name in names if self.of(name)})


@pytest.fixture
def types(suite_runner, tree):
    """SessionCache for all tests of this file."""
    return suite_runner.cached("4.4", lambda: Types(suite_runner, tree))


class TestYourTree:
    @pytest.mark.gate
    def test_mypy_finds_nothing(self, types):
        silent, said = finds_nothing(types.clean)

        assert silent, f"`mypy` in the day's folder finds nothing: {said}"

    def test_ruff_check_finds_nothing(self, suite_runner):
        done = suite_runner.copy().run(*CHECK, "--output-format", "concise")

        silent, said = finds_nothing(done)
        assert silent, f"`ruff check` in the day's folder finds nothing: {said}"

    def test_ruff_format_would_change_nothing(self, suite_runner):
        done = suite_runner.copy().run(*FORMAT)

        silent, said = finds_nothing(done)
        assert silent, f"`ruff format --check` in the day's folder finds nothing: {said}"


class TestRuff:
    @pytest.mark.parametrize("slip", SLIPS)
    def test_a_slip_is_found_wherever_it_stands(self, suite_runner, tree, slip):
        rules, text = SLIPS[slip]
        bench = suite_runner.copy()
        names = plant(bench, folders(tree), text)

        done = bench.run(*CHECK, "--output-format", "json")

        missed = passed_over(names, flagged(done, rules))
        assert missed == "none", f"`ruff check` finds {slip} in every folder of app/, {missed} too"
        assert done.returncode != 0, f"`ruff check` ends with an error at {slip}"

    def test_tests_are_looked_at_too(self, suite_runner):
        rules, text = SLIPS["an unused import"]
        bench = suite_runner.copy()
        names = plant(bench, ["tests"], text)

        done = bench.run(*CHECK, "--output-format", "json")

        assert flagged(done, rules) >= set(names), "`ruff check` finds an unused import in tests/"

    def test_another_format_is_found_wherever_it_stands(self, suite_runner, tree):
        bench = suite_runner.copy()
        names = plant(bench, [*folders(tree), "tests"], UNFORMATTED)

        done = bench.run(*FORMAT)

        said = done.stdout + done.stderr
        missed = passed_over(names, {name for name in names if name in said})
        asked = "`ruff format --check` finds an unformatted file"
        assert missed == "none", f"{asked} in every folder, {missed} too"
        assert done.returncode != 0, f"{asked} and ends with an error"


class TestMypy:
    def test_a_function_of_the_app_says_its_types(self, types):
        missed = types.silent_about(types.untyped)

        asked = "`mypy` finds a function without annotations in every folder of app/"
        assert missed == "none", f"{asked}, {missed} too"

    def test_a_bug_is_found_wherever_it_stands(self, types):
        missed = types.silent_about(types.bugs)

        asked = '`mypy` finds `re.match("[a-z]+", text).group()`, which may be None'
        assert missed == "none", f"{asked}, in every folder, {missed} too"
        assert types.planted.returncode != 0, f"{asked}, and ends with an error"

    def test_a_library_that_is_not_there_is_told(self, types):
        assert "eventura_core" in types.of(LIBRARY), (
            "`mypy` finds the import of a library that is not there"
        )


class TestExceptions:
    def test_an_exception_names_its_rule(self, tree):
        blanket = [
            f"{path}:{line}" for path, line, said in exceptions(tree) if not RULE.match(said)
        ]

        assert blanket == [], (
            "every `noqa` and `type: ignore` stands on one line and names its rule"
        )

    def test_exceptions_are_rare(self, tree):
        lines = sum(len(tree.text(path).splitlines()) for path, _ in sources(tree))

        assert len(exceptions(tree)) * 100 <= lines, (
            "app/ and tests/ have at most one `noqa` or `type: ignore` in a hundred lines"
        )


def sources(tree):
    return tree.python("app/**/*.py") + tree.python("tests/**/*.py")


def exceptions(tree):
    """Every comment that turns rules off: (file, line, which). "" for all of them, or a file's."""
    return [
        (path, token.start[0], match[2] if match[1].lower().startswith(("noqa", "type")) else "")
        for path, _ in sources(tree)
        for token in tokenize.generate_tokens(io.StringIO(tree.text(path)).readline)
        if token.type == tokenize.COMMENT and (match := COMMENT.match(token.string))
    ]
