"""The course: days and tasks by their names, the root, and files that are missing."""

from pathlib import Path

import pytest

from checks.course.course import (
    DAYS,
    Course,
    Text,
    find_root,
    load_course,
    validate_files,
)
from checks.errors import CourseError
from checks.tests.support.workbook import day_toml, solution, task_toml, write

ONE = "days/day1-architecture"


def course_of(root: Path, *tasks: str) -> Course:
    write(root / ONE, {"day.toml": day_toml(1, *tasks)})
    return load_course(root)


class TestText:
    def test_a_text_speaks_both_languages(self) -> None:
        text = Text("Database", "База данных")

        assert (text.in_("en"), text.in_("ru")) == ("Database", "База данных")

    def test_there_are_seven_days(self) -> None:
        assert [day.number for day in DAYS] == [1, 2, 3, 4, 5, 6, 7]
        assert all(day.folder.startswith(f"day{day.number}-") for day in DAYS)


class TestLoading:
    def test_a_day_is_read_whole(self, tmp_path: Path) -> None:
        more = '[tasks.supersedes]\ntests = ["day1 1.1 test_old"]'
        course = course_of(
            tmp_path,
            task_toml("1.1", "one"),
            task_toml("1.2", "two", 'builds_on = ["1.1"]\n' + more),
        )

        task = course.task("1.2")
        assert (task.key, task.day, task.points, task.minutes) == ("two", 1, 1, 60)
        assert (task.builds_on, task.supersedes) == (("1.1",), ("day1 1.1 test_old",))
        assert (task.starter.test, task.starter.says) == ("test_x", "GET /")
        assert task.title.in_("ru") == "Название"
        assert task.statement_in("ru") == "exercises/two.ru.md"
        assert course.task_day(task).folder == "day1-architecture"

    def test_days_without_manifest_are_not_written_yet(self, tmp_path: Path) -> None:
        course = course_of(tmp_path)

        assert [day.number for day in course.days] == [1]
        with pytest.raises(CourseError, match="day2-database is not written yet"):
            course.day("2")

    @pytest.mark.parametrize("name", ["1", "day1", "day1-architecture", "days/day1-architecture/"])
    def test_a_day_has_several_names(self, tmp_path: Path, name: str) -> None:
        assert course_of(tmp_path).day(name).number == 1

    @pytest.mark.parametrize("name", ["8", "day", "", "day1-x"])
    def test_an_unknown_day_is_told_with_the_known_ones(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(CourseError, match=r"There is no day .*day1-architecture"):
            course_of(tmp_path).day(name)

    def test_an_unknown_task_is_told_with_the_known_ones(self, tmp_path: Path) -> None:
        with pytest.raises(CourseError, match=r"There is no task '1\.9'; the tasks are: 1\.1"):
            course_of(tmp_path).task("1.9")

    def test_a_bonus_task_is_found_in_either_case(self, tmp_path: Path) -> None:
        course = course_of(tmp_path, task_toml("B2", "bonus"))

        assert course.task("b2").key == "bonus"

    def test_a_bonus_task_is_none_of_those_that_are_required(self, tmp_path: Path) -> None:
        course = course_of(tmp_path, task_toml("1.1", "one"), task_toml("B1", "bonus"))

        day = course.day("1")
        assert [task.id for task in day.required] == [t.id for t in course.required] == ["1.1"]
        assert [task.id for task in day.bonus] == [t.id for t in course.bonus] == ["B1"]

    @pytest.mark.parametrize(
        ("names", "selected"),
        [
            (["day1"], ["1.1"]),
            (["day1", "b1"], ["1.1", "B1"]),
            (["B1", "B2"], ["B1", "B2"]),
        ],
    )
    def test_a_day_is_run_without_its_bonus(
        self, tmp_path: Path, names: list[str], selected: list[str]
    ) -> None:
        tables = task_toml("1.1", "one"), task_toml("B1", "bonus"), task_toml("B2", "more")
        course = course_of(tmp_path, *tables)

        ((_, tasks),) = course.select(names, with_bonus=False)
        assert [task.id for task in tasks] == selected

    def test_who_proves_a_day_proves_its_bonus(self, tmp_path: Path) -> None:
        course = course_of(tmp_path, task_toml("1.1", "one"), task_toml("B1", "bonus"))

        ((_, tasks),) = course.select(["day1"])
        assert [task.id for task in tasks] == ["1.1", "B1"]

    def test_solutions_are_read_when_asked(self, tmp_path: Path) -> None:
        solution(tmp_path, 3, {})

        assert [day.number for day in load_course(tmp_path, tree="solutions").days] == [3]
        assert load_course(tmp_path).days == ()


class TestRoot:
    def test_the_root_is_found_from_anywhere_below(self, tmp_path: Path) -> None:
        course_of(tmp_path)
        inside = tmp_path / ONE / "app"
        inside.mkdir()

        assert find_root(inside) == tmp_path.resolve()

    def test_elsewhere_the_folder_to_go_to_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(CourseError, match="change to the folder that holds days/"):
            find_root(tmp_path)


class TestFiles:
    def test_files_that_are_missing_are_named(self, tmp_path: Path) -> None:
        solution(tmp_path, 1, {"exercises/task-1-one.md": "x", "app/main.py": ""})

        missing = validate_files(load_course(tmp_path, "solutions"), "solutions")

        names = [sentence.split()[0].rsplit("/", 1)[-1] for sentence in missing]
        assert names == ["test_task-1-one.py", "task-1-one.ru.md"]

    def test_a_starter_may_lack_the_file_to_edit(self, tmp_path: Path) -> None:
        course = course_of(tmp_path)

        assert not [each for each in validate_files(course) if "app/main.py" in each]
