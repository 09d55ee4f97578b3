"""`checks reset` and `checks undo`: one task's lines go, the others' stay, and all comes back."""

import pytest

from checks.course.course import Course, load_course
from checks.course.regions import region_text
from checks.results.model import Results, TaskResult, TestResult, Verdict
from checks.tests.support.command_line import checks
from checks.tests.support.solved_day_one import (
    DAY,
    IDS,
    SERVICE,
    TASKS,
    change,
    course,
    known_tasks,
    solved,
    unsolved,
)
from checks.tests.support.tree_contents import tree_contents
from checks.workspace import progress, reset
from checks.workspace.reset import ResetAction
from checks.workspace.state import load_state, update_state

__all__ = ["course", "unsolved"]  # fixtures


def regions(course: Course) -> dict[tuple[str, str], str]:
    """What stands in each region, by task and file."""
    return {
        (task.id, name): region_text((course.root / DAY / name).read_text(), task.id)
        for task in course.tasks
        for name in task.edit
    }


class TestOneTask:
    @pytest.mark.parametrize("task_id", IDS)
    def test_no_other_task_s_region_changes(self, course: Course, task_id: str) -> None:
        before = regions(course)

        reset.reset_task(course, course.task(task_id))

        after = regions(course)
        assert {key for key in before if before[key] != after[key]} <= {
            key for key in before if key[0] == task_id
        }
        assert before != after

    def test_lines_outside_every_region_stay(self, course: Course) -> None:
        change(course, TASKS, "import sqlalchemy as sa", "import sqlalchemy as sa  # mine")

        reset.reset_task(course, course.task("1.2"))

        assert "sa  # mine" in (course.root / TASKS).read_text()

    def test_afterwards_there_is_nothing_to_put_back(self, course: Course) -> None:
        task = course.task("1.2")

        reset.reset_task(course, task)

        solved(course)

        assert reset.plan_reset(course, task) == ()
        assert reset.reset_task(course, task) is None
        assert "1.2" in known_tasks(course)

    def test_a_file_that_is_gone_is_written_anew(self, course: Course) -> None:
        (course.root / DAY / "app/api/pagination.py").unlink()

        changes = reset.plan_reset(course, course.task("1.4"))

        assert {each.action for each in changes if each.path.endswith("pagination.py")} == {
            ResetAction.CREATED
        }

    def test_the_files_in_which_lines_stay_are_named(self, course: Course) -> None:
        task = course.task("1.2")
        file = course.root / SERVICE
        file.write_text(f"{file.read_text()}\n\ndef my_own() -> None: ...\n")

        output = checks(course.root, "reset", "1.2", "--yes").stdout
        second_output = checks(course.root, "reset", "1.2", "--yes").stdout

        sentence = f"{SERVICE}: your lines outside the regions of 1.2 stay"
        assert sentence in output
        assert SERVICE in reset.files_with_own_lines(course, task, ())
        assert sentence in second_output
        assert "the regions of 1.2 are as they began" in second_output

    def test_no_file_is_named_in_which_none_does(self, course: Course) -> None:
        for each in course.tasks:
            reset.reset_task(course, each)

        assert reset.files_with_own_lines(course, course.task("1.2"), ()) == ()


class TestDamagedMarkers:
    @pytest.fixture
    def damaged(self, course: Course) -> Course:
        change(course, SERVICE, "# region task 1.2", "# task 1.2")
        return course

    def test_the_whole_file_is_put_back_and_the_other_task_is_named(self, damaged: Course) -> None:
        changes = {each.path: each for each in reset.plan_reset(damaged, damaged.task("1.2"))}

        assert changes[SERVICE].action is ResetAction.WHOLE_FILE
        assert changes[SERVICE].others == ("1.1",)
        assert changes[TASKS].action is ResetAction.REGIONS

    def test_it_is_said_before_the_question_and_no_answer_writes_nothing(
        self, damaged: Course
    ) -> None:
        before = tree_contents(damaged.root)

        result = checks(damaged.root, "reset", "1.2")

        plan_text, _, _ = result.stdout.partition("Put this back?")
        assert "the whole file, its markers of 1.2 are missing or damaged" in plan_text
        assert "what you wrote for 1.1 in it goes too" in plan_text
        assert result.returncode == 1
        assert tree_contents(damaged.root) == before

    def test_the_other_task_s_damaged_markers_do_not_matter(self, damaged: Course) -> None:
        reset.reset_task(damaged, damaged.task("1.1"))

        assert "# task 1.2" in (damaged.root / SERVICE).read_text()


