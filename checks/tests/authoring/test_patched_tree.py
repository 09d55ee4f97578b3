"""The patched trees of a proof share their files, and nobody else's."""

from pathlib import Path

import pytest

from checks.authoring.patched_tree import SolutionCopies, patched
from checks.course.course import Text
from checks.errors import CourseError
from checks.results.catalogue import Case
from checks.tests.support.workbook import write

PATCH = "--- a/app/main.py\n+++ b/app/main.py\n@@ -1 +1 @@\n-app = 1\n+app = 2\n"
CASE = Case("1.1", "mistakes", "two", Text("", ""), Text("", ""), PATCH)


@pytest.fixture
def solution(tmp_path: Path) -> Path:
    folder = tmp_path / "day1"
    write(folder, {"app/main.py": "app = 1\n", "app/other.py": "other = 1\n"})
    return folder


def test_only_the_patched_tree_has_the_patch(solution: Path) -> None:
    copies = SolutionCopies()

    with patched(solution, CASE, copies) as tree:
        assert (tree / "app/main.py").read_text() == "app = 2\n"
        assert (copies.copy_of(solution) / "app/main.py").read_text() == "app = 1\n"
        assert (solution / "app/main.py").read_text() == "app = 1\n"
    copies.close()


def test_a_run_that_writes_in_place_is_told_and_reaches_no_solution(solution: Path) -> None:
    copies = SolutionCopies()
    with patched(solution, CASE, copies) as tree, (tree / "app/other.py").open("a") as file:
        file.write("# written by a run\n")

    with pytest.raises(CourseError, match=r"written to day1/app/other.py in place"):
        copies.close()

    assert (solution / "app/other.py").read_text() == "other = 1\n"


def test_nothing_is_left_when_the_proof_ends(solution: Path) -> None:
    copies = SolutionCopies()
    copy = copies.copy_of(solution)
    copies.close()

    assert not copy.parent.exists()
