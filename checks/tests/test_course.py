"""The course: manifests are read whole and strictly, statements keep their form."""

from pathlib import Path

import pytest

from checks.course import (
    DAYS,
    Course,
    Text,
    check_statements,
    find_root,
    load_course,
    read_statement,
    validate_files,
)
from checks.errors import CourseError
from checks.tests.workbook import day_toml, solution, task_toml, write

ONE = "days/day1-architecture"
PAGE = """\
# {title}

## Goal {{#goal}}
Why.
### A closer look
```md
## Not a heading {{#fence}}
```
## What you have {{#have}}
This.
## What must be true {{#must}}
1. One sentence
   on two lines.
2. Another.
## Where the plan would bite you {{#bites}}
There.
## Hints {{#hints}}
### Where does it begin? {{#hint-1}}
Look there.
### And then? {{#hint-2}}
Do this.
## Read {{#read}}
That.
"""


def course_of(root: Path, *tasks: str) -> Course:
    write(root / ONE, {"day.toml": day_toml(1, *tasks)})
    return load_course(root)


def refusal(root: Path, text: str) -> str:
    write(root / ONE, {"day.toml": text})
    with pytest.raises(CourseError) as caught:
        load_course(root)
    return str(caught.value)


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

    def test_solutions_are_read_when_asked(self, tmp_path: Path) -> None:
        solution(tmp_path, 3, {})

        assert [day.number for day in load_course(tmp_path, tree="solutions").days] == [3]
        assert load_course(tmp_path).days == ()


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
            ("[[tasks]]", "[tasks]", "`tasks` must be written as [[tasks]]"),
        ],
    )
    def test_a_manifest_that_does_not_hold_is_told_with_its_place(
        self, tmp_path: Path, old: str, new: str, says: str
    ) -> None:
        assert old in self.GOOD

        said = refusal(tmp_path, self.GOOD.replace(old, new))

        assert says in said
        assert said.startswith(f"{ONE}/day.toml")

    @pytest.mark.parametrize(
        ("second", "says"),
        [
            (task_toml("1.1", "other"), "id '1.1' is used twice"),
            (task_toml("1.2", "one"), "key 'one' is used twice"),
        ],
    )
    def test_a_name_is_used_once(self, tmp_path: Path, second: str, says: str) -> None:
        assert says in refusal(tmp_path, day_toml(1, task_toml("1.1", "one"), second))

    def test_a_task_builds_on_earlier_ones_only(self, tmp_path: Path) -> None:
        first = task_toml("1.1", "one", 'builds_on = ["1.2"]')

        assert "no earlier task" in refusal(tmp_path, day_toml(1, first, task_toml("1.2", "two")))

    def test_a_task_of_an_unwritten_day_is_taken_on_trust(self, tmp_path: Path) -> None:
        folder = tmp_path / "days/day3-security"
        write(folder, {"day.toml": day_toml(3, task_toml("3.1", "x", 'builds_on = ["2.4"]'))})

        assert load_course(tmp_path).task("3.1").builds_on == ("2.4",)

    def test_what_a_task_supersedes_is_told_in_three_words(self, tmp_path: Path) -> None:
        task = task_toml("1.1", "one", '[tasks.supersedes]\ntests = ["test_old"]')

        assert "'day1 1.2 test_name'" in refusal(tmp_path, day_toml(1, task))


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


class TestStatements:
    def test_a_statement_is_cut_into_sections_and_hints(self, tmp_path: Path) -> None:
        write(tmp_path, {"x.md": PAGE.format(title="1.1 Title")})

        page = read_statement(tmp_path / "x.md")

        assert page.title == "1.1 Title"
        assert list(page.sections) == ["goal", "have", "must", "bites", "hints", "read"]
        assert page.sections["goal"].startswith("Why.\n### A closer look")
        assert "Not a heading" in page.sections["goal"]
        assert [(hint.question, hint.text) for hint in page.hints] == [
            ("Where does it begin?", "Look there."),
            ("And then?", "Do this."),
        ]

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("# 1.1\n", "", ":1: a statement begins with its title"),
            ("## Goal {#goal}", "## Goal", ":3: 'Goal' needs an id of its own"),
            ("{#have}", "{#goal}", ":9: 'What you have' needs an id of its own"),
            ("{#hint-2}", "{#hint-3}", "this hint's id must be {#hint-2}"),
            (" {#hint-2}", "", "this hint's id must be {#hint-2}"),
            ("That.", "### Late? {#hint-3}", "a hint stands under the {#hints} heading"),
        ],
    )
    def test_a_broken_form_is_told_with_file_and_line(
        self, tmp_path: Path, old: str, new: str, says: str
    ) -> None:
        text = PAGE.format(title="1.1")
        assert old in text
        write(tmp_path, {"x.md": text.replace(old, new)})

        with pytest.raises(CourseError) as caught:
            read_statement(tmp_path / "x.md")

        assert "x.md:" in str(caught.value)
        assert says in str(caught.value)


TESTS = "def test_a():\n    pass\nclass TestB:\n    def test_b(self):\n        pass\n"


class TestCheckStatements:
    def problems(self, root: Path, english: str, russian: str) -> str:
        pages = {"exercises/task-1-one.md": english, "exercises/task-1-one.ru.md": russian}
        solution(root, 1, {**pages, "exercises/test_task-1-one.py": TESTS})
        return "\n".join(check_statements(load_course(root, "solutions"), "solutions"))

    def test_two_whole_statements_hold(self, tmp_path: Path) -> None:
        page = PAGE.format(title="1.1")

        assert self.problems(tmp_path, page, page.replace("Goal", "Цель")) == ""

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("## Read {#read}", "## Read {#more}", "the sections must be {#goal}"),
            ("And then?", "And then", "must be headed by a question"),
            ("Do this.", "", "says nothing"),
            ("### And then? {#hint-2}\n", "", "has not as many hints as"),
            ("2. Another.\n", "", "1 numbered sentences, the test file has 2 tests"),
        ],
    )
    def test_what_differs_in_russian_is_told(
        self, tmp_path: Path, old: str, new: str, says: str
    ) -> None:
        page = PAGE.format(title="1.1")

        said = self.problems(tmp_path, page, page.replace(old, new))

        assert says in said
        assert "exercises/task-1-one.ru.md: " in said

    def test_a_missing_page_is_told_not_raised(self, tmp_path: Path) -> None:
        solution(tmp_path, 1, {})

        (said,) = check_statements(load_course(tmp_path, "solutions"), "solutions")

        assert "task 1.1 cannot be checked" in said
