"""`checks build`: what somebody wrote by hand in days/ is never overwritten silently."""

from pathlib import Path

import pytest

from checks.authoring.build import build
from checks.course.generated import MANIFEST, read_generated
from checks.errors import CourseError
from checks.tests.support.workbook import solution, write

DAY = Path("days/day1-architecture")
MAIN = "import os\n# region task 1.1\n#| start\nanswer\n# endregion\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    solution(tmp_path, 1, {"app/main.py": MAIN})
    return tmp_path


class TestHandEdits:
    @pytest.mark.parametrize("check", [True, False])
    def test_an_edited_file_is_an_error_and_stays(self, root: Path, check: bool) -> None:
        build(root)
        write(root / DAY, {"app/main.py": "my work\n"})

        with pytest.raises(CourseError, match=r"edited by hand: .*app/main\.py.*--force"):
            build(root, check=check)

        assert (root / DAY / "app/main.py").read_text() == "my work\n"

    def test_force_overwrites_it(self, root: Path) -> None:
        build(root)
        write(root / DAY, {"app/main.py": "my work\n"})

        build(root, force=True)

        assert "start" in (root / DAY / "app/main.py").read_text()

    def test_an_edited_file_whose_source_is_gone_is_not_deleted(self, root: Path) -> None:
        source = solution(root, 1, {"app/old.py": "x\n"})
        build(root)
        (source / "app/old.py").unlink()
        write(root / DAY, {"app/old.py": "my work\n"})

        with pytest.raises(CourseError, match="edited by hand"):
            build(root)

    def test_a_file_that_no_build_made_is_not_overwritten(self, root: Path) -> None:
        write(root / DAY, {"app/main.py": "my work\n"})

        with pytest.raises(CourseError, match="edited by hand"):
            build(root)

    def test_a_foreign_file_is_left_alone(self, root: Path) -> None:
        build(root)
        write(root / DAY, {"notes.txt": "mine"})

        build(root)

        assert (root / DAY / "notes.txt").read_text() == "mine"

    def test_a_build_that_was_cut_short_is_run_again(self, root: Path) -> None:
        build(root)
        recorded = (root / MANIFEST).read_bytes()
        solution(root, 1, {"app/main.py": MAIN + "more\n"})
        build(root)
        (root / MANIFEST).write_bytes(recorded)

        build(root)

        assert build(root, check=True) == []

    def test_a_damaged_list_is_told_with_its_line(self, root: Path) -> None:
        build(root)
        write(root, {MANIFEST: "<<<<<<< HEAD\n"})

        with pytest.raises(CourseError, match=r"days/\.generated:1"):
            read_generated(root)
