"""Regions: what stays in the starter, what is the answer, and which marks are refused."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import regions
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


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("a\n# region task 1.1\nb\n", "f.py:2: the region of task 1.1 is not closed"),
            ("a\n# endregion\n", "f.py:2: `# endregion` closes nothing"),
            (
                "# region task 1.1\n# region task 1.2\n# endregion\n",
                "f.py:2: a region cannot begin here, the region of line 1 is still open",
            ),
            ("a\nb\n#| c\n", "f.py:3: a `#|` line stands outside a region"),
            ("# region 1.1\n", "f.py:1: '# region 1.1' is nearly a marker"),
            ("#region task 1.1\n", "is nearly a marker"),
            ("# Region task 1.1\n", "is nearly a marker"),
            ("# region task 1.1 and 1.2\n", "is nearly a marker"),
            ("# region task 1.1\na\n# end region\n", "f.py:3: '# end region' is nearly a marker"),
            ("# region task 1.1\n#|a\n# endregion\n", "f.py:2: '#|a' is nearly a marker"),
        ],
    )
    def test_a_broken_mark_is_told_with_its_file_and_line(self, text: str, says: str) -> None:
        with pytest.raises(CourseError) as caught:
            regions.parse(text, "f.py")

        assert says in str(caught.value)

    def test_a_byte_order_mark_does_not_hide_a_region(self) -> None:
        text = "\ufeff# region task 1.1\na\n# endregion\nb\n"

        assert regions.tasks_in(text) == ("1.1",)

    def test_an_unknown_task_is_told(self) -> None:
        parts = regions.parse("a\n# region task 3.9\n# endregion\n", "f.py")

        with pytest.raises(CourseError, match=r"f\.py:2: there is no task 3\.9"):
            regions.check_tasks(parts, "f.py", 3, {"3.1": 3})

    def test_a_region_of_another_day_is_told(self) -> None:
        parts = regions.parse("# region task 2.1\n# endregion\n", "f.py")

        with pytest.raises(CourseError, match=r"f\.py:1: task 2\.1 belongs to day 2"):
            regions.check_tasks(parts, "f.py", 3, {"3.1": 3, "2.1": 2})

    def test_the_day_s_own_tasks_are_accepted(self) -> None:
        parts = regions.parse("# region task B1\n# endregion\n", "f.py")

        regions.check_tasks(parts, "f.py", 7, {"B1": 7})


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
        assert regions.may_hold(path)

    @pytest.mark.parametrize(
        "path",
        ["README.md", "a.json", "logo.png", "exercises/test_1.py", "day.toml", "notes.txt"],
    )
    def test_other_files_are_copied(self, path: str) -> None:
        assert not regions.may_hold(path)


@dataclass(frozen=True)
class Part:
    """The model: plain lines, or a region with its starter and answer lines."""

    task: str | None
    starter: tuple[str, ...]
    answer: tuple[str, ...]

    def source(self) -> list[str]:
        marks = [f"#| {line}" if line else "#|" for line in self.starter]
        return self._around([*marks, *self.answer])

    def given(self) -> list[str]:
        return self._around(list(self.starter)) if self.task else list(self.answer)

    def _around(self, lines: list[str]) -> list[str]:
        return [f"# region task {self.task}", *lines, "# endregion"] if self.task else lines


line = st.text("ab =#()", max_size=6).map(lambda text: "x" + text)
plain = st.builds(Part, st.none(), st.just(()), st.lists(line, min_size=1, max_size=3).map(tuple))
region = st.builds(
    Part,
    st.sampled_from(["1.1", "1.2"]),
    st.lists(st.just("") | line, max_size=3).map(tuple),
    st.lists(line, max_size=3).map(tuple),
)


@given(st.lists(plain | region, max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_starter_and_solution_agree_with_a_model(parts: list[Part], eol: str) -> None:
    text = "".join(each + eol for part in parts for each in part.source())

    given_out = "".join(each + eol for part in parts for each in part.given())
    alone = len(parts) == 1 and parts[0].task is not None and not parts[0].starter
    assert regions.starter(text) == (None if alone else given_out)
    answers = "".join(each + eol for part in parts for each in part.answer)
    assert regions.solution(text) == answers
    segments = regions.parse(text, "f.py")
    assert "".join(each.text for part in segments for each in part.lines) == text
