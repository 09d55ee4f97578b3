"""Reading a learner's file: which regions are theirs, and where the answer is put in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.course.regions import parse, solution
from checks.files import File
from checks.workspace.learner_file import (
    Attempt,
    mask_markers,
    read_attempt,
    starter_of,
    unmask_markers,
)

FINISHED = """import os

# region task 1.1
#| from lib import Old
#|
from lib import New

# endregion
# region task 1.2
#| stub = 0
answer = 2
# endregion


def last():
    # region task 1.1
    done = True
    # endregion
    return 1
"""
STARTER_TEXT = str((starter_of("m.py", File(FINISHED.encode())) or File(b"")).data.decode())
WHOLE_REGION = "# region task 1.1\nanswer\n# endregion\n"


def read_learner(learner: str | None, *solved: str, finished: str = FINISHED) -> Attempt:
    file = None if learner is None else File(learner.encode())
    return read_attempt("m.py", File(finished.encode()), file, solved)


def program_of(result: Attempt) -> str:
    assert result.file is not None
    return result.file.data.decode()


class TestUntouched:
    def test_the_starter_is_read_as_the_reference(self) -> None:
        result = read_learner(STARTER_TEXT)

        assert program_of(result) == solution(FINISHED)
        assert (result.untouched, result.touched) == (("1.1", "1.2"), ())

    def test_a_region_with_the_starters_lines_gets_the_answer_beside_the_learners_own(self) -> None:
        result = read_learner(STARTER_TEXT.replace("stub = 0", "mine = 3"))

        assert "mine = 3" in program_of(result)
        assert "from lib import New" in program_of(result)
        assert (result.untouched, result.touched) == (("1.1",), ("1.2",))

    def test_one_of_two_regions_of_a_task_may_be_untouched(self) -> None:
        result = read_learner(STARTER_TEXT.replace("Old", "Mine"))

        assert "import Mine" in program_of(result)
        assert "    done = True" in program_of(result)
        assert result.untouched == ("1.1", "1.2")
        assert result.touched == ("1.1",)

    def test_a_formatters_blank_lines_touch_nothing(self) -> None:
        result = read_learner(STARTER_TEXT.replace("stub = 0\n", "\nstub = 0\n\n"))

        assert result.touched == ()

    def test_lines_moved_in_around_a_region_touch_nothing(self) -> None:
        result = read_learner(
            STARTER_TEXT.replace("import os\n", "import os\nimport re\n") + "x = 1\n"
        )

        assert result.touched == ()
        assert (
            program_of(result) == solution(FINISHED).replace("os\n", "os\nimport re\n") + "x = 1\n"
        )

    def test_windows_line_endings_touch_nothing(self) -> None:
        assert program_of(read_learner(STARTER_TEXT.replace("\n", "\r\n"))) == solution(FINISHED)

    def test_a_file_that_the_starter_lacks_is_untouched_while_it_is_not_there(self) -> None:
        result = read_learner(None, finished=WHOLE_REGION)

        assert program_of(result) == "answer\n"
        assert result.untouched == ("1.1",)


class TestSolved:
    def test_every_region_of_a_solved_task_is_the_learners(self) -> None:
        result = read_learner(STARTER_TEXT.replace("done", "mine"), "1.1")

        assert "from lib import Old" in program_of(result)
        assert result.untouched == ("1.2",)

    def test_a_file_that_a_solved_task_did_without_is_deleted(self) -> None:
        assert read_learner(None, "1.1", finished=WHOLE_REGION).file is None


class TestDamage:
    @pytest.mark.parametrize(
        "learner",
        [
            STARTER_TEXT.replace("# endregion\n", "", 1),
            STARTER_TEXT.replace("# region task 1.2", "#region 1.2"),
            "# endregion\n" + STARTER_TEXT,
            "",
        ],
    )
    def test_broken_markers_raise_nothing(self, learner: str) -> None:
        read_learner(learner)

    def test_markers_that_were_deleted_after_the_work_leave_the_work(self) -> None:
        learner = solution(FINISHED).replace("answer = 2", "mine = 3")

        result = read_learner(learner)

        assert program_of(result) == learner
        assert result.untouched == ()

    def test_a_fold_of_the_learners_own_stays(self) -> None:
        learner = STARTER_TEXT.replace(
            "stub = 0", "# region mine\nx = 1\n# endregion mine\n#| note"
        )

        assert "# region mine\nx = 1\n# endregion mine\n#| note\n" in program_of(
            read_learner(learner)
        )

    def test_a_fold_that_looks_like_ours_keeps_its_end(self) -> None:
        learner = STARTER_TEXT + "# region mine\nx = 1\n# endregion\n"

        assert program_of(read_learner(learner)).endswith("# region mine\nx = 1\n# endregion\n")

    def test_a_deleted_file_is_deleted(self) -> None:
        assert read_learner(None).file is None

    def test_a_file_of_their_own_is_as_it_is(self) -> None:
        learner = File(b"# region task 9.9\nx\n")

        assert read_attempt("own.py", None, learner) == Attempt(learner)

    def test_what_is_no_text_is_as_it_is(self) -> None:
        assert read_attempt("m.py", File(FINISHED.encode()), File(b"\xff")).file == File(b"\xff")


lines = st.sampled_from([*STARTER_TEXT.splitlines(), "mine", "#| x", "# region", "## endregion 4"])
texts = st.lists(lines, max_size=25).map("\n".join)


@given(text=texts)
def test_masked_text_holds_no_marker_and_comes_back(text: str) -> None:
    file = File(text.encode())

    hidden = mask_markers(file)

    assert hidden is not None
    assert all(part.task is None for part in parse(hidden.data.decode(), "m.py"))
    assert unmask_markers(hidden) == file


@settings(deadline=None)
@given(text=texts)
def test_no_line_of_a_learner_is_lost_but_markers_and_the_starters(text: str) -> None:
    lines = program_of(read_learner(text)).splitlines()

    assert lines.count("mine") == text.splitlines().count("mine")
    assert lines.count("#| x") == text.splitlines().count("#| x")
