"""Each change of Python is made where it should be, and nowhere else."""

import ast

import pytest

from checks.course.course import load_course
from checks.mutation.answer_ranges import answer_files
from checks.mutation.generate import file_mutants
from checks.mutation.mutant import Mutant
from checks.tests.support.repository import ROOT

SMALL_TASKS = ("1.3", "2.2", "3.5", "6.4")


def mutants(answer: str, before: str = "", after: str = "") -> list[Mutant]:
    """The mutants of an answer that stands between other lines."""
    text = f"{before}# region task 1.1\n{answer}\n# endregion\n{after}"
    return list(file_mutants(text, "app/main.py", "1.1"))


def changes(answer: str, operator: str) -> list[str]:
    """What the changed line becomes, for each mutant of one operator."""
    return [mutant.change[1] for mutant in mutants(answer) if mutant.operator == operator]


@pytest.mark.parametrize(
    ("answer", "operator", "expected"),
    [
        ("x = a < b", "comparison", ["x = a <= b"]),
        ("x = a >= b", "comparison", ["x = a > b"]),
        ("x = a == b", "comparison", ["x = a != b"]),
        ("x = a is None", "comparison", ["x = a is not None"]),
        ("x = a not in b", "comparison", ["x = a in b"]),
        ("if a < b: f()", "condition forced", ["if True: f()", "if False: f()"]),
        ("if a: f()", "condition negated", ["if not (a): f()"]),
        ("if a == b: f()", "condition negated", []),
        ("while a: f()", "condition forced", ["while False: f()"]),
        ("x = [y for y in z if y]", "condition forced", ["x = [y for y in z if True]"]),
        ("x = a and b", "boolean operator", ["x = ((a) or (b))"]),
        ("x = a or b", "operand dropped", ["x = ((b))", "x = ((a))"]),
        ("x = not a", "not dropped", ["x = (a)"]),
        ("x = a + b", "arithmetic", ["x = a - b"]),
        ("x = a % b", "arithmetic", ["x = a * b"]),
        ("session.commit()", "statement dropped", ["pass"]),
        ("raise ValueError", "statement dropped", ["pass"]),
        ("user.role = role", "statement dropped", ["pass"]),
        ("async def f(): return await g()", "await dropped", ["async def f(): return g()"]),
        ("f(a, key=b)", "keyword argument dropped", ["f(a)"]),
        ("x = q.where(a, b)", "argument dropped", ["x = q.where(b)", "x = q.where(a)"]),
        ("x = f(a, b)", "argument dropped", []),
        ("x = f(a).limit(b)", "method call dropped", ["x = f(a)"]),
        ("x = query.where(a)", "method call dropped", ["x = query"]),
        ("x = (a).strip()", "method call dropped", ["x = (a)"]),
        ("x = a.get(b)", "method call dropped", []),
        ("x = [a, b]", "element dropped", ["x = [b]", "x = [a]"]),
        ("x = a, b", "element dropped", ["x = b", "x = a,"]),
        ("x = {a: b, c: d}", "element dropped", ["x = {c: d}", "x = {a: b}"]),
        ("x = 3", "constant", ["x = 4", "x = 2"]),
        ("x = True", "constant", ["x = False"]),
        ("x = 'a' 'b'", "constant", ['x = ""']),
        ("x = f'{a}'", "constant", ['x = ""']),
        ("def f(): return a", "return value", ["def f(): return None"]),
        ("def f(): return None", "return value", []),
        ("class A:\n    b: int", "field dropped", ["pass"]),
    ],
)
def test_an_operator_changes_this(answer: str, operator: str, expected: list[str]) -> None:
    assert sorted(changes(answer, operator)) == sorted(expected)


def test_a_decorator_goes_with_its_line() -> None:
    dropped = changes("@router.get('/')\n@cache\ndef f():\n    g()", "decorator dropped")

    assert dropped == ["", ""]


def test_a_caught_exception_is_raised_again() -> None:
    answer = "try:\n    f()\nexcept ValueError:\n    a = 1\n    b = 2"

    assert changes(answer, "exception handler") == ["raise"]


def test_sql_in_a_string_is_changed() -> None:
    changed = changes('run("SELECT a FROM b WHERE c = 1 AND d < 2 ORDER BY a DESC")', "SQL")

    for part in ("c <> 1", "c = 2", "OR d", "d <= 2", "d < 3", 'ORDER BY a"'):
        assert any(part in line for line in changed), part


@pytest.mark.parametrize(
    "answer",
    [
        'def f() -> "Forward":\n    """Three is 3."""',
        "# a comment with 3",
        'x: "int" = y',
        '__all__ = ["a"]',
        "import a\nif TYPE_CHECKING:\n    from b import c",
        "x = 0.5 if False else ''",
    ],
)
def test_docstrings_comments_and_types_stay(answer: str) -> None:
    original = f"# region task 1.1\n{answer}\n# endregion\n"

    for mutant in mutants(answer):
        assert mutant.operator in {"constant", "condition forced", "condition negated"}
        assert " if " in answer, f"{mutant.operator} in {original}"


def test_a_value_in_a_type_is_changed() -> None:
    answer = 'def f(x: Annotated["int", Query(ge=1)]) -> None: ...'

    assert {mutant.operator for mutant in mutants(answer)} == {
        "keyword argument dropped",
        "constant",
    }


def test_nothing_is_changed_outside_the_regions_of_the_task() -> None:
    outside = "x = 3\nf(a, b=3)\nif x > 3: f()\n"
    other_task = f"# region task 1.2\n{outside}# endregion\n"

    found = mutants("y = 5", before=outside, after=other_task)

    assert [mutant.change for mutant in found] == [("y = 5", "y = 6"), ("y = 5", "y = 4")]


def test_a_starter_line_is_no_part_of_the_answer() -> None:
    text = "# region task 1.1\n#| x = 3\nx = 5\n# endregion\n"

    found = list(file_mutants(text, "app/main.py", "1.1"))

    assert all("#| x = 3\n" in mutant.text for mutant in found)
    assert {mutant.line for mutant in found} == {3}


def test_positions_hold_behind_letters_of_more_than_one_byte() -> None:
    assert changes("x = 'пример' + y + 7", "constant") == [
        'x = "" + y + 7',
        "x = 'пример' + y + 8",
        "x = 'пример' + y + 6",
    ]


def test_two_changes_that_mean_the_same_are_one_mutant() -> None:
    texts = [mutant.text for mutant in mutants("x = a and b")]

    assert len({ast.dump(ast.parse(text)) for text in texts}) == len(texts)


@pytest.mark.parametrize("task_id", SMALL_TASKS)
def test_each_mutant_of_a_real_answer_parses_and_differs(task_id: str) -> None:
    course = load_course(ROOT, tree="solutions")
    task = course.task(task_id)
    solution = ROOT / "solutions" / course.task_day(task).folder
    count = 0

    for path, text in answer_files(solution, task):
        original = ast.dump(ast.parse(text)) if path.endswith(".py") else ""
        for mutant in file_mutants(text, path, task.id):
            if original:
                assert ast.dump(ast.parse(mutant.text)) != original, mutant.diff()
            count += 1

    assert count > 10
