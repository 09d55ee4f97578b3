"""One task's answer: its whole files, the lines that are the task's own, and the diff."""

import ast
from pathlib import Path

import pytest
from markdown import markdown

from checks.course.course import Task, find_root, load_course
from checks.course.regions import parse, region_text
from checks.site.answer_sections import answer_file
from checks.site.answers import Answer, file_answer, task_answers

COURSE = load_course(find_root(Path(__file__)), tree="solutions")

SOURCE = """\
import os
# region task 1.1
#| first = None
first = 1
# endregion
between = 0
# region task 1.2
#| second = None
second = 2
# endregion
"""
EXTENSIONS = ["pymdownx.details", "pymdownx.highlight", "pymdownx.superfences", "attr_list"]
SPACED = "# region task 1.2\n\nfirst = 1\n\nsecond = 2\n\n\n# endregion\nafter = 0\n"
NEW_FILE = "# region task 1.2\nwhole = True\n# endregion\n"


class TestAnswers:
    def test_the_file_is_whole_without_its_markers(self) -> None:
        answer = file_answer("app/x.py", parse(SOURCE, "app/x.py"), "1.2")

        assert answer.text.splitlines() == ["import os", "first = 1", "between = 0", "second = 2"]

    def test_the_tasks_own_lines_are_named(self) -> None:
        answer = file_answer("app/x.py", parse(SOURCE, "app/x.py"), "1.2")

        assert answer.lines == ((4, 4),)

    def test_blank_lines_around_them_are_not(self) -> None:
        assert file_answer("app/x.py", parse(SPACED, "app/x.py"), "1.2").lines == ((2, 4),)

    def test_in_a_file_that_is_all_the_tasks_no_line_is_named(self) -> None:
        assert file_answer("new.py", parse(NEW_FILE, "new.py"), "1.2").lines == ()

    def test_the_difference_is_cut_to_the_task(self) -> None:
        lines = file_answer("app/x.py", parse(SOURCE, "app/x.py"), "1.2").diff.splitlines()

        changed = [line for line in lines if line[0] in "+-"]
        assert changed == ["-second = None", "+second = 2"]
        assert " first = 1" in lines, "other tasks stand solved on both sides"

    def test_a_file_that_the_starter_lacks_is_all_new(self) -> None:
        lines = file_answer("new.py", parse(NEW_FILE, "new.py"), "1.2").diff.splitlines()

        assert [line for line in lines if line[0] in "+-"] == ["+whole = True"]


class TestTheRealAnswers:
    @pytest.mark.parametrize("task", COURSE.tasks, ids=lambda task: task.id)
    def test_a_file_is_never_cut_inside_a_function(self, task: Task) -> None:
        folder = COURSE.root / "solutions" / COURSE.task_day(task).folder

        for answer in task_answers(folder, task.id, task.whole):
            if answer.path.endswith(".py"):
                ast.parse(answer.text)

    @pytest.mark.parametrize("task", COURSE.tasks, ids=lambda task: task.id)
    def test_the_lines_that_are_named_are_the_region(self, task: Task) -> None:
        folder = COURSE.root / "solutions" / COURSE.task_day(task).folder

        for answer in task_answers(folder, task.id, task.whole):
            lines = answer.text.splitlines()
            named = [line for a, b in answer.lines for line in lines[a - 1 : b]]
            if named:
                region = region_text((folder / answer.path).read_text(), task.id)
                assert "\n".join(named).split() == region.split(), answer.path


class TestPage:
    def test_the_named_lines_are_highlighted_and_the_title_says_which(self) -> None:
        answer = Answer("app/x.py", "a = 1\nb = 2\nc = 3\n", "", ((2, 3),))

        page = markdown(answer_file(answer, "en"), extensions=EXTENSIONS)

        assert "<summary>app/x.py: lines 2–3</summary>" in page
        assert page.count('class="hll"') == 2
