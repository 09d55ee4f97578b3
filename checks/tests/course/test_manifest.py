"""`day.toml`: an invalid manifest raises an error with the file, the task and the key."""

from pathlib import Path

import pytest

from checks.course.course import load_course
from checks.errors import CourseError
from checks.tests.support.workbook import day_toml, task_toml, write

ONE = "days/day1-architecture"


def error_of(root: Path, text: str) -> str:
    write(root / ONE, {"day.toml": text})
    with pytest.raises(CourseError) as caught:
        load_course(root)
    return str(caught.value)


class TestRefusals:
    GOOD = day_toml(1)

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("points = 1\n", "", "task 1.1: `points` is missing"),
            ("points = 1", "points = 0", "task 1.1: `points` must be a whole number above 0"),
            ("points = 1", "points = true", "`points` must be a whole number"),
            ("points = 1", "score = 1", "`score` is unknown"),
            ('learner = ["app/**"]', "", "day.toml: `learner` is missing"),
            ('learner = ["app/**"]', 'learner = "app"', "`learner` must be a list"),
            ('en = "Title", ', "", "task 1.1, `title`: `en` is missing"),
            ('en = "Title"', 'en = " "', "`en` must be a text that is not empty"),
            ('says = "GET /"', "", "task 1.1, `starter`: `says` is missing"),
            ("[tasks.starter]", "[tasks.begin]", "`begin` is unknown"),
            ("day = 1", "day = 2", "`day` must be 1, as its folder says"),
            ("day = 1", "day = ", "is not valid TOML"),
            ('id = "1.1"', 'id = "2.1"', "`id` must be like 1.1 in day 1"),
            ('id = "1.1"', 'id = "one"', "`id` must be like 1.1"),
            ('key = "task-1-one"', 'key = "Task 1"', "`key` must be lower-case words"),
            ('edit = ["app/main.py"]', 'edit = ["x.py"]', "no `learner` glob covers x.py"),
            ('edit = ["app/main.py"]', 'edit = ["app/main.py"]\nbuilds_on = ["1.7"]', "names 1.7"),
            (
                'edit = ["app/main.py"]',
                'edit = ["app/main.py"]\nwhole = ["app/x.json"]',
                "`whole` must be among the files to edit, and app/x.json is not",
            ),
            ("[[tasks]]", "[tasks]", "`tasks` must be written as [[tasks]]"),
        ],
    )
    def test_a_manifest_that_does_not_hold_is_told_with_its_place(
        self, tmp_path: Path, old: str, new: str, says: str
    ) -> None:
        assert old in self.GOOD

        message = error_of(tmp_path, self.GOOD.replace(old, new))

        assert says in message
        assert message.startswith(f"{ONE}/day.toml")

    @pytest.mark.parametrize(
        ("second", "says"),
        [
            (task_toml("1.1", "other"), "id '1.1' is used twice"),
            (task_toml("1.2", "one"), "key 'one' is used twice"),
        ],
    )
    def test_a_name_is_used_once(self, tmp_path: Path, second: str, says: str) -> None:
        assert says in error_of(tmp_path, day_toml(1, task_toml("1.1", "one"), second))

    def test_a_task_builds_on_earlier_ones_only(self, tmp_path: Path) -> None:
        first = task_toml("1.1", "one", 'builds_on = ["1.2"]')

        assert "no earlier task" in error_of(tmp_path, day_toml(1, first, task_toml("1.2", "two")))

    def test_a_task_of_an_unwritten_day_is_taken_on_trust(self, tmp_path: Path) -> None:
        folder = tmp_path / "days/day3-security"
        write(folder, {"day.toml": day_toml(3, task_toml("3.1", "x", 'builds_on = ["2.4"]'))})

        assert load_course(tmp_path).task("3.1").builds_on == ("2.4",)

    def test_what_a_task_supersedes_is_told_in_three_words(self, tmp_path: Path) -> None:
        task = task_toml("1.1", "one", '[tasks.supersedes]\ntests = ["test_old"]')

        assert "'day1 1.2 test_name'" in error_of(tmp_path, day_toml(1, task))


class TestOwnership:
    @pytest.mark.parametrize(
        ("glob", "path", "owned"),
        [
            ("app/**", "app/api/events.py", True),
            ("app/**", "apps/x.py", False),
            ("app/**", "app", False),
            ("**/*.py", "main.py", True),
            ("**/*.py", "app/api/events.py", True),
            ("app/*.py", "app/api/events.py", False),
            ("Dockerfile", "Dockerfile", True),
            ("a.c", "abc", False),
        ],
    )
    def test_globs_say_what_the_learner_owns(
        self, tmp_path: Path, glob: str, path: str, owned: bool
    ) -> None:
        text = day_toml(1).replace('["app/**"]', f'["app/main.py", "{glob}"]')
        write(tmp_path / ONE, {"day.toml": text})

        assert load_course(tmp_path).day("1").owns(path) is owned
