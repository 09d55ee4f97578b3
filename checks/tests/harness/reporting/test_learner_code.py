"""What a failure shows of the learner's code: the frame's lines, and what was printed."""

from pathlib import Path

import pytest

from checks.harness.reporting.learner_code import MAX_PRINTED, code_lines, printed_lines

LOG = """\
HELLO 1
ERROR:    Exception in ASGI application
Traceback (most recent call last):
  File "/x/app/a.py", line 2, in f
    return {}["x"]
           ~~^^^^^
sqlalchemy.exc.DataError: (psycopg.errors.InvalidRowCountInLimitClause) LIMIT
LINE 1: of PostgreSQL
[SQL: SELECT x
FROM y]
(Background on this error at: https://sqlalche.me/e/20/9h9h)
{"event": "request", "status": 500}
HELLO 2
Traceback (most recent call last):
  File "/x/app/a.py", line 3, in f
pydantic_core._pydantic_core.ValidationError: 2 validation errors for EventV2
organizer
  Error extracting attribute: InvalidRequestError [type=get_attribute_error]
    For further information visit https://errors.pydantic.dev/2.12/v/get_attribute_error
task_count
  Field required [type=missing]
HELLO 3
  indented HELLO"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/a.py").write_text("def f():\n    x = 1\n    return y\n\n\nlast = 1\n")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("app/a.py:3 in f: NameError: y", ("    2 │     x = 1", ">   3 │     return y", "    4 │")),
        ("it stands in app/a.py:1 in f", (">   1 │ def f():", "    2 │     x = 1")),
        ("app/gone.py:3 in f", ()),
        ("../secret.py:1 in f", ()),
        ("GET /api: 200", ()),
    ],
)
def test_the_line_of_the_frame_stands_between_its_neighbours(
    tree: Path, text: str, lines: tuple[str, ...]
) -> None:
    assert code_lines(tree, text) == lines


def test_a_link_out_of_the_tree_is_not_followed(
    tree: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.py"
    outside.write_text("secret = 1\n")
    (tree / "app/link.py").symlink_to(outside)

    assert code_lines(tree, "app/link.py:1 in f") == ()


def test_what_the_code_has_printed_is_told_from_tracebacks_and_logs() -> None:
    assert printed_lines(LOG) == ("HELLO 1", "HELLO 2", "HELLO 3", "  indented HELLO")


def test_of_much_output_the_last_lines_are_shown() -> None:
    log = "\n".join(f"line {number}" for number in range(100))

    assert printed_lines(log)[-1] == "line 99"
    assert len(printed_lines(log)) == MAX_PRINTED
