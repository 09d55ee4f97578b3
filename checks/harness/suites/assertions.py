"""The test functions of a learner's tests/, and those of them that assert nothing.

They are read with `ast` and never executed.
"""

import ast
from collections.abc import Collection, Iterator

from checks.harness.app.learner_tree import Tree

TESTS = "tests/**/*.py"
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
Function = ast.FunctionDef | ast.AsyncFunctionDef
# pytest's own ways to fail a test without `assert`.
FAILING = frozenset({"raises", "warns", "fail", "deprecated_call"})


def read_test_ids(tree: Tree) -> list[str]:
    """Every test in the order of its file, as `tests/test_x.py::TestX::test_y`."""
    return [name for name, _ in _tests(tree)]


def assertionless_tests(tree: Tree) -> list[str]:
    """The ids of the tests that assert nothing, neither themselves nor in a function of tests/."""
    names, own = _asserting_functions(tree), {each.name for each in _functions(tree)}
    return [name for name, function in _tests(tree) if not _asserts(function, names, own)]


def has_code(module: ast.Module) -> bool:
    """Whether there is more than a docstring: an empty module has nothing to run."""
    return any(not isinstance(statement, ast.Expr) for statement in module.body)


def _tests(tree: Tree) -> list[tuple[str, Function]]:
    return [
        test
        for path, module in tree.python(TESTS)
        for test in _tests_below(module, path)
        if path.rpartition("/")[2].startswith("test_")
    ]


def _tests_below(parent: ast.Module | ast.ClassDef, prefix: str) -> Iterator[tuple[str, Function]]:
    for node in parent.body:
        name = f"{prefix}::{getattr(node, 'name', '')}"
        if isinstance(node, ast.ClassDef):
            yield from _tests_below(node, name)
        elif isinstance(node, FUNCTION) and node.name.startswith("test"):
            yield name, node


def _asserting_functions(tree: Tree) -> set[str]:
    """The names of functions of tests/ that assert something, themselves or in what they call."""
    functions = _functions(tree)
    own, names = {each.name for each in functions}, set[str]()
    while more := {each.name for each in functions if _asserts(each, names, own)} - names:
        names |= more
    return names


def _functions(tree: Tree) -> list[Function]:
    return [
        node
        for _, module in tree.python(TESTS)
        for node in ast.walk(module)
        if isinstance(node, FUNCTION)
    ]


def _asserts(function: Function, asserting: Collection[str], own: Collection[str]) -> bool:
    return any(
        (isinstance(node, ast.Assert) and _may_fail(node.test))
        or (isinstance(node, ast.Call) and _is_assertion(_called_name(node), asserting, own))
        for node in ast.walk(function)
    )


def _may_fail(condition: ast.expr) -> bool:
    """Whether the condition has a name in it: `assert True` and `assert 1 == 1` never fail."""
    if isinstance(condition, ast.BoolOp):
        parts = map(_may_fail, condition.values)
        return all(parts) if isinstance(condition.op, ast.Or) else any(parts)
    is_named = any(isinstance(node, ast.Name) for node in ast.walk(condition))
    return is_named and not _says_nothing(condition)


def _says_nothing(condition: ast.expr) -> bool:
    """Whether it is `x is not None`, `not x is None` or `x == x`, true whatever the app answers."""
    if isinstance(condition, ast.UnaryOp) and isinstance(condition.op, ast.Not):
        return _compares_with_none(condition.operand, (ast.Is, ast.Eq))
    if not isinstance(condition, ast.Compare):
        return False
    left, right = condition.left, condition.comparators[0]
    calls = any(isinstance(node, ast.Call) for node in ast.walk(left))
    is_same = isinstance(condition.ops[0], (ast.Is, ast.Eq)) and ast.dump(left) == ast.dump(right)
    return (is_same and not calls) or _compares_with_none(condition, (ast.IsNot, ast.NotEq))


def _compares_with_none(condition: ast.expr, operators: tuple[type[ast.cmpop], ...]) -> bool:
    return (
        isinstance(condition, ast.Compare)
        and isinstance(condition.ops[0], operators)
        and any(
            isinstance(side, ast.Constant) and side.value is None
            for side in (condition.left, condition.comparators[0])
        )
    )


def _called_name(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def _is_assertion(name: str, asserting: Collection[str], own: Collection[str]) -> bool:
    """Whether a call asserts: a helper of tests/ does when it asserts, whatever its name."""
    is_known = name.startswith("assert") and name not in own
    return name in FAILING or is_known or name in asserting
