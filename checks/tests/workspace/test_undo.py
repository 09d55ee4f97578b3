"""`checks undo`: exact, never over work that was done since, and itself to be taken back."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks.course.course import Course
from checks.tests.support.command_line import checks
from checks.tests.support.solved_day_one import IDS, SERVICE, TASKS, change, course, unsolved
from checks.tests.support.tree_contents import tree_contents
from checks.workspace import reset

__all__ = ["course", "unsolved"]


class TestExact:
    @given(st.lists(st.sampled_from(IDS), min_size=1, max_size=3), st.booleans())
    @settings(
        max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def test_reset_then_undo_is_the_identity(
        self, course: Course, tasks: list[str], damaged: bool
    ) -> None:
        file = course.root / SERVICE
        whole = file.read_bytes()
        if damaged:
            file.write_bytes(whole.replace(b"# region task 1.2", b"# task 1.2"))
        before = tree_contents(course.root)

        snapshot_ids = [reset.reset_task(course, course.task(task)) for task in tasks]
        for snapshot_id in snapshot_ids:
            if snapshot_id is not None:
                reset.undo_change(course)

        assert tree_contents(course.root) == before
        file.write_bytes(whole)


class TestLaterWork:
    @pytest.fixture
    def edited(self, course: Course) -> Course:
        """A reset, and then a line in one of the files that it wrote."""
        reset.reset_task(course, course.task("1.2"))
        change(course, TASKS, "import sqlalchemy as sa", "import sqlalchemy as sa  # mine")
        return course

    @pytest.mark.parametrize("answer", ["", "n\n"])
    def test_is_named_and_without_a_yes_nothing_is_written(
        self, edited: Course, answer: str
    ) -> None:
        before = tree_contents(edited.root)

        result = checks(edited.root, "undo", answer=answer)

        assert f"You have changed {TASKS} since `reset 1.2`" in result.stdout
        assert result.returncode == 1
        assert tree_contents(edited.root) == before

    def test_goes_with_a_yes_and_comes_back_with_redo(self, edited: Course) -> None:
        before = tree_contents(edited.root)

        result = checks(edited.root, "undo", "--yes")
        assert "# mine" not in (edited.root / TASKS).read_text()
        back = checks(edited.root, "undo", "--redo")

        assert "`checks undo --redo`" in result.stdout
        assert back.stdout == "brought back: reset 1.2\n"
        assert tree_contents(edited.root) == before

    def test_in_other_files_asks_nothing(self, course: Course) -> None:
        reset.reset_task(course, course.task("1.3"))
        change(course, TASKS, "import sqlalchemy as sa", "import sqlalchemy as sa  # mine")

        result = checks(course.root, "undo")

        assert result.returncode == 0
        assert "# mine" in (course.root / TASKS).read_text()

    def test_after_an_undo_is_asked_about_before_a_redo(self, edited: Course) -> None:
        reset.undo_change(edited)
        change(edited, SERVICE, "import", "# later\nimport")
        before = tree_contents(edited.root)

        result = checks(edited.root, "undo", "--redo")

        assert result.returncode == 1
        assert SERVICE in result.stdout
        assert tree_contents(edited.root) == before


class TestRedo:
    def test_after_a_new_command_there_is_nothing_to_bring_back(self, course: Course) -> None:
        reset.reset_task(course, course.task("1.3"))
        reset.undo_change(course)
        reset.reset_task(course, course.task("1.2"))

        result = checks(course.root, "undo", "--redo")

        assert result.returncode == 2
        assert "There is nothing to bring back" in result.stderr


def test_it_speaks_russian(course: Course) -> None:
    reset.reset_task(course, course.task("1.3"))

    first = checks(course.root, "undo", EVENTURE_LANG="ru")
    second = checks(course.root, "undo", EVENTURE_LANG="ru")

    assert first.stdout.startswith("отменено: reset 1.3\n")
    assert "вернёт то, что было до отмены" in first.stdout
    assert "Отменять нечего" in second.stderr
