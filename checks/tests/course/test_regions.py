"""Regions: the starter and the answer of a file."""

import pytest

from checks.course import regions
from checks.errors import CourseError

TEXT = """\
import os
# region task 3.1
#| def f():
#|
#|     raise NotImplementedError("task 3.1")
def f():
    return 1
# endregion
x = 1
"""


class TestStarter:
    def test_the_answer_goes_and_the_markers_stay(self) -> None:
        expected = (
            "import os\n# region task 3.1\ndef f():\n\n"
            '    raise NotImplementedError("task 3.1")\n# endregion\nx = 1\n'
        )

        assert regions.starter(TEXT) == expected

    def test_an_indented_starter_line_keeps_its_indentation(self) -> None:
        text = "def f():\n    # region task 1.1\n    #| return 0\n    return 1\n    # endregion\n"

        expected = "def f():\n    # region task 1.1\n    return 0\n    # endregion\n"
        assert regions.starter(text) == expected

    def test_a_bare_starter_line_is_empty_whatever_stands_around_it(self) -> None:
        text = "# region task 1.1\n    #|\n  #| \n#|  x\n# endregion\n"

        assert regions.starter(text) == "# region task 1.1\n\n\n x\n# endregion\n"

    def test_a_region_of_starter_lines_alone_gives_the_learner_something_to_delete(self) -> None:
        text = "a\n# region task 1.1\n#| delete me\n# endregion\n"

        assert regions.starter(text) == "a\n# region task 1.1\ndelete me\n# endregion\n"
        assert regions.solution(text) == "a\n"

    def test_an_empty_region_stays_as_it_is(self) -> None:
        text = "a\n# region task 1.1\n# endregion\nb\n"

        assert regions.starter(text) == text

    def test_two_regions_side_by_side_stay_two(self) -> None:
        text = "# region task 1.1\na\n# endregion\n# region task 1.2\nb\n# endregion\n"

        assert regions.starter(text) == (
            "# region task 1.1\n# endregion\n# region task 1.2\n# endregion\n"
        )

    @pytest.mark.parametrize("ending", ["", "\n"])
    def test_the_last_line_ends_as_it_did(self, ending: str) -> None:
        text = f"a\n# region task 1.1\nb\n# endregion{ending}"

        assert regions.starter(text) == f"a\n# region task 1.1\n# endregion{ending}"

    def test_windows_line_endings_are_kept(self) -> None:
        text = "a\r\n# region task 1.1\r\n#| s\r\n#|\r\nb\r\n# endregion\r\n"

        starter = "a\r\n# region task 1.1\r\ns\r\n\r\n# endregion\r\n"
        assert regions.starter(text) == starter
        assert regions.solution(text) == "a\r\nb\r\n"

    def test_a_form_feed_does_not_end_a_line(self) -> None:
        text = "a\x0c# region task 1.1\u2028#| b\n"

        assert regions.starter(text) == text


class TestLeftOut:
    @pytest.mark.parametrize(
        "text",
        [
            "# region task 1.1\na\n# endregion\n",
            "\n  \n# region task 1.1\na\n# endregion\n\n",
            "# region task 1.1\n# endregion",
        ],
    )
    def test_a_file_that_is_one_region_does_not_exist_in_the_starter(self, text: str) -> None:
        assert regions.starter(text) is None

    @pytest.mark.parametrize(
        "text",
        [
            "# region task 1.1\n#| a\nb\n# endregion\n",
            "#!/bin/sh\n# region task 1.1\nb\n# endregion\n",
            "",
            "\n",
        ],
    )
    def test_any_other_file_exists(self, text: str) -> None:
        assert regions.starter(text) is not None


class TestOneTask:
    def test_the_answer_of_one_task_is_cut_out(self) -> None:
        assert regions.region_text(TEXT, "3.1") == "def f():\n    return 1\n"

    def test_the_regions_of_one_task_are_parted_by_an_empty_line(self) -> None:
        text = "# region task 1.1\na\n# endregion\n# region task 1.1\nb\n# endregion\n"

        assert regions.region_text(text, "1.1") == "a\n\nb\n"

    def test_a_task_without_region_is_told(self) -> None:
        with pytest.raises(CourseError, match=r"f\.py has no region of task 3\.2"):
            regions.region_text(TEXT, "3.2", "f.py")


class TestKinds:
    @pytest.mark.parametrize(
        "path",
        [
            *("app/main.py", "pyproject.toml", "a.yml", "a.yaml", "alembic.ini", "setup.cfg"),
            *("run.sh", ".env", "test.env", "nginx.conf", "migrations/script.py.mako"),
            *("Dockerfile", "Makefile", ".gitignore", ".dockerignore", "requirements-dev.txt"),
            *("app/exercises/x.py", ".env.example"),
        ],
    )
    def test_files_with_hash_comments_may_hold_regions(self, path: str) -> None:
        assert regions.may_hold_regions(path)

    @pytest.mark.parametrize(
        "path",
        ["README.md", "a.json", "logo.png", "exercises/test_1.py", "day.toml", "notes.txt"],
    )
    def test_other_files_are_copied(self, path: str) -> None:
        assert not regions.may_hold_regions(path)