class TestFilesThatTheStarterLacks:
    @pytest.fixture
    def without_starter_file(self, course: Course) -> Course:
        """Task 1.4's file does not exist in the starter."""
        answer = course.root / "solutions/day1-architecture/app/api/pagination.py"
        lines = answer.read_text().splitlines(keepends=True)
        code = [line for line in lines if "#|" not in line and "# region" not in line]
        body = "".join(line for line in code if "# endregion" not in line)
        answer.write_text(f"# region task 1.4\n{body}# endregion\n")
        return course

    def test_one_of_this_task_alone_is_removed(self, without_starter_file: Course) -> None:
        reset.reset_task(without_starter_file, without_starter_file.task("1.4"))

        assert not (without_starter_file.root / DAY / "app/api/pagination.py").exists()

    def test_one_that_another_task_needs_stays(self, without_starter_file: Course) -> None:
        manifest = without_starter_file.root / DAY / "day.toml"
        text = manifest.read_text()
        manifest.write_text(text.replace('"app/api/users.py"', '"app/api/pagination.py"', 1))
        reloaded = load_course(without_starter_file.root)

        changes = reset.plan_reset(reloaded, reloaded.task("1.4"))
        reset.reset_task(reloaded, reloaded.task("1.4"))

        sentences = [each.in_(reloaded.task("1.4"), "en") for each in changes]
        assert f"{DAY}/app/api/pagination.py: stays, 1.3 needs it too" in sentences
        assert (without_starter_file.root / DAY / "app/api/pagination.py").exists()


class TestVerdicts:
    def test_a_reset_forgets_the_tasks_that_share_a_written_file(self, course: Course) -> None:
        reset.reset_task(course, course.task("1.2"))

        assert known_tasks(course) == {"1.3"}

    def test_a_run_of_the_starter_and_an_undo_bring_the_verdicts_back(self, course: Course) -> None:
        reset.reset_task(course, course.task("1.2"))
        tests = (TestResult("1.2", "test_x", Verdict.FAIL),)
        task = course.task("1.2")
        failed = TaskResult(task.id, task.key, "", 1, tests)
        progress.save_verdicts(course, [Results("day1-architecture", False, (failed,))])

        reset.undo_change(course)

        assert progress.verdicts(course) == {t.key: Verdict.PASS for t in course.tasks}
        assert known_tasks(course) == {t.id for t in course.tasks}

    def test_a_redo_brings_back_what_the_starter_was_judged_to_be(self, course: Course) -> None:
        reset.reset_task(course, course.task("1.2"))
        reset.undo_change(course)

        reset.undo_change(course, reset.snapshot_to_restore(course, redo=True))

        assert known_tasks(course) == {"1.3"}

    def test_hints_that_were_shown_stay_shown(self, course: Course) -> None:
        key = course.task("1.2").key
        update_state(course.root, lambda state: state.with_hint(key, 2))

        reset.reset_task(course, course.task("1.2"))

        assert load_state(course.root).task(key).hints == 2

    def test_the_board_says_so(self, course: Course) -> None:
        checks(course.root, "reset", "1.3", "--yes")

        lines = checks(course.root).stdout.splitlines()

        assert "not run" in next(line for line in lines if "1.3" in line)
        assert "passes" in next(line for line in lines if "1.1" in line)


class TestRussian:
    def test_the_question_and_what_follows_it(self, course: Course) -> None:
        result = checks(course.root, "reset", "1.3", EVENTURE_LANG="ru", answer="да\n")

        assert "crud/user.py: области 1.3" in result.stdout
        assert "Вернуть заготовку? [д/Н]" in result.stdout
        assert "Заготовка на месте" in result.stdout
        assert result.returncode == 0
