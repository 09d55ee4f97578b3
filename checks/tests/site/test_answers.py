"""One task's answer and its diff, cut out of a solution."""

from checks.course.regions import parse
from checks.site.answers import file_answer

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
NEW_FILE = "# region task 1.2\nwhole = True\n# endregion\n"


class TestAnswers:
    def test_the_code_is_the_tasks_own(self) -> None:
        assert file_answer("app/x.py", parse(SOURCE, "app/x.py"), "1.2").code == "second = 2\n"

    def test_the_difference_is_cut_to_the_task(self) -> None:
        lines = file_answer("app/x.py", parse(SOURCE, "app/x.py"), "1.2").diff.splitlines()

        changed = [line for line in lines if line[0] in "+-"]
        assert changed == ["-second = None", "+second = 2"]
        assert " first = 1" in lines, "other tasks stand solved on both sides"

    def test_a_file_that_the_starter_lacks_is_all_new(self) -> None:
        lines = file_answer("new.py", parse(NEW_FILE, "new.py"), "1.2").diff.splitlines()

        assert [line for line in lines if line[0] in "+-"] == ["+whole = True"]
