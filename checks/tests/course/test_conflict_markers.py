"""`checks build` refuses a file with conflict markers."""

from pathlib import Path

import pytest

from checks.authoring.build import build
from checks.authoring.carry import carry
from checks.course.conflict_markers import conflict_line
from checks.errors import CourseError
from checks.tests.support.workbook import ONE, TWO, change, solution, text, three_days

CONFLICT = "<<<<<<< day1-architecture\nmine\n=======\ntheirs\n>>>>>>> solutions/x\n"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (CONFLICT, 1),
        (f"# one\n\n{CONFLICT}", 3),
        (CONFLICT.replace("\n", "\r\n"), 1),
        (CONFLICT.replace("=======", "||||||| base\nold\n======="), 1),
        ("<<<<<<<\n=======\n>>>>>>>", 1),
        ("Heading\n=======\n\ntext\n", None),
        ("<<<<<<< day1\nHeading\n=======\n", None),
        (">>>>>>> x\n=======\n<<<<<<< y\n", None),
        (f"    {CONFLICT}".replace("\n", "\n    "), None),
        ("<<<<<<<<\n=======\n>>>>>>>>\n", None),
    ],
)
def test_all_three_markers_in_order_make_a_conflict(data: str, line: int | None) -> None:
    assert conflict_line(data) == line


@pytest.mark.parametrize("name", ["app/main.py", "README.md", "exercises/test_1.py"])
def test_a_build_names_file_and_line_and_writes_nothing(tmp_path: Path, name: str) -> None:
    solution(tmp_path, 1, {name: f"# one\n{CONFLICT}"})

    with pytest.raises(CourseError, match=rf"day1-architecture/{name}:2: git's conflict markers"):
        build(tmp_path)

    assert not (tmp_path / "days").exists()


def test_what_a_carry_leaves_is_not_built(tmp_path: Path) -> None:
    root = three_days(tmp_path)
    for path, word in ((f"{ONE}/app/main.py", "mine"), (f"{TWO}/app/main.py", "theirs")):
        change(root, text(root, path).replace("a\n", f"{word}\n", 1), path)

    carry(root, 1, write_conflicts=True)

    with pytest.raises(CourseError, match=r"day2-database/app/main\.py:\d+: git's conflict"):
        build(root)


def test_a_heading_is_built(tmp_path: Path) -> None:
    solution(tmp_path, 1, {"README.md": "Title\n=======\n"})

    build(tmp_path)

    assert (tmp_path / "days/day1-architecture/README.md").exists()
