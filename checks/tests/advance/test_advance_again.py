"""`checks next`: migrations, a second time, and which day."""

from pathlib import Path

import pytest

from checks.advance.advance import day_after, day_to_carry, path_in_day
from checks.course.course import load_course
from checks.tests.support.tree_contents import tree_contents
from checks.tests.support.two_days import (
    MINE,
    NEXT,
    SOLVED,
    carry,
    edit,
    outcomes,
    pass_task,
    two_days,
)
from checks.tests.support.workbook import change, text
from checks.workspace import reset


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return two_days(tmp_path)


class TestMigrations:
    def test_a_learners_own_migration_never_makes_a_second_head(self, root: Path) -> None:
        change(root, "mine\n", "days/day1-architecture/migrations/versions/0002_mine.py")
        change(root, "first, mine\n", "days/day1-architecture/migrations/versions/0001.py")
        before = tree_contents(root / "days/day2-database")

        plan = carry(root)

        assert tree_contents(root / "days/day2-database") == before
        migrations = {
            path: outcome for path, outcome in outcomes(plan).items() if "versions" in path
        }
        assert migrations == {
            "migrations/versions/0001.py": "reference kept",
            "migrations/versions/0002_mine.py": "reference kept",
        }

    def test_an_untouched_migration_is_not_spoken_of(self, root: Path) -> None:
        assert not any("versions" in path for path in outcomes(carry(root)))


class TestAgain:
    def test_a_second_time_changes_nothing(self, root: Path) -> None:
        edit(root, SOLVED)
        change(root, "x = 1\n", "days/day1-architecture/app/own.py")
        carry(root)
        before = tree_contents(root)

        plan = carry(root)

        assert tree_contents(root) == before
        assert dict(plan.changes) == {}
        assert set(outcomes(plan).values()) == {"carried"}

    def test_work_of_the_next_day_survives_a_later_carry(self, root: Path) -> None:
        edit(root, SOLVED)
        carry(root)
        edit(root, ("    return None", "    return my_two()"), path=NEXT)
        edit(root, ("return one()", "return uno()"))

        plan = carry(root)

        assert plan.edited == (NEXT,)
        assert "return uno()" in text(root, NEXT)
        assert "return my_two()" in text(root, NEXT)

    def test_a_file_that_was_put_back_is_carried_anew(self, root: Path) -> None:
        edit(root, SOLVED)
        course = load_course(root)
        carry(root)
        reset.reset_task(course, course.task("2.1"))

        carry(root)

        assert "return one()" in text(root, NEXT)

    def test_undo_takes_it_back_to_the_byte_and_lets_it_be_done_again(self, root: Path) -> None:
        edit(root, SOLVED)
        change(root, "x = 1\n", "days/day1-architecture/app/deep/own.py")
        change(root, None, "days/day1-architecture/app/same.py")
        before = tree_contents(root)
        carry(root)
        after = tree_contents(root)

        reset.undo_change(load_course(root))

        assert tree_contents(root) == before
        carry(root)
        assert tree_contents(root) == after

    def test_what_was_undone_counts_as_not_carried(self, root: Path) -> None:
        edit(root, SOLVED)
        edit(root, ("    return None", "    return my_two()"), path=NEXT)
        carry(root)
        reset.undo_change(load_course(root))

        carry(root)

        assert "return one()" in text(root, NEXT)

    def test_a_starter_in_the_next_day_that_was_not_edited_needs_no_question(
        self, root: Path
    ) -> None:
        edit(root, SOLVED)

        assert carry(root).edited == ()


class TestWhichDay:
    def test_the_day_with_the_last_passed_task_is_carried(self, root: Path) -> None:
        assert day_to_carry(load_course(root)).number == 1
        pass_task(root, "task-2-one")
        assert day_to_carry(load_course(root)).number == 2

    def test_without_a_run_it_is_the_last_day_with_work_in_it(self, root: Path) -> None:
        edit(root, SOLVED)
        carry(root)
        assert day_to_carry(load_course(root)).number == 1
        edit(root, ("    return None", "    return my_two()"), path=NEXT)
        assert day_to_carry(load_course(root)).number == 2

    def test_after_the_last_written_day_comes_none(self, root: Path) -> None:
        course = load_course(root)

        assert day_after(course, course.day("2")) is None

    @pytest.mark.parametrize(
        "path",
        ["app/main.py", "./app/main.py", "days/day2-database/app/main.py", f"/home/me/{MINE}"],
    )
    def test_a_file_may_be_named_as_a_person_sees_it(self, path: str) -> None:
        assert path_in_day(path) == "app/main.py"
